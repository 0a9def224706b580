//! Who made a change and who agreed to it, as GitLab tells.
//!
//! Addresses and fields as in the pages "Merge requests API", "Merge request approvals API",
//! "Deployments API", "Protected environments API", "Members API" and "Users API" of GitLab's
//! documentation. `CI_JOB_TOKEN` may ask for few of them: evidence wants an access token with the
//! scope `read_api`.

mod answers;
mod people;
mod tree;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::{try_join, try_join_all, try_join3};
use jiff::SignedDuration;
use serde::de::DeserializeOwned;

use super::GitLab;
use crate::core::gate::{Command, Method as Given, Principal};
use crate::world::forge::api::{Call, Need, PER_PAGE};
use crate::world::forge::evidence::{
    Account, Answered, Change, Commit, Evidence, FreezePeriod, Protection, Remark, Review, RunOf,
    Says,
};
use crate::world::forge::{ForgeError, Kind};
use crate::world::http::{Method, segment};
use answers::{
    Approvals, Between, Branch, Content, Decisions, Deployment, Entry, Freeze, Listed,
    MergeRequest, Note, Pipeline, Protected, Reviewer, User, Version,
};

const REQUEST: Need = Need {
    to: "read the merge request",
    fix: "use an access token with the scope `read_api` and the role Reporter or higher",
};

const PIPELINE: Need = Need {
    to: "read who started the pipeline and its jobs",
    fix: "use an access token with the scope `read_api` and the role Reporter or higher",
};

const FILE: Need = Need {
    to: "read the files of the repository",
    fix: "use an access token with the scope `read_api` and the role Reporter or higher",
};

const PROTECTION: Need = Need {
    to: "read how an environment is protected",
    fix: "use an access token with the scope `read_api` and the role Maintainer",
};

const FREEZE: Need = Need {
    to: "read the freeze periods",
    fix: "use an access token with the scope `read_api` and the role Reporter or higher",
};

impl GitLab<'_> {
    async fn get<T: DeserializeOwned>(&self, path: &str, need: Need) -> Result<T, ForgeError> {
        self.api.read(Call::new(Method::GET, format!("{}{path}", self.project), need)).await
    }

    /// A list to its end. The address may have a query already.
    async fn list<T: DeserializeOwned + Send>(
        &self,
        path: &str,
        need: Need,
    ) -> Result<Vec<T>, ForgeError> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = |number| {
            let path = format!("{}{path}{mark}per_page={PER_PAGE}&page={number}", self.project);
            self.api.read(Call::new(Method::GET, path, need))
        };
        self.api.pages(page).await
    }

    async fn request(&self, number: u64) -> Result<MergeRequest, ForgeError> {
        self.get(&format!("/merge_requests/{number}"), REQUEST).await
    }

    /// The hash of the files at a commit.
    async fn tree(&self, sha: &str) -> Result<String, ForgeError> {
        let path = format!("/repository/tree?ref={}", segment(sha));
        let entries: Vec<Entry> = self.list(&path, FILE).await?;
        tree::hash(entries).ok_or_else(|| refused(FILE, "its files have hashes of another kind"))
    }

    /// The deployments that jobs of a pipeline have made, newest first.
    async fn deployments_of(&self, pipeline: &Pipeline) -> Result<Vec<Deployment>, ForgeError> {
        // With those that are as old as the pipeline itself.
        let since = pipeline.created_at - SignedDuration::from_secs(1);
        let since = segment(&since.to_string());
        // GitLab lets a list begin at a time only where that is what it is sorted by.
        let path = format!("/deployments?order_by=updated_at&sort=desc&updated_after={since}");
        let all: Vec<Deployment> = self.list(&path, PIPELINE).await?;
        let is_ours = |one: &Deployment| {
            let of = one.deployable.as_ref().and_then(|job| job.pipeline.as_ref());
            of.is_some_and(|of| of.id == pipeline.id)
        };
        Ok(all.into_iter().filter(is_ours).collect())
    }
}

/// An answer that cannot be used.
fn refused(need: Need, message: impl Into<String>) -> ForgeError {
    let (forge, to) = (Kind::GitLab, need.to);
    ForgeError::Refused { forge, to, status: 200, message: message.into() }
}

/// Whoever else than the one who started the pipeline has started a job of it.
fn started_by_hand(deployment: &Deployment, pipeline: &Pipeline) -> Option<User> {
    let job = deployment.deployable.as_ref()?;
    // One that still waits for somebody shows who started the pipeline.
    let waits = matches!(&*job.status, "created" | "manual" | "skipped" | "scheduled");
    let user = job.user.as_ref().filter(|_| !waits)?;
    let other = pipeline.user.as_ref().is_none_or(|starter| starter.id != user.id);
    other.then(|| user.clone())
}

