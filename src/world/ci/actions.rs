//! What GitHub Actions and Forgejo Actions have in common: the `GITHUB_*` variables, and the file
//! with the payload of the event.
//!
//! `GITHUB_SHA` is not what it seems. On a pull request it is a commit that merges it for the run;
//! on `issue_comment` and `workflow_run` it is the head of the default branch. The commit in
//! question stands in the payload. See
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows>
//! and <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>.

use std::path::Path;

use super::Surroundings;
use super::complete::fill;
use super::event::{Event, PullRequest, Repository};
use crate::core::model::context::{CiContext, EventKind, Field, Known, Note, Origin, Sha};

/// What the variables and the payload say.
pub(super) fn read(s: &Surroundings<'_>) -> CiContext {
    let mut notes = Vec::new();
    let payload = payload(s, &mut notes);
    let mut cx = CiContext {
        event: s.event("GITHUB_EVENT_NAME", kind),
        server_url: s.url("GITHUB_SERVER_URL"),
        api_url: s.url("GITHUB_API_URL"),
        repository: s.text("GITHUB_REPOSITORY"),
        repository_id: s.text("GITHUB_REPOSITORY_ID"),
        git_ref: s.text("GITHUB_REF"),
        default_branch: payload
            .repository
            .as_ref()
            .and_then(|repo| told(&repo.default_branch, "repository.default_branch")),
        actor: s.text("GITHUB_ACTOR"),
        triggering_actor: s.text("GITHUB_TRIGGERING_ACTOR"),
        run_id: s.text("GITHUB_RUN_ID"),
        run_attempt: s.number("GITHUB_RUN_ATTEMPT"),
        job: s.text("GITHUB_JOB"),
        workspace: s.text("GITHUB_WORKSPACE"),
        notes,
        ..CiContext::default()
    };
    match cx.event.as_ref().map(|event| &event.value) {
        Some(EventKind::PullRequest | EventKind::PullRequestTarget) => {
            pull_request(&mut cx, s, &payload);
        }
        Some(EventKind::MergeQueue) => merge_group(&mut cx, s, &payload),
        Some(EventKind::WorkflowRun) => workflow_run(&mut cx, &payload),
        Some(EventKind::IssueComment) => issue_comment(&mut cx, s, &payload),
        Some(EventKind::Other(name)) if SHA_OF_ANOTHER.contains(&&**name) => {
            let why = format!("the commit is not known: {OF_DEFAULT_BRANCH}");
            cx.notes.push(Note::on(Field::HeadSha, why));
        }
        // Whatever else is about a pull request: there `GITHUB_SHA` is a merge.
        _ if payload.pull_request.is_some() || s.pull_ref("GITHUB_REF").is_some() => {
            pull_request(&mut cx, s, &payload);
        }
        _ => on_ref(&mut cx, s, &payload),
    }
    cx
}

/// Other events for which `GITHUB_SHA` is the head of the default branch although they are about
/// some other commit.
const SHA_OF_ANOTHER: [&str; 3] = ["check_run", "check_suite", "status"];

const OF_DEFAULT_BRANCH: &str = "GITHUB_SHA is the head of the default branch";

fn kind(name: &str) -> Option<EventKind> {
    Some(match name {
        "push" => EventKind::Push,
        "pull_request" | "pull_request_review" | "pull_request_review_comment" => {
            EventKind::PullRequest
        }
        "pull_request_target" => EventKind::PullRequestTarget,
        "merge_group" => EventKind::MergeQueue,
        "workflow_run" => EventKind::WorkflowRun,
        "issue_comment" => EventKind::IssueComment,
        "schedule" => EventKind::Schedule,
        "workflow_dispatch" => EventKind::Manual,
        "repository_dispatch" => EventKind::Api,
        "release" => EventKind::Release,
        _ => return None,
    })
}

/// The payload, or an empty one and a note.
fn payload(s: &Surroundings<'_>, notes: &mut Vec<Note>) -> Event {
    const VARIABLE: &str = "GITHUB_EVENT_PATH";
    let read = match s.text(VARIABLE) {
        Some(path) => (s.file)(Path::new(&path.value)).and_then(|text| Event::parse(&text)),
        None => Err("the variable is not set".to_owned()),
    };
    read.unwrap_or_else(|why| {
        let text = format!("the event file that {VARIABLE} names cannot be read: {why}");
        notes.push(Note { field: None, text });
        Event::default()
    })
}

