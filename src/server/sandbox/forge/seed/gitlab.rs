//! The section `gitlab` of a seed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::git::{CommitSeed, fill};
use super::{main_branch, wrong};
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::forge::gitlab::tier;
use crate::server::sandbox::source::Source;
use crate::server::sandbox::state::GitLab;
use crate::server::sandbox::state::git::Git;
use crate::server::sandbox::state::gitlab::{
    ApprovalRule, Approvals, Deployment, Environment, FreezePeriod, Group, Job, Key, Level, Limits,
    MergeRequest, Pipeline, Project, Protection, Token, User, Version, Who,
};

/// What GitLab has.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct GitLabSeed {
    limits: LimitsSeed,
    /// Those of whom there is more to say than a name.
    people: Vec<PersonSeed>,
    /// By path, the members.
    groups: BTreeMap<String, BTreeMap<String, Level>>,
    tokens: Vec<TokenSeed>,
    projects: Vec<ProjectSeed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct LimitsSeed {
    requests: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PersonSeed {
    username: String,
    id: Option<u64>,
    #[serde(default)]
    bot: bool,
    /// One that may whatever the person may.
    token: Option<String>,
    #[serde(default)]
    emails: BTreeSet<String>,
    #[serde(default)]
    keys: Vec<KeySeed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct KeySeed {
    /// A line of `authorized_keys`.
    key: String,
    expires_at: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct TokenSeed {
    value: String,
    username: String,
    #[serde(default)]
    job: bool,
    scopes: Option<BTreeSet<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ProjectSeed {
    path: String,
    #[serde(default)]
    private: bool,
    #[serde(default = "main_branch")]
    default_branch: String,
    fork_of: Option<String>,
    #[serde(default)]
    members: BTreeMap<String, Level>,
    #[serde(default)]
    commits: Vec<CommitSeed>,
    #[serde(default)]
    protected_branches: BTreeSet<String>,
    #[serde(default)]
    merge_requests: Vec<MergeRequestSeed>,
    #[serde(default)]
    approval_rules: Vec<ApprovalRuleSeed>,
    #[serde(default)]
    keeps_approvals: bool,
    #[serde(default)]
    pipelines: Vec<PipelineSeed>,
    #[serde(default)]
    environments: BTreeMap<String, EnvironmentSeed>,
    #[serde(default)]
    deployments: Vec<DeploymentSeed>,
    #[serde(default)]
    freeze_periods: Vec<FreezeSeed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MergeRequestSeed {
    iid: u64,
    title: Option<String>,
    description: Option<String>,
    author: String,
    source: String,
    /// The fork where that is, if it is elsewhere.
    from: Option<String>,
    target: Option<String>,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    reviewers: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ApprovalRuleSeed {
    name: String,
    required: usize,
    #[serde(default)]
    users: BTreeSet<String>,
    #[serde(default)]
    groups: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PipelineSeed {
    id: u64,
    branch: Option<String>,
    source: Option<String>,
    status: Option<String>,
    user: String,
    #[serde(default)]
    jobs: Vec<JobSeed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct JobSeed {
    name: String,
    stage: String,
    status: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct EnvironmentSeed {
    tier: Option<String>,
    url: String,
    deployers: Vec<Who>,
    approvals: Vec<ApprovalsSeed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ApprovalsSeed {
    of: Who,
    required: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DeploymentSeed {
    environment: String,
    branch: Option<String>,
    status: String,
    user: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FreezeSeed {
    start: String,
    end: String,
    timezone: Option<String>,
}

impl GitLabSeed {
    /// Makes a new GitLab what the seed says.
    pub(in crate::server::sandbox) fn fill(
        self,
        gitlab: &mut GitLab,
        source: &Source,
    ) -> Result<(), ApiError> {
        let usual = Limits::default();
        gitlab.limits = Limits { requests: self.limits.requests.unwrap_or(usual.requests) };
        let mut tokens = self.tokens;
        for seed in self.people {
            let PersonSeed { username, id, bot, token, emails, keys } = seed;
            let id = id.unwrap_or_else(|| gitlab.number());
            tokens.extend(token.map(|value| {
                let username = username.clone();
                TokenSeed { value, username, job: false, scopes: None }
            }));
            let key = |KeySeed { key, expires_at }| Key { key, expires_at };
            let keys = keys.into_iter().map(key).collect();
            let user = User { id, name: username.clone(), bot, emails, keys };
            gitlab.users.insert(username, user);
        }
        for (path, members) in self.groups {
            members.keys().for_each(|name| know(gitlab, name));
            let id = gitlab.number();
            gitlab.groups.insert(path, Group { id, members });
        }
        for TokenSeed { value, username, job, scopes } in tokens {
            know(gitlab, &username);
            gitlab.tokens.push(Token { value, username, job, scopes });
        }
        let mut requests = Vec::new();
        for mut seed in self.projects {
            requests.push((seed.path.clone(), std::mem::take(&mut seed.merge_requests)));
            let project = project(gitlab, seed, source)?;
            gitlab.projects.insert(project.path.clone(), project);
        }
        // Forks come after what they are forks of, and merge requests from them after both.
        for (path, seeds) in requests {
            for seed in seeds {
                merge_request(gitlab, &path, seed, &now(source))?;
            }
        }
        Ok(())
    }
}

fn now(source: &Source) -> String {
    format!("{:.3}", source.timestamp())
}

/// Gives whoever is named a number.
fn know(gitlab: &mut GitLab, username: &str) {
    if !gitlab.users.contains_key(username) {
        let (id, bot) = (gitlab.number(), username.contains("_bot"));
        gitlab.users.insert(
            username.to_owned(),
            User { id, name: username.to_owned(), bot, ..User::default() },
        );
    }
}

fn project(gitlab: &mut GitLab, seed: ProjectSeed, source: &Source) -> Result<Project, ApiError> {
    let authors = seed.commits.iter().flat_map(CommitSeed::people);
    let pipelines = seed.pipelines.iter().map(|pipeline| &pipeline.user);
    let deployments = seed.deployments.iter().map(|deployment| &deployment.user);
    for name in seed.members.keys().chain(authors).chain(pipelines).chain(deployments) {
        know(gitlab, name);
    }
    let parent = seed.fork_of.as_ref().map(|of| {
        let found = gitlab.projects.get(of).map(|parent| parent.git.clone());
        found.ok_or_else(|| wrong(format_args!("there is no `{of}` before `{}`", seed.path)))
    });
    let mut git: Git = parent.transpose()?.unwrap_or_default();
    let owner = seed.members.keys().next().map_or("root", |name| name);
    fill(&mut git, seed.commits, &seed.default_branch, owner, source)?;
    let created_at = now(source);
    let mut project = Project {
        id: gitlab.number(),
        path: seed.path,
        private: seed.private,
        default_branch: seed.default_branch,
        fork_of: seed.fork_of,
        created_at,
        members: seed.members,
        git,
        protected_branches: seed.protected_branches,
        keeps_approvals: seed.keeps_approvals,
        ..Project::default()
    };
    for ApprovalRuleSeed { name, required, users, groups } in seed.approval_rules {
        users.iter().for_each(|name| know(gitlab, name));
        let id = gitlab.number();
        project.approval_rules.push(ApprovalRule { id, name, required, users, groups });
    }
    for seed in seed.pipelines {
        let pipeline = pipeline(gitlab, &project, seed)?;
        project.pipelines.push(pipeline);
    }
    for (name, seed) in seed.environments {
        let environment = environment(gitlab, &name, seed, &project.created_at);
        project.environments.insert(name, environment);
    }
    for seed in seed.deployments {
        let deployment = deployment(gitlab, &project, seed)?;
        project.deployments.push(deployment);
    }
    for FreezeSeed { start, end, timezone } in seed.freeze_periods {
        let (id, timezone) = (gitlab.number(), timezone.unwrap_or_else(|| "UTC".into()));
        project.freeze_periods.push(FreezePeriod { id, start, end, timezone });
    }
    Ok(project)
}

/// The branch that is named, or the default branch, and its newest commit.
fn branch(project: &Project, name: Option<String>) -> Result<(String, String), ApiError> {
    let name = name.unwrap_or_else(|| project.default_branch.clone());
    let missing = || wrong(format_args!("there is no `{name}` in `{}`", project.path));
    let sha = project.git.resolve(&name).map(|commit| commit.sha.clone()).ok_or_else(missing)?;
    Ok((name, sha))
}

fn pipeline(
    gitlab: &mut GitLab,
    project: &Project,
    seed: PipelineSeed,
) -> Result<Pipeline, ApiError> {
    let (branch, sha) = branch(project, seed.branch)?;
    let job = |JobSeed { name, stage, status }| Job {
        id: gitlab.number(),
        name,
        stage,
        status,
        ..Job::default()
    };
    Ok(Pipeline {
        id: seed.id,
        iid: project.pipelines.len() as u64 + 1,
        sha,
        branch,
        source: seed.source.unwrap_or_else(|| "push".into()),
        status: seed.status.unwrap_or_else(|| "running".into()),
        user: seed.user,
        created_at: project.created_at.clone(),
        jobs: seed.jobs.into_iter().map(job).collect(),
    })
}

fn environment(
    gitlab: &mut GitLab,
    name: &str,
    seed: EnvironmentSeed,
    created_at: &str,
) -> Environment {
    let EnvironmentSeed { tier: own, url, deployers, approvals } = seed;
    let protected = !deployers.is_empty() || !approvals.is_empty();
    let rule = |ApprovalsSeed { of, required }| Approvals { id: gitlab.number(), of, required };
    let approvals = approvals.into_iter().map(rule).collect();
    Environment {
        id: gitlab.number(),
        created_at: created_at.to_owned(),
        tier: own.unwrap_or_else(|| tier(name).into()),
        external_url: url,
        protection: protected.then_some(Protection { deployers, approvals }),
    }
}

fn deployment(
    gitlab: &mut GitLab,
    project: &Project,
    seed: DeploymentSeed,
) -> Result<Deployment, ApiError> {
    let (branch, sha) = branch(project, seed.branch)?;
    Ok(Deployment {
        id: gitlab.number(),
        iid: project.deployments.len() as u64 + 1,
        sha,
        branch,
        tag: false,
        environment: seed.environment,
        status: seed.status,
        user: seed.user,
        created_at: project.created_at.clone(),
        updated_at: project.created_at.clone(),
        approvals: Vec::new(),
    })
}

fn merge_request(
    gitlab: &mut GitLab,
    path: &str,
    seed: MergeRequestSeed,
    now: &str,
) -> Result<(), ApiError> {
    know(gitlab, &seed.author);
    seed.reviewers.iter().for_each(|name| know(gitlab, name));
    let (id, version) = (gitlab.number(), gitlab.number());
    let source = gitlab.projects.get(seed.from.as_deref().unwrap_or(path));
    let source = source.ok_or_else(|| wrong(format_args!("`{path}`: no such fork")))?;
    let (source_branch, sha) = branch(source, Some(seed.source))?;
    let of = source.git.clone();
    let Some(project) = gitlab.projects.get_mut(path) else { return Ok(()) };
    project.git.fetch(&of, &sha);
    let (target_branch, _) = branch(project, seed.target)?;
    project.merge_requests.push(MergeRequest {
        id,
        iid: seed.iid,
        title: seed.title.unwrap_or_else(|| format!("Merge {source_branch}")),
        description: seed.description,
        author: seed.author,
        state: "opened".into(),
        draft: seed.draft,
        source_branch,
        source_project: seed.from,
        target_branch,
        versions: vec![Version { id: version, sha: sha.clone(), created_at: now.to_owned() }],
        sha,
        reviewers: seed.reviewers,
        created_at: now.to_owned(),
        updated_at: now.to_owned(),
        ..MergeRequest::default()
    });
    Ok(())
}
