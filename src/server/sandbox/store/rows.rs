//! A state as rows, so that a change writes what it changed and no more.
//!
//! What there may be many of (Workers, assets, values of KV, objects of R2) has a row each. What is
//! left has one for each product.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ptr;

use rpds::RedBlackTreeMapSync;
use serde::Serialize;
use serde::de::Error as _;
use serde_json::{Error, Value};

use super::super::state::State;
use super::super::state::kv::KvValue;
use super::super::state::r2::{Bucket, Object};

/// The part of the rows that hold a product each: all but what has a part below.
const PRODUCTS: &str = "products";
const SCRIPTS: &str = "workers/scripts";
const ASSETS: &str = "workers/assets";
const PAGES_ASSETS: &str = "pages/assets";
const VALUES: &str = "kv/values";
const OBJECTS: &str = "r2/objects";

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// What it is one of.
    pub(super) part: String,
    /// The namespace or the bucket that it is in, else nothing.
    pub(super) owner: String,
    /// Its name there.
    pub(super) name: String,
}

/// A row that is written, or removed where it has no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) place: Place,
    /// JSON.
    pub(super) text: Option<String>,
}

/// The rows in which two states differ. What they share is passed over without a look inside.
pub(super) fn changes(old: &State, new: &State) -> Result<Vec<Change>, Error> {
    let mut found = Found::default();
    found.among(PRODUCTS, "", &products(old)?, &products(new)?)?;
    found.among(SCRIPTS, "", &old.workers.scripts, &new.workers.scripts)?;
    found.among(ASSETS, "", &old.workers.assets, &new.workers.assets)?;
    found.among(PAGES_ASSETS, "", &old.pages.assets, &new.pages.assets)?;
    let (before, after) = (namespaces(old), namespaces(new));
    for id in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let [before, after] =
            [&before, &after].map(|all| all.get(id).into_iter().copied().flatten());
        found.among(VALUES, id, before, after)?;
    }
    let (before, after) = (buckets(old), buckets(new));
    for owner in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let [before, after] =
            [&before, &after].map(|all| all.get(owner).into_iter().copied().flatten());
        found.among(OBJECTS, owner, before, after)?;
    }
    Ok(found.0)
}

/// The state that rows hold, in whatever order they come.
pub(super) fn state(rows: Vec<(Place, String)>) -> Result<State, Error> {
    let (products, many): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(place, _)| place.part == PRODUCTS);
    let products = products.into_iter().map(|(place, text)| {
        let value: Value = serde_json::from_str(&text)?;
        Ok((place.name, value))
    });
    let mut state = serde_json::from_value(products.collect::<Result<_, Error>>()?)?;
    many.into_iter().try_for_each(|(place, text)| add(&mut state, place, &text))?;
    Ok(state)
}

/// Puts one of many where it belongs.
fn add(state: &mut State, Place { part, owner, name }: Place, text: &str) -> Result<(), Error> {
    let nowhere = || Error::custom(format!("{name} is in {owner}, which is not there"));
    match part.as_str() {
        SCRIPTS => drop(state.workers.scripts.insert(name, serde_json::from_str(text)?)),
        ASSETS => drop(state.workers.assets.insert(name, serde_json::from_str(text)?)),
        PAGES_ASSETS => drop(state.pages.assets.insert(name, serde_json::from_str(text)?)),
        VALUES => {
            let namespace = state.kv.namespace_mut(&owner).ok_or_else(nowhere)?;
            namespace.values.insert_mut(name, serde_json::from_str(text)?);
        }
        OBJECTS => {
            let mut buckets = state.r2.buckets.iter_mut();
            let bucket = buckets.find(|bucket| self::owner(bucket) == owner).ok_or_else(nowhere)?;
            bucket.objects.insert_mut(name, serde_json::from_str(text)?);
        }
        part => return Err(Error::custom(format!("{part} is no part of a state"))),
    }
    Ok(())
}

/// What is left of a state without that of which there may be many, by product.
fn products(state: &State) -> Result<BTreeMap<String, Value>, Error> {
    let mut left = state.clone();
    left.workers.scripts.clear();
    left.workers.assets.clear();
    left.pages.assets.clear();
    left.kv
        .namespaces
        .iter_mut()
        .for_each(|namespace| namespace.values = RedBlackTreeMapSync::default());
    left.r2.buckets.iter_mut().for_each(|bucket| bucket.objects = RedBlackTreeMapSync::default());
    serde_json::from_value(serde_json::to_value(left)?)
}

/// What is in the namespaces of KV, by their ids.
fn namespaces(state: &State) -> BTreeMap<&str, &RedBlackTreeMapSync<String, KvValue>> {
    let namespaces = state.kv.namespaces.iter();
    namespaces.map(|namespace| (&*namespace.id, &namespace.values)).collect()
}

