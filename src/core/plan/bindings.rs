//! Bindings, variables and secrets: what would be uploaded against what the live version has.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::change::{Aspect, Change, Changes, Sign, Unasked};
use super::target::Target;
use super::wanted::{Wanted, compared, title, wanted};
use crate::core::canonical::{canonical, digest_of};
use crate::core::config::wrangler::Environment;
use crate::core::model::Value;
use crate::core::model::account::{Account, LiveBinding};
use crate::core::secrets;

/// What stands in the place of a value that may be a secret.
const HIDDEN: &str = "(hidden)";

/// What stands in the place of a value of which only the digest is known.
const ANOTHER: &str = "another value";

/// Compares the bindings. `elsewhere`: whether the live version was made by something else than
/// Wrangler, so that what is in no configuration may have been set there.
pub(super) fn compare(
    target: &Target<'_>,
    account: &Account,
    live: &[LiveBinding],
    elsewhere: bool,
    out: &mut Changes,
) {
    let wanted = wanted(&target.environment);
    for one in &wanted {
        let known = live.iter().find(|live| live.name == one.name);
        match known {
            None => out.push(added(target, account, one)),
            Some(secret) if secret.is_secret() => {
                let change = Change::replace(
                    Aspect::Secrets,
                    one.name,
                    "a secret",
                    described(account, &one.kind, &one.target),
                );
                let note = "the secret is lost: Wrangler replaces it without a word";
                out.push(change.note(note).unasked(Unasked::Wiped).destructive());
            }
            Some(live) => compare_one(target, account, one, live, out),
        }
    }
    let keep_vars = target.environment.get("keep_vars").and_then(|s| s.value().as_bool());
    let gone = live.iter().filter(|live| {
        let kept = live.is_secret() || (live.is_variable() && keep_vars == Some(true));
        !kept && !wanted.iter().any(|one| one.name == live.name)
    });
    for live in gone {
        let aspect = aspect_of(live.is_variable());
        let was = match live.is_variable() {
            true => live.value.as_ref().map_or(String::new(), |value| shown(&live.name, value)),
            false => described(account, &live.kind, &borrowed(&live.target)),
        };
        let change = Change::remove(aspect, live.name.as_str(), was);
        out.push(match elsewhere {
            true => change.note("in no configuration: set elsewhere").unasked(Unasked::Wiped),
            false => change,
        });
    }
    secrets(&target.environment, live, &wanted, out);
}

/// The bindings of a Worker that does not exist yet.
pub(super) fn of_new(target: &Target<'_>, account: &Account, out: &mut Changes) {
    let wanted = wanted(&target.environment);
    for one in &wanted {
        out.push(added(target, account, one));
    }
    secrets(&target.environment, &[], &wanted, out);
}

fn aspect_of(is_variable: bool) -> Aspect {
    if is_variable { Aspect::Variables } else { Aspect::Bindings }
}

fn added(target: &Target<'_>, account: &Account, one: &Wanted<'_>) -> Change {
    if let Some(value) = &one.value {
        return Change::add(Aspect::Variables, one.name, shown(one.name, value));
    }
    let change =
        Change::add(Aspect::Bindings, one.name, described(account, &one.kind, &one.target));
    match presence(target, account, one) {
        Presence::There => change.note("exists"),
        Presence::Made(name) => change
            .note(format!("Wrangler creates it, new and empty: {name}"))
            .unasked(Unasked::Created),
        Presence::Missing => missing(change),
        Presence::Unknown => change,
    }
}

/// A binding to what is not there: the upload is refused (codes 10041, 10144, 10157, 10159, 10181).
fn missing(change: Change) -> Change {
    Change { sign: Sign::Refused, ..change.note("does not exist: the upload is refused") }
}

fn compare_one(
    target: &Target<'_>,
    account: &Account,
    one: &Wanted<'_>,
    live: &LiveBinding,
    out: &mut Changes,
) {
    if let Some(value) = &one.value {
        if !live.is_variable() {
            let was = described(account, &live.kind, &borrowed(&live.target));
            out.push(Change::replace(Aspect::Bindings, one.name, was, shown(one.name, value)));
            return;
        }
        let same = match (&live.value, &live.digest) {
            (Some(known), _) => Some(live.kind == one.kind && canonical(known) == canonical(value)),
            (None, Some(known)) => Some(live.kind == one.kind && *known == digest_of(value)),
            (None, None) => None,
        };
        match same {
            Some(true) => {}
            Some(false) => {
                let was = live.value.as_ref().map(|value| shown(&live.name, value));
                let was = was.unwrap_or_else(|| ANOTHER.to_owned());
                out.push(Change::replace(Aspect::Variables, one.name, was, shown(one.name, value)));
            }
            None => out.blind(
                Aspect::Variables,
                format!("the live value of {} looks like a secret and was not saved", one.name),
                true,
            ),
        }
        return;
    }
    // What the configuration does not name stays what it is, where it is of the same kind.
    if live.kind == one.kind && unnamed(one) {
        return;
    }
    if live.kind != one.kind || !same_target(target, one, live) {
        let was = match live.is_variable() {
            true => live.value.as_ref().map_or("a variable".into(), |v| shown(&live.name, v)),
            false => described(account, &live.kind, &borrowed(&live.target)),
        };
        let will = described(account, &one.kind, &one.target);
        let change = Change::replace(Aspect::Bindings, one.name, was, will);
        out.push(match presence(target, account, one) {
            Presence::Missing => missing(change),
            Presence::Made(name) => change
                .note(format!("Wrangler creates it, new and empty: {name}"))
                .unasked(Unasked::Created),
            Presence::There | Presence::Unknown => change,
        });
    } else if let Presence::Missing = presence(target, account, one) {
        let bound = described(account, &one.kind, &one.target);
        out.push(missing(Change::replace(Aspect::Bindings, one.name, bound, "")));
    }
}

