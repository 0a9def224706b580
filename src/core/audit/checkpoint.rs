//! What a journal was at a time, as a text that can be signed: C2SP's checkpoint,
//! <https://c2sp.org/tlog-checkpoint>, with the time as an extension line.
//!
//! ```text
//! acme/shop
//! 118
//! mAn0zc…=
//! time 2026-11-22T12:04:00.000Z
//! ```
//!
//! The third line is the hash of the last entry. In a chain it stands for all entries before it, as
//! the root of a Merkle tree does; it is not one.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;

use super::note::{NoteError, Signer, Verifier};
use crate::core::model::journal::{Chain, GENESIS, Record, written};

/// How the line with the time begins.
const TIME: &str = "time ";

/// What a journal was at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose journal it is: the name of the key.
    pub origin: String,
    /// How many entries it had.
    pub size: u64,
    /// The hash of the last, as 64 hexadecimal digits; [`GENESIS`] of an empty journal.
    pub head: String,
    /// When.
    pub at: Timestamp,
}

/// How a journal contradicts a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// Entries are gone from its end.
    #[error("the journal was cut off: it had {was} entries at {at}, and has {is}")]
    Truncated {
        /// How many there were.
        was: u64,
        /// How many there are.
        is: u64,
        /// When they were there.
        at: Timestamp,
    },
    /// Entry for entry it is another journal, although its chain is whole.
    #[error("the journal was written anew: entry {seq} is not the one that was there at {at}")]
    Rewritten {
        /// The entry that the checkpoint names.
        seq: u64,
        /// When it was another.
        at: Timestamp,
    },
}

impl Checkpoint {
    /// The checkpoint of a journal of which all entries were followed.
    pub fn of(chain: &Chain, origin: &str, at: Timestamp) -> Self {
        let (origin, head) = (origin.to_owned(), chain.head.clone());
        Self { origin, size: chain.length, head, at }
    }

    /// Signs it. Gives the note.
    pub fn signed(&self, signer: &Signer) -> String {
        signer.sign(&self.to_string())
    }

    /// Reads a note that was signed with a key.
    ///
    /// # Errors
    /// Where it is not, or its text is no checkpoint of the journal of this key.
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self, NoteError> {
        let text = verifier.open(note)?;
        Self::parse(text).ok_or(NoteError::Format("its text is no checkpoint"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let origin = lines.next()?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let hash = BASE64.decode(lines.next()?).ok()?;
        let head = match hash.as_slice() {
            [] => GENESIS.to_owned(),
            hash => hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        let at = lines.find_map(|line| line.strip_prefix(TIME)?.parse().ok())?;
        Some(Self { origin, size, head, at })
    }

    /// What a journal has against it. `at_size` is the record with the number [`Checkpoint::size`].
    ///
    /// # Errors
    /// Where the journal is another, or lacks its end.
    pub fn agrees(&self, chain: &Chain, at_size: Option<&Record>) -> Result<(), Disagreement> {
        if chain.length < self.size {
            return Err(Disagreement::Truncated { was: self.size, is: chain.length, at: self.at });
        }
        let head = at_size.map_or(GENESIS, |record| &record.hash);
        match head == self.head {
            true => Ok(()),
            false => Err(Disagreement::Rewritten { seq: self.size, at: self.at }),
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, size, head, at } = self;
        let byte = |place: usize| u8::from_str_radix(head.get(place..place + 2)?, 16).ok();
        let hash: Option<Vec<u8>> = (0..head.len()).step_by(2).map(byte).collect();
        let hash = BASE64.encode(hash.unwrap_or_default());
        write!(f, "{origin}\n{size}\n{hash}\n{TIME}{}\n", written(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::Actor;
    use crate::core::model::journal::{Action, Entry, Event, verify};

    fn journal(length: u64, who: &str) -> Vec<Record> {
        let mut prev = GENESIS.to_owned();
        let records = (1..=length).map(|seq| {
            let event = Event {
                op: format!("01{seq}"),
                action: Action::Checkpoint,
                actor: Actor { id: who.into(), issuer: "local".into(), method: "cli".into() },
                account: String::new(),
                environment: String::new(),
                deployment: None,
                service: None,
                from: None,
                to: None,
                fence: None,
                details: serde_json::Map::new(),
            };
            let entry = Entry::new(event, seq, Timestamp::UNIX_EPOCH, &prev);
            prev.clone_from(&entry.hash);
            entry.record()
        });
        records.collect()
    }

    fn judged(note: &str, key: &Verifier, records: &[Record]) -> Result<(), Disagreement> {
        let checkpoint = Checkpoint::open(note, key).expect("a checkpoint");
        let chain = verify(records).expect("a whole chain");
        let at_size = records.iter().find(|record| record.seq == checkpoint.size);
        checkpoint.agrees(&chain, at_size)
    }

    #[test]
    fn what_a_chain_does_not_show_a_checkpoint_does() {
        let signer = Signer::new("acme/shop", [7; 32]).expect("a key");
        let key = signer.verifier();
        let records = journal(5, "ana");
        let at: Timestamp = "2026-11-22T12:04:00Z".parse().expect("a time");
        let note = |records: &[Record]| {
            let chain = verify(records).expect("a whole chain");
            Checkpoint::of(&chain, signer.name(), at).signed(&signer)
        };
        let then = note(&records[..3]);
        assert_eq!(judged(&then, &key, &records[..3]), Ok(()));
        assert_eq!(judged(&then, &key, &records), Ok(()), "it has grown");
        let cut = Disagreement::Truncated { was: 3, is: 2, at };
        assert_eq!(judged(&then, &key, &records[..2]), Err(cut));
        let anew = Disagreement::Rewritten { seq: 3, at };
        assert_eq!(judged(&then, &key, &journal(5, "eve")), Err(anew));
        assert_eq!(judged(&note(&[]), &key, &records), Ok(()), "it was empty");
        let lines: Vec<&str> = then.lines().collect();
        assert_eq!(
            (lines[0], lines[1], lines[3]),
            ("acme/shop", "3", "time 2026-11-22T12:04:00.000Z")
        );
    }
}
