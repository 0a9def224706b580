//! The audit log: whether it is whole, and what it was at a time.

use std::io::{self, BufRead};

use futures_util::future::join;
use jiff::Timestamp;
use rayon::prelude::*;
use serde_json::json;

use crate::core::audit::{Checkpoint, Disagreement, Signer};
use crate::core::model::journal::{Action, Actor, Broken, Chain, Event, Record};
use crate::core::report::audit::{Exporter, record};
use crate::world::store::{EntryFilter, Store, StoreError, new_op};

/// How many entries are read at once.
const PAGE: u64 = 10_000;

/// Why a journal cannot be looked at. That it is not whole is no error of this.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The store does not work.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A line of a file is no entry.
    #[error("line {0} is no entry of a journal")]
    NoEntry(u64),
    /// A file cannot be read, or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What a journal turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry follows from the one before, and no checkpoint says otherwise.
    Whole(Chain),
    /// The chain is broken.
    Broken(Broken),
    /// The chain is whole, and is not that of the checkpoint.
    Disagrees(Disagreement),
}

/// A chain that is followed, and the record that a checkpoint names.
struct Followed<'a> {
    chain: Chain,
    checkpoint: Option<&'a Checkpoint>,
    named: Option<Record>,
}

impl<'a> Followed<'a> {
    fn new(checkpoint: Option<&'a Checkpoint>) -> Self {
        Self { chain: Chain::default(), checkpoint, named: None }
    }

    /// Follows the next entries; their hashes are computed on all cores.
    fn follow_all(&mut self, records: Vec<Record>) -> Result<(), Broken> {
        let intact: Vec<bool> = records.par_iter().map(Record::is_intact).collect();
        let mut each = records.into_iter().zip(intact);
        each.try_for_each(|(record, is_intact)| self.follow(record, is_intact))
    }

    fn follow(&mut self, record: Record, is_intact: bool) -> Result<(), Broken> {
        self.chain.follow_known(&record, is_intact)?;
        if self.checkpoint.is_some_and(|checkpoint| checkpoint.size == record.seq) {
            self.named = Some(record);
        }
        Ok(())
    }

    fn verdict(self) -> Verdict {
        let judge = |checkpoint: &Checkpoint| checkpoint.agrees(&self.chain, self.named.as_ref());
        match self.checkpoint.map_or(Ok(()), judge) {
            Ok(()) => Verdict::Whole(self.chain),
            Err(disagreement) => Verdict::Disagrees(disagreement),
        }
    }
}

/// Verifies the journal of a store, and holds it against a checkpoint.
///
/// # Errors
/// Where it cannot be read.
pub async fn verify(store: &Store, checkpoint: Option<&Checkpoint>) -> Result<Verdict, AuditError> {
    let mut followed = Followed::new(checkpoint);
    let mut records = store.records(0, PAGE).await?;
    // Not by what was followed: a journal whose first entries are gone is not an empty one.
    while let Some(last) = records.last().map(|last| last.seq) {
        // The next entries are read while the hashes of these are computed.
        let next = store.records(last, PAGE);
        let (next, checked) = join(next, async { followed.follow_all(records) }).await;
        if let Err(broken) = checked {
            return Ok(Verdict::Broken(broken));
        }
        records = next?;
    }
    Ok(followed.verdict())
}

/// Verifies a journal that was exported as JSON lines.
///
/// # Errors
/// Where it cannot be read, or a line is no entry.
pub fn verify_export(
    lines: impl BufRead,
    checkpoint: Option<&Checkpoint>,
) -> Result<Verdict, AuditError> {
    let mut followed = Followed::new(checkpoint);
    for (line, number) in lines.lines().zip(1..) {
        let record = record(&line?).ok_or(AuditError::NoEntry(number))?;
        let is_intact = record.is_intact();
        if let Err(broken) = followed.follow(record, is_intact) {
            return Ok(Verdict::Broken(broken));
        }
    }
    Ok(followed.verdict())
}

/// Writes the entries that a filter lets through, the oldest first.
///
/// # Errors
/// Where they cannot be read, or `out` takes no more.
pub async fn export(
    store: &Store,
    filter: &EntryFilter,
    exporter: &mut Exporter,
    out: &mut (dyn FnMut(&str) -> io::Result<()> + Send),
) -> Result<(), AuditError> {
    if let Some(header) = exporter.header() {
        out(&header)?;
    }
    let mut filter = EntryFilter { limit: Some(PAGE), newest_first: false, ..filter.clone() };
    loop {
        let entries = store.entries(&filter).await?;
        let text: String = entries.iter().map(|entry| exporter.line(entry)).collect();
        out(&text)?;
        let Some(last) = entries.last() else { return Ok(()) };
        filter.after = Some(last.seq);
    }
}

/// Signs what the journal is now. Notes in the journal that it was signed. A journal that is not
/// whole is not signed.
///
/// # Errors
/// Where it cannot be read, or not be written.
pub async fn checkpoint(
    store: &Store,
    signer: &Signer,
    actor: Actor,
    now: Timestamp,
) -> Result<Result<String, Verdict>, AuditError> {
    let chain = match verify(store, None).await? {
        Verdict::Whole(chain) => chain,
        not_whole => return Ok(Err(not_whole)),
    };
    let checkpoint = Checkpoint::of(&chain, signer.name(), now);
    let details = json!({ "size": chain.length, "hash": chain.head, "key": signer.name() });
    store.append(&noted(Action::Checkpoint, actor, details)).await?;
    Ok(Ok(checkpoint.signed(signer)))
}

/// An event that belongs to no deployment.
fn noted(action: Action, actor: Actor, details: serde_json::Value) -> Event {
    Event {
        op: new_op(),
        action,
        actor,
        account: String::new(),
        environment: String::new(),
        deployment: None,
        service: None,
        from: None,
        to: None,
        fence: None,
        details: details.as_object().cloned().unwrap_or_default(),
    }
}
