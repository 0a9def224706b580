//! GitLab: projects with what is said and decided there, users, groups and tokens.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::git::Git;

/// Everything that GitLab knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GitLab {
    /// The newest number that something got.
    pub newest: u64,
    /// By username.
    pub users: BTreeMap<String, User>,
    /// By path.
    pub groups: BTreeMap<String, Group>,
    /// Who may ask.
    pub tokens: Vec<Token>,
    /// How often one may ask.
    pub limits: Limits,
    /// By path, all groups included.
    pub projects: BTreeMap<String, Project>,
}

/// A user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// A number of its own.
    pub id: u64,
    /// What people call them.
    pub name: String,
    /// Whether it is the user of a project access token.
    pub bot: bool,
    /// The addresses with which they commit, beside GitLab's own for them.
    pub emails: BTreeSet<String>,
    /// The SSH keys, as lines of `authorized_keys`.
    pub keys: Vec<Key>,
}

/// A key of a user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Key {
    /// The key.
    pub key: String,
    /// Until when it is valid.
    pub expires_at: Option<String>,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Group {
    /// A number of its own.
    pub id: u64,
    /// What each is in it, and so in its projects.
    pub members: BTreeMap<String, Level>,
}

/// A token.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Token {
    /// What the client sends. Good for this sandbox only, so it is no secret.
    pub value: String,
    /// Who acts with it.
    pub username: String,
    /// Whether it is the `CI_JOB_TOKEN` of a job, which is good for few things.
    pub job: bool,
    /// `api` or `read_api`, …; `None` is `api`.
    pub scopes: Option<BTreeSet<String>>,
}

/// How often one may ask, per token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Requests in a minute: GitLab.com's is 2000 ("Rate limits on GitLab.com").
    pub requests: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests: 2000 }
    }
}

/// What a user is in a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Looks at issues.
    #[default]
    Guest,
    /// Looks at everything.
    Reporter,
    /// Pushes.
    Developer,
    /// Manages.
    Maintainer,
    /// Owns.
    Owner,
}

impl Level {
    /// GitLab's number for it ("Members API", valid access levels).
    pub fn number(self) -> u64 {
        match self {
            Self::Guest => 10,
            Self::Reporter => 20,
            Self::Developer => 30,
            Self::Maintainer => 40,
            Self::Owner => 50,
        }
    }

    /// What GitLab calls those who are it.
    pub fn description(self) -> &'static str {
        match self {
            Self::Guest => "Guests",
            Self::Reporter => "Reporters",
            Self::Developer => "Developers + Maintainers",
            Self::Maintainer => "Maintainers",
            Self::Owner => "Owners",
        }
    }
}

/// A project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Project {
    /// A number of its own.
    pub id: u64,
    /// Its name after those of its groups.
    pub path: String,
    /// Whether only members see it.
    pub private: bool,
    /// Usually `main`.
    pub default_branch: String,
    /// Of which it is a fork.
    pub fork_of: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// Who is what in it, beside the members of its groups.
    pub members: BTreeMap<String, Level>,
    /// Commits and branches, those of forks' merge requests included.
    pub git: Git,
    /// Branches to which not everybody pushes.
    pub protected_branches: BTreeSet<String>,
    /// Merge requests.
    pub merge_requests: Vec<MergeRequest>,
    /// Who has to approve merge requests.
    pub approval_rules: Vec<ApprovalRule>,
    /// Whether approvals stay when something is pushed.
    pub keeps_approvals: bool,
    /// Commit statuses, the oldest first.
    pub statuses: Vec<Status>,
    /// Pipelines, the oldest first.
    pub pipelines: Vec<Pipeline>,
    /// Environments by name.
    pub environments: BTreeMap<String, Environment>,
    /// Deployments, the oldest first.
    pub deployments: Vec<Deployment>,
    /// When nothing shall be deployed.
    pub freeze_periods: Vec<FreezePeriod>,
}

