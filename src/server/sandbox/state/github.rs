//! GitHub: repositories with what is said and decided there, users, teams and tokens.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::git::Git;

/// Everything that GitHub knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GitHub {
    /// The newest number that something got.
    pub newest: u64,
    /// By login.
    pub users: BTreeMap<String, User>,
    /// By `organisation/slug`.
    pub teams: BTreeMap<String, Team>,
    /// Who may ask.
    pub tokens: Vec<Token>,
    /// How often one may ask.
    pub limits: Limits,
    /// By `owner/name`.
    pub repositories: BTreeMap<String, Repository>,
}

/// A user, a bot or an organisation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// A number of its own.
    pub id: u64,
    /// What it is.
    pub kind: UserKind,
    /// The addresses with which it commits.
    pub emails: BTreeSet<String>,
    /// The SSH keys that it comes in with, as lines of `authorized_keys`.
    pub keys: Vec<String>,
    /// Those that it signs with.
    pub signing_keys: Vec<String>,
}

/// What a user is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserKind {
    /// A person.
    #[default]
    User,
    /// An App, whose login ends with `[bot]`.
    Bot,
    /// An organisation.
    Organization,
}

/// A team of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Team {
    /// A number of its own.
    pub id: u64,
    /// Logins.
    pub members: BTreeSet<String>,
}

/// A token. What it begins with says what it is: `ghs_` of an App (a job's `GITHUB_TOKEN` is one),
/// `github_pat_` fine-grained, anything else classic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Token {
    /// What the client sends. Good for this sandbox only, so it is no secret.
    pub value: String,
    /// Who acts with it.
    pub login: String,
    /// The permissions by the names of a workflow's `permissions`, such as `checks`; `None` is all.
    pub permissions: Option<BTreeMap<String, Access>>,
    /// The repositories that it is for; `None` is all that its user sees.
    pub repositories: Option<BTreeSet<String>>,
}

/// How far a permission goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Nowhere.
    #[default]
    None,
    /// To look.
    Read,
    /// To change.
    Write,
}

/// What a user is in a repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May look.
    #[default]
    Read,
    /// May also sort issues.
    Triage,
    /// May also push.
    Write,
    /// May also manage.
    Maintain,
    /// May do everything.
    Admin,
}

/// How often one may ask, per token ("Rate limits for the REST API" in GitHub's documentation).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Requests in an hour: GitHub's is 5000 for users, 1000 for a job's token.
    pub requests: u32,
    /// Requests that create something in a minute: GitHub's secondary limit is 80.
    pub creations: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests: 5000, creations: 80 }
    }
}

/// A repository.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Repository {
    /// A number of its own.
    pub id: u64,
    /// `owner/name`.
    pub full_name: String,
    /// Whether only those who are let in see it.
    pub private: bool,
    /// Usually `main`.
    pub default_branch: String,
    /// Of which it is a fork.
    pub fork_of: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// Who is what in it, beside the owner.
    pub collaborators: BTreeMap<String, Role>,
    /// What teams are in it, by `organisation/slug`.
    pub teams: BTreeMap<String, Role>,
    /// Commits and branches, those of forks' pull requests included.
    pub git: Git,
    /// The branches that are protected.
    pub protection: BTreeMap<String, Protection>,
    /// Pull requests.
    pub pulls: Vec<Pull>,
    /// Comments on pull requests, the oldest first.
    pub comments: Vec<Comment>,
    /// Commit statuses, the oldest first.
    pub statuses: Vec<Status>,
    /// Check runs, the oldest first.
    pub check_runs: Vec<CheckRun>,
    /// Deployments, the oldest first.
    pub deployments: Vec<Deployment>,
    /// Environments by name.
    pub environments: BTreeMap<String, Environment>,
    /// Runs of workflows.
    pub runs: Vec<Run>,
}

/// What protects a branch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Protection {
    /// How many approvals a pull request needs.
    pub approvals: u32,
    /// Whether a push takes them away again.
    pub dismiss_stale: bool,
    /// Whether owners of the code have to be among them.
    pub code_owners: bool,
    /// The statuses and check runs that have to succeed.
    pub contexts: Vec<String>,
    /// Whether administrators are bound as well.
    pub admins: bool,
}

/// A pull request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pull {
    /// A number among all of GitHub's.
    pub id: u64,
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// What its author says about it.
    pub body: Option<String>,
    /// Who opened it.
    pub author: String,
    /// Whether it is not meant to be merged yet.
    pub draft: bool,
    /// Whether it is no longer open.
    pub closed: bool,
    /// What came of it, if it was merged.
    pub merged: Option<Merged>,
    /// Where its commits are.
    pub head: Side,
    /// Where they shall go.
    pub base: Side,
    /// Logins of those who are asked for a review.
    pub reviewers: BTreeSet<String>,
    /// Slugs of teams that are.
    pub team_reviewers: BTreeSet<String>,
    /// Reviews, the oldest first.
    pub reviews: Vec<Review>,
    /// When it was opened.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
}

