//! Where the sandbox takes the time and its ids from.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

/// The clock and the dice of a sandbox.
#[derive(Debug, Default)]
pub enum Source {
    /// The system's.
    #[default]
    System,
    /// The same times and ids in every run: the clock starts at the time given and goes on by a
    /// millisecond whenever it is asked; ids are counted.
    Fixed(Timestamp, AtomicU64),
}

impl Source {
    /// A source that starts at a time and gives the same in every run.
    pub fn fixed(start: Timestamp) -> Self {
        Self::Fixed(start, AtomicU64::new(0))
    }

    /// The time.
    pub fn timestamp(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Fixed(start, asked) => {
                let asked = asked.fetch_add(1, Ordering::Relaxed);
                *start + SignedDuration::from_millis(i64::try_from(asked).unwrap_or(i64::MAX))
            }
        }
    }

    /// The time as the API writes it: RFC 3339 in UTC, with microseconds.
    pub fn now(&self) -> String {
        format!("{:.6}", self.timestamp())
    }

    /// A UUID of version 4.
    pub fn uuid(&self) -> String {
        let mut bytes = self.bytes();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut text = hex(&bytes);
        for at in [20, 16, 12, 8] {
            text.insert(at, '-');
        }
        text
    }

    /// An id of 32 hexadecimal digits, as accounts, zones and namespaces have.
    pub fn id(&self) -> String {
        hex(&self.bytes())
    }

    /// A number from 0 (included) to 1 (excluded), for faults by chance.
    pub fn chance(&self) -> f64 {
        let [a, b, c, d, ..] = self.bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }

    fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        match self {
            Self::System => {
                // Fails only where the system has no random numbers at all; an id that repeats is
                // then noticed as one that is taken.
                let _ = SystemRandom::new().fill(&mut bytes);
            }
            Self::Fixed(_, asked) => {
                let asked = asked.fetch_add(1, Ordering::Relaxed);
                let digest = digest(&SHA256, &asked.to_be_bytes());
                bytes.copy_from_slice(&digest.as_ref()[..16]);
            }
        }
        bytes
    }
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_shape_and_differ() {
        for source in [Source::System, Source::fixed(Timestamp::UNIX_EPOCH)] {
            let uuid = source.uuid();
            assert_eq!(uuid.len(), 36);
            assert_eq!(&uuid[14..15], "4");
            assert_eq!(source.id().len(), 32);
            assert_ne!(source.id(), source.id());
            assert!((0.0..1.0).contains(&source.chance()));
        }
    }

    #[test]
    fn a_fixed_source_repeats_itself() {
        let [a, b] = [(); 2].map(|()| Source::fixed(Timestamp::UNIX_EPOCH));
        assert_eq!((a.now(), a.id()), (b.now(), b.id()));
        assert_eq!(Source::fixed(Timestamp::UNIX_EPOCH).now(), "1970-01-01T00:00:00.000000Z");
    }
}
