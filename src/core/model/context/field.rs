//! The fields of a context as a list: to show them, and to set them by name.

use serde_json::Value;

use super::{CiContext, CiSystem, EventKind, ForgeKind, Known, Origin, Sha, Source};

/// A field of [`CiContext`], in the order in which people see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// [`CiContext::ci`].
    Ci,
    /// [`CiContext::event`].
    Event,
    /// [`CiContext::forge`].
    Forge,
    /// [`CiContext::server_url`].
    ServerUrl,
    /// [`CiContext::api_url`].
    ApiUrl,
    /// [`CiContext::repository`].
    Repository,
    /// [`CiContext::repository_id`].
    RepositoryId,
    /// [`CiContext::git_ref`].
    Ref,
    /// [`CiContext::branch`].
    Branch,
    /// [`CiContext::tag`].
    Tag,
    /// [`CiContext::base_branch`].
    BaseBranch,
    /// [`CiContext::default_branch`].
    DefaultBranch,
    /// [`CiContext::head_sha`].
    HeadSha,
    /// [`CiContext::base_sha`].
    BaseSha,
    /// [`CiContext::checkout_sha`].
    CheckoutSha,
    /// [`CiContext::pull_request`].
    PullRequest,
    /// [`CiContext::fork`].
    Fork,
    /// [`CiContext::restricted`].
    Restricted,
    /// [`CiContext::protected`].
    Protected,
    /// [`CiContext::deploy_freeze`].
    DeployFreeze,
    /// [`CiContext::actor`].
    Actor,
    /// [`CiContext::triggering_actor`].
    TriggeringActor,
    /// [`CiContext::run_id`].
    RunId,
    /// [`CiContext::run_attempt`].
    RunAttempt,
    /// [`CiContext::run_url`].
    RunUrl,
    /// [`CiContext::job`].
    Job,
    /// [`CiContext::workspace`].
    Workspace,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 27] = [
        Self::Ci,
        Self::Event,
        Self::Forge,
        Self::ServerUrl,
        Self::ApiUrl,
        Self::Repository,
        Self::RepositoryId,
        Self::Ref,
        Self::Branch,
        Self::Tag,
        Self::BaseBranch,
        Self::DefaultBranch,
        Self::HeadSha,
        Self::BaseSha,
        Self::CheckoutSha,
        Self::PullRequest,
        Self::Fork,
        Self::Restricted,
        Self::Protected,
        Self::DeployFreeze,
        Self::Actor,
        Self::TriggeringActor,
        Self::RunId,
        Self::RunAttempt,
        Self::RunUrl,
        Self::Job,
        Self::Workspace,
    ];

    /// Its name, and the variable that sets it whatever the CI system says.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Ci => ("ci", "CLODO_CI"),
            Self::Event => ("event", "CLODO_EVENT"),
            Self::Forge => ("forge", "CLODO_FORGE"),
            Self::ServerUrl => ("server_url", "CLODO_SERVER_URL"),
            Self::ApiUrl => ("api_url", "CLODO_API_URL"),
            Self::Repository => ("repository", "CLODO_REPO"),
            Self::RepositoryId => ("repository_id", "CLODO_REPO_ID"),
            Self::Ref => ("ref", "CLODO_REF"),
            Self::Branch => ("branch", "CLODO_BRANCH"),
            Self::Tag => ("tag", "CLODO_TAG"),
            Self::BaseBranch => ("base_branch", "CLODO_BASE"),
            Self::DefaultBranch => ("default_branch", "CLODO_DEFAULT_BRANCH"),
            Self::HeadSha => ("head_sha", "CLODO_SHA"),
            Self::BaseSha => ("base_sha", "CLODO_BASE_SHA"),
            Self::CheckoutSha => ("checkout_sha", "CLODO_CHECKOUT_SHA"),
            Self::PullRequest => ("pull_request", "CLODO_PR"),
            Self::Fork => ("fork", "CLODO_FORK"),
            Self::Restricted => ("restricted", "CLODO_RESTRICTED"),
            Self::Protected => ("protected", "CLODO_PROTECTED"),
            Self::DeployFreeze => ("deploy_freeze", "CLODO_DEPLOY_FREEZE"),
            Self::Actor => ("actor", "CLODO_ACTOR"),
            Self::TriggeringActor => ("triggering_actor", "CLODO_TRIGGERING_ACTOR"),
            Self::RunId => ("run_id", "CLODO_RUN_ID"),
            Self::RunAttempt => ("run_attempt", "CLODO_RUN_ATTEMPT"),
            Self::RunUrl => ("run_url", "CLODO_RUN_URL"),
            Self::Job => ("job", "CLODO_JOB"),
            Self::Workspace => ("workspace", "CLODO_WORKSPACE"),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// The variable that sets it, whatever the CI system says.
    pub fn variable(self) -> &'static str {
        self.words().1
    }

    /// Whether it is either true or false.
    pub fn is_flag(self) -> bool {
        matches!(self, Self::Fork | Self::Restricted | Self::Protected | Self::DeployFreeze)
    }
}

/// A variable of clodo's own with a value that its field cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} is not {expected}")]
pub struct Malformed {
    /// The variable.
    pub variable: &'static str,
    /// What it should be.
    pub expected: &'static str,
}