/// What is in the buckets of R2, by what they are owners as.
fn buckets(state: &State) -> BTreeMap<String, &RedBlackTreeMapSync<String, Object>> {
    state.r2.buckets.iter().map(|bucket| (owner(bucket), &bucket.objects)).collect()
}

/// A bucket as the owner of its objects: a name may be in use once in each jurisdiction.
fn owner(bucket: &Bucket) -> String {
    format!("{}/{}", bucket.jurisdiction, bucket.name)
}

/// The rows that were found to differ.
#[derive(Default)]
struct Found(Vec<Change>);

impl Found {
    /// Those of two collections, each in the order of its names.
    fn among<'v, V: PartialEq + Serialize + 'v>(
        &mut self,
        part: &str,
        owner: &str,
        old: impl IntoIterator<Item = (&'v String, &'v V)>,
        new: impl IntoIterator<Item = (&'v String, &'v V)>,
    ) -> Result<(), Error> {
        let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((old, _)), Some((new, _))) => old.cmp(new),
            };
            let before = if order.is_le() { old.next() } else { None };
            let after = if order.is_ge() { new.next() } else { None };
            let is_same = match (before, after) {
                // Copies share what nobody changed.
                (Some((_, before)), Some((_, after))) => ptr::eq(before, after) || before == after,
                _ => false,
            };
            let Some((name, _)) = after.or(before).filter(|_| !is_same) else { continue };
            let place =
                Place { part: part.to_owned(), owner: owner.to_owned(), name: name.clone() };
            let text = after.map(|(_, value)| serde_json::to_string(value)).transpose()?;
            self.0.push(Change { place, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::sandbox::state::kv::KvNamespace;
    use crate::server::sandbox::state::workers::{Asset, Script};

    /// An account that has something of everything that there may be many of.
    fn full() -> State {
        let mut state = State { revision: 1, ..State::default() };
        state.account.name = "acme".into();
        state.workers.scripts.insert("api".into(), Script::default());
        state.workers.assets.insert("00".into(), Asset::default());
        state.pages.assets.insert("01".into(), Asset::default());
        let values = ["a", "b", "c"].map(|key| (key.to_owned(), KvValue::default()));
        let values = values.into_iter().collect();
        state.kv.namespaces =
            vec![KvNamespace { id: "one".into(), values, ..KvNamespace::default() }];
        for jurisdiction in ["default", "eu"] {
            let objects = [(format!("of/{jurisdiction}"), Object::default())].into_iter().collect();
            let (name, jurisdiction) = ("files".to_owned(), jurisdiction.to_owned());
            state.r2.buckets.push(Bucket { name, jurisdiction, objects, ..Bucket::default() });
        }
        state
    }

    /// Rows as they are after changes, which find what they remove.
    fn written(mut rows: Vec<(Place, String)>, changes: Vec<Change>) -> Vec<(Place, String)> {
        for Change { place, text } in changes {
            let at = rows.iter().position(|(there, _)| *there == place);
            let before = at.map(|at| rows.swap_remove(at));
            match text {
                Some(text) => rows.push((place, text)),
                None => assert!(before.is_some(), "{place:?} was not there"),
            }
        }
        rows
    }

    #[test]
    fn rows_hold_the_whole_state() {
        let (empty, full) = (State::default(), full());
        let rows = written(Vec::new(), changes(&empty, &full).expect("JSON"));
        assert_eq!(state(rows.clone()).expect("a state"), full);
        let gone = written(rows, changes(&full, &empty).expect("JSON"));
        assert_eq!(state(gone).expect("a state"), empty);
        assert_eq!(changes(&full, &full).expect("JSON"), []);
    }

    #[test]
    fn a_change_writes_what_it_changed() {
        let before = full();
        let mut after = before.clone();
        let values = &mut after.kv.namespaces[0].values;
        values.insert_mut("b".into(), KvValue { blob: "new".into(), ..KvValue::default() });
        values.remove_mut("c");
        after.r2.buckets[1].objects.insert_mut("more".into(), Object::default());
        after.revision += 1;
        let found = changes(&before, &after).expect("JSON");
        let found: Vec<_> = found
            .iter()
            .map(|Change { place: Place { part, owner, name }, text }| {
                (&**part, &**owner, &**name, text.is_some())
            })
            .collect();
        assert_eq!(
            found,
            [
                (PRODUCTS, "", "revision", true),
                (VALUES, "one", "b", true),
                (VALUES, "one", "c", false),
                (OBJECTS, "eu/files", "more", true),
            ]
        );
    }
}
