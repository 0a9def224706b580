//! What a deployment did to an account that nobody asked for, read off two states of the sandbox: one
//! before, one after. It knows nothing of clodo's rules.

use std::collections::BTreeMap;

use serde_json::Value;

/// The harm that `worker`'s deployment did. `config` is its configuration as text: what it names was
/// asked for.
pub(super) fn harm(before: &Value, after: &Value, worker: &str, config: &str) -> Vec<String> {
    let account = Account { before, after, worker, config };
    let mut harm = Vec::new();
    account.domains(&mut harm);
    account.zones(&mut harm);
    account.consumers(&mut harm);
    account.workflows(&mut harm);
    account.created(&mut harm);
    account.worker(&mut harm);
    harm
}

struct Account<'a> {
    before: &'a Value,
    after: &'a Value,
    worker: &'a str,
    config: &'a str,
}

impl Account<'_> {
    /// The items of a list (or the values of a table) in both states, by a key.
    fn pairs<'v>(&self, before: &'v Value, after: &'v Value, key: &str) -> Vec<Pair<'v>> {
        let after = by_key(after, key);
        let pair = |(name, before): (String, &'v Value)| {
            let after = after.get(&name).copied();
            Pair { name, before, after }
        };
        by_key(before, key).into_iter().map(pair).collect()
    }

    fn domains(&self, harm: &mut Vec<String>) {
        let (before, after) =
            (&self.before["workers"]["domains"], &self.after["workers"]["domains"]);
        for Pair { name, before, after } in self.pairs(before, after, "hostname") {
            let owner = text(before, "service");
            match after.map(|after| text(after, "service")) {
                Some(now) if now != owner => harm.push(format!("takes {name} from {owner}")),
                None => harm.push(format!("detaches {name} from {owner}")),
                _ => {}
            }
        }
    }

    fn zones(&self, harm: &mut Vec<String>) {
        let (before, after) = (&self.before["zones"], &self.after["zones"]);
        for zone in self.pairs(before, after, "name") {
            let Some(now) = zone.after else { continue };
            for record in self.pairs(&zone.before["dns"], &now["dns"], "id") {
                let name = text(record.before, "name");
                // The record of a custom domain is the Worker's own.
                if text(record.before, "worker") == self.worker {
                    continue;
                }
                match record.after {
                    None => harm.push(format!("removes the DNS record of {name}")),
                    Some(now) if text(now, "content") != text(record.before, "content") => {
                        harm.push(format!("overwrites the DNS record of {name}"));
                    }
                    Some(_) => {}
                }
            }
            for route in self.pairs(&zone.before["routes"], &now["routes"], "pattern") {
                let owner = text(route.before, "script");
                let owner_now = route.after.map(|now| text(now, "script"));
                let pattern = route.name;
                if owner != self.worker {
                    if owner_now != Some(owner) {
                        harm.push(format!("takes the route {pattern} from {owner}"));
                    }
                } else if owner_now == Some(owner) && !self.config.contains(&pattern) {
                    harm.push(format!("leaves the route {pattern}"));
                }
            }
        }
    }

    fn consumers(&self, harm: &mut Vec<String>) {
        let queues = |state: &'_ Value| state["queues"]["queues"].clone();
        let (before, after) = (queues(self.before), queues(self.after));
        for queue in self.pairs(&before, &after, "name") {
            let Some(now) = queue.after else { continue };
            let scripts = |queue: &Value| -> Vec<String> {
                let consumers = queue["consumers"].as_array().cloned().unwrap_or_default();
                consumers.iter().map(|consumer| text(consumer, "script_name").to_owned()).collect()
            };
            let (was, is) = (scripts(queue.before), scripts(now));
            let name = queue.name;
            for script in was {
                if script != self.worker && !is.contains(&script) {
                    harm.push(format!("takes the queue {name} from {script}"));
                } else if script == self.worker && !self.config.contains(&name) {
                    harm.push(format!("goes on consuming the queue {name}"));
                }
            }
        }
    }

    fn workflows(&self, harm: &mut Vec<String>) {
        let workflows = |state: &'_ Value| state["workflows"]["workflows"].clone();
        let (before, after) = (workflows(self.before), workflows(self.after));
        for Pair { name, before, after } in self.pairs(&before, &after, "name") {
            let owner = text(before, "script_name");
            let now = after.map(|now| text(now, "script_name"));
            if now != Some(owner) {
                harm.push(format!("takes the Workflow {name} from {owner}"));
            }
        }
    }

    /// Resources that are there now and were not before: a deployment is no place to make them.
    fn created(&self, harm: &mut Vec<String>) {
        for (product, list, what) in [
            ("kv", "namespaces", "KV namespace"),
            ("d1", "databases", "D1 database"),
            ("r2", "buckets", "R2 bucket"),
            ("queues", "queues", "queue"),
            ("dispatch", "namespaces", "dispatch namespace"),
        ] {
            let count = |state: &Value| size(&state[product][list]);
            if count(self.after) > count(self.before) {
                harm.push(format!("makes a new {what}"));
            }
        }
    }

    /// What the Worker itself loses.
    fn worker(&self, harm: &mut Vec<String>) {
        let script = |state: &'_ Value| state["workers"]["scripts"][self.worker].clone();
        let (before, after) = (script(self.before), script(self.after));
        if before.is_null() || after.is_null() {
            return;
        }
        let now = bindings(&after);
        for (name, kind) in bindings(&before) {
            match (kind.as_str(), now.get(&name).map(String::as_str)) {
                ("secret_text", Some("secret_text")) => {}
                ("secret_text", Some(_)) => harm.push(format!("replaces the secret {name}")),
                ("secret_text", None) => harm.push(format!("removes the secret {name}")),
                ("plain_text" | "json", None) => harm.push(format!("wipes the variable {name}")),
                _ => {}
            }
        }
        if shares(&before) > 1 && shares(&after) == 1 {
            harm.push("ends the running split".to_owned());
        }
        let observed = |script: &Value| script["observability"]["enabled"] == true;
        if observed(&before) && !observed(&after) {
            harm.push("switches observability off".to_owned());
        }
        let crons = by_key(&after["schedules"], "cron");
        for (cron, _) in by_key(&before["schedules"], "cron") {
            if crons.contains_key(&cron) && !self.config.contains(&cron) {
                harm.push(format!("leaves the cron {cron}"));
            }
        }
    }
}