impl CiContext {
    /// What is known of a field, and from where.
    pub fn get(&self, field: Field) -> Option<(Value, &Source)> {
        match field {
            Field::Ci => show(&self.ci),
            Field::Event => show(&self.event),
            Field::Forge => show(&self.forge),
            Field::ServerUrl => show(&self.server_url),
            Field::ApiUrl => show(&self.api_url),
            Field::Repository => show(&self.repository),
            Field::RepositoryId => show(&self.repository_id),
            Field::Ref => show(&self.git_ref),
            Field::Branch => show(&self.branch),
            Field::Tag => show(&self.tag),
            Field::BaseBranch => show(&self.base_branch),
            Field::DefaultBranch => show(&self.default_branch),
            Field::HeadSha => show(&self.head_sha),
            Field::BaseSha => show(&self.base_sha),
            Field::CheckoutSha => show(&self.checkout_sha),
            Field::PullRequest => show(&self.pull_request),
            Field::Fork => show(&self.fork),
            Field::Restricted => show(&self.restricted),
            Field::Protected => show(&self.protected),
            Field::DeployFreeze => show(&self.deploy_freeze),
            Field::Actor => show(&self.actor),
            Field::TriggeringActor => show(&self.triggering_actor),
            Field::RunId => show(&self.run_id),
            Field::RunAttempt => show(&self.run_attempt),
            Field::RunUrl => show(&self.run_url),
            Field::Job => show(&self.job),
            Field::Workspace => show(&self.workspace),
        }
    }

    /// Sets a field to what its variable of clodo's own says.
    pub fn set(&mut self, field: Field, text: &str) -> Result<(), Malformed> {
        match field {
            Field::Ci => set(&mut self.ci, field, text),
            Field::Event => set(&mut self.event, field, text),
            Field::Forge => set(&mut self.forge, field, text),
            Field::ServerUrl => set_url(&mut self.server_url, field, text),
            Field::ApiUrl => set_url(&mut self.api_url, field, text),
            Field::Repository => set(&mut self.repository, field, text),
            Field::RepositoryId => set(&mut self.repository_id, field, text),
            Field::Ref => set(&mut self.git_ref, field, text),
            Field::Branch => set(&mut self.branch, field, text),
            Field::Tag => set(&mut self.tag, field, text),
            Field::BaseBranch => set(&mut self.base_branch, field, text),
            Field::DefaultBranch => set(&mut self.default_branch, field, text),
            Field::HeadSha => set(&mut self.head_sha, field, text),
            Field::BaseSha => set(&mut self.base_sha, field, text),
            Field::CheckoutSha => set(&mut self.checkout_sha, field, text),
            Field::PullRequest => set(&mut self.pull_request, field, text),
            Field::Fork => set(&mut self.fork, field, text),
            Field::Restricted => set(&mut self.restricted, field, text),
            Field::Protected => set(&mut self.protected, field, text),
            Field::DeployFreeze => set(&mut self.deploy_freeze, field, text),
            Field::Actor => set(&mut self.actor, field, text),
            Field::TriggeringActor => set(&mut self.triggering_actor, field, text),
            Field::RunId => set(&mut self.run_id, field, text),
            Field::RunAttempt => set(&mut self.run_attempt, field, text),
            Field::RunUrl => set(&mut self.run_url, field, text),
            Field::Job => set(&mut self.job, field, text),
            Field::Workspace => set(&mut self.workspace, field, text),
        }
    }
}

fn show<T: Datum>(known: &Option<Known<T>>) -> Option<(Value, &Source)> {
    known.as_ref().map(|known| (known.value.to_json(), &known.source))
}

fn set<T: Datum>(slot: &mut Option<Known<T>>, field: Field, text: &str) -> Result<(), Malformed> {
    let variable = field.variable();
    let value = T::parse(text).ok_or(Malformed { variable, expected: T::EXPECTED })?;
    *slot = Some(Known::new(value, Origin::Variable(variable)));
    Ok(())
}

/// A URL to which paths are added, so that it must be one and end without a slash.
fn set_url(slot: &mut Option<Known<String>>, field: Field, text: &str) -> Result<(), Malformed> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        let expected = "a URL that starts with https:// or http://";
        return Err(Malformed { variable: field.variable(), expected });
    }
    set(slot, field, text.trim_end_matches('/'))
}

/// What a field may hold.
trait Datum: Sized {
    /// What it looks like, for those who wrote something else.
    const EXPECTED: &'static str;
    fn parse(text: &str) -> Option<Self>;
    fn to_json(&self) -> Value;
}

impl Datum for String {
    const EXPECTED: &'static str = "text";
    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
    fn to_json(&self) -> Value {
        self.as_str().into()
    }
}

impl Datum for u64 {
    const EXPECTED: &'static str = "a number";
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn to_json(&self) -> Value {
        (*self).into()
    }
}

impl Datum for bool {
    const EXPECTED: &'static str = "true or false";
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn to_json(&self) -> Value {
        (*self).into()
    }
}

impl Datum for Sha {
    const EXPECTED: &'static str = "the full name of a commit, 40 or 64 hexadecimal digits";
    fn parse(text: &str) -> Option<Self> {
        Self::parse(text)
    }
    fn to_json(&self) -> Value {
        self.as_str().into()
    }
}

impl Datum for CiSystem {
    const EXPECTED: &'static str = "the name of a CI system that clodo knows";
    fn parse(text: &str) -> Option<Self> {
        Self::parse(text)
    }
    fn to_json(&self) -> Value {
        self.as_str().into()
    }
}

impl Datum for ForgeKind {
    const EXPECTED: &'static str = "one of github, gitlab, bitbucket, azure-devops, gitea, none";
    fn parse(text: &str) -> Option<Self> {
        Self::parse(text)
    }
    fn to_json(&self) -> Value {
        self.as_str().into()
    }
}

impl Datum for EventKind {
    const EXPECTED: &'static str = "the name of an event";
    fn parse(text: &str) -> Option<Self> {
        Some(Self::parse(text))
    }
    fn to_json(&self) -> Value {
        self.as_str().into()
    }
}
