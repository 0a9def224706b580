//! The section `github` of a seed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::git::{CommitSeed, fill};
use super::{main_branch, wrong};
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::forge::push::date;
use crate::server::sandbox::source::Source;
use crate::server::sandbox::state::GitHub;
use crate::server::sandbox::state::git::Git;
use crate::server::sandbox::state::github::{
    Access, Branches, Environment, Limits, Protection, Pull, Repository, Reviewer, Role, Run, Side,
    Team, Token, User, UserKind,
};

/// Who a job's `GITHUB_TOKEN` is.
const ACTIONS: &str = "github-actions[bot]";

/// What GitHub has.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct GitHubSeed {
    limits: LimitsSeed,
    /// Those of whom there is more to say than a name.
    people: Vec<PersonSeed>,
    /// By `organisation/slug`, the members.
    teams: BTreeMap<String, BTreeSet<String>>,
    tokens: Vec<TokenSeed>,
    repositories: Vec<RepositorySeed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct LimitsSeed {
    requests: Option<u32>,
    creations: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PersonSeed {
    login: String,
    id: Option<u64>,
    #[serde(default)]
    bot: bool,
    /// A classic one, which may whatever the person may.
    token: Option<String>,
    #[serde(default)]
    emails: BTreeSet<String>,
    /// Lines of `authorized_keys`.
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    signing_keys: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct TokenSeed {
    value: String,
    login: Option<String>,
    permissions: Option<BTreeMap<String, Access>>,
    repositories: Option<BTreeSet<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RepositorySeed {
    name: String,
    #[serde(default)]
    private: bool,
    #[serde(default = "main_branch")]
    default_branch: String,
    fork_of: Option<String>,
    #[serde(default)]
    collaborators: BTreeMap<String, Role>,
    #[serde(default)]
    teams: BTreeMap<String, Role>,
    #[serde(default)]
    commits: Vec<CommitSeed>,
    #[serde(default)]
    protection: BTreeMap<String, ProtectionSeed>,
    #[serde(default)]
    pulls: Vec<PullSeed>,
    #[serde(default)]
    environments: BTreeMap<String, EnvironmentSeed>,
    #[serde(default)]
    runs: Vec<RunSeed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct ProtectionSeed {
    approvals: u32,
    dismiss_stale: bool,
    code_owners: bool,
    contexts: Vec<String>,
    admins: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PullSeed {
    number: u64,
    title: Option<String>,
    body: Option<String>,
    author: String,
    /// The branch with the commits.
    head: String,
    /// The fork where that is, if it is elsewhere.
    from: Option<String>,
    /// The branch where they shall go; without one, the default branch.
    base: Option<String>,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    reviewers: BTreeSet<String>,
    #[serde(default)]
    team_reviewers: BTreeSet<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct EnvironmentSeed {
    wait_timer: u32,
    reviewers: Vec<Reviewer>,
    prevent_self_review: bool,
    binds_admins: bool,
    branches: Option<Branches>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RunSeed {
    id: u64,
    branch: Option<String>,
    event: Option<String>,
    actor: String,
    workflow: Option<String>,
    /// The environments for which its jobs wait.
    #[serde(default)]
    waiting: BTreeSet<String>,
}

impl GitHubSeed {
    /// Makes a new GitHub what the seed says.
    pub(in crate::server::sandbox) fn fill(
        self,
        github: &mut GitHub,
        source: &Source,
    ) -> Result<(), ApiError> {
        let usual = Limits::default();
        github.limits = Limits {
            requests: self.limits.requests.unwrap_or(usual.requests),
            creations: self.limits.creations.unwrap_or(usual.creations),
        };
        let mut tokens = self.tokens;
        if tokens.is_empty() {
            let value = format!("ghs_{}", source.id());
            tokens.push(TokenSeed { value, login: None, permissions: None, repositories: None });
        }
        for seed in self.people {
            let PersonSeed { login, id, bot, token, emails, keys, signing_keys } = seed;
            let kind = if bot { UserKind::Bot } else { UserKind::User };
            let id = id.unwrap_or_else(|| github.number());
            tokens.extend(token.map(|value| {
                let login = Some(login.clone());
                TokenSeed { value, login, permissions: None, repositories: None }
            }));
            github.users.insert(login, User { id, kind, emails, keys, signing_keys });
        }
        for (path, members) in self.teams {
            let organisation = path.split('/').next().unwrap_or_default();
            know(github, organisation, UserKind::Organization);
            members.iter().for_each(|login| know_user(github, login));
            let id = github.number();
            github.teams.insert(path, Team { id, members });
        }
        for TokenSeed { value, login, permissions, repositories } in tokens {
            let login = login.unwrap_or_else(|| ACTIONS.into());
            know_user(github, &login);
            github.tokens.push(Token { value, login, permissions, repositories });
        }
        let mut pulls = Vec::new();
        for mut seed in self.repositories {
            pulls.push((seed.name.clone(), std::mem::take(&mut seed.pulls)));
            let repository = repository(github, seed, source)?;
            github.repositories.insert(repository.full_name.clone(), repository);
        }
        // Forks come after what they are forks of, and pull requests from them after both.
        for (name, seeds) in pulls {
            for seed in seeds {
                pull(github, &name, seed, &date(source))?;
            }
        }
        Ok(())
    }
}

/// Gives whoever is named a number.
pub(in crate::server::sandbox::forge) fn know(github: &mut GitHub, login: &str, kind: UserKind) {
    if !github.users.contains_key(login) {
        let id = github.number();
        github.users.insert(login.to_owned(), User { id, kind, ..User::default() });
    }
}

pub(in crate::server::sandbox::forge) fn know_user(github: &mut GitHub, login: &str) {
    know(github, login, if login.ends_with("[bot]") { UserKind::Bot } else { UserKind::User });
}

fn repository(
    github: &mut GitHub,
    seed: RepositorySeed,
    source: &Source,
) -> Result<Repository, ApiError> {
    let Some((owner, _)) = seed.name.split_once('/') else {
        return Err(wrong(format_args!("`{}` is no `owner/name`", seed.name)));
    };
    know_user(github, owner);
    let authors = seed.commits.iter().flat_map(CommitSeed::people);
    let actors = seed.runs.iter().map(|run| &run.actor);
    for login in seed.collaborators.keys().chain(authors).chain(actors) {
        know_user(github, login);
    }
    let parent = seed.fork_of.as_ref().map(|of| {
        let found = github.repositories.get(of).map(|parent| parent.git.clone());
        found.ok_or_else(|| wrong(format_args!("there is no `{of}` before `{}`", seed.name)))
    });
    let mut git: Git = parent.transpose()?.unwrap_or_default();
    fill(&mut git, seed.commits, &seed.default_branch, owner, source)?;
    let created_at = date(source);
    let mut environments = BTreeMap::new();
    for (name, seed) in seed.environments {
        for reviewer in &seed.reviewers {
            if let Reviewer::User(login) = reviewer {
                know_user(github, login);
            }
        }
        let environment = Environment {
            id: github.number(),
            created_at: created_at.clone(),
            wait_timer: seed.wait_timer,
            reviewers: seed.reviewers,
            prevent_self_review: seed.prevent_self_review,
            binds_admins: seed.binds_admins,
            branches: seed.branches,
        };
        environments.insert(name, environment);
    }
    let mut runs = Vec::new();
    for (seed, number) in seed.runs.into_iter().zip(1..) {
        let name = seed.branch.unwrap_or_else(|| seed_branch(&git));
        let found = git.resolve(&name);
        let sha = found.ok_or_else(|| wrong(format_args!("run {}: no `{name}`", seed.id)))?;
        runs.push(Run {
            id: seed.id,
            number,
            attempt: 1,
            sha: sha.sha.clone(),
            branch: name,
            event: seed.event.unwrap_or_else(|| "push".into()),
            actor: seed.actor,
            workflow: seed.workflow.unwrap_or_else(|| ".github/workflows/deploy.yml".into()),
            status: if seed.waiting.is_empty() { "in_progress" } else { "waiting" }.into(),
            created_at: created_at.clone(),
            started_at: created_at.clone(),
            waiting: seed.waiting,
            ..Run::default()
        });
    }
    let protection = seed.protection.into_iter().map(|(branch, seed)| {
        let ProtectionSeed { approvals, dismiss_stale, code_owners, contexts, admins } = seed;
        (branch, Protection { approvals, dismiss_stale, code_owners, contexts, admins })
    });
    Ok(Repository {
        id: github.number(),
        full_name: seed.name,
        private: seed.private,
        default_branch: seed.default_branch,
        fork_of: seed.fork_of,
        created_at,
        collaborators: seed.collaborators,
        teams: seed.teams,
        git,
        protection: protection.collect(),
        environments,
        runs,
        ..Repository::default()
    })
}

/// A branch for those who name none: the one that was changed last.
fn seed_branch(git: &Git) -> String {
    let newest = git.commits.last().map(|commit| &commit.sha);
    let found = git.branches.iter().find(|(_, sha)| Some(*sha) == newest);
    found.map_or_else(main_branch, |(name, _)| name.clone())
}

fn pull(github: &mut GitHub, name: &str, seed: PullSeed, now: &str) -> Result<(), ApiError> {
    know_user(github, &seed.author);
    seed.reviewers.iter().for_each(|login| know_user(github, login));
    let id = github.number();
    let side = |repository: &str, branch: String| -> Result<Side, ApiError> {
        let found = github.repositories.get(repository);
        let sha = found.and_then(|one| one.git.resolve(&branch)).map(|commit| commit.sha.clone());
        let missing = || wrong(format_args!("there is no `{branch}` in `{repository}`"));
        Ok(Side { repository: repository.to_owned(), sha: sha.ok_or_else(missing)?, branch })
    };
    let default_branch = github.repositories[name].default_branch.clone();
    let base = side(name, seed.base.unwrap_or(default_branch))?;
    let head = side(seed.from.as_deref().unwrap_or(name), seed.head)?;
    let of = github.repositories[&head.repository].git.clone();
    let Some(repository) = github.repositories.get_mut(name) else { return Ok(()) };
    repository.git.fetch(&of, &head.sha);
    repository.pulls.push(Pull {
        id,
        number: seed.number,
        title: seed.title.unwrap_or_else(|| format!("Merge {}", head.branch)),
        body: seed.body,
        author: seed.author,
        draft: seed.draft,
        head,
        base,
        reviewers: seed.reviewers,
        team_reviewers: seed.team_reviewers,
        created_at: now.to_owned(),
        updated_at: now.to_owned(),
        ..Pull::default()
    });
    Ok(())
}