/// A push, a tag, the clock, a button: the ref is what it is about. Only here does it say anything
/// of the branch whether the ref is protected: elsewhere that may be another one, of a stranger.
fn on_ref(cx: &mut CiContext, s: &Surroundings<'_>, payload: &Event) {
    cx.protected = s.flag("GITHUB_REF_PROTECTED");
    cx.head_sha = s.sha("GITHUB_SHA");
    cx.branch = s.branch("GITHUB_REF");
    cx.tag = s.tag_ref("GITHUB_REF");
    cx.base_sha = sha(&payload.before, "before");
}

fn pull_request(cx: &mut CiContext, s: &Surroundings<'_>, payload: &Event) {
    // Of reviews only the payload knows the branches.
    cx.branch = s.text("GITHUB_HEAD_REF");
    cx.base_branch = s.text("GITHUB_BASE_REF");
    if let Some(pull_request) = &payload.pull_request {
        let PullRequest { number, head, base } = pull_request;
        cx.pull_request = told(number, "pull_request.number");
        cx.head_sha = sha(&head.sha, "pull_request.head.sha");
        cx.base_sha = sha(&base.sha, "pull_request.base.sha");
        fill(&mut cx.branch, told(&head.name, "pull_request.head.ref"));
        fill(&mut cx.base_branch, told(&base.name, "pull_request.base.ref"));
        let fork = is_elsewhere(head.repo.as_ref(), base.repo.as_ref());
        cx.fork = told(&fork, "pull_request.head.repo.id");
    }
    fill(&mut cx.pull_request, s.pull_ref("GITHUB_REF"));
    if cx.head_sha.is_none() {
        let why = "the head of the pull request is not known: only the event file names it, and \
                   GITHUB_SHA is a merge commit or that of the base";
        cx.notes.push(Note::on(Field::HeadSha, why));
    }
}

fn merge_group(cx: &mut CiContext, s: &Surroundings<'_>, payload: &Event) {
    cx.head_sha = s.sha("GITHUB_SHA");
    cx.branch = s.branch("GITHUB_REF");
    if let Some(group) = &payload.merge_group {
        cx.head_sha = sha(&group.head_sha, "merge_group.head_sha").or(cx.head_sha.take());
        cx.base_sha = sha(&group.base_sha, "merge_group.base_sha");
        let base = told(&group.base_ref, "merge_group.base_ref");
        cx.base_branch = base.and_then(|base| {
            base.and_then(|name| Some(name.strip_prefix("refs/heads/")?.to_owned()))
        });
    }
}

fn workflow_run(cx: &mut CiContext, payload: &Event) {
    let Some(run) = &payload.workflow_run else { return };
    let repository = payload.repository.as_ref();
    cx.head_sha = sha(&run.head_sha, "workflow_run.head_sha");
    cx.branch = told(&run.head_branch, "workflow_run.head_branch");
    let fork = is_elsewhere(run.head_repository.as_ref(), repository);
    cx.fork = told(&fork, "workflow_run.head_repository.id");
    if let Some(found) = run.pull_request(repository.and_then(|repo| repo.id)) {
        cx.pull_request = told(&found.number, "workflow_run.pull_requests.number");
        cx.base_branch = told(&found.base.name, "workflow_run.pull_requests.base.ref");
        cx.base_sha = sha(&found.base.sha, "workflow_run.pull_requests.base.sha");
    }
}

fn issue_comment(cx: &mut CiContext, s: &Surroundings<'_>, payload: &Event) {
    let Some(issue) = payload.issue.as_ref().filter(|issue| issue.pull_request.is_some()) else {
        // About an issue: the run has nothing but the default branch.
        if payload.issue.is_some() {
            on_ref(cx, s, payload);
        }
        return;
    };
    cx.pull_request = told(&issue.number, "issue.number");
    let why = format!(
        "the head of the pull request is not known: a comment does not name it, and \
         {OF_DEFAULT_BRANCH}; the forge knows it"
    );
    cx.notes.push(Note::on(Field::HeadSha, why));
}

/// The page of the repository.
pub(super) fn page(cx: &CiContext) -> Option<Known<String>> {
    let repository = cx.repository.clone()?;
    Some(cx.server_url.clone()?.with(repository, |server, name| format!("{server}/{name}")))
}

/// Whether the head lies in another repository than the base. Where the head's is gone, it did.
fn is_elsewhere(head: Option<&Repository>, base: Option<&Repository>) -> Option<bool> {
    let base = base?.id?;
    Some(head.and_then(|head| head.id) != Some(base))
}

fn told<T: Clone>(value: &Option<T>, field: &'static str) -> Option<Known<T>> {
    value.clone().map(|value| Known::new(value, Origin::Event(field)))
}

fn sha(value: &Option<String>, field: &'static str) -> Option<Known<Sha>> {
    told(value, field)?.and_then(|text| Sha::parse(&text))
}
