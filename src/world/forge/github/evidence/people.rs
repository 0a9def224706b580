//! What somebody is: in the repository, in teams, and by which keys.

use serde::Deserialize;

use super::answers::{Key, User};
use super::refused;
use crate::core::gate::Principal;
use crate::world::forge::ForgeError;
use crate::world::forge::api::{Call, Need, PER_PAGE};
use crate::world::forge::evidence::Account;
use crate::world::forge::github::GitHub;
use crate::world::http::{Method, segment};

const PERMISSION: Need = Need {
    to: "read what somebody may do in the repository",
    fix: "use a token that sees the repository's metadata",
};

const TEAM: Need = Need {
    to: "read who is in a team",
    fix: "GITHUB_TOKEN cannot: give clodo the token of an App or a person with \"Members: read\" in \
          the organisation",
};

const USER: Need = Need {
    to: "read who somebody is",
    fix: "use the token of a person: that of a job or an App is nobody's",
};

const KEYS: Need = Need {
    to: "read the SSH keys that somebody has published",
    fix: "use a token that this GitHub lets look at its users",
};

#[derive(Deserialize)]
struct Permission {
    permission: String,
    role_name: Option<String>,
}

#[derive(Deserialize)]
struct Repository {
    private: bool,
}

#[derive(Deserialize)]
struct Membership {
    state: String,
}

impl GitHub<'_> {
    /// Whether somebody may do more in the repository than those who are nothing there. Everybody may
    /// read what is public.
    pub(super) async fn is_ours(&self, login: &str) -> Result<bool, ForgeError> {
        let roles = self.roles_of(login).await?;
        match roles.as_slice() {
            [] => Ok(false),
            [only] if only == LADDER[0] => {
                Ok(self.get::<Repository>("", PERMISSION).await?.private)
            }
            _ => Ok(true),
        }
    }

    async fn roles_of(&self, login: &str) -> Result<Vec<String>, ForgeError> {
        let path = format!("/collaborators/{}/permission", segment(login));
        Ok(roles(self.get(&path, PERMISSION).await?).collect())
    }

    pub(super) async fn groups_of(
        &self,
        login: &str,
        of: &[Principal],
    ) -> Result<Vec<Principal>, ForgeError> {
        let mut groups = Vec::new();
        if of.iter().any(|principal| matches!(principal, Principal::Role(_))) {
            groups.extend(self.roles_of(login).await?.into_iter().map(Principal::Role));
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

    /// Whose the token is, or who has a name.
    pub(super) async fn person(&self, path: String) -> Result<Account, ForgeError> {
        let user: User = self.api.read(Call::new(Method::GET, path, USER)).await?;
        Ok(user.into())
    }

    /// The keys that somebody signs with, and those that somebody comes in with, which sign as well.
    /// Anybody may read both ("List SSH signing keys for a user", "List public keys for a user").
    pub(super) async fn keys_of(&self, of: &Account) -> Result<Vec<String>, ForgeError> {
        let login = segment(&of.login);
        let now = self.person(format!("/users/{login}")).await?;
        if now.id != of.id {
            return Err(refused(KEYS, "the name is somebody else's now"));
        }
        let mut keys = Vec::new();
        for list in ["ssh_signing_keys", "keys"] {
            let page = |number| {
                let path = format!("/users/{login}/{list}?per_page={PER_PAGE}&page={number}");
                self.api.read::<Vec<Key>>(Call::new(Method::GET, path, KEYS))
            };
            keys.extend(self.api.pages(page).await?.into_iter().map(|one| one.key));
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
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