/// Whether a binding lacks the key that names its resource. Wrangler then takes over what the live
/// version has (`inherit`).
fn unnamed(one: &Wanted<'_>) -> bool {
    let names = match one.kind.as_str() {
        "kv_namespace" => "namespace_id",
        "d1" => "id",
        "r2_bucket" => "bucket_name",
        "queue" => "queue_name",
        "dispatch_namespace" => "namespace",
        _ => return false,
    };
    one.target.get(names).is_none_or(|value| value == "")
}

fn same_target(target: &Target<'_>, one: &Wanted<'_>, live: &LiveBinding) -> bool {
    let same = |key: &str| {
        let wanted = one.target.get(key);
        let live = live.target.get(key).or_else(|| alias(&one.kind, key, live));
        match (wanted, live) {
            (None, None) => true,
            (Some(wanted), Some(live)) => canonical(wanted) == canonical(live),
            (Some(value), None) | (None, Some(value)) => is_implied(target, key, value),
        }
    };
    match compared(&one.kind) {
        Some(mut keys) => keys.all(same),
        None => one.target.keys().all(|key| same(key)),
    }
}

/// The other name under which the API may give a key.
fn alias<'a>(kind: &str, key: &str, live: &'a LiveBinding) -> Option<&'a Json> {
    match (kind, key) {
        ("d1", "id") => live.target.get("database_id"),
        _ => None,
    }
}

/// Whether a value says no more than leaving it out.
fn is_implied(target: &Target<'_>, key: &str, value: &Json) -> bool {
    match key {
        // The one environment that a Worker has since there are no others.
        "environment" => value == "production",
        "script_name" => *value == target.worker.as_str(),
        "jurisdiction" => value == "default",
        // Without one, Cloudflare takes the name of the binding.
        "dataset" => true,
        "delivery_delay" => *value == 0,
        _ => value.is_null() || *value == false || *value == "",
    }
}

/// Whether what a binding is bound to exists.
enum Presence {
    There,
    Missing,
    /// Wrangler makes it, under this name.
    Made(String),
    Unknown,
}

fn presence(target: &Target<'_>, account: &Account, one: &Wanted<'_>) -> Presence {
    let text = |key: &str| one.target.get(key).and_then(Json::as_str).filter(|t| !t.is_empty());
    let found = |known: Option<bool>| match known {
        Some(true) => Presence::There,
        Some(false) => Presence::Missing,
        None => Presence::Unknown,
    };
    let made = |known: Option<bool>, name: &str| match known {
        Some(true) => Presence::There,
        Some(false) => Presence::Made(name.to_owned()),
        None => Presence::Unknown,
    };
    let generated = || {
        let binding = one.name.to_lowercase().replace('_', "-");
        format!("{}-{binding}", target.worker)
    };
    match one.kind.as_str() {
        "kv_namespace" => match text("namespace_id") {
            Some(id) => {
                found(account.kv_namespaces.known().map(|all| all.iter().any(|n| n.id == id)))
            }
            None => Presence::Made(generated()),
        },
        "d1" => {
            let named = one.binding.value.get("database_name").and_then(Value::as_str);
            let all = account.d1_databases.known();
            match (text("id"), named) {
                (Some(id), _) => {
                    found(all.map(|all| all.iter().any(|d| d.id.eq_ignore_ascii_case(id))))
                }
                (None, Some(name)) => made(all.map(|all| all.iter().any(|d| d.name == name)), name),
                (None, None) => Presence::Made(generated()),
            }
        }
        "r2_bucket" => {
            let jurisdiction = text("jurisdiction").unwrap_or("default");
            let buckets = account.r2.known().map(|r2| r2.buckets.get(jurisdiction));
            match (text("bucket_name"), buckets) {
                (Some(name), Some(Some(buckets))) => {
                    made(buckets.known().map(|all| all.iter().any(|bucket| bucket == name)), name)
                }
                (Some(_), _) => Presence::Unknown,
                (None, _) => Presence::Made(generated()),
            }
        }
        "queue" => match text("queue_name") {
            Some(name) => {
                made(account.queues.known().map(|all| all.iter().any(|q| q.name == name)), name)
            }
            None => Presence::Made(generated()),
        },
        "hyperdrive" => {
            let id = text("id").unwrap_or_default();
            found(account.hyperdrive.known().map(|all| all.iter().any(|h| h.id == id)))
        }
        "vectorize" => {
            let name = text("index_name").unwrap_or_default();
            found(account.vectorize.known().map(|all| all.iter().any(|v| v.name == name)))
        }
        "service" => {
            let name = text("service").unwrap_or_default();
            let live = account.workers.known().map(|all| all.contains_key(name));
            match live {
                // It is deployed first, or is this very Worker.
                Some(false) if !target.fleet.named(name).is_empty() => Presence::Unknown,
                live => found(live),
            }
        }
        _ => Presence::Unknown,
    }
}

