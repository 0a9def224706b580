//! GitLab CI/CD.
//!
//! Variables: <https://docs.gitlab.com/ci/variables/predefined_variables/>; the values of
//! `CI_PIPELINE_SOURCE`: <https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable>.

use super::surroundings::differ;
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{
    CiContext, CiSystem, EventKind, Field, ForgeKind, Known, Note, Sha,
};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::GitlabCi, marker: Marker::Any(&["GITLAB_CI"]), read };

fn read(s: &Surroundings<'_>) -> CiContext {
    let cx = CiContext {
        event: s.event("CI_PIPELINE_SOURCE", kind),
        default_branch: s.text("CI_DEFAULT_BRANCH"),
        protected: s.flag("CI_COMMIT_REF_PROTECTED"),
        deploy_freeze: s.flag("CI_DEPLOY_FREEZE"),
        // In a job that a person started by hand, that person.
        actor: s.text("GITLAB_USER_LOGIN"),
        run_id: s.text("CI_PIPELINE_ID"),
        run_url: s.text("CI_PIPELINE_URL"),
        job: s.text("CI_JOB_NAME"),
        workspace: s.text("CI_PROJECT_DIR"),
        ..CiContext::default()
    };
    if s.has("CI_EXTERNAL_PULL_REQUEST_IID") {
        return external_pull_request(s, cx);
    }
    let cx = CiContext {
        forge: s.url("CI_SERVER_URL").map(|server| server.map(|_| ForgeKind::Gitlab)),
        server_url: s.url("CI_SERVER_URL"),
        api_url: s.url("CI_API_V4_URL"),
        // A pipeline for a fork may run in the fork; the report belongs to the target.
        repository: s.first(&["CI_MERGE_REQUEST_PROJECT_PATH", "CI_PROJECT_PATH"]),
        repository_id: s.first(&["CI_MERGE_REQUEST_PROJECT_ID", "CI_PROJECT_ID"]),
        ..cx
    };
    match s.has("CI_MERGE_REQUEST_IID") {
        true => merge_request(s, cx),
        false => branch_or_tag(s, cx),
    }
}

fn kind(source: &str) -> Option<EventKind> {
    Some(match source {
        "push" => EventKind::Push,
        "merge_request_event" | "external_pull_request_event" => EventKind::PullRequest,
        "schedule" => EventKind::Schedule,
        "web" => EventKind::Manual,
        "api" | "pipeline" | "trigger" => EventKind::Api,
        _ => return None,
    })
}

fn branch_or_tag(s: &Surroundings<'_>, mut cx: CiContext) -> CiContext {
    cx.head_sha = s.sha("CI_COMMIT_SHA");
    cx.base_sha = s.sha("CI_COMMIT_BEFORE_SHA");
    cx.branch = s.text("CI_COMMIT_BRANCH");
    cx.tag = s.text("CI_COMMIT_TAG");
    cx.pull_request = open_merge_request(s);
    cx
}

/// The merge request of a branch that has a pipeline of its own: the first of
/// `CI_OPEN_MERGE_REQUESTS` (`group/project!12,…`) that goes to this project.
fn open_merge_request(s: &Surroundings<'_>) -> Option<Known<u64>> {
    let project = s.text("CI_PROJECT_PATH")?.value;
    s.text("CI_OPEN_MERGE_REQUESTS")?.and_then(|list| {
        list.split(',').find_map(|entry| {
            let (path, number) = entry.split_once('!')?;
            (path == project).then(|| number.parse().ok())?
        })
    })
}

/// `detached`, `merged_result` or `merge_train`.
const EVENT_TYPE: &str = "CI_MERGE_REQUEST_EVENT_TYPE";

fn merge_request(s: &Surroundings<'_>, mut cx: CiContext) -> CiContext {
    cx.git_ref = s.text("CI_MERGE_REQUEST_REF_PATH");
    cx.branch = s.text("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME");
    cx.base_branch = s.text("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
    cx.pull_request = s.number("CI_MERGE_REQUEST_IID");
    cx.fork =
        differ(s.text("CI_MERGE_REQUEST_SOURCE_PROJECT_ID"), s.text("CI_MERGE_REQUEST_PROJECT_ID"));
    cx.head_sha = head_of_merge_request(s);
    cx.base_sha = s
        .sha("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")
        .or_else(|| s.sha("CI_MERGE_REQUEST_DIFF_BASE_SHA"));
    if let Some(train) = s.text(EVENT_TYPE).filter(|kind| kind.value == "merge_train") {
        cx.event = Some(train.map(|_| EventKind::MergeQueue));
    } else if !cx.is_for(&EventKind::PullRequest) {
        // In a child pipeline the source is `parent_pipeline`, and the merge request is there.
        cx.event =
            s.text("CI_MERGE_REQUEST_IID").map(|known| known.map(|_| EventKind::PullRequest));
    }
    cx
}

/// `CI_COMMIT_SHA` is the head only where nothing was merged for the pipeline: in merged results
/// and merge trains it is a commit that GitLab made, and another variable names the head.
fn head_of_merge_request(s: &Surroundings<'_>) -> Option<Known<Sha>> {
    let is_merged = s.is(EVENT_TYPE, "merged_result") || s.is(EVENT_TYPE, "merge_train");
    let head = s.sha("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA");
    if is_merged { head } else { head.or_else(|| s.sha("CI_COMMIT_SHA")) }
}

/// A pull request on GitHub, of a repository that GitLab only builds. See
/// <https://docs.gitlab.com/ci/ci_cd_for_external_repos/#pipelines-for-external-pull-requests>.
fn external_pull_request(s: &Surroundings<'_>, mut cx: CiContext) -> CiContext {
    const NUMBER: &str = "CI_EXTERNAL_PULL_REQUEST_IID";
    let target = s.text("CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY");
    cx.fork = differ(s.text("CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY"), target.clone());
    cx.forge = s.text(NUMBER).map(|known| known.map(|_| ForgeKind::Github));
    cx.repository = target;
    cx.branch = s.text("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME");
    cx.base_branch = s.text("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME");
    cx.head_sha = s.sha("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA");
    cx.base_sha = s.sha("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA");
    cx.pull_request = s.number(NUMBER);
    let why = "the pull request lives on GitHub, and GitLab does not say on which server: set \
               CLODO_SERVER_URL";
    cx.notes.push(Note::on(Field::ServerUrl, why));
    cx
}
