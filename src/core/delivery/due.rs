//! Which environments a run deploys, and why none.

use super::{Choices, Deploying, STAGING, production};
use crate::core::config::clodo_yml::{EnvironmentSettings, On, is_production};
use crate::core::model::context::{CiContext, EventKind, Known};

/// What a run deploys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// These environments, in this order: production comes last.
    Environments(Vec<String>),
    /// Nothing.
    Nothing(Nothing),
}

/// Why a run deploys nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Nothing {
    /// It was told not to.
    #[error("this run was told not to deploy")]
    Off,
    /// Nobody says that this pipeline deploys.
    #[error("no clodo.yml declares environments")]
    Undeclared,
    /// It is no pipeline.
    #[error("this is not a pipeline")]
    Desk,
    /// It is about a pull request, or about what waits in a merge queue.
    #[error("this run is for what is not merged yet")]
    NotMerged,
    /// What made it run gives a stranger's words or code the rights of the repository.
    #[error("a run for `{0}` never deploys: what it is about may be a stranger's")]
    Foreign(String),
    /// It is about something else than a branch or a tag.
    #[error("a run for `{0}` does not say which branch or tag it is for")]
    Event(String),
    /// It has the rights of a fork.
    #[error("this run has the rights of a fork")]
    Fork,
    /// Nobody knows what it is for.
    #[error("neither the branch nor the tag of this run is known")]
    UnknownRef,
    /// Nobody knows whether the branch is the default one.
    #[error("the default branch is not known")]
    UnknownDefault,
    /// Several environments are for production, and none says when it is deployed.
    #[error("{} are all for production, and none says when it is deployed", .0.join(", "))]
    Ambiguous(Vec<String>),
    /// It is for a comment on an issue, which is about nothing that could be deployed.
    #[error("the comment is on an issue, and not on a pull request")]
    OnIssue,
    /// It is for a comment on a pull request that is not merged.
    #[error("pull request {0} is not merged yet")]
    Open(u64),
    /// It is for a comment on a pull request of which the forge tells nothing.
    #[error("it is not known whether pull request {number} is merged: {why}")]
    Unanswered {
        /// The pull request.
        number: u64,
        /// Why.
        why: String,
    },
    /// In the work tree lies something else than the head of the default branch.
    #[error("the work tree holds {holds:.7}, and the default branch is at {expected:.7}")]
    Elsewhere {
        /// The commit that lies there.
        holds: String,
        /// The head of the default branch.
        expected: String,
    },
    /// No environment is deployed from here.
    #[error("no environment is deployed by {0}")]
    NoMatch(String),
}

impl Nothing {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Off => "leave out `--deploy=off`",
            Self::Undeclared => "declare environments in clodo.yml, or tell this run: --deploy",
            Self::Desk => "deploy from here with `clodo deploy`",
            Self::NotMerged => "nothing: it is deployed once it is merged",
            Self::Foreign(_) => {
                "deploy in a workflow for `push`, and check in one for `pull_request`"
            }
            Self::Event(_) => "deploy in a pipeline for a branch or a tag",
            Self::Fork => "nothing: a run of the repository itself deploys",
            Self::UnknownRef => "set CLODO_BRANCH or CLODO_TAG; clodo env --explain",
            Self::UnknownDefault => {
                "set CLODO_DEFAULT_BRANCH, or name the branch: `on: { branch: main }`"
            }
            Self::Ambiguous(_) => "say so in clodo.yml: `on: { branch: main }`",
            Self::OnIssue => "write the command on the pull request",
            Self::Open(_) => "merge it: then it waits, and the comment counts",
            Self::Unanswered { .. } => "give the step a token that may read pull requests",
            Self::Elsewhere { .. } => "leave `ref` out of the step that checks out",
            Self::NoMatch(_) => "name it under `on` of an environment in clodo.yml",
        }
    }

    /// Whether whoever wants a deployment is refused it, and has not only come at another time.
    pub fn is_refusal(&self) -> bool {
        !matches!(
            self,
            Self::Off
                | Self::Undeclared
                | Self::NotMerged
                | Self::NoMatch(_)
                | Self::OnIssue
                | Self::Open(_)
        )
    }
}

