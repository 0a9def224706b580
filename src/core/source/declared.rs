//! The names that code reads from `env`, against those that a configuration declares.

use std::collections::{BTreeMap, BTreeSet};

use super::env_scope::How;
use super::graph::SourceFacts;
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::{Place, Value};

/// A name that code relies on, and that nothing declares.
#[derive(Clone, Debug)]
pub struct Undeclared<'f> {
    /// The name.
    pub name: &'f str,
    /// Where it is read first.
    pub place: Place,
    /// Whether it can only be a binding: by its type, or by what is called on it.
    pub binding: bool,
    /// The name that the environment declares with other capitals, if there is one.
    pub similar: Option<&'f str>,
}

/// Names that an environment has for code: bindings, variables, required secrets.
fn declared<'a>(environment: &Environment<'a>) -> BTreeSet<&'a str> {
    let bindings = environment.bindings().into_iter().filter_map(|binding| binding.name);
    bindings.chain(required(environment)).collect()
}

/// The secrets that an environment says it needs.
pub fn required<'a>(environment: &Environment<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let secrets = environment.get("secrets");
    let list = secrets.and_then(|secrets| secrets.value().get("required"));
    list.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str)
}

/// The names that the code of an environment relies on, and that neither it nor the top level
/// declares: what the top level alone declares is the business of other rules.
pub fn undeclared<'f>(
    facts: &'f SourceFacts,
    environment: &Environment<'f>,
) -> Vec<Undeclared<'f>> {
    // The top level may be there for development alone.
    let elsewhere = Environment::all(environment.service).filter(|other| match environment.name {
        Some(_) => other.is_top(),
        None => may_be_local(environment),
    });
    let own = declared(environment);
    let mut known = own.clone();
    known.extend(elsewhere.flat_map(|other| declared(&other)));
    let mut found: BTreeMap<&str, Option<Undeclared<'f>>> = BTreeMap::new();
    for (file, one) in facts.env.uses.iter().filter(|(_, one)| one.how != How::Guess) {
        let name = &*one.name;
        let types = facts.env.types.get(name).copied().unwrap_or_default();
        let copes = one.guarded || types.optional;
        // What runtimes and tools put there themselves begins so.
        if known.contains(name) || name.starts_with("__") {
            continue;
        }
        let entry = found.entry(name).or_insert_with(|| {
            let place = Place { file: *file, span: one.span };
            let similar = own.iter().find(|known| known.eq_ignore_ascii_case(name)).copied();
            Some(Undeclared { name, place, binding: types.binding, similar })
        });
        if copes {
            *entry = None;
        }
        if let Some(entry) = entry {
            entry.binding |= one.method.as_deref().is_some_and(|method| !is_of_text(method));
        }
    }
    found.into_values().flatten().collect()
}

/// Whether text, a list or any object has a method of that name: a variable may be each of them.
fn is_of_text(method: &str) -> bool {
    const METHODS: [&str; 44] = [
        "at",
        "charAt",
        "charCodeAt",
        "codePointAt",
        "concat",
        "endsWith",
        "every",
        "filter",
        "find",
        "findIndex",
        "flat",
        "flatMap",
        "forEach",
        "hasOwnProperty",
        "includes",
        "indexOf",
        "join",
        "keys",
        "lastIndexOf",
        "length",
        "localeCompare",
        "map",
        "match",
        "matchAll",
        "normalize",
        "padEnd",
        "padStart",
        "reduce",
        "repeat",
        "replace",
        "replaceAll",
        "search",
        "slice",
        "some",
        "split",
        "startsWith",
        "substr",
        "substring",
        "toLowerCase",
        "toString",
        "toUpperCase",
        "trim",
        "trimEnd",
        "trimStart",
    ];
    METHODS.contains(&method)
        || matches!(
            method,
            "entries"
                | "pop"
                | "push"
                | "reverse"
                | "shift"
                | "sort"
                | "then"
                | "toFixed"
                | "toLocaleString"
                | "toSorted"
                | "unshift"
                | "valueOf"
                | "values"
        )
}