/// A merge request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MergeRequest {
    /// A number among all of GitLab's.
    pub id: u64,
    /// Its number in the project.
    pub iid: u64,
    /// Its title.
    pub title: String,
    /// What its author says about it.
    pub description: Option<String>,
    /// Who opened it.
    pub author: String,
    /// `opened`, `closed` or `merged`.
    pub state: String,
    /// Whether it is not meant to be merged yet.
    pub draft: bool,
    /// The branch where its commits are.
    pub source_branch: String,
    /// The project where they are, if it is another.
    pub source_project: Option<String>,
    /// The branch where they shall go.
    pub target_branch: String,
    /// The newest commit.
    pub sha: String,
    /// What the target was before, once it is merged.
    pub base: String,
    /// The commit on the target, once it is merged.
    pub merge_commit: Option<String>,
    /// The one commit that it was made into, if it was.
    pub squash_commit: Option<String>,
    /// Those who were asked for a review.
    pub reviewers: BTreeSet<String>,
    /// Those who approved.
    pub approved_by: Vec<Approved>,
    /// Reviewers who want something changed.
    pub against: BTreeSet<String>,
    /// The newest commit after each push, the oldest first.
    pub versions: Vec<Version>,
    /// Notes, the oldest first.
    pub notes: Vec<Note>,
    /// When it was opened.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
}

/// An approval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Approved {
    /// Whose it is.
    pub by: String,
    /// When it was given.
    pub at: String,
}

/// What a merge request was after a push.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Version {
    /// A number of its own.
    pub id: u64,
    /// The newest commit.
    pub sha: String,
    /// When it was pushed.
    pub created_at: String,
}

/// A note on a merge request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// A number of its own.
    pub id: u64,
    /// Whose it is.
    pub author: String,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
}

/// A rule that says who has to approve.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApprovalRule {
    /// A number of its own.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// How many.
    pub required: usize,
    /// Of these users,
    pub users: BTreeSet<String>,
    /// and of those of these groups. If neither is named: of all who may.
    pub groups: BTreeSet<String>,
}

/// A commit status, which is a job that runs elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// A number of its own.
    pub id: u64,
    /// The commit.
    pub sha: String,
    /// The branch.
    pub branch: String,
    /// The pipeline that it was added to.
    pub pipeline: u64,
    /// Who says so.
    pub author: String,
    /// `pending`, `running`, `success`, `failed`, `canceled` or `skipped`.
    pub status: String,
    /// By which it is told from others at the commit.
    pub name: String,
    /// One line.
    pub description: Option<String>,
    /// Where there is more.
    pub target_url: Option<String>,
    /// When it was said.
    pub created_at: String,
}

/// A pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pipeline {
    /// A number among all of GitLab's.
    pub id: u64,
    /// Its number in the project.
    pub iid: u64,
    /// The commit.
    pub sha: String,
    /// The branch.
    pub branch: String,
    /// `push`, `merge_request_event`, `external`, …
    pub source: String,
    /// `running`, `success`, …
    pub status: String,
    /// Who started it.
    pub user: String,
    /// When it was made.
    pub created_at: String,
    /// Its jobs.
    pub jobs: Vec<Job>,
}

/// A job of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Job {
    /// A number of its own.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its stage.
    pub stage: String,
    /// `created`, `running`, `manual`, `success`, …
    pub status: String,
    /// Who started it, if it was not with the pipeline.
    pub user: Option<String>,
    /// When it began.
    pub started_at: Option<String>,
}

/// An environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Environment {
    /// A number of its own.
    pub id: u64,
    /// When it was made.
    pub created_at: String,
    /// `production`, `staging`, `testing`, `development` or `other`.
    pub tier: String,
    /// Where it can be looked at.
    pub external_url: String,
    /// Who may deploy there and who has to approve, if it is protected.
    pub protection: Option<Protection>,
}

/// What protects an environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Protection {
    /// Who may deploy.
    pub deployers: Vec<Who>,
    /// Who has to approve.
    pub approvals: Vec<Approvals>,
}

/// Some users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// One.
    User(String),
    /// Those of a group.
    Group(String),
    /// Those who are at least that in the project.
    Level(Level),
}

/// How many of whom have to approve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approvals {
    /// A number of its own.
    #[serde(default)]
    pub id: u64,
    /// Of whom.
    pub of: Who,
    /// How many.
    pub required: usize,
}

/// A deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Deployment {
    /// A number among all of GitLab's.
    pub id: u64,
    /// Its number in the project.
    pub iid: u64,
    /// The commit.
    pub sha: String,
    /// The branch.
    pub branch: String,
    /// Whether that is a tag.
    pub tag: bool,
    /// Where to.
    pub environment: String,
    /// `created`, `running`, `success`, `failed`, `canceled` or `blocked`.
    pub status: String,
    /// Who started it.
    pub user: String,
    /// When it was made.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
    /// What was decided about it.
    pub approvals: Vec<Decision>,
}