/// Something in both states.
struct Pair<'v> {
    name: String,
    before: &'v Value,
    after: Option<&'v Value>,
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn size(list: &Value) -> usize {
    match list {
        Value::Array(items) => items.len(),
        Value::Object(items) => items.len(),
        _ => 0,
    }
}

fn by_key<'v>(list: &'v Value, key: &str) -> BTreeMap<String, &'v Value> {
    match list {
        Value::Array(items) => {
            items.iter().map(|item| (text(item, key).to_owned(), item)).collect()
        }
        Value::Object(items) => items
            .iter()
            .map(|(name, item)| (item[key].as_str().unwrap_or(name).to_owned(), item))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// The bindings of the version that serves, or serves most: name and kind.
fn bindings(script: &Value) -> BTreeMap<String, String> {
    let deployment = script["deployments"].as_array().and_then(|all| all.last());
    let versions = deployment.and_then(|deployment| deployment["versions"].as_array());
    let share = |share: &&Value| share["percentage"].as_f64().unwrap_or_default() as u64;
    let id = versions.and_then(|all| all.iter().max_by_key(share)).map(|s| text(s, "version_id"));
    let versions = script["versions"].as_array().cloned().unwrap_or_default();
    let serving = versions.iter().find(|version| Some(text(version, "id")) == id);
    let bindings = serving.and_then(|version| version["bindings"].as_array()).cloned();
    let name_and_kind = |b: &Value| (text(b, "name").to_owned(), text(b, "type").to_owned());
    bindings.unwrap_or_default().iter().map(name_and_kind).collect()
}

fn shares(script: &Value) -> usize {
    let deployment = script["deployments"].as_array().and_then(|all| all.last());
    deployment.and_then(|deployment| deployment["versions"].as_array()).map_or(0, Vec::len)
}
