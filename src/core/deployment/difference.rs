//! What is no longer as a plan says: field by field, so that somebody can decide anew.

use serde_json::{Map, Value};

use crate::core::model::account::{Deployment, Share};

/// What of two plans differs, in the JSON form: one line for each field, `was → is`. What only says
/// when and where it was made is left out.
pub fn differences(was: &Value, is: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare("", was, is, &mut lines);
    lines
}

/// Fields of a plan that differ without anything else.
const WITHOUT_EFFECT: [&str; 4] = ["account_read_at", "clodo", "hash", "live_since"];

fn compare(path: &str, was: &Value, is: &Value, lines: &mut Vec<String>) {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => compare_tables(path, was, is, lines),
        (Value::Array(was), Value::Array(is)) => compare_lists(path, was, is, lines),
        (was, is) if was == is => {}
        (was, is) => lines.push(format!("{path}: {} → {}", shown(was), shown(is))),
    }
}

fn compare_tables(
    path: &str,
    was: &Map<String, Value>,
    is: &Map<String, Value>,
    lines: &mut Vec<String>,
) {
    let fields = was.keys().chain(is.keys().filter(|key| !was.contains_key(*key)));
    for key in fields.filter(|key| !WITHOUT_EFFECT.contains(&key.as_str())) {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let get = |table: &Map<String, Value>| table.get(key).cloned().unwrap_or(Value::Null);
        compare(&path, &get(was), &get(is), lines);
    }
}

/// Services are compared by their names; of other lists it is said what came and what went.
fn compare_lists(path: &str, was: &[Value], is: &[Value], lines: &mut Vec<String>) {
    let name = |item: &Value| item.get("service").and_then(Value::as_str).map(str::to_owned);
    if was.iter().chain(is).all(|item| name(item).is_some()) {
        let of = |list: &[Value], wanted: &str| {
            list.iter().find(|item| name(item).as_deref() == Some(wanted)).cloned()
        };
        let mut names: Vec<String> = was.iter().chain(is).filter_map(name).collect();
        names.sort();
        names.dedup();
        for service in names {
            match (of(was, &service), of(is, &service)) {
                (Some(was), Some(is)) => compare(&service, &was, &is, lines),
                (Some(_), None) => lines.push(format!("{service}: is not in it any more")),
                (None, _) => lines.push(format!("{service}: was not in it")),
            }
        }
        return;
    }
    let gone = was.iter().filter(|item| !is.contains(item)).map(|item| ("-", item));
    let come = is.iter().filter(|item| !was.contains(item)).map(|item| ("+", item));
    lines.extend(gone.chain(come).map(|(sign, item)| format!("{path}: {sign} {}", shown(item))));
}

fn shown(value: &Value) -> String {
    /// What is longer says no more.
    const LONGEST: usize = 120;
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain("…".chars()).collect()
}

/// What serves now instead of what served when the plan was made; `None` where it is the same.
pub fn base_difference(planned: &[Share], active: Option<&Deployment>) -> Option<String> {
    let now = active.map(Deployment::serving).unwrap_or_default();
    if same(planned, &now) {
        return None;
    }
    let source = active.and_then(|active| active.source.as_deref());
    let who = active.and_then(|active| active.author.as_deref());
    let by = match (who, source) {
        (Some(who), Some(source)) => format!(", deployed by {who} from {source}"),
        (Some(who), None) => format!(", deployed by {who}"),
        (None, Some(source)) => format!(", deployed from {source}"),
        (None, None) => String::new(),
    };
    Some(format!(
        "{} served when it was planned, and now {}{by}",
        versions(planned),
        versions(&now)
    ))
}

/// Whether these are the same versions with the same shares, those of 0 % included.
pub fn same(one: &[Share], other: &[Share]) -> bool {
    one.len() == other.len() && one.iter().all(|share| other.contains(share))
}

fn versions(shares: &[Share]) -> String {
    let short = |share: &Share| {
        let id: String = share.version_id.chars().take(8).collect();
        if share.percentage >= 100.0 { id } else { format!("{id} ({} %)", share.percentage) }
    };
    match shares {
        [] => "nothing".to_owned(),
        [one] => format!("version {}", short(one)),
        more => format!("versions {}", more.iter().map(short).collect::<Vec<_>>().join(" and ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plans_are_compared_field_by_field() {
        let was = json!({ "hash": "a", "services": [
            { "service": "api", "worker": "api", "changes": ["x", "y"] },
            { "service": "web", "worker": "web" },
        ] });
        let is = json!({ "hash": "b", "services": [
            { "service": "api", "worker": "api-2", "changes": ["y", "z"] },
            { "service": "jobs", "worker": "jobs" },
        ] });
        assert_eq!(
            differences(&was, &is),
            [
                "api.worker: api → api-2",
                "api.changes: - x",
                "api.changes: + z",
                "jobs: was not in it",
                "web: is not in it any more",
            ]
        );
        assert!(differences(&was, &was).is_empty());
    }

    #[test]
    fn a_base_is_compared_by_versions_and_shares() {
        let share = |id: &str, percentage| Share { version_id: id.to_owned(), percentage };
        let active = |versions: Vec<Share>| Deployment {
            versions,
            source: Some("dash".to_owned()),
            author: Some("ana@example.com".to_owned()),
            ..Deployment::default()
        };
        let planned = [share("0c6e1111-2", 100.0)];
        assert_eq!(base_difference(&planned, Some(&active(planned.to_vec()))), None);
        assert_eq!(base_difference(&[], None), None);
        let looked_at = active(vec![share("0c6e1111-2", 100.0), share("7d1e2222-3", 0.0)]);
        assert_eq!(base_difference(&planned, Some(&looked_at)), None, "it serves nobody");
        assert!(!same(&planned, &looked_at.versions));
        let split = active(vec![share("0c6e1111-2", 90.0), share("7d1e2222-3", 10.0)]);
        assert_eq!(
            base_difference(&planned, Some(&split)).as_deref(),
            Some(
                "version 0c6e1111 served when it was planned, and now versions 0c6e1111 (90 %) and \
                 7d1e2222 (10 %), deployed by ana@example.com from dash"
            )
        );
    }
}
