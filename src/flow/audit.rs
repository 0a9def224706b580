//! The audit log: whether it is whole, and what it was at a time.

use std::io::{self, BufRead};
use std::thread::available_parallelism;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde_json::json;

use crate::core::audit::{Checkpoint, Disagreement, Signer};
use crate::core::model::Actor;
use crate::core::model::journal::{Action, Broken, Chain, Fault, Record};
use crate::core::report::audit::{Exporter, record};
use crate::world::store::{EntryFilter, Store, StoreError, event};

/// How many entries are read at once, and how many are worth a part of their own.
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

/// What a chain that was followed is, beside a checkpoint and the record that it names.
fn verdict(chain: Chain, checkpoint: Option<&Checkpoint>, named: Option<&Record>) -> Verdict {
    match checkpoint.map_or(Ok(()), |checkpoint| checkpoint.agrees(&chain, named)) {
        Ok(()) => Verdict::Whole(chain),
        Err(disagreement) => Verdict::Disagrees(disagreement),
    }
}

/// Verifies the journal of a store, from its first entry to its last, and holds it against a
/// checkpoint.
///
/// # Errors
/// Where it cannot be read.
pub async fn verify(store: &Store, checkpoint: Option<&Checkpoint>) -> Result<Verdict, AuditError> {
    let cores = available_parallelism().map_or(1, |cores| cores.get() as u64);
    let chain = match follow(store, cores.min(store.length().await? / PAGE)).await? {
        Ok(chain) => chain,
        Err(broken) => return Ok(Verdict::Broken(broken)),
    };
    let named = match checkpoint.and_then(|checkpoint| checkpoint.size.checked_sub(1)) {
        Some(before) => store.records(before, 1).await?.pop(),
        None => None,
    };
    Ok(verdict(chain, checkpoint, named.as_ref()))
}

/// Follows the whole journal, in some parts at the same time. A part begins with the hash of an entry
/// that the part before must come to.
async fn follow(store: &Store, parts: u64) -> Result<Result<Chain, Broken>, StoreError> {
    let length = store.length().await?;
    let parts = parts.min(length);
    let mut starts = vec![Chain::default()];
    for part in 1..parts {
        let last = length * part / parts;
        // Where the entry is gone, the part before goes on, and finds that out.
        let record = store.records(last - 1, 1).await?.pop().filter(|record| record.seq == last);
        starts.extend(record.map(|Record { seq, hash, .. }| Chain { length: seq, head: hash }));
    }
    let ends = starts.iter().skip(1).map(|next| next.length).chain([u64::MAX]);
    let followed = starts.iter().zip(ends).map(|(from, until)| store.follow(from.clone(), until));
    let followed = try_join_all(followed).await?;
    let mut whole = Chain::default();
    for (start, part) in starts.into_iter().zip(followed) {
        if start != whole {
            return Ok(Err(Broken { seq: start.length + 1, fault: Fault::Unlinked }));
        }
        whole = match part {
            Ok(chain) => chain,
            broken => return Ok(broken),
        };
    }
    Ok(Ok(whole))
}

/// Verifies a journal that was exported as JSON lines.
///
/// # Errors
/// Where it cannot be read, or a line is no entry.
pub fn verify_export(
    lines: impl BufRead,
    checkpoint: Option<&Checkpoint>,
) -> Result<Verdict, AuditError> {
    let (mut chain, mut named) = (Chain::default(), None);
    for (line, number) in lines.lines().zip(1..) {
        let record = record(&line?).ok_or(AuditError::NoEntry(number))?;
        if let Err(broken) = chain.follow(&record) {
            return Ok(Verdict::Broken(broken));
        }
        if checkpoint.is_some_and(|checkpoint| checkpoint.size == record.seq) {
            named = Some(record);
        }
    }
    Ok(verdict(chain, checkpoint, named.as_ref()))
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
    store.append(&event(Action::Checkpoint, &actor, ("", ""), &details)).await?;
    Ok(Ok(checkpoint.signed(signer)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::store::Place;

    /// A journal in a file, which somebody has altered who can write the file.
    async fn journal(length: u64, altered: &str) -> Result<Chain, Broken> {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::Sqlite(folder.path().join("state.db"));
        let store = Store::open(&place).await.expect("a store");
        let actor = Actor { id: "ana".into(), issuer: "local".into(), method: "cli".into() };
        for number in 0..length {
            let details = json!({ "number": number });
            let event = event(Action::ExternalChange, &actor, ("", ""), &details);
            store.append(&event).await.expect("an entry");
        }
        for guard in ["journal_guard", "journal_is_not_rewritten", "journal_is_not_cut"] {
            let sql = format!("DROP TRIGGER {guard}");
            store.database().run(&sql, &[]).await.expect("a statement");
        }
        store.database().run(altered, &[]).await.expect("a statement");
        let in_one = follow(&store, 1).await.expect("read");
        for parts in [0, 2, 3, 7, 20] {
            let in_parts = follow(&store, parts).await.expect("read");
            assert_eq!(in_parts, in_one, "{altered} in {parts} parts");
        }
        in_one
    }

    #[tokio::test]
    async fn in_parts_a_journal_is_followed_as_in_one() {
        assert_eq!(journal(0, "SELECT 1").await, Ok(Chain::default()));
        assert_eq!(journal(9, "SELECT 1").await.map(|chain| chain.length), Ok(9));
        for seq in 1..=9 {
            let gone = journal(9, &format!("DELETE FROM journal WHERE seq = {seq}")).await;
            match seq {
                // The end that is cut off is what a chain cannot show.
                9 => assert_eq!(gone.map(|chain| chain.length), Ok(8)),
                _ => assert_eq!(gone.expect_err("one is gone").seq, seq),
            }
            for number in [0, -1, i64::MIN] {
                let forged = format!(
                    "INSERT INTO journal (seq, body, prev, hash) SELECT {number}, json_set(body, \
                     '$.op', 'forged', '$.seq', {number}), prev, hash FROM journal WHERE seq = {seq}"
                );
                let broken = journal(9, &forged).await.expect_err("one is forged");
                assert_eq!(broken.fault, Fault::BeforeTheFirst(number.to_string()));
            }
            for what in ["body = replace(body, 'ana', 'eve')", "hash = 'x'", "prev = 'x'"] {
                let altered = format!("UPDATE journal SET {what} WHERE seq = {seq}");
                assert_eq!(journal(9, &altered).await.expect_err("altered").seq, seq, "{what}");
            }
        }
    }
}
