//! What is not passed on.
//!
//! No secret is ever written into the journal. What looks like one all the same, in the words of a
//! person or of another program, is covered on its way out. Names of people are facts of the journal
//! and hashed with it; who passes it on can have them replaced.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::core::conceal::conceal;
use crate::core::model::Span;
use crate::core::model::journal::Entry;
use crate::core::secrets::find;

/// Details in which people write freely, or are named.
const FREE_TEXT: [&str; 5] = ["error", "holder", "message", "reason", "run_url"];

/// An entry without anything in its details that looks like a secret.
pub(super) fn covered(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    entry.event.details.values_mut().for_each(cover);
    entry
}

fn cover(value: &mut Value) {
    match value {
        Value::String(text) => {
            let span = |range: std::ops::Range<usize>| Span::new(range.start, range.end);
            let spans: Vec<Span> = find(text).map(|secret| span(secret.range)).collect();
            conceal(text, &spans);
        }
        Value::Array(items) => items.iter_mut().for_each(cover),
        Value::Object(fields) => fields.values_mut().for_each(cover),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Other names for people: the same person always has the same.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    numbers: BTreeMap<(String, String), usize>,
}

impl Pseudonyms {
    /// An entry in which nobody is named.
    pub fn of(&mut self, entry: &Entry) -> Entry {
        let mut entry = entry.clone();
        let actor = &mut entry.event.actor;
        let next = self.numbers.len() + 1;
        let person = (actor.issuer.clone(), actor.id.clone());
        actor.id = format!("person-{}", self.numbers.entry(person).or_insert(next));
        entry.event.details.retain(|name, _| !FREE_TEXT.contains(&name.as_str()));
        entry
    }
}
