//! Jenkins: its own variables, those of the branch plugins (`CHANGE_*`), and those of two plugins
//! for pull requests that are older.
//!
//! Variables: `/env-vars.html` of any Jenkins, and
//! <https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables>; the pull
//! request builder's: <https://plugins.jenkins.io/ghprb/>; the GitLab plugin's:
//! <https://plugins.jenkins.io/gitlab-plugin/>.

use super::complete::{fill, locate};
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{
    CiContext, CiSystem, EventKind, Field, Known, Note, Remote, Sha,
};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::Jenkins, marker: Marker::Any(&["JENKINS_URL"]), read };

fn read(s: &Surroundings<'_>) -> CiContext {
    let page = s.text("CHANGE_URL").and_then(|url| url.and_then(|u| Remote::of_pull_request(&u)));
    let pull_request = s
        .number("CHANGE_ID")
        .or_else(|| s.number("ghprbPullId"))
        .or_else(|| s.number("gitlabMergeRequestIid"));
    let tag = s.text("TAG_NAME");
    let mut cx = CiContext {
        event: pull_request
            .as_ref()
            .map(|number| number.so(|_| EventKind::PullRequest))
            .or_else(|| tag.as_ref().map(|tag| tag.so(|_| EventKind::Tag))),
        tag,
        default_branch: s
            .text("BRANCH_NAME")
            .filter(|_| s.flag("BRANCH_IS_PRIMARY").is_some_and(|primary| primary.value)),
        actor: s.first(&["CHANGE_AUTHOR", "BUILD_USER_ID"]),
        triggering_actor: s.text("BUILD_USER_ID"),
        run_id: s.text("BUILD_NUMBER"),
        run_url: s.first(&["RUN_DISPLAY_URL", "BUILD_URL"]),
        job: s.text("JOB_NAME"),
        workspace: s.text("WORKSPACE"),
        ..CiContext::default()
    };
    match pull_request.is_some() {
        true => of_pull_request(s, &mut cx),
        false => {
            cx.head_sha = s.sha("GIT_COMMIT");
            cx.branch = s.branch("BRANCH_NAME").filter(|_| cx.tag.is_none());
            let remote_branch = || s.branch("GIT_BRANCH").filter(|_| cx.tag.is_none());
            cx.branch = cx.branch.take().or_else(remote_branch).map(local);
        }
    }
    cx.pull_request = pull_request;
    // The page of the pull request is that of its target; what was cloned may be a fork.
    locate(&mut cx, page.map(|page| page.map(|(remote, _)| remote)));
    locate(&mut cx, s.remote("GIT_URL"));
    cx
}

/// `origin/main` is `main`.
fn local(branch: Known<String>) -> Known<String> {
    branch.map(|name| name.strip_prefix("origin/").map(str::to_owned).unwrap_or(name))
}

fn of_pull_request(s: &Surroundings<'_>, cx: &mut CiContext) {
    cx.branch = s.first(&["CHANGE_BRANCH", "ghprbSourceBranch", "gitlabSourceBranch"]);
    cx.base_branch = s.first(&["CHANGE_TARGET", "ghprbTargetBranch", "gitlabTargetBranch"]);
    // The name of the fork, and only there if there is one.
    cx.fork = s.text("CHANGE_FORK").map(|fork| fork.map(|_| true));
    cx.head_sha = s.sha("ghprbActualCommit").or_else(|| s.sha("gitlabMergeRequestLastCommit"));
    fill(&mut cx.head_sha, head(s));
    if cx.head_sha.is_none() {
        let why = "the head of the pull request is not known: GIT_COMMIT may be a merge commit; \
                   the forge knows it";
        cx.notes.push(Note::on(Field::HeadSha, why));
    }
}

/// `GIT_COMMIT` is the head where the branch plugin builds both, and says that this is the head.
fn head(s: &Surroundings<'_>) -> Option<Known<Sha>> {
    let is_head = s.text("BRANCH_NAME").is_some_and(|name| name.value.ends_with("-head"));
    s.sha("GIT_COMMIT").filter(|_| is_head)
}
