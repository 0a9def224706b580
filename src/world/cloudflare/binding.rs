//! A live binding: what it is bound to, and no value that could be a secret.

use serde_json::{Map, Value};

use crate::core::canonical::digest_of;
use crate::core::model::account::LiveBinding;
use crate::core::secrets;

/// What a binding may be bound to, in the API's words: every field of a binding that the API
/// reference documents, but `text`, `json`, and what belongs to keys. A field that nobody here knows
/// could be a secret, and is passed over.
const TARGETS: [&str; 34] = [
    "allowed_destination_addresses",
    "allowed_sender_addresses",
    "app_id",
    "bucket_name",
    "certificate_id",
    "class_name",
    "database_id",
    "dataset",
    "destination_address",
    "dispatch_namespace",
    "entrypoint",
    "environment",
    "id",
    "index_name",
    "instance_name",
    "jurisdiction",
    "namespace",
    "namespace_id",
    "network_id",
    "outbound",
    "pipeline",
    "project_id",
    "queue_name",
    "script_name",
    "secret_name",
    "service",
    "service_id",
    "simple",
    "store_id",
    "stream",
    "tunnel_id",
    "version_id",
    "workflow_name",
    "part",
];

/// A binding, as the API gives it.
pub(super) fn live_binding(mut found: Map<String, Value>) -> LiveBinding {
    let mut text = |key: &str| match found.remove(key) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let (name, kind) = (text("name"), text("type"));
    let value = match kind.as_str() {
        "plain_text" => found.remove("text"),
        "json" => found.remove("json"),
        _ => None,
    };
    let is_target = |key: &str, value: &Value| TARGETS.contains(&key) && !value.is_null();
    let target = found.into_iter().filter(|(key, value)| is_target(key, value)).collect();
    let digest = value.as_ref().filter(|value| !is_secret(&name, value)).map(digest_of);
    LiveBinding { name, kind, target, digest, value }
}

/// Whether a value, or anything in it, looks like a secret. Of a short one, the digest would tell
/// the value to whoever tries them all.
fn is_secret(name: &str, value: &Value) -> bool {
    secrets::is_secret_name(name)
        || match value {
            Value::String(text) => secrets::judge(name, text).is_some(),
            Value::Array(items) => items.iter().any(|item| is_secret(name, item)),
            Value::Object(fields) => fields.iter().any(|(name, value)| is_secret(name, value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn binding(value: Value) -> LiveBinding {
        let Value::Object(found) = value else { panic!("an object") };
        live_binding(found)
    }

    #[test]
    fn a_variable_has_a_digest_and_no_target() {
        let found = binding(json!({ "type": "plain_text", "name": "REGION", "text": "eu" }));
        assert_eq!(found.value, Some(json!("eu")));
        assert_eq!(found.digest, Some(digest_of(&json!("eu"))));
        assert!(found.target.is_empty());
        let found = binding(json!({ "type": "json", "name": "FLAGS", "json": { "a": 1 } }));
        assert_eq!(found.digest, Some(digest_of(&json!({ "a": 1 }))));
    }

    #[test]
    fn what_looks_like_a_secret_has_no_digest() {
        for (name, value) in [
            ("API_KEY", json!("abc")),
            ("NOTE", json!("sk_live_51JbFxJJygY5LJFfKLVVldb10q7Rk2xVnT")),
            ("CONFIG", json!({ "inner": { "password": "abc" } })),
        ] {
            assert!(is_secret(name, &value), "{name}");
        }
        let found = binding(json!({ "type": "plain_text", "name": "API_KEY", "text": "abc" }));
        assert_eq!(found.digest, None);
    }

    #[test]
    fn no_value_of_a_secret_is_kept() {
        let found = binding(json!({
            "type": "secret_text", "name": "TOKEN", "text": "s3cret", "value": "s3cret",
            "key_base64": "s3cret", "store_id": null
        }));
        assert!(!format!("{found:?}").contains("s3cret"), "{found:?}");
        assert!(found.is_secret());
    }
}