/// A side of a pull request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Side {
    /// `owner/name`: for the head of one from a fork, the fork.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The newest commit.
    pub sha: String,
}

/// The end of a pull request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Merged {
    /// When.
    pub at: String,
    /// By whom.
    pub by: String,
    /// The commit on the base.
    pub sha: String,
}

/// A review.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Review {
    /// A number of its own.
    pub id: u64,
    /// Whose it is.
    pub author: String,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED` or `PENDING`.
    pub state: String,
    /// What it says.
    pub body: String,
    /// The head when it was written.
    pub commit: String,
    /// When it was submitted.
    pub submitted_at: Option<String>,
}

/// A comment on a pull request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Comment {
    /// A number of its own.
    pub id: u64,
    /// The number of the pull request.
    pub issue: u64,
    /// Whose it is.
    pub author: String,
    /// What it says.
    pub body: String,
    /// Why it is folded, if it is: `OUTDATED`, `RESOLVED`, …
    pub hidden: Option<String>,
    /// When it was written.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
    /// Whether it is not what its author wrote.
    pub edited: bool,
}

/// A commit status.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// A number of its own.
    pub id: u64,
    /// The commit.
    pub sha: String,
    /// Who says so.
    pub author: String,
    /// `error`, `failure`, `pending` or `success`.
    pub state: String,
    /// By which it is told from others at the commit.
    pub context: String,
    /// One line.
    pub description: Option<String>,
    /// Where there is more.
    pub target_url: Option<String>,
    /// When it was said.
    pub created_at: String,
}

/// A check run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckRun {
    /// A number of its own.
    pub id: u64,
    /// The number that all of an App at a commit share.
    pub suite: u64,
    /// The App.
    pub app: String,
    /// Its name.
    pub name: String,
    /// The commit.
    pub sha: String,
    /// `queued`, `in_progress` or `completed`.
    pub status: String,
    /// `success`, `failure`, …: once it is completed.
    pub conclusion: Option<String>,
    /// What the App calls it.
    pub external_id: String,
    /// Where there is more.
    pub details_url: Option<String>,
    /// When it began.
    pub started_at: String,
    /// When it was completed.
    pub completed_at: Option<String>,
    /// The verdict in one line.
    pub title: Option<String>,
    /// The report, as Markdown.
    pub summary: Option<String>,
    /// More of it.
    pub text: Option<String>,
    /// Remarks at lines, as they were sent.
    pub annotations: Vec<Value>,
}

/// A deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Deployment {
    /// A number of its own.
    pub id: u64,
    /// The commit.
    pub sha: String,
    /// The name by which the commit was asked for.
    pub reference: String,
    /// Usually `deploy`.
    pub task: String,
    /// Where to.
    pub environment: String,
    /// Whether that will be gone some day.
    pub transient: bool,
    /// Whether end users are there.
    pub production: bool,
    /// One line.
    pub description: Option<String>,
    /// What its maker needs to know, as it was sent.
    pub payload: Value,
    /// Who made it.
    pub author: String,
    /// When it was made.
    pub created_at: String,
    /// What became of it, the oldest first.
    pub statuses: Vec<DeploymentStatus>,
}

/// What became of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeploymentStatus {
    /// A number of its own.
    pub id: u64,
    /// `queued`, `in_progress`, `success`, `failure`, `error`, `inactive` or `pending`.
    pub state: String,
    /// Who says so.
    pub author: String,
    /// One line.
    pub description: String,
    /// Where the log is.
    pub log_url: String,
    /// Where it can be looked at.
    pub environment_url: String,
    /// When it was said.
    pub created_at: String,
}

/// An environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Environment {
    /// A number of its own.
    pub id: u64,
    /// When it was made.
    pub created_at: String,
    /// How many minutes a job waits.
    pub wait_timer: u32,
    /// Those of whom one has to approve.
    pub reviewers: Vec<Reviewer>,
    /// Whether who started the run may not.
    pub prevent_self_review: bool,
    /// Whether administrators have to be asked as well.
    pub binds_admins: bool,
    /// Which branches may deploy there; none is every branch.
    pub branches: Option<Branches>,
}

/// One who may approve a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reviewer {
    /// A login.
    User(String),
    /// `organisation/slug`.
    Team(String),
}

/// Which branches may deploy to an environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Branches {
    /// Those that are protected.
    Protected,
    /// Those that a pattern covers.
    Custom(Vec<String>),
}

/// A run of a workflow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// A number of its own.
    pub id: u64,
    /// Its number among those of the workflow.
    pub number: u64,
    /// Which attempt it is.
    pub attempt: u64,
    /// The commit.
    pub sha: String,
    /// The branch.
    pub branch: String,
    /// What started it, such as `push`.
    pub event: String,
    /// Who did.
    pub actor: String,
    /// Who started this attempt, if it is another.
    pub rerun_by: Option<String>,
    /// The workflow's file.
    pub workflow: String,
    /// `queued`, `in_progress`, `waiting` or `completed`.
    pub status: String,
    /// `success`, `failure`, …: once it is completed.
    pub conclusion: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// When this attempt began.
    pub started_at: String,
    /// The environments for which a job of it waits.
    pub waiting: BTreeSet<String>,
    /// What was decided about them.
    pub approvals: Vec<RunApproval>,
}

/// A decision about a run that waits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunApproval {
    /// The environments that it is about.
    pub environments: BTreeSet<String>,
    /// `approved` or `rejected`.
    pub state: String,
    /// Who decided.
    pub user: String,
    /// What they say.
    pub comment: String,
}

impl GitHub {
    /// A number that nothing has yet.
    pub fn number(&mut self) -> u64 {
        self.newest += 1;
        self.newest
    }

    /// What a user is in a repository; nothing where they are not let in.
    pub fn role(&self, repository: &Repository, login: &str) -> Option<Role> {
        if repository.owner() == login {
            return Some(Role::Admin);
        }
        let teams = repository.teams.iter().filter(|(team, _)| self.is_member(team, login));
        let own = repository.collaborators.get(login).copied();
        let public = (!repository.private).then_some(Role::Read);
        teams.map(|(_, role)| *role).chain(own).chain(public).max()
    }

    /// Whether a user is in a team, `organisation/slug`.
    pub fn is_member(&self, team: &str, login: &str) -> bool {
        self.teams.get(team).is_some_and(|team| team.members.contains(login))
    }

    /// Lets the open pull requests of a repository's branches have what was pushed there. A push
    /// takes approvals away where the base branch says so.
    pub fn follow(&mut self, pushed: &str) {
        let Some(from) = self.repositories.get(pushed).map(|one| one.git.clone()) else { return };
        for repository in self.repositories.values_mut() {
            let Repository { pulls, protection, git, .. } = repository;
            for pull in pulls.iter_mut().filter(|pull| !pull.closed) {
                let Side { repository, branch, sha } = &mut pull.head;
                let Some(newest) = from.branches.get(branch).filter(|newest| *newest != sha) else {
                    continue;
                };
                if repository != pushed {
                    continue;
                }
                sha.clone_from(newest);
                git.fetch(&from, newest);
                if protection.get(&pull.base.branch).is_some_and(|rules| rules.dismiss_stale) {
                    let given = pull.reviews.iter_mut().filter(|one| one.state == "APPROVED");
                    given.for_each(|review| review.state = "DISMISSED".into());
                }
            }
        }
    }

    /// Whether a user may approve deployments to an environment.
    pub fn may_approve(&self, environment: &Environment, login: &str) -> bool {
        environment.reviewers.iter().any(|reviewer| match reviewer {
            Reviewer::User(user) => user == login,
            Reviewer::Team(team) => self.is_member(team, login),
        })
    }
}

impl Repository {
    /// The owner.
    pub fn owner(&self) -> &str {
        self.full_name.split('/').next().unwrap_or_default()
    }

    /// Its name without the owner's.
    pub fn name(&self) -> &str {
        self.full_name.split('/').nth(1).unwrap_or_default()
    }

    /// A pull request by its number.
    pub fn pull(&self, number: u64) -> Option<&Pull> {
        self.pulls.iter().find(|pull| pull.number == number)
    }

    /// The newest status of every context at a commit, the newest first.
    pub fn standing(&self, sha: &str) -> Vec<&Status> {
        let mut seen = BTreeSet::new();
        let newest = self.statuses.iter().rev().filter(|status| status.sha == sha);
        newest.filter(|status| seen.insert(&status.context)).collect()
    }
}

impl Pull {
    /// Whether it was opened from another repository.
    pub fn is_from_fork(&self) -> bool {
        self.head.repository != self.base.repository
    }
}

impl Role {
    /// One of the four words that `permission` knows.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Maintain | Self::Write => "write",
            Self::Triage | Self::Read => "read",
        }
    }

    /// What it allows, one by one.
    pub fn permissions(self) -> Value {
        json!({
            "pull": true, "triage": self >= Self::Triage, "push": self >= Self::Write,
            "maintain": self >= Self::Maintain, "admin": self == Self::Admin,
        })
    }
}