/// What a run is for, as far as that deploys anything.
enum Trigger<'a> {
    Branch(&'a str),
    Tag(&'a str),
    /// The clock, on a branch.
    Schedule(&'a str),
}

/// What a run deploys.
pub fn due(choices: &Choices<'_>, context: &CiContext) -> Due {
    match environments(choices, context) {
        Ok(names) => Due::Environments(names),
        Err(why) => Due::Nothing(why),
    }
}

fn environments(choices: &Choices<'_>, context: &CiContext) -> Result<Vec<String>, Nothing> {
    if choices.deploying == Deploying::Off {
        return Err(Nothing::Off);
    }
    if choices.deploying == Deploying::Declared && choices.declared.is_empty() {
        return Err(Nothing::Undeclared);
    }
    let trigger = trigger(context)?;
    let all = choices.environments();
    let default = context.default_branch.as_ref().map(|branch| branch.value.as_str());
    let usual = usual(choices, &all);
    let mut found = Vec::new();
    for environment in &all {
        let deploys = match &environment.on {
            Some(on) => is_named(on, &trigger, default),
            None => match trigger {
                Trigger::Branch(branch) if usual.contains(&environment.name) => {
                    branch == default.ok_or(Nothing::UnknownDefault)?
                }
                _ => false,
            },
        };
        if deploys {
            found.push(environment);
        }
    }
    let of_no_rule = found.iter().filter(|one| one.on.is_none() && is_production(&one.name));
    let of_no_rule: Vec<String> = of_no_rule.map(|one| one.name.clone()).collect();
    if of_no_rule.len() > 1 && choices.asked.is_empty() {
        return Err(Nothing::Ambiguous(of_no_rule));
    }
    if found.is_empty() {
        return Err(Nothing::NoMatch(trigger.shown()));
    }
    // What is tried first goes first.
    found.sort_by_key(|environment| is_production(&environment.name));
    Ok(found.into_iter().map(|environment| environment.name.clone()).collect())
}

/// The environments that the default branch deploys where they do not say when: all that were asked
/// for, else staging and production.
fn usual(choices: &Choices<'_>, all: &[EnvironmentSettings]) -> Vec<String> {
    if !choices.asked.is_empty() {
        return choices.asked.to_vec();
    }
    let names: Vec<&str> = all.iter().map(|environment| environment.name.as_str()).collect();
    let staging = names.contains(&STAGING).then(|| STAGING.to_owned());
    staging.into_iter().chain(production(&names)).collect()
}

/// What a run is for. `fork` and `restricted` are asked although a branch is known: a fork may call
/// its branch `main`.
fn trigger(context: &CiContext) -> Result<Trigger<'_>, Nothing> {
    if context.ci.is_none() {
        return Err(Nothing::Desk);
    }
    let event = context.event.as_ref().map(|event| &event.value);
    match event {
        Some(EventKind::PullRequest | EventKind::MergeQueue) => return Err(Nothing::NotMerged),
        Some(foreign @ (EventKind::PullRequestTarget | EventKind::WorkflowRun)) => {
            return Err(Nothing::Foreign(foreign.as_str().to_owned()));
        }
        _ => {}
    }
    let holds = |known: &Option<Known<bool>>| known.as_ref().is_some_and(|known| known.value);
    if holds(&context.fork) || holds(&context.restricted) {
        return Err(Nothing::Fork);
    }
    let tag = context.tag.as_ref().map(|tag| Trigger::Tag(&tag.value));
    let branch = context.branch.as_ref().map(|branch| branch.value.as_str());
    match event {
        Some(EventKind::Other(name)) if tag.is_none() && branch.is_none() => {
            Err(Nothing::Event(name.clone()))
        }
        // Whatever else is new here may be about anything.
        Some(EventKind::Other(name)) if !RUNS_FOR_A_REF.contains(&name.as_str()) => {
            Err(Nothing::Event(name.clone()))
        }
        Some(EventKind::Schedule) => branch.map(Trigger::Schedule).ok_or(Nothing::UnknownRef),
        _ => tag.or(branch.map(Trigger::Branch)).ok_or(Nothing::UnknownRef),
    }
}

/// Events that clodo has no word for, and that are certain to be for the branch or tag that the run
/// names: GitLab's child pipelines and those started in a chat
/// (<https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable>).
const RUNS_FOR_A_REF: [&str; 2] = ["parent_pipeline", "chat"];

/// Whether an `on` names what a run is for.
fn is_named(on: &On, trigger: &Trigger<'_>, default: Option<&str>) -> bool {
    let has_branch = |branch: &str| on.branches.iter().any(|glob| glob.matches(branch));
    match trigger {
        Trigger::Branch(branch) => has_branch(branch),
        Trigger::Tag(tag) => on.tags.iter().any(|glob| glob.matches(tag)),
        Trigger::Schedule(branch) if on.branches.is_empty() => {
            on.schedule && Some(*branch) == default
        }
        Trigger::Schedule(branch) => on.schedule && has_branch(branch),
    }
}

impl Trigger<'_> {
    fn shown(&self) -> String {
        match self {
            Self::Branch(branch) => format!("the branch {branch}"),
            Self::Tag(tag) => format!("the tag {tag}"),
            Self::Schedule(branch) => format!("the clock on {branch}"),
        }
    }
}

/// Whether a run goes on with an earlier one, because somebody said yes or started it again.
pub fn is_again(context: &CiContext) -> bool {
    let event = context.event.as_ref().map(|event| &event.value);
    event == Some(&EventKind::IssueComment)
        || context.run_attempt.as_ref().is_some_and(|attempt| attempt.value > 1)
}
