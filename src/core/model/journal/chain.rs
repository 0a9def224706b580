//! Whether a journal is what was written: nothing altered, nothing missing, nothing moved.

use super::{GENESIS, Record, hash};

/// A chain that is checked, entry by entry, from the first on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// How many entries were right.
    pub length: u64,
    /// The hash of the last of them.
    pub head: String,
}

impl Default for Chain {
    fn default() -> Self {
        Self { length: 0, head: GENESIS.to_owned() }
    }
}

/// The first entry at which a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq}: {fault}")]
pub struct Broken {
    /// The number that it should have.
    pub seq: u64,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An entry is missing, or stands elsewhere.
    #[error("entry {0} stands in its place")]
    OutOfPlace(u64),
    /// An entry stands before it, and it is the first.
    #[error("entry {0} stands before it, and there is none before the first")]
    BeforeTheFirst(String),
    /// It does not name the hash of the entry before.
    #[error("it does not follow the entry before")]
    Unlinked,
    /// Its hash is not that of what it says.
    #[error("it is not what was written: its hash does not fit")]
    Altered,
    /// Its hash fits, and it cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

impl Chain {
    /// Checks the next entry.
    ///
    /// # Errors
    /// Where the chain is broken at it. The chain stays where it was.
    pub fn follow(&mut self, record: &Record) -> Result<(), Broken> {
        let Record { seq, body, prev, hash } = record;
        let [body, prev, hash] = [body, prev, hash].map(String::as_bytes);
        self.follow_bytes(*seq, Written { body, prev, hash })
    }

    /// The same of an entry that nobody has taken out of where it is stored.
    ///
    /// # Errors
    /// As [`Chain::follow`].
    pub fn follow_bytes(&mut self, number: u64, written: Written<'_>) -> Result<(), Broken> {
        let seq = self.length + 1;
        let broken = |fault| Err(Broken { seq, fault });
        if number != seq {
            return broken(Fault::OutOfPlace(number));
        }
        if written.prev != self.head.as_bytes() {
            return broken(Fault::Unlinked);
        }
        let hash = hash(written.prev, written.body);
        if written.hash != hash.as_bytes() {
            return broken(Fault::Altered);
        }
        self.length = seq;
        self.head = hash;
        Ok(())
    }
}

/// What is stored of an entry, beside its number: see [`Record`].
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// [`Record::body`].
    pub body: &'a [u8],
    /// [`Record::prev`].
    pub prev: &'a [u8],
    /// [`Record::hash`].
    pub hash: &'a [u8],
}

/// Checks a whole journal, and answers its length and the hash of its last entry.
///
/// # Errors
/// Where it is broken: the first such entry.
pub fn verify<'a>(records: impl IntoIterator<Item = &'a Record>) -> Result<Chain, Broken> {
    let mut chain = Chain::default();
    for record in records {
        chain.follow(record)?;
    }
    Ok(chain)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::Entry;
    use super::super::tests::event;
    use super::*;

    fn journal(length: usize) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        for n in 0..length {
            let prev = records.last().map_or(GENESIS, |record| &record.hash);
            let at = Timestamp::from_millisecond(1_790_000_000_000 + n as i64).expect("a time");
            let entry = Entry::new(event(n, json!({ "n": n })), n as u64 + 1, at, prev);
            records.push(entry.record());
        }
        records
    }

    #[test]
    fn what_is_missing_or_elsewhere_is_found() {
        let whole = journal(6);
        assert_eq!(verify(&whole).map(|chain| chain.length), Ok(6));
        for at in 0..5 {
            let mut cut = whole.clone();
            cut.remove(at);
            assert_eq!(verify(&cut).expect_err("one is missing").seq, at as u64 + 1);
            let mut swapped = whole.clone();
            swapped.swap(at, at + 1);
            assert_eq!(verify(&swapped).expect_err("two are swapped").seq, at as u64 + 1);
        }
        // The end that is cut off is what a chain cannot show.
        assert_eq!(verify(&whole[..5]).map(|chain| chain.length), Ok(5));
    }

    proptest! {
        #[test]
        fn any_change_of_one_byte_is_found(at in 0_usize..6, place: prop::sample::Index, bit in 0_u8..7, field in 0..3) {
            let mut records = journal(6);
            let record = &mut records[at];
            let text = match field {
                0 => &mut record.body,
                1 => &mut record.prev,
                _ => &mut record.hash,
            };
            let mut bytes = text.clone().into_bytes();
            let place = place.index(bytes.len());
            bytes[place] ^= 1_u8 << bit;
            *text = String::from_utf8(bytes).expect("ASCII stays ASCII");
            prop_assert_eq!(verify(&records).expect_err("it was changed").seq, at as u64 + 1);
        }

        #[test]
        fn any_change_of_a_number_is_found(at in 0_usize..6, seq in 0_u64..20) {
            let mut records = journal(6);
            prop_assume!(records[at].seq != seq);
            records[at].seq = seq;
            prop_assert_eq!(verify(&records).expect_err("it was changed").seq, at as u64 + 1);
        }
    }
}