#[async_trait]
impl Evidence for GitLab<'_> {
    async fn change(&self, number: u64) -> Result<Change, ForgeError> {
        let request = self.request(number).await?;
        let path = format!("/merge_requests/{number}/commits");
        let (mut commits, tree) =
            try_join(self.list::<Listed>(&path, REQUEST), self.tree(&request.sha)).await?;
        // The newest comes first.
        commits.reverse();
        let mut commits = self.commits(commits).await?;
        if let Some(head) = commits.iter_mut().find(|one| one.sha == request.sha) {
            head.tree = tree;
        }
        Ok(Change {
            number: request.iid,
            fork: request.source_project_id != Some(request.target_project_id),
            merged_as: request.merged_as().map(str::to_owned),
            head: request.sha,
            base: request.target_branch,
            author: request.author.into(),
            merged_by: request.merge_user.map(Account::from),
            commits,
        })
    }

    async fn merged_as(&self, sha: &str) -> Result<Option<u64>, ForgeError> {
        let path = format!("/repository/commits/{}/merge_requests", segment(sha));
        let requests: Vec<MergeRequest> = self.list(&path, REQUEST).await?;
        let mut became = requests.iter().filter(|request| request.merged_as() == Some(sha));
        let first = became.next().map(|request| request.iid);
        Ok(first.filter(|_| became.next().is_none()))
    }

    async fn commit(&self, sha: &str) -> Result<Commit, ForgeError> {
        let path = format!("/repository/commits/{}", segment(sha));
        let (listed, tree) = try_join(self.get::<Listed>(&path, FILE), self.tree(sha)).await?;
        let one = self.commits(vec![listed]).await?.pop();
        let one = one.ok_or_else(|| refused(FILE, "the commit is gone"))?;
        Ok(Commit { tree, ..one })
    }

    async fn between(&self, base: &str, head: &str) -> Result<Vec<Commit>, ForgeError> {
        let path = format!("/repository/compare?from={}&to={}", segment(base), segment(head));
        let between: Between = self.get(&path, FILE).await?;
        self.commits(between.commits).await
    }

    async fn reviews(&self, number: u64) -> Result<Vec<Review>, ForgeError> {
        let at = |end: &str| format!("/merge_requests/{number}/{end}");
        let (approvals, versions) = (at("approvals"), at("versions"));
        let (request, approvals, versions) = try_join3(
            self.request(number),
            self.get::<Approvals>(&approvals, REQUEST),
            self.list::<Version>(&versions, REQUEST),
        )
        .await?;
        let reviewers: Vec<Reviewer> = self.list(&at("reviewers"), REQUEST).await?;
        let against: Vec<&User> = reviewers
            .iter()
            .filter(|reviewer| reviewer.state == "requested_changes")
            .map(|reviewer| &reviewer.user)
            .collect();
        let given = approvals.approved_by.iter().map(|one| &one.user);
        let people = self.people(given.chain(against.iter().copied())).await?;
        let by = |user: &User| people.get(&user.id).cloned().unwrap_or(user.clone().into());
        let approved = approvals.approved_by.iter().map(|one| {
            // The head that there was then: GitLab keeps approvals over pushes where it is told to.
            let before = versions.iter().filter(|v| Some(v.created_at) <= one.approved_at);
            let seen = before.max_by_key(|version| version.created_at);
            let commit = seen.map(|version| version.head_commit_sha.clone());
            Review { by: by(&one.user), says: Says::Approved, commit, at: one.approved_at }
        });
        // Whoever wants changes wants them now, of what is there now.
        let against = against.into_iter().map(|user| Review {
            by: by(user),
            says: Says::ChangesRequested,
            commit: Some(request.sha.clone()),
            at: Some(request.updated_at),
        });
        let mut reviews: Vec<Review> = approved.chain(against).collect();
        reviews.sort_by_key(|review| review.at);
        Ok(reviews)
    }

    async fn remarks(&self, number: u64) -> Result<Vec<Remark>, ForgeError> {
        let path = format!("/merge_requests/{number}/notes?sort=asc&order_by=created_at");
        let mut notes: Vec<Note> = self.list(&path, REQUEST).await?;
        notes.retain(|note| !note.system);
        // Whether somebody is a person is asked for where something follows from it.
        let address_us = notes.iter().filter(|note| Command::of(&note.body).is_some());
        let people = self.people(address_us.map(|note| &note.author)).await?;
        let web = self.to.web_url.trim_end_matches('/');
        let page = format!("{web}/{}/-/merge_requests/{number}", self.to.repository);
        let remark = |note: Note| Remark {
            by: people.get(&note.author.id).cloned().unwrap_or(note.author.into()),
            text: note.body,
            at: note.created_at,
            edited: note.updated_at != note.created_at,
            url: Some(format!("{page}#note_{}", note.id)),
        };
        Ok(notes.into_iter().map(remark).collect())
    }

    async fn run(&self, id: &str) -> Result<RunOf, ForgeError> {
        let path = format!("/pipelines/{}", segment(id));
        let pipeline: Pipeline = self.get(&path, PIPELINE).await?;
        Ok(RunOf {
            head: pipeline.sha,
            actor: pipeline.user.map(Account::from),
            triggering_actor: None,
            started_at: pipeline.started_at.or(Some(pipeline.created_at)),
        })
    }

    async fn answers(&self, run: &str) -> Result<Vec<Answered>, ForgeError> {
        let path = format!("/pipelines/{}", segment(run));
        let pipeline: Pipeline = self.get(&path, PIPELINE).await?;
        let deployments = self.deployments_of(&pipeline).await?;
        let decisions = try_join_all(deployments.iter().map(async |deployment| {
            let path = format!("/deployments/{}", deployment.id);
            self.get::<Decisions>(&path, PIPELINE).await
        }))
        .await?;
        let mut given = Vec::new();
        for (deployment, decided) in deployments.iter().zip(decisions) {
            let environments = vec![deployment.environment.name.clone()];
            for one in decided.approvals {
                let (approved, at) = (one.status == "approved", one.created_at);
                given.push((one.user, approved, environments.clone(), at, Given::Deployment));
            }
            if let Some(user) = started_by_hand(deployment, &pipeline) {
                let at = deployment.deployable.as_ref().and_then(|job| job.started_at);
                given.push((user, true, environments, at, Given::ManualJob));
            }
        }
        let people = self.people(given.iter().map(|(user, ..)| user)).await?;
        let answered = given.into_iter().map(|(user, approved, environments, at, method)| {
            let by = people.get(&user.id).cloned().unwrap_or(user.into());
            Answered { by, approved, environments, at, method }
        });
        Ok(answered.collect())
    }

    async fn belongs(&self, login: &str) -> Result<bool, ForgeError> {
        self.is_ours(login).await
    }

    async fn groups(&self, login: &str, of: &[Principal]) -> Result<Vec<Principal>, ForgeError> {
        self.groups_of(login, of).await
    }

    async fn protection(&self, environment: &str) -> Result<Protection, ForgeError> {
        let name = segment(environment);
        let path = format!("/protected_environments/{name}");
        match self.get::<Protected>(&path, PROTECTION).await {
            // Whoever starts a deployment cannot approve it, unless the project allows that
            // ("Deployment approvals"). Naming who may deploy protects it as well.
            Ok(protected) => Ok(Protection {
                exists: true,
                reviewers: protected.approval_rules.len() + protected.deploy_access_levels.len(),
                prevents_self_review: true,
                admins_bypass: false,
            }),
            Err(error) if error.is_not_found() => {
                let path = format!("/environments?name={name}");
                let known: Vec<serde_json::Value> = self.get(&path, PROTECTION).await?;
                Ok(Protection { exists: !known.is_empty(), ..Protection::default() })
            }
            Err(error) => Err(error),
        }
    }

    async fn tip(&self, branch: &str) -> Result<String, ForgeError> {
        let path = format!("/repository/branches/{}", segment(branch));
        let found: Branch = self.get(&path, FILE).await?;
        Ok(found.commit.id)
    }

    async fn file(&self, path: &str, at: &str) -> Result<Option<Vec<u8>>, ForgeError> {
        let address = format!("/repository/files/{}?ref={}", segment(path), segment(at));
        let found: Content = match self.get(&address, FILE).await {
            // The same answer as for what the token must not see. That is an error.
            Err(error) if error.is_not_found() => {
                let commit = format!("/repository/commits/{}", segment(at));
                self.get::<Listed>(&commit, FILE).await?;
                return Ok(None);
            }
            found => found?,
        };
        let is_known = found.encoding == "base64";
        let bytes = STANDARD.decode(found.content).ok().filter(|_| is_known);
        bytes.map(Some).ok_or_else(|| refused(FILE, format!("{path} is not in base64")))
    }

    async fn user(&self) -> Result<Account, ForgeError> {
        self.me().await
    }

    async fn account(&self, login: &str) -> Result<Option<Account>, ForgeError> {
        self.account_of(login).await
    }

    async fn signing_keys(&self, of: &Account) -> Result<Vec<String>, ForgeError> {
        self.keys_of(of).await
    }

    async fn freeze_periods(&self) -> Result<Vec<FreezePeriod>, ForgeError> {
        let periods: Vec<Freeze> = self.list("/freeze_periods", FREEZE).await?;
        Ok(periods.into_iter().map(FreezePeriod::from).collect())
    }
}
