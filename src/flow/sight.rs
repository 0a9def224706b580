//! How a flow comes to a picture of the account: a saved one, or a look at the account itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use jiff::{Timestamp, Unit};

use crate::core::config::clodo_yml::Settings;
use crate::core::config::wanted_account::Wanted;
use crate::core::model::account::{self, Part, Snapshot};
use crate::core::model::{Sight, Unknown, Workspace};
use crate::core::rules::{self, Needs, blind_spots};
use crate::world::cloudflare::{Access, Cloudflare, CloudflareError, snapshot};
use crate::world::files;
use crate::world::http::{Budget, HttpError, block_on};

/// How to look at the account itself.
#[derive(Clone, Debug)]
pub struct Live {
    /// The client.
    pub client: Cloudflare,
    /// The account of configurations that name none, where somebody named one.
    pub account: Option<String>,
    /// How much of it to look at.
    pub parts: Parts,
}

/// How much of an account to look at, of the products in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// What the rules need that are not switched off.
    OfRules,
    /// All that there is to know.
    All,
    /// These, and nothing else.
    Only(&'static [Part]),
}

/// How an account was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Somebody had saved a picture.
    Saved,
    /// It was asked.
    Asked {
        /// How many requests that took, repetitions included, by product.
        requests: BTreeMap<String, usize>,
        /// How many requests Cloudflare takes yet, where it said so.
        budget: Option<Budget>,
    },
}

impl Live {
    /// How to look with this access.
    pub fn new(access: &Access, parts: Parts) -> Self {
        let client = Cloudflare::new(access, Default::default());
        Self { client, account: access.account.clone(), parts }
    }
}

/// A picture that somebody saved; else why it cannot be used.
pub(super) fn saved(path: &Path) -> Result<(Snapshot, Looked), String> {
    let text = files::read_text(path).map_err(|error| error.why())?;
    let snapshot = account::read(&text).map_err(|error| error.to_string())?;
    Ok((snapshot, Looked::Saved))
}

/// A look at the account itself, for the environments that are asked for and the rules that are not
/// off. Where there is nothing to deploy, there is nothing to ask.
pub(super) fn look(
    live: &Live,
    workspace: &Workspace,
    settings: &Settings,
    off: &BTreeSet<String>,
    asks_for: impl Fn(Option<&str>) -> bool,
) -> Result<Option<(Snapshot, Looked)>, CloudflareError> {
    let needs = match live.parts {
        Parts::OfRules => of_rules(off),
        Parts::All => Part::ALL.into(),
        Parts::Only(parts) => parts.iter().copied().collect(),
    };
    let wanted = Wanted::of(workspace, asks_for, &needs);
    // No rule asks for it.
    let wanted = match (live.parts, settings.state_database()) {
        (Parts::All, Some(_)) => wanted.with_state(),
        _ => wanted,
    };
    if wanted.accounts.is_empty() {
        return Ok(None);
    }
    ask(live, &wanted).map(Some)
}

fn ask(live: &Live, wanted: &Wanted) -> Result<(Snapshot, Looked), CloudflareError> {
    let Live { client, account, .. } = live;
    let now = Timestamp::now();
    // Finer than anybody reads.
    let now = now.round(Unit::Millisecond).unwrap_or(now);
    let gathering = snapshot::gather(client, wanted, account.as_deref(), now);
    let snapshot = block_on(gathering).map_err(|error| HttpError::Client(error.to_string()))??;
    let mut requests = BTreeMap::new();
    for sent in client.http().sent() {
        *requests.entry(client.product(&sent.url)).or_default() += 1;
    }
    Ok((snapshot, Looked::Asked { requests, budget: client.budget() }))
}

/// The parts that a rule needs.
fn of_rules(off: &BTreeSet<String>) -> BTreeSet<Part> {
    let on = rules::ALL.iter().filter(|rule| !off.contains(rule.id));
    let parts = on.filter_map(|rule| match rule.needs {
        Needs::Live(parts) => Some(parts),
        Needs::Static | Needs::Forge => None,
    });
    parts.flatten().copied().collect()
}

/// What a report says of the accounts that were seen.
pub(super) fn describe(snapshot: &Snapshot, looked: &Looked, off: &BTreeSet<String>) -> Sight {
    let known = |account: &account::Account| match account.name.known() {
        Some(name) if !name.is_empty() => name.clone(),
        _ => account.id.clone(),
    };
    let unknown = blind_spots(snapshot, off);
    let unknown = unknown.iter().map(|spot| Unknown {
        account: known(spot.account),
        message: spot.fact(),
        permission: spot.group().map(str::to_owned),
        cost: spot.cost(),
        rules: spot.rules.clone(),
        fix: spot.fix(),
        note: spot.note(),
    });
    let age = Timestamp::now().duration_since(snapshot.taken_at);
    Sight {
        accounts: snapshot.accounts.iter().map(known).collect(),
        taken_at: snapshot.taken_at,
        age: Duration::try_from(age).unwrap_or_default(),
        saved: *looked == Looked::Saved,
        unknown: unknown.collect(),
    }
}
