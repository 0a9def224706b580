//! Who made a change and who agreed to it, as GitHub tells.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Deserialize;

use super::GitHub;
use crate::core::gate::{Hand, Principal};
use crate::world::forge::ForgeError;
use crate::world::forge::api::{Call, Need, PER_PAGE};
use crate::world::forge::evidence::{
    Account, Answered, Change, Commit, Evidence, Protection, Remark, Review, RunOf, Says,
};
use crate::world::http::{Method, segment};

/// The most commits of a pull request that GitHub lists ("List commits on a pull request").
const MAX_COMMITS: usize = 250;

const PULL: Need = Need {
    to: "read the pull request",
    fix: "add `pull-requests: read` and `contents: read` to the permissions of the job",
};

const RUN: Need = Need {
    to: "read who approved the run",
    fix: "add `actions: read` to the permissions of the job",
};

const PERMISSION: Need = Need {
    to: "read what somebody may do in the repository",
    fix: "use a token that sees the repository's metadata",
};

const TEAM: Need = Need {
    to: "read who is in a team",
    fix: "GITHUB_TOKEN cannot: give clodo the token of an App or a person with \"Members: read\" in \
          the organisation",
};

const ENVIRONMENT: Need = Need {
    to: "read how an environment is protected",
    fix: "add `actions: read` to the permissions of the job",
};

#[derive(Deserialize)]
struct User {
    id: u64,
    login: String,
    #[serde(rename = "type", default)]
    kind: String,
}

impl From<User> for Account {
    fn from(User { id, login, kind }: User) -> Self {
        Self { id: id.to_string(), login, bot: kind != "User" }
    }
}

/// Of a user who is gone GitHub says nothing; such a one is nobody, and can be nothing.
fn somebody(user: Option<User>) -> Account {
    let nobody = || Account { id: String::new(), login: "ghost".into(), bot: true };
    user.map_or_else(nobody, Account::from)
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    user: Option<User>,
    head: Side,
    base: Side,
    merge_commit_sha: Option<String>,
    #[serde(default)]
    merged: bool,
}

#[derive(Deserialize)]
struct Side {
    sha: String,
    #[serde(rename = "ref")]
    branch: String,
    repo: Option<Repository>,
}

#[derive(Deserialize, PartialEq)]
struct Repository {
    id: u64,
}

#[derive(Deserialize)]
struct OfCommit {
    number: u64,
    merge_commit_sha: Option<String>,
    merged_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Listed {
    sha: String,
    commit: Git,
    author: Option<MaybeUser>,
    committer: Option<MaybeUser>,
}

/// GitHub gives `{}` for somebody whom it does not know.
#[derive(Deserialize)]
struct MaybeUser {
    id: Option<u64>,
    login: Option<String>,
}

#[derive(Deserialize)]
struct Git {
    message: String,
    author: Option<Signature>,
    committer: Option<Signature>,
    tree: Tree,
}

#[derive(Deserialize)]
struct Signature {
    email: Option<String>,
}

#[derive(Deserialize)]
struct Tree {
    sha: String,
}

impl From<Listed> for Commit {
    fn from(listed: Listed) -> Self {
        let hand = |user: Option<MaybeUser>, signature: Option<Signature>| {
            let claimed = signature.and_then(|signature| signature.email);
            let claimed = claimed.map(|email| Hand::of_email(&email)).unwrap_or_default();
            let user = user.unwrap_or(MaybeUser { id: None, login: None });
            Hand {
                id: user.id.map(|id| id.to_string()).or(claimed.id),
                login: user.login.or(claimed.login),
                email: claimed.email,
            }
        };
        Self {
            sha: listed.sha,
            author: hand(listed.author, listed.commit.author),
            committer: hand(listed.committer, listed.commit.committer),
            tree: listed.commit.tree.sha,
            message: listed.commit.message,
        }
    }
}

#[derive(Deserialize)]
struct ListedReview {
    user: Option<User>,
    state: String,
    commit_id: Option<String>,
    submitted_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct ListedComment {
    user: Option<User>,
    body: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    html_url: Option<String>,
}

#[derive(Deserialize)]
struct ListedRun {
    head_sha: String,
    actor: Option<User>,
    triggering_actor: Option<User>,
    run_started_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct ListedAnswer {
    user: Option<User>,
    state: String,
    #[serde(default)]
    environments: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Permission {
    permission: String,
    role_name: Option<String>,
}

#[derive(Deserialize)]
struct Membership {
    state: String,
}

#[derive(Deserialize)]
struct Environment {
    #[serde(default)]
    protection_rules: Vec<ProtectionRule>,
    #[serde(default = "yes")]
    can_admins_bypass: bool,
}

/// Where GitHub does not say, administrators may: that is how environments begin.
fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct ProtectionRule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    reviewers: Vec<serde_json::Value>,
    #[serde(default)]
    prevent_self_review: bool,
}

impl GitHub<'_> {
    async fn list<T: serde::de::DeserializeOwned + Send>(
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

    async fn get<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        need: Need,
    ) -> Result<T, ForgeError> {
        self.api.read(self.call(Method::GET, path, need)).await
    }

