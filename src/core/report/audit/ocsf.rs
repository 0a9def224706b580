//! OCSF's class API Activity, one object a line: <https://schema.ocsf.io/1.3.0/classes/api_activity>.

use serde_json::{Value, json};

use super::{Weight, succeeded, weight};
use crate::core::canonical::canonical;
use crate::core::model::journal::{Action, Entry};

/// The version of the schema.
const VERSION: &str = "1.3.0";

/// "API Activity".
const CLASS: u32 = 6003;

/// "Application Activity".
const CATEGORY: u32 = 6;

/// What kind of activity an action is: 1 creates, 3 updates, 4 deletes.
fn activity(action: Action) -> (u32, &'static str) {
    match action {
        Action::DeploymentStarted
        | Action::HoldSet
        | Action::Checkpoint
        | Action::ApprovalRequested
        | Action::ApprovalGiven
        | Action::FreezeSet => (1, "Create"),
        Action::HoldCleared | Action::LockForced | Action::FreezeEnded => (4, "Delete"),
        _ => (3, "Update"),
    }
}

pub(super) fn line(entry: &Entry) -> String {
    let event = &entry.event;
    let (activity, activity_name) = activity(event.action);
    let (severity, severity_name) = match weight(entry) {
        Weight::Info => (1, "Informational"),
        Weight::Notable => (3, "Medium"),
        Weight::High => (4, "High"),
        Weight::Critical => (5, "Critical"),
    };
    let (status, status_name) = match succeeded(entry) {
        Some(true) => (1, "Success"),
        Some(false) => (2, "Failure"),
        None => (0, "Unknown"),
    };
    let resources = [
        ("environment", Some(&event.environment).filter(|name| !name.is_empty())),
        ("deployment", event.deployment.as_ref()),
        ("service", event.service.as_ref()),
    ];
    let resources = resources
        .into_iter()
        .filter_map(|(kind, name)| Some(json!({ "type": kind, "name": name?, "uid": name? })));
    // What belongs to no account, as a checkpoint, names none.
    let cloud = match event.account.as_str() {
        "" => json!({ "provider": "Cloudflare" }),
        account => json!({ "provider": "Cloudflare", "account": { "uid": account } }),
    };
    let said = |hash: &str| Some(hash.to_owned()).filter(|hash| !hash.is_empty());
    let object = json!({
        "class_uid": CLASS, "class_name": "API Activity",
        "category_uid": CATEGORY, "category_name": "Application Activity",
        "activity_id": activity, "activity_name": activity_name,
        "type_uid": CLASS * 100 + activity, "type_name": format!("API Activity: {activity_name}"),
        "time": entry.at.as_millisecond(),
        "severity_id": severity, "severity": severity_name,
        "status_id": status, "status": status_name,
        "metadata": {
            "version": VERSION, "uid": event.op, "sequence": entry.seq, "profiles": ["cloud"],
            "product": {
                "name": "clodo", "vendor_name": "clodo", "version": env!("CARGO_PKG_VERSION"),
            },
        },
        "actor": {
            "user": {
                "name": event.actor.id, "uid": event.actor.id,
                "domain": event.actor.issuer,
            },
            "app_name": event.actor.method,
        },
        "api": { "operation": event.action.as_str(), "service": { "name": "clodo" } },
        "src_endpoint": { "svc_name": "clodo" },
        "cloud": cloud,
        "resources": resources.collect::<Vec<Value>>(),
        "unmapped": {
            "details": event.details, "from": event.from, "to": event.to,
            "prev": said(&entry.prev), "hash": said(&entry.hash),
        },
    });
    canonical(&object) + "\n"
}
