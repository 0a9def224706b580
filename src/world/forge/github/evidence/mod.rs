//! Who made a change and who agreed to it, as GitHub tells.

mod answers;
mod nodes;
mod people;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;

use super::GitHub;
use crate::core::gate::{Method as Given, Principal};
use crate::world::forge::api::{Need, PER_PAGE};
use crate::world::forge::evidence::{
    Account, Answered, Change, Commit, Evidence, Protection, Remark, Review, RunOf, Says,
};
use crate::world::forge::{ForgeError, Kind};
use crate::world::http::{Method, segment, segments};
use answers::{
    Between, Branch, Content, Environment, Listed, ListedAnswer, ListedComment, ListedReview,
    ListedRun, OfCommit, Pull, somebody,
};

/// The most commits of a pull request that GitHub lists ("List commits on a pull request").
const MAX_COMMITS: usize = 250;

const PULL: Need = Need {
    to: "read the pull request",
    fix: "add `pull-requests: read` and `contents: read` to the permissions of the job",
};

const COMPARE: Need = Need {
    to: "read which commits lie between two",
    fix: "add `contents: read` to the permissions of the job",
};

const RUN: Need = Need {
    to: "read who approved the run",
    fix: "add `actions: read` to the permissions of the job",
};

const ENVIRONMENT: Need = Need {
    to: "read how an environment is protected",
    fix: "add `actions: read` to the permissions of the job",
};

/// The longest file that the contents of a repository give in JSON ("Get repository content").
const MAX_FILE: &str = "1 MB";

const FILE: Need = Need {
    to: "read a file of the repository",
    fix: "add `contents: read` to the permissions of the job",
};

impl GitHub<'_> {
    async fn list<T: DeserializeOwned + Send>(
        &self,
        path: &str,
        need: Need,
    ) -> Result<Vec<T>, ForgeError> {
        let page = |number| {
            let path = format!("{path}?per_page={PER_PAGE}&page={number}");
            self.api.read(self.call(Method::GET, &path, need))
        };
        self.api.pages(page).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, need: Need) -> Result<T, ForgeError> {
        self.api.read(self.call(Method::GET, path, need)).await
    }
}

/// An answer that cannot be used.
fn refused(need: Need, message: impl Into<String>) -> ForgeError {
    let (forge, to) = (Kind::GitHub, need.to);
    ForgeError::Refused { forge, to, status: 200, message: message.into() }
}

