//! Who somebody is, what they are in the project and in groups, and by which keys they sign.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::answers::{Key, Listed, Member, User};
use super::refused;
use crate::core::gate::{Hand, Principal, co_authors};
use crate::world::forge::ForgeError;
use crate::world::forge::api::{Call, Need};
use crate::world::forge::evidence::{Account, Commit};
use crate::world::forge::gitlab::GitLab;
use crate::world::http::{Method, segment};

const USER: Need = Need {
    to: "read who somebody is",
    fix: "use an access token with the scope `read_api`: CI_JOB_TOKEN cannot",
};

const MEMBER: Need = Need {
    to: "read who is a member",
    fix: "use an access token with the scope `read_api` whose user is a member of the project and \
          of the group",
};

/// What one is in a project, by the number of the access level; each may what those before it may
/// ("Members API", valid access levels).
const LADDER: [(u64, &str); 6] = [
    (10, "guest"),
    (15, "planner"),
    (20, "reporter"),
    (30, "developer"),
    (40, "maintainer"),
    (50, "owner"),
];

/// Where the addresses of those end who hide theirs: `12345-login@users.noreply.gitlab.com` ("User
/// profile", commit email).
const NO_REPLY: &str = "@users.noreply.";

impl GitLab<'_> {
    async fn whole(&self, id: u64) -> Result<User, ForgeError> {
        self.api.read(Call::new(Method::GET, format!("/users/{id}"), USER)).await
    }

    /// People with what GitLab says of each alone: whether it is one. By the number.
    pub(super) async fn people(
        &self,
        of: impl IntoIterator<Item = &User>,
    ) -> Result<BTreeMap<u64, Account>, ForgeError> {
        let of: BTreeMap<u64, &User> = of.into_iter().map(|user| (user.id, user)).collect();
        let all = try_join_all(of.into_keys().map(|id| self.whole(id))).await?;
        Ok(all.into_iter().map(|user| (user.id, user.into())).collect())
    }

    pub(super) async fn me(&self) -> Result<Account, ForgeError> {
        let user: User = self.api.read(Call::new(Method::GET, "/user", USER)).await?;
        Ok(user.into())
    }

    pub(super) async fn account_of(&self, login: &str) -> Result<Option<Account>, ForgeError> {
        let path = format!("/users?username={}", segment(login));
        let found: Vec<User> = self.api.read(Call::new(Method::GET, path, USER)).await?;
        match found.into_iter().find(|user| user.username.eq_ignore_ascii_case(login)) {
            Some(user) => Ok(Some(self.whole(user.id).await?.into())),
            None => Ok(None),
        }
    }

    pub(super) async fn keys_of(&self, of: &Account) -> Result<Vec<String>, ForgeError> {
        let path = format!("/users/{}/keys?per_page=100", segment(&of.id));
        let keys: Vec<Key> = self.api.read(Call::new(Method::GET, path, USER)).await?;
        let now = Timestamp::now();
        let valid = keys.into_iter().filter(|key| key.expires_at.is_none_or(|end| end > now));
        Ok(valid.map(|key| key.key).collect())
    }

    /// What somebody is in a project or group: nothing where they are no member.
    async fn level(&self, of: &str, id: &str) -> Result<Option<u64>, ForgeError> {
        let path = format!("{of}/members/all/{}", segment(id));
        let found = self.api.read::<Member>(Call::new(Method::GET, path, MEMBER)).await;
        match found {
            Ok(member) => Ok(Some(member.access_level).filter(|_| member.state == "active")),
            Err(error) if error.is_not_found() => {
                // The same answer as where the token must not see the group. That one is an error.
                self.api.ask(Call::new(Method::GET, of, MEMBER)).await.map(|_| None)
            }
            Err(error) => Err(error),
        }
    }

    /// A group by the name of a team: `acme/sre`, or `sre` below the first group of the project.
    fn group(&self, team: &str) -> String {
        let top = self.to.repository.split('/').next().unwrap_or_default();
        let path = match team.contains('/') || team == top {
            true => team.to_owned(),
            false => format!("{top}/{team}"),
        };
        format!("/groups/{}", segment(&path))
    }

    /// Whether somebody is a member of the project, or of a group that it is in.
    pub(super) async fn is_ours(&self, login: &str) -> Result<bool, ForgeError> {
        let Some(Account { id, .. }) = self.account_of(login).await? else { return Ok(false) };
        Ok(self.level(&self.project, &id).await?.is_some())
    }

    pub(super) async fn groups_of(
        &self,
        login: &str,
        of: &[Principal],
    ) -> Result<Vec<Principal>, ForgeError> {
        let Some(Account { id, .. }) = self.account_of(login).await? else {
            return Ok(Vec::new());
        };
        let mut groups = Vec::new();
        if of.iter().any(|principal| matches!(principal, Principal::Role(_))) {
            let level = self.level(&self.project, &id).await?;
            let held = LADDER.iter().filter(|(number, _)| Some(*number) <= level);
            groups.extend(held.map(|(_, role)| Principal::Role((*role).to_owned())));
        }
        for principal in of {
            if let Principal::Team(team) = principal
                && self.level(&self.group(team), &id).await?.is_some()
            {
                groups.push(principal.clone());
            }
        }
        Ok(groups)
    }

    /// Commits with the people behind their addresses. GitLab finds a user by the whole of an
    /// address, also of one that is not shown ("Users API", search).
    pub(super) async fn commits(&self, listed: Vec<Listed>) -> Result<Vec<Commit>, ForgeError> {
        let of_commits = listed.iter().flat_map(|one| [&one.author_email, &one.committer_email]);
        let of_messages = listed.iter().flat_map(|one| co_authors(&one.message));
        let emails = of_commits.flatten().cloned().chain(of_messages.filter_map(|hand| hand.email));
        let mut hands: BTreeMap<String, Hand> =
            emails.map(|email| (email, Hand::default())).collect();
        let found = try_join_all(hands.keys().map(|email| self.hand(email))).await?;
        for (hand, found) in hands.values_mut().zip(found) {
            *hand = found;
        }
        let hand = |email: Option<String>| {
            email.and_then(|email| hands.get(&email).cloned()).unwrap_or_default()
        };
        let commit = |one: Listed| Commit {
            sha: one.id,
            tree: String::new(),
            author: hand(one.author_email),
            committer: hand(one.committer_email),
            co_authors: co_authors(&one.message).map(|named| hand(named.email)).collect(),
            message: one.message,
        };
        Ok(listed.into_iter().map(commit).collect())
    }

    async fn hand(&self, email: &str) -> Result<Hand, ForgeError> {
        if let Some(hand) = hidden(email) {
            return Ok(hand);
        }
        let path = format!("/users?search={}", segment(email));
        let mut found: Vec<User> = self.api.read(Call::new(Method::GET, path, USER)).await?;
        let user = found.pop();
        if !found.is_empty() {
            return Err(refused(USER, "several users answer to the address of a commit"));
        }
        let (id, login) = user.map(|user| (user.id.to_string(), user.username)).unzip();
        Ok(Hand { id, login, email: Some(email.to_owned()) })
    }
}

/// Who is behind an address that hides another.
fn hidden(email: &str) -> Option<Hand> {
    let (name, _) = email.split_once(NO_REPLY)?;
    let (id, login) = name.split_once('-')?;
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let (id, login, email) = (Some(id.into()), Some(login.into()), Some(email.into()));
    is_number.then_some(Hand { id, login, email })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_hides_another_names_its_user() {
        let hand = hidden("12-ana-b@users.noreply.gitlab.com").expect("one");
        assert_eq!((hand.id.as_deref(), hand.login.as_deref()), (Some("12"), Some("ana-b")));
        assert_eq!(hidden("ana-b@users.noreply.gitlab.com"), None);
        assert_eq!(hidden("12-ana@example.com"), None);
    }
}
