//! What crossed the sandbox: every request with its answer, for those who judge them.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;

/// How many exchanges are kept; the oldest go first.
const KEPT: usize = 20_000;

/// A request and its answer.
#[derive(Clone, Debug, Serialize)]
pub struct Exchange {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path after `/client/v4`.
    pub path: String,
    /// What stands after the question mark.
    pub query: Option<String>,
    /// The template that the path matched; none where nothing answers to it.
    pub template: Option<&'static str>,
    /// The type of the request's body.
    pub request_type: Option<String>,
    /// The request's body, where it is JSON.
    pub request: Option<Value>,
    /// The status of the answer.
    pub status: u16,
    /// The answer's body, where it is JSON.
    pub response: Option<Value>,
    /// Whether a fault was in it, so that neither side is to blame.
    pub fault: bool,
}

/// The template of the path that answered: routes leave it beside their answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Template(pub(super) &'static str);

/// The exchanges so far.
#[derive(Debug, Default)]
pub struct Record(Mutex<Vec<Exchange>>);

impl Record {
    pub(super) fn add(&self, exchange: Exchange) {
        let mut exchanges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if exchanges.len() == KEPT {
            exchanges.drain(..KEPT / 2);
        }
        exchanges.push(exchange);
    }

    /// All of them, in order.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Requests that nothing answers to, because the sandbox does not emulate them: method and path.
    pub fn not_emulated(&self) -> Vec<(String, String)> {
        let exchanges = self.exchanges().into_iter();
        exchanges.filter(|one| one.template.is_none()).map(|one| (one.method, one.path)).collect()
    }
}
