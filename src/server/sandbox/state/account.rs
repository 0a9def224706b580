//! The account, its user, and what its plan allows.

use serde::{Deserialize, Serialize};

/// The account, and the user whose tokens it knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// 32 hexadecimal digits.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// When it was opened.
    pub created_on: String,
    /// The user's id.
    pub user_id: String,
    /// The user's address, which is the author of versions and deployments.
    pub email: String,
    /// What tokens that the API gives out are signed with.
    pub signing_key: String,
    /// Other accounts of the same user, which have a name and nothing else.
    pub others: Vec<Other>,
}

/// An account of the same user that is only listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Other {
    /// 32 hexadecimal digits.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// What the plan allows. Without a value there is no limit.
///
/// Cloudflare's figures: <https://developers.cloudflare.com/workers/platform/limits/>.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Cron triggers in the account: 5 on Workers Free, 250 on Workers Paid.
    pub crons: Option<usize>,
    /// Workers in the account: 100 and 500.
    pub workers: Option<usize>,
    /// Bytes of the modules of one version: 64 MiB on every plan.
    pub worker_bytes: Option<u64>,
    /// Whether `limits.cpu_ms` may be set, which Workers Free refuses.
    pub cpu_limits: Option<bool>,
    /// Whether Durable Objects may keep their data in the key-value backend.
    pub key_value_objects: Option<bool>,
    /// Databases of D1 in the account: 10 and 50 000.
    pub d1_databases: Option<usize>,
    /// Requests to the API in five minutes: Cloudflare's is 1200.
    pub api_requests: Option<u32>,
}
