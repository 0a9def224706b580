//! The permission groups of tokens.

use serde::{Deserialize, Serialize};

use crate::core::config::shape::closest;

/// The groups that the sandbox knows by Cloudflare's names, each with the scope that it is for:
/// <https://developers.cloudflare.com/fundamentals/api/reference/permissions/>.
pub(super) const GROUPS: [(&str, &str); 44] = [
    ("Account API Tokens Read", "account"),
    ("Account API Tokens Write", "account"),
    ("Account Settings Read", "account"),
    ("Account Settings Write", "account"),
    ("API Tokens Read", "user"),
    ("API Tokens Write", "user"),
    ("D1 Read", "account"),
    ("D1 Write", "account"),
    ("DNS Read", "account.zone"),
    ("DNS Write", "account.zone"),
    ("Hyperdrive Read", "account"),
    ("Hyperdrive Write", "account"),
    ("Memberships Read", "user"),
    ("Memberships Write", "user"),
    ("Pages Read", "account"),
    ("Pages Write", "account"),
    ("Pipelines Read", "account"),
    ("Pipelines Write", "account"),
    ("Queues Read", "account"),
    ("Queues Write", "account"),
    ("SSL and Certificates Read", "account.zone"),
    ("SSL and Certificates Write", "account.zone"),
    ("Secrets Store Read", "account"),
    ("Secrets Store Write", "account"),
    ("User Details Read", "user"),
    ("User Details Write", "user"),
    ("Vectorize Read", "account"),
    ("Vectorize Write", "account"),
    ("Workers KV Storage Read", "account"),
    ("Workers KV Storage Write", "account"),
    ("Workers R2 Storage Read", "account"),
    ("Workers R2 Storage Write", "account"),
    ("Workers Routes Read", "account.zone"),
    ("Workers Routes Write", "account.zone"),
    ("Workers Scripts Read", "account"),
    ("Workers Scripts Write", "account"),
    ("Workers Tail Read", "account"),
    ("Workers AI Read", "account"),
    ("Workers AI Write", "account"),
    ("Zone Read", "account.zone"),
    ("Zone Write", "account.zone"),
    ("Zone Settings Read", "account.zone"),
    ("Zone Settings Write", "account.zone"),
    ("Account Analytics Read", "account"),
];

/// The name of a permission group that the sandbox knows, such as `Workers Scripts Write`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Group(String);

/// A name that no group has. A token would silently lack what was meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox knows no permission group `{name}`{}", hint(.meant))]
pub struct UnknownGroup {
    /// The name.
    pub name: String,
    /// The group that is called much like it.
    pub meant: Option<&'static str>,
}

fn hint(meant: &Option<&str>) -> String {
    match meant {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => "; /user/tokens/permission_groups of the sandbox lists those that it knows".into(),
    }
}

impl Group {
    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Group {
    type Error = UnknownGroup;

    fn try_from(name: String) -> Result<Self, UnknownGroup> {
        let names = || GROUPS.iter().map(|(name, _)| *name);
        match names().any(|known| known == name) {
            true => Ok(Self(name)),
            false => Err(UnknownGroup { meant: closest(&name, names()), name }),
        }
    }
}

impl From<Group> for String {
    fn from(group: Group) -> Self {
        group.0
    }
}
