//! Workers KV: namespaces and what is in them.

use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The namespaces of the account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kv {
    /// In the order they were made.
    pub namespaces: Vec<KvNamespace>,
}

impl Kv {
    /// A namespace by its id.
    pub fn namespace(&self, id: &str) -> Option<&KvNamespace> {
        self.namespaces.iter().find(|namespace| namespace.id == id)
    }

    /// The same, to change it.
    pub fn namespace_mut(&mut self, id: &str) -> Option<&mut KvNamespace> {
        self.namespaces.iter_mut().find(|namespace| namespace.id == id)
    }
}

/// A namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KvNamespace {
    /// 32 hexadecimal digits.
    pub id: String,
    /// What people call it; no two have the same.
    pub title: String,
    /// `eu`, `fedramp` or `us`, if it must stay there.
    pub jurisdiction: Option<String>,
    /// What is in it, by key. Expired values are still there, and nobody gets them. A copy shares
    /// what it has in common with the original: there may be many.
    pub values: RedBlackTreeMapSync<String, KvValue>,
}

/// A value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KvValue {
    /// The blob with its bytes.
    pub blob: String,
    /// Any JSON that came with it.
    pub metadata: Option<Value>,
    /// When it ends, in seconds since 1970.
    pub expiration: Option<i64>,
}

impl KvValue {
    /// Whether it is still there at a time, in seconds since 1970.
    pub fn is_there(&self, now: i64) -> bool {
        self.expiration.is_none_or(|end| end > now)
    }
}
