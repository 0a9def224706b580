//! What sets a Worker off beside requests: crons, queues, Workflows.

use serde_json::Value as Json;

use super::change::{Aspect, Change, Changes, Unasked};
use super::target::Target;
use crate::core::canonical::canonical;
use crate::core::config::wrangler::triggers::crons;
use crate::core::model::Value;
use crate::core::model::account::{Account, Consumer, Queue, Worker};

/// Compares everything. `live` is `None` for a Worker that does not exist yet.
pub(super) fn compare(
    target: &Target<'_>,
    account: &Account,
    live: Option<&Worker>,
    out: &mut Changes,
) {
    compare_crons(target, live, out);
    compare_consumers(target, account, out);
    compare_workflows(target, account, out);
}

/// Where the configuration names no list, Wrangler sets none, and what is there stays; an empty
/// list clears it (cli.js:193592).
fn compare_crons(target: &Target<'_>, live: Option<&Worker>, out: &mut Changes) {
    let triggers = target.environment.get("triggers");
    let says = triggers.is_some_and(|triggers| triggers.value().get("crons").is_some());
    let wanted: Vec<String> =
        crons(&target.environment).iter().filter_map(|c| Some(c.value.as_str()?.into())).collect();
    let none = Vec::new();
    let live = match live {
        Some(live) => match out.see(Aspect::Crons, &live.crons, says) {
            Some(live) => live,
            None => return,
        },
        None => &none,
    };
    for cron in wanted.iter().filter(|cron| !live.contains(cron)) {
        out.push(Change::add(Aspect::Crons, cron.as_str(), ""));
    }
    for cron in live.iter().filter(|cron| !wanted.contains(cron)) {
        out.push(match says {
            true => Change::remove(Aspect::Crons, cron.as_str(), ""),
            false => Change::keep(
                Aspect::Crons,
                cron.as_str(),
                "not in the configuration, and stays: only a list, even an empty one, replaces it",
            )
            .unasked(Unasked::LeftBehind),
        });
    }
}

/// Settings of a consumer: Wrangler's keys, the API's, and by what the former are multiplied
/// (`updateQueueConsumers`, cli.js:167379).
const CONSUMER_SETTINGS: [(&str, &str, f64); 5] = [
    ("max_batch_size", "batch_size", 1.0),
    ("max_batch_timeout", "max_wait_time_ms", 1000.0),
    ("max_retries", "max_retries", 1.0),
    ("max_concurrency", "max_concurrency", 1.0),
    ("retry_delay", "retry_delay", 1.0),
];

fn compare_consumers(target: &Target<'_>, account: &Account, out: &mut Changes) {
    let queues = target.environment.get("queues");
    let wanted = queues.and_then(|queues| queues.value().get("consumers"));
    let wanted = wanted.map(Value::items).unwrap_or_default();
    let Some(live) = out.see(Aspect::Consumers, &account.queues, !wanted.is_empty()) else {
        return;
    };
    let name_of = |item: &Value| item.get("queue").and_then(Value::as_str).map(str::to_owned);
    for item in wanted {
        let Some(name) = name_of(item) else { continue };
        let Some(queue) = live.iter().find(|queue| queue.name == name) else {
            let why = "there is no such queue: Wrangler stops before it uploads anything";
            out.push(Change::refused(Aspect::Consumers, name, why));
            continue;
        };
        match (own(queue, &target.worker), queue.consumers.first()) {
            (Some(consumer), _) => compare_settings(item, &name, consumer, out),
            (None, Some(other)) => {
                let other = other.script.as_deref().unwrap_or("somebody who pulls");
                let why = format!("{other} takes its messages: refused when the new code is live");
                out.push(Change::refused(Aspect::Consumers, name, why));
            }
            (None, None) => out.push(Change::add(Aspect::Consumers, name, "")),
        }
    }
    for queue in live.iter().filter(|queue| own(queue, &target.worker).is_some()) {
        if !wanted.iter().any(|item| name_of(item).as_deref() == Some(queue.name.as_str())) {
            let note = "not in the configuration, and stays: Wrangler removes no consumer";
            let change = Change::keep(Aspect::Consumers, queue.name.as_str(), note);
            out.push(change.unasked(Unasked::LeftBehind));
        }
    }
}

fn own<'a>(queue: &'a Queue, worker: &str) -> Option<&'a Consumer> {
    queue.consumers.iter().find(|consumer| consumer.script.as_deref() == Some(worker))
}

/// Only what the configuration names is compared: what becomes of the rest is the API's choice.
fn compare_settings(item: &Value, queue: &str, live: &Consumer, out: &mut Changes) {
    let mut was = Vec::new();
    let mut will = Vec::new();
    for (key, api, factor) in CONSUMER_SETTINGS {
        let Some(wanted) = item.get(key).and_then(Value::as_number) else { continue };
        let known = live.settings.get(api).and_then(Json::as_f64).map(|known| known / factor);
        if known != Some(wanted) {
            was.push(format!("{key} {}", known.map_or("unset".into(), |known| known.to_string())));
            will.push(format!("{key} {wanted}"));
        }
    }
    let dead = item.get("dead_letter_queue").and_then(Value::as_str);
    if dead.is_some() && dead != live.dead_letter_queue.as_deref() {
        let known = live.dead_letter_queue.as_deref().unwrap_or("unset");
        was.push(format!("dead_letter_queue {known}"));
        will.push(format!("dead_letter_queue {}", dead.unwrap_or_default()));
    }
    if !will.is_empty() {
        out.push(Change::replace(Aspect::Consumers, queue, was.join(", "), will.join(", ")));
    }
}

/// A Workflow belongs to the Worker that has its class, and moves without a question.
fn compare_workflows(target: &Target<'_>, account: &Account, out: &mut Changes) {
    let bindings = target.environment.bindings_of("workflows");
    let own = bindings.iter().filter(|binding| !binding.is_foreign_to(Some(&target.worker)));
    let own: Vec<(&str, String)> = own
        .filter_map(|binding| {
            let class = binding.value.get("class_name").map(Value::to_json)?;
            Some((binding.id?, class.as_str().map_or(canonical(&class), str::to_owned)))
        })
        .collect();
    let Some(live) = out.see(Aspect::Workflows, &account.workflows, !own.is_empty()) else {
        return;
    };
    for (name, class) in own {
        match live.iter().find(|workflow| workflow.name == name) {
            None => out.push(Change::add(Aspect::Workflows, name, class)),
            Some(known) if known.script_name != target.worker => out.push(
                Change::replace(
                    Aspect::Workflows,
                    name,
                    known.script_name.as_str(),
                    target.worker.as_str(),
                )
                .unasked(Unasked::TakenOver),
            ),
            Some(known) if known.class_name != class => {
                let was = known.class_name.as_str();
                out.push(Change::replace(Aspect::Workflows, name, was, class));
            }
            Some(_) => {}
        }
    }
}