/// What something is bound to, in words: `KV Namespace sessions (56abac68…)`.
pub(super) fn described(account: &Account, kind: &str, target: &BTreeMap<&str, Json>) -> String {
    let text = |key: &str| target.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    let title = title(kind);
    let resource = match kind {
        "kv_namespace" => text("namespace_id").map(|id| {
            let known = account.kv_namespaces.known();
            let known = known.and_then(|all| all.iter().find(|n| n.id == id));
            named(known.map(|namespace| namespace.title.as_str()), id)
        }),
        "d1" => text("id").or_else(|| text("database_id")).map(|id| {
            let known = account.d1_databases.known();
            let known = known.and_then(|all| all.iter().find(|d| d.id == id));
            named(known.map(|database| database.name.as_str()), id)
        }),
        "hyperdrive" => text("id").map(|id| {
            let known = account.hyperdrive.known();
            let known = known.and_then(|all| all.iter().find(|h| h.id == id));
            named(known.map(|one| one.name.as_str()), id)
        }),
        "service" => text("service").map(|service| match text("entrypoint") {
            Some(entrypoint) => format!("{service}#{entrypoint}"),
            None => service.to_owned(),
        }),
        "durable_object_namespace" => text("class_name").map(|class| match text("script_name") {
            Some(script) => format!("{class} of {script}"),
            None => class.to_owned(),
        }),
        "r2_bucket" => text("bucket_name").map(|name| match text("jurisdiction") {
            Some(jurisdiction) if jurisdiction != "default" => format!("{name} ({jurisdiction})"),
            _ => name.to_owned(),
        }),
        _ => {
            let keys = compared(kind).into_iter().flatten();
            keys.filter_map(text).next().map(str::to_owned)
        }
    };
    resource.map_or(title.clone(), |resource| format!("{title} {resource}"))
}

fn named(name: Option<&str>, id: &str) -> String {
    name.map_or(id.to_owned(), |name| format!("{name} ({id})"))
}

fn borrowed(target: &BTreeMap<String, Json>) -> BTreeMap<&str, Json> {
    target.iter().map(|(key, value)| (key.as_str(), value.clone())).collect()
}

/// A variable's value, unless it looks like something that few should know.
fn shown(name: &str, value: &Json) -> String {
    let text = match value {
        Json::String(text) => text.clone(),
        other => canonical(other),
    };
    if secrets::is_secret_name(name) || secrets::judge(name, &text).is_some() {
        return HIDDEN.to_owned();
    }
    /// As much of a value as helps to know it again.
    const SHOWN: usize = 60;
    let spelled = canonical(value);
    match spelled.chars().count() > SHOWN {
        true => format!("{}…", spelled.chars().take(SHOWN).collect::<String>()),
        false => spelled,
    }
}

/// Secrets that stay, and those that are required and missing.
fn secrets(
    environment: &Environment<'_>,
    live: &[LiveBinding],
    wanted: &[Wanted<'_>],
    out: &mut Changes,
) {
    let set: Vec<&str> =
        live.iter().filter(|live| live.is_secret()).map(|live| live.name.as_str()).collect();
    let required = environment.get("secrets").and_then(|s| s.value().get("required"));
    let required: Vec<&str> =
        required.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str).collect();
    for name in required.iter().filter(|name| !set.contains(name)) {
        let why = "required and not set: the deployment is refused";
        out.push(Change::refused(Aspect::Secrets, *name, why));
    }
    let replaced = |name: &str| wanted.iter().any(|one| one.name == name);
    for name in set.into_iter().filter(|name| !replaced(name)) {
        out.push(Change::keep(Aspect::Secrets, name, "stays as it is"));
    }
}

/// A configuration as JSON, for those who compare whole tables.
pub(super) fn json_of(environment: &Environment<'_>, key: &str) -> Option<Json> {
    environment.get(key).map(|setting| setting.value().to_json())
}