#[async_trait]
impl Evidence for GitHub<'_> {
    async fn change(&self, number: u64) -> Result<Change, ForgeError> {
        let pull: Pull = self.get(&format!("/pulls/{number}"), PULL).await?;
        let commits: Vec<Listed> = self.list(&format!("/pulls/{number}/commits"), PULL).await?;
        if commits.len() >= MAX_COMMITS {
            return Err(ForgeError::TooManyCommits(MAX_COMMITS));
        }
        if commits.len() < pull.commits {
            let (listed, all) = (commits.len(), pull.commits);
            return Err(refused(PULL, format!("it lists {listed} of its {all} commits")));
        }
        Ok(Change {
            number: pull.number,
            fork: pull.head.repo.is_none() || pull.head.repo != pull.base.repo,
            head: pull.head.sha,
            base: pull.base.branch,
            author: somebody(pull.user),
            merged_by: pull.merged_by.map(Account::from),
            merged_as: pull.merge_commit_sha.filter(|_| pull.merged),
            commits: self.commits(commits).await?,
        })
    }

    async fn merged_as(&self, sha: &str) -> Result<Option<u64>, ForgeError> {
        let path = format!("/commits/{}/pulls", segment(sha));
        let pulls: Vec<OfCommit> = self.list(&path, PULL).await?;
        let became = |pull: &&OfCommit| {
            pull.merged_at.is_some() && pull.merge_commit_sha.as_deref() == Some(sha)
        };
        let mut pulls = pulls.iter().filter(became);
        let first = pulls.next().map(|pull| pull.number);
        Ok(first.filter(|_| pulls.next().is_none()))
    }

    async fn commit(&self, sha: &str) -> Result<Commit, ForgeError> {
        let listed: Listed = self.get(&format!("/commits/{}", segment(sha)), PULL).await?;
        let one = self.commits(vec![listed]).await?.pop();
        one.ok_or_else(|| refused(PULL, "the commit is gone"))
    }

    async fn between(&self, base: &str, head: &str) -> Result<Vec<Commit>, ForgeError> {
        let path = format!("/compare/{}...{}?per_page={PER_PAGE}", segment(base), segment(head));
        let mut listed = Vec::new();
        for page in 1.. {
            let found: Between = self.get(&format!("{path}&page={page}"), COMPARE).await?;
            let (more, all) = (found.commits.len(), found.total_commits);
            listed.extend(found.commits);
            if listed.len() >= all {
                break;
            }
            if more == 0 {
                let message = format!("it lists {} of {all} commits", listed.len());
                return Err(refused(COMPARE, message));
            }
        }
        self.commits(listed).await
    }

    async fn reviews(&self, number: u64) -> Result<Vec<Review>, ForgeError> {
        let reviews: Vec<ListedReview> =
            self.list(&format!("/pulls/{number}/reviews"), PULL).await?;
        let review = |listed: ListedReview| Review {
            by: somebody(listed.user),
            says: match listed.state.as_str() {
                "APPROVED" => Says::Approved,
                "CHANGES_REQUESTED" => Says::ChangesRequested,
                _ => Says::Nothing,
            },
            commit: listed.commit_id,
            at: listed.submitted_at,
        };
        Ok(reviews.into_iter().map(review).collect())
    }

    async fn remarks(&self, number: u64) -> Result<Vec<Remark>, ForgeError> {
        let comments: Vec<ListedComment> =
            self.list(&format!("/issues/{number}/comments"), PULL).await?;
        let edited = self.edited(&comments).await?;
        let remark = |listed: ListedComment| Remark {
            by: somebody(listed.user),
            text: listed.body.unwrap_or_default(),
            at: listed.created_at,
            edited: listed.updated_at != listed.created_at || edited.contains(&listed.node_id),
            url: listed.html_url,
        };
        Ok(comments.into_iter().map(remark).collect())
    }

    async fn run(&self, id: &str) -> Result<RunOf, ForgeError> {
        let run: ListedRun = self.get(&format!("/actions/runs/{}", segment(id)), RUN).await?;
        Ok(RunOf {
            head: run.head_sha,
            actor: run.actor.map(Account::from),
            triggering_actor: run.triggering_actor.map(Account::from),
            started_at: run.run_started_at,
        })
    }

    async fn answers(&self, run: &str) -> Result<Vec<Answered>, ForgeError> {
        let path = format!("/actions/runs/{}/approvals", segment(run));
        let answers: Vec<ListedAnswer> = self.get(&path, RUN).await?;
        let answered = |listed: ListedAnswer| Answered {
            by: somebody(listed.user),
            approved: listed.state == "approved",
            environments: listed.environments.into_iter().map(|named| named.name).collect(),
            at: None,
            method: Given::Environment,
        };
        // What is pending is no answer.
        let given =
            answers.into_iter().filter(|one| matches!(&*one.state, "approved" | "rejected"));
        Ok(given.map(answered).collect())
    }

    async fn belongs(&self, login: &str) -> Result<bool, ForgeError> {
        self.is_ours(login).await
    }

    async fn groups(&self, login: &str, of: &[Principal]) -> Result<Vec<Principal>, ForgeError> {
        self.groups_of(login, of).await
    }

    async fn protection(&self, environment: &str) -> Result<Protection, ForgeError> {
        let path = format!("/environments/{}", segment(environment));
        let found: Environment = match self.get(&path, ENVIRONMENT).await {
            Err(error) if error.is_not_found() => return Ok(Protection::default()),
            found => found?,
        };
        let asking = found.protection_rules.iter().filter(|rule| rule.kind == "required_reviewers");
        Ok(Protection {
            exists: true,
            reviewers: asking.clone().map(|rule| rule.reviewers.len()).sum(),
            prevents_self_review: asking.clone().any(|rule| rule.prevent_self_review),
            admins_bypass: found.can_admins_bypass,
        })
    }

    async fn tip(&self, branch: &str) -> Result<String, ForgeError> {
        let found: Branch = self.get(&format!("/branches/{}", segment(branch)), FILE).await?;
        Ok(found.commit.sha)
    }

    async fn file(&self, path: &str, at: &str) -> Result<Option<Vec<u8>>, ForgeError> {
        let address = format!("/contents/{}?ref={}", segments(path), segment(at));
        let found: Content = match self.get(&address, FILE).await {
            // The same answer as for what the token must not see. That is an error.
            Err(error) if error.is_not_found() => {
                let commit = format!("/commits/{}", segment(at));
                self.api.ask(self.call(Method::GET, &commit, FILE)).await?;
                return Ok(None);
            }
            found => found?,
        };
        // GitHub breaks the lines of what it encodes.
        let text: String = found.content.split_whitespace().collect();
        let is_whole = found.kind == "file" && found.encoding == "base64";
        let bytes = STANDARD.decode(text).ok().filter(|_| is_whole);
        let wrong = || refused(FILE, format!("{path} is no file, or larger than {MAX_FILE}"));
        bytes.map(Some).ok_or_else(wrong)
    }

    async fn user(&self) -> Result<Account, ForgeError> {
        self.person("/user".to_owned()).await
    }

    async fn account(&self, login: &str) -> Result<Option<Account>, ForgeError> {
        match self.person(format!("/users/{}", segment(login))).await {
            Err(error) if error.is_not_found() => Ok(None),
            found => found.map(Some),
        }
    }

    async fn signing_keys(&self, of: &Account) -> Result<Vec<String>, ForgeError> {
        self.keys_of(of).await
    }
}
