//! Reading and writing Workers KV.

use std::ops::Bound;

use axum::body::Bytes;
use serde_json::Value as Json;

use super::super::Sandbox;
use super::super::envelope::ApiError;
use super::super::errors::products::{INVALID_KV_REQUEST, NO_SUCH_NAMESPACE};
use super::super::state::kv::{KvNamespace, KvValue};

/// Bytes of a key, <https://developers.cloudflare.com/kv/platform/limits/>.
const MAX_KEY: usize = 512;
/// Bytes of a value.
const MAX_VALUE: usize = 25 << 20;
/// Bytes of the metadata of a value.
const MAX_METADATA: usize = 1024;
/// Keys in one answer.
const MAX_KEYS: usize = 1000;

/// The namespaces of an account, and what is in them.
#[derive(Clone, Copy, Debug)]
pub struct Kv<'a>(&'a Sandbox);

/// A value as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Its bytes.
    pub bytes: Bytes,
    /// Any JSON that came with it.
    pub metadata: Option<Json>,
    /// When it ends, in seconds since 1970.
    pub expiration: Option<i64>,
}

/// A value as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// The value.
    pub value: Value,
}

/// A key as it is listed.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Any JSON that came with the value.
    pub metadata: Option<Json>,
    /// When it ends, in seconds since 1970.
    pub expiration: Option<i64>,
}

/// A part of a list of keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keys {
    /// In the order of their bytes.
    pub keys: Vec<Key>,
    /// Where to go on; `None` at the end.
    pub cursor: Option<String>,
}

impl<'a> Kv<'a> {
    pub(super) fn of(sandbox: &'a Sandbox) -> Self {
        Self(sandbox)
    }

    fn now(self) -> i64 {
        self.0.source.timestamp().as_second()
    }

    /// A value, if there is one.
    ///
    /// # Errors
    ///
    /// There is no such namespace (10013).
    pub fn get(self, namespace: &str, key: &str) -> Result<Option<Value>, ApiError> {
        let state = self.0.state();
        let namespace = state.kv.namespace(namespace).ok_or(NO_SUCH_NAMESPACE)?;
        let now = self.now();
        let value = namespace.values.get(key).filter(|value| value.is_there(now));
        Ok(value.and_then(|value| {
            let bytes = self.0.store.blob(&value.blob)?;
            let KvValue { metadata, expiration, .. } = value.clone();
            Some(Value { bytes, metadata, expiration })
        }))
    }

    /// Writes values, all or none.
    ///
    /// # Errors
    ///
    /// There is no such namespace (10013), or a limit of KV is exceeded.
    pub fn put(self, namespace: &str, entries: Vec<Entry>) -> Result<(), ApiError> {
        for entry in &entries {
            check(entry)?;
        }
        let stored = |Entry { key, value: Value { bytes, metadata, expiration } }| {
            let blob = self.0.store.put_blob(bytes)?;
            Ok((key, KvValue { blob, metadata, expiration }))
        };
        let stored: Vec<_> = entries.into_iter().map(stored).collect::<Result<_, ApiError>>()?;
        self.change(namespace, |namespace| {
            for (key, value) in stored {
                namespace.values.insert_mut(key, value);
            }
        })
    }

    /// Removes values; those that are not there are no error.
    ///
    /// # Errors
    ///
    /// There is no such namespace (10013).
    pub fn delete(self, namespace: &str, keys: &[String]) -> Result<(), ApiError> {
        self.change(namespace, |namespace| {
            for key in keys {
                namespace.values.remove_mut(key);
            }
        })
    }

    fn change(self, id: &str, change: impl FnOnce(&mut KvNamespace)) -> Result<(), ApiError> {
        self.0.store.change(|state| {
            change(state.kv.namespace_mut(id).ok_or(NO_SUCH_NAMESPACE)?);
            Ok(())
        })
    }

    /// The keys that begin with a prefix, at most `limit` (and 1000) of them, from a cursor on.
    ///
    /// # Errors
    ///
    /// There is no such namespace (10013).
    pub fn list(
        self,
        namespace: &str,
        prefix: &str,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Keys, ApiError> {
        let state = self.0.state();
        let namespace = state.kv.namespace(namespace).ok_or(NO_SUCH_NAMESPACE)?;
        let now = self.now();
        // A cursor is the last key of the part before.
        let from = cursor.map_or(Bound::Included(prefix), Bound::Excluded);
        let mut found = namespace
            .values
            .range::<str, _>((from, Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter(|(_, value)| value.is_there(now));
        let keys: Vec<Key> = found
            .by_ref()
            .take(limit.clamp(1, MAX_KEYS))
            .map(|(name, value)| Key {
                name: name.clone(),
                metadata: value.metadata.clone(),
                expiration: value.expiration,
            })
            .collect();
        let last = keys.last().map(|key| key.name.clone());
        Ok(Keys { cursor: found.next().and(last), keys })
    }
}

/// Whether KV would take it.
fn check(Entry { key, value }: &Entry) -> Result<(), ApiError> {
    let invalid = |text: String| Err(INVALID_KV_REQUEST.saying(text));
    if key.is_empty() || matches!(key.as_str(), "." | "..") || key.len() > MAX_KEY {
        return invalid(format!("a key must have 1 to {MAX_KEY} bytes, and not be '.' or '..'"));
    }
    if value.bytes.len() > MAX_VALUE {
        return invalid(format!("the value of '{key}' has more than {MAX_VALUE} bytes"));
    }
    let metadata = value.metadata.as_ref().map_or(0, |metadata| metadata.to_string().len());
    if metadata > MAX_METADATA {
        return invalid(format!("the metadata of '{key}' has more than {MAX_METADATA} bytes"));
    }
    Ok(())
}
