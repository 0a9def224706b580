//! Logs on their way to those who follow them: what the runtime saw of every request and event.

use std::sync::Arc;

use futures_util::Stream;
use futures_util::stream::unfold;
use serde_json::{Value, json};
use tokio::sync::broadcast::{self, error::RecvError};

use super::Shared;
use super::state::tails::{Tail, TailFilter};

/// How many events may wait for a follower that reads slowly. Then it misses the oldest.
const WAITING: usize = 256;

/// Where the runtime tells, and followers listen.
#[derive(Debug)]
pub(super) struct Tails(broadcast::Sender<Arc<Traced>>);

impl Default for Tails {
    fn default() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }
}

/// What a Worker did for one request or event.
#[derive(Debug)]
struct Traced {
    script: String,
    /// workerd's `TraceItem` as Cloudflare sends it to tails.
    item: Value,
}

impl Tails {
    /// Whether somebody listens.
    pub(super) fn is_followed(&self) -> bool {
        self.0.receiver_count() > 0
    }

    /// Tells of what a version of a Worker did.
    pub(super) fn tell(&self, script: &str, version: &str, mut item: Value) {
        item["scriptName"] = script.into();
        item["scriptVersion"] = json!({ "id": version });
        // Nobody may listen any more.
        let _ = self.0.send(Arc::new(Traced { script: script.to_owned(), item }));
    }
}

/// The messages of a tail, until it is deleted or the sandbox ends.
pub(super) fn follow(sandbox: &Shared, id: String) -> impl Stream<Item = String> + use<> {
    let listener = sandbox.tails.0.subscribe();
    // Weak: who only listens does not keep the sandbox.
    unfold((Arc::downgrade(sandbox), listener, id), async |(sandbox, mut listener, id)| {
        loop {
            let traced = match listener.recv().await {
                Ok(traced) => traced,
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return None,
            };
            let account = sandbox.upgrade()?;
            let state = account.state();
            let (script, tail) = state.workers.tail(&id)?;
            if script == traced.script && passes(tail, &traced.item, || account.source.chance()) {
                return Some((traced.item.to_string(), (sandbox, listener, id)));
            }
        }
    })
}

/// Whether an event passes every filter of a tail.
fn passes(tail: &Tail, item: &Value, chance: impl Fn() -> f64) -> bool {
    let request = &item["event"]["request"];
    let header = |name: &str| request["headers"][name.to_ascii_lowercase()].as_str();
    let is_one_of = |value: &Value, known: &[String]| {
        value.as_str().is_some_and(|value| known.iter().any(|one| one.eq_ignore_ascii_case(value)))
    };
    tail.filters.iter().all(|filter| match filter {
        TailFilter::SamplingRate(rate) => chance() < *rate,
        TailFilter::Outcome(outcomes) => is_one_of(&item["outcome"], outcomes),
        TailFilter::Method(methods) => is_one_of(&request["method"], methods),
        TailFilter::Header { key, query } => header(key)
            .is_some_and(|value| query.as_ref().is_none_or(|query| value.contains(query.as_str()))),
        TailFilter::ClientIp(addresses) => {
            // "self" is who follows; here everybody is on this machine.
            addresses.iter().any(|address| {
                address == "self" || header("cf-connecting-ip") == Some(address.as_str())
            })
        }
        TailFilter::Query(text) => {
            let logs = item["logs"].as_array().into_iter().flatten();
            logs.into_iter().any(|log| log["message"].to_string().contains(text.as_str()))
        }
        TailFilter::ScriptVersion(version) => item["scriptVersion"]["id"] == **version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(filters: Value) -> bool {
        let filters = serde_json::from_value(filters).expect("filters");
        let tail = Tail { filters, ..Tail::default() };
        let item = json!({
            "outcome": "ok", "scriptVersion": { "id": "v" },
            "logs": [{ "message": ["a word", { "b": 1 }] }],
            "event": { "request": {
                "method": "GET", "headers": { "x-a": "one two", "cf-connecting-ip": "127.0.0.1" },
            } },
        });
        passes(&tail, &item, || 0.5)
    }

    #[test]
    fn an_event_passes_all_filters_or_none() {
        assert!(kept(json!([])));
        for (passing, other) in [
            (json!({ "sampling_rate": 0.6 }), json!({ "sampling_rate": 0.4 })),
            (json!({ "outcome": ["ok"] }), json!({ "outcome": ["exception", "unknown"] })),
            (json!({ "method": ["get"] }), json!({ "method": ["POST"] })),
            (
                json!({ "header": { "key": "X-A", "query": "two" } }),
                json!({ "header": { "key": "x-b" } }),
            ),
            (json!({ "client_ip": ["self"] }), json!({ "client_ip": ["192.0.2.1"] })),
            (json!({ "query": "word" }), json!({ "query": "other" })),
            (json!({ "scriptVersion": "v" }), json!({ "scriptVersion": "w" })),
        ] {
            assert!(kept(json!([passing])), "{passing}");
            assert!(!kept(json!([passing, other])), "{other}");
        }
    }
}