/// A decision about a deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// Who decided.
    pub user: String,
    /// `approved` or `rejected`.
    pub status: String,
    /// What they say.
    pub comment: String,
    /// When.
    pub created_at: String,
}

/// A time when nothing shall be deployed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FreezePeriod {
    /// A number of its own.
    pub id: u64,
    /// A cron expression.
    pub start: String,
    /// A cron expression.
    pub end: String,
    /// Such as `UTC`.
    pub timezone: String,
}

impl GitLab {
    /// A number that nothing has yet.
    pub fn number(&mut self) -> u64 {
        self.newest += 1;
        self.newest
    }

    /// What a user is in a project; nothing where they are no member.
    pub fn level(&self, project: &Project, username: &str) -> Option<Level> {
        let above = project.path.match_indices('/').map(|(at, _)| &project.path[..at]);
        let groups = above.filter_map(|path| self.groups.get(path)?.members.get(username));
        groups.chain(project.members.get(username)).copied().max()
    }

    /// The user with a number.
    pub fn user(&self, id: u64) -> Option<(&String, &User)> {
        self.users.iter().find(|(_, user)| user.id == id)
    }

    /// Lets the open merge requests of a project's branches have what was pushed there. A push takes
    /// approvals away, unless the project keeps them.
    pub fn follow(&mut self, pushed: &str, now: &str) {
        let Some(from) = self.projects.get(pushed).map(|one| one.git.clone()) else { return };
        let Self { projects, newest: number, .. } = self;
        for project in projects.values_mut() {
            let Project { path, merge_requests, git, keeps_approvals, .. } = project;
            for request in merge_requests.iter_mut().filter(|one| one.state == "opened") {
                let of = request.source_project.as_ref().unwrap_or(path);
                let newest = from.branches.get(&request.source_branch).filter(|_| of == pushed);
                let Some(newest) = newest.filter(|newest| **newest != request.sha) else {
                    continue;
                };
                request.sha.clone_from(newest);
                now.clone_into(&mut request.updated_at);
                *number += 1;
                let version =
                    Version { id: *number, sha: newest.clone(), created_at: now.to_owned() };
                request.versions.push(version);
                git.fetch(&from, newest);
                if !*keeps_approvals {
                    request.approved_by.clear();
                }
            }
        }
    }

    /// Whether a user is one of those.
    pub fn is_one_of(&self, who: &Who, project: &Project, username: &str) -> bool {
        match who {
            Who::User(user) => user == username,
            Who::Group(path) => {
                self.groups.get(path).is_some_and(|group| group.members.contains_key(username))
            }
            Who::Level(level) => self.level(project, username) >= Some(*level),
        }
    }

    /// How many approvals a deployment still needs.
    pub fn missing(&self, project: &Project, deployment: &Deployment) -> usize {
        let environment = project.environments.get(&deployment.environment);
        let rules = environment.and_then(|environment| environment.protection.as_ref());
        let left = |rule: &Approvals| {
            let given = deployment.approvals.iter().filter(|decision| {
                decision.status == "approved" && self.is_one_of(&rule.of, project, &decision.user)
            });
            rule.required.saturating_sub(given.count())
        };
        rules.map_or(0, |protection| protection.approvals.iter().map(left).sum())
    }

    /// The users who may give an approval that a rule asks for.
    pub fn eligible<'a>(
        &'a self,
        rule: &'a ApprovalRule,
        project: &'a Project,
    ) -> impl Iterator<Item = &'a str> {
        let anyone = rule.users.is_empty() && rule.groups.is_empty();
        self.users.keys().map(|name| &**name).filter(move |name| {
            let in_group = |path: &String| {
                self.groups.get(path).is_some_and(|group| group.members.contains_key(*name))
            };
            rule.users.contains(*name)
                || rule.groups.iter().any(in_group)
                || anyone && self.level(project, name) >= Some(Level::Developer)
        })
    }
}

impl MergeRequest {
    /// Whether somebody has approved it.
    pub fn is_approved_by(&self, username: &str) -> bool {
        self.approved_by.iter().any(|approved| approved.by == username)
    }
}

impl Project {
    /// Its name without those of its groups.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The path of its group.
    pub fn namespace(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(namespace, _)| namespace)
    }

    /// A merge request by its number.
    pub fn merge_request(&self, iid: u64) -> Option<&MergeRequest> {
        self.merge_requests.iter().find(|request| request.iid == iid)
    }
}