    /// Whether somebody is in a team: `sre` of the repository's owner, or `acme/sre`.
    async fn is_member(&self, team: &str, login: &str) -> Result<bool, ForgeError> {
        let owner = self.to.repository.split('/').next().unwrap_or_default();
        let (organisation, slug) = team.split_once('/').unwrap_or((owner, team));
        let (organisation, slug) = (segment(organisation), segment(slug));
        let path = format!("/orgs/{organisation}/teams/{slug}/memberships/{}", segment(login));
        let found = self.api.read::<Membership>(Call::new(Method::GET, path, TEAM)).await;
        match found {
            Ok(membership) => Ok(membership.state == "active"),
            Err(error) if error.is_not_found() => {
                // The same answer as for a team that the token must not see. That one is an error.
                let path = format!("/orgs/{organisation}/teams/{slug}/members?per_page=1");
                self.api.ask(Call::new(Method::GET, path, TEAM)).await.map(|_| false)
            }
            Err(error) => Err(error),
        }
    }
}

/// GitHub's roles; each may what those before it may ("Repository roles for an organization").
const LADDER: [&str; 5] = ["read", "triage", "write", "maintain", "admin"];

/// The roles of a permission. `permission` knows neither `triage` nor `maintain` nor a role of one's
/// own making, and `role_name` does.
fn roles(Permission { permission, role_name }: Permission) -> impl Iterator<Item = String> {
    let step = |role: &String| LADDER.iter().position(|known| known == role);
    let highest = role_name.as_ref().and_then(step).or_else(|| step(&permission));
    let steps = highest.map_or(&[][..], |step| &LADDER[..=step]);
    let own = role_name.filter(|role| role != "none" && !LADDER.contains(&role.as_str()));
    steps.iter().map(|role| (*role).to_owned()).chain(own)
}

#[async_trait]
impl Evidence for GitHub<'_> {
    async fn change(&self, number: u64) -> Result<Change, ForgeError> {
        let pull: Pull = self.get(&format!("/pulls/{number}"), PULL).await?;
        let commits: Vec<Listed> = self.list(&format!("/pulls/{number}/commits"), PULL).await?;
        if commits.len() >= MAX_COMMITS {
            return Err(ForgeError::TooManyCommits(MAX_COMMITS));
        }
        Ok(Change {
            number: pull.number,
            fork: pull.head.repo.is_none() || pull.head.repo != pull.base.repo,
            head: pull.head.sha,
            base: pull.base.branch,
            author: somebody(pull.user),
            merged_as: pull.merge_commit_sha.filter(|_| pull.merged),
            commits: commits.into_iter().map(Commit::from).collect(),
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
        Ok(listed.into())
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
        let remark = |listed: ListedComment| Remark {
            by: somebody(listed.user),
            text: listed.body.unwrap_or_default(),
            at: listed.created_at,
            edited: listed.updated_at != listed.created_at,
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
        };
        // What is pending is no answer.
        let given =
            answers.into_iter().filter(|one| matches!(&*one.state, "approved" | "rejected"));
        Ok(given.map(answered).collect())
    }

    async fn groups(&self, login: &str, of: &[Principal]) -> Result<Vec<Principal>, ForgeError> {
        let mut groups = Vec::new();
        if of.iter().any(|principal| matches!(principal, Principal::Role(_))) {
            let path = format!("/collaborators/{}/permission", segment(login));
            groups.extend(roles(self.get(&path, PERMISSION).await?).map(Principal::Role));
        }
        for principal in of {
            if let Principal::Team(team) = principal
                && self.is_member(team, login).await?
            {
                groups.push(principal.clone());
            }
        }
        Ok(groups)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_those_below_it() {
        let of = |permission: &str, role_name: Option<&str>| -> String {
            let role_name = role_name.map(str::to_owned);
            let all = roles(Permission { permission: permission.to_owned(), role_name });
            all.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of("write", Some("maintain")), "read triage write maintain");
        assert_eq!(of("admin", None), "read triage write maintain admin");
        assert_eq!(of("write", Some("releaser")), "read triage write releaser");
        assert_eq!(of("none", Some("none")), "");
    }
}
