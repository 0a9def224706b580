//! The first line of a comment of ours, which a person does not see.

use std::fmt::{self, Write as _};

use jiff::Timestamp;

/// What a comment was written for.
///
/// It stands first, because whoever shortens a comment cuts its end. Its words are encoded, so that
/// none of them can end it or hold another one; and [`Marker::parse`] takes only what
/// [`Marker`]'s own `Display` writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// Which of several comments on one pull request this is.
    pub key: String,
    /// The commit that was looked at.
    pub sha: String,
    /// The run that looked.
    pub run: String,
    /// Which attempt of that run, from 1.
    pub attempt: u32,
    /// When that attempt started.
    pub at: Timestamp,
}

const START: &str = "<!-- clodo:v1 ";
const END: &str = " -->";

impl Marker {
    /// Reads the marker of a comment's body.
    pub fn parse(body: &str) -> Option<Self> {
        let line = body.lines().next()?;
        let mut words = line.strip_prefix(START)?.strip_suffix(END)?.split(' ');
        let mut word = |name| words.next()?.strip_prefix(name);
        let (key, sha) = (decoded(word("key=")?)?, decoded(word("sha=")?)?);
        let (run, attempt) = word("run=")?.rsplit_once('.')?;
        let marker = Self {
            key,
            sha,
            run: decoded(run)?,
            attempt: attempt.parse().ok()?,
            at: word("at=")?.parse().ok()?,
        };
        (marker.to_string() == line).then_some(marker)
    }

    /// Whether this was written by a run that started later than the other's.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        (self.at, self.attempt) > (other.at, other.attempt)
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [key, sha, run] = [&self.key, &self.sha, &self.run].map(|text| encoded(text));
        let (attempt, at) = (self.attempt, self.at);
        write!(f, "{START}key={key} sha={sha} run={run}.{attempt} at={at}{END}")
    }
}

/// Percent-encodes all but a few letters, and of two hyphens the second: two of them end a comment
/// in some readings of HTML.
fn encoded(text: &str) -> String {
    let mut word = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'/' => {
                word.push(char::from(byte));
            }
            b'-' if !word.ends_with('-') => word.push('-'),
            byte => {
                let _ = write!(word, "%{byte:02X}");
            }
        }
    }
    word
}

fn decoded(word: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some(first) = rest.bytes().next() {
        let length = if first == b'%' { 3 } else { 1 };
        let taken = rest.get(..length)?;
        bytes.push(if first == b'%' { u8::from_str_radix(&taken[1..], 16).ok()? } else { first });
        rest = &rest[length..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker() -> Marker {
        Marker {
            key: "shop/a--b".into(),
            sha: "4be21c7".into(),
            run: "1187".into(),
            attempt: 2,
            at: "2026-11-22T12:04:00Z".parse().expect("a time"),
        }
    }

    #[test]
    fn it_reads_what_it_writes() {
        let line =
            "<!-- clodo:v1 key=shop/a-%2Db sha=4be21c7 run=1187.2 at=2026-11-22T12:04:00Z -->";
        assert_eq!(marker().to_string(), line);
        assert_eq!(Marker::parse(&format!("{line}\n### clodo")), Some(marker()));
        assert_eq!(Marker::parse(&format!("{line}\r\n### clodo")), Some(marker()));
    }

    #[test]
    fn it_reads_nothing_else() {
        let line = marker().to_string();
        for wrong in [
            line.replace("clodo:v1", "clodo:v2"),
            line.replace(" sha=", "  sha="),
            line.replace("%2D", "%2d"),
            line.replace("%2D", "-"),
            line.replace("shop", "%73hop"),
            line.replace("1187.2", "1187.02"),
            line.replace("1187.2", "1187"),
            line.replace("12:04:00Z", "13:04:00+01:00"),
            line.replace("-->", "at=x -->"),
            format!(" {line}"),
            format!("\n{line}"),
            format!("{line} "),
            line.replace('%', "%é"),
        ] {
            assert_eq!(Marker::parse(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_later_start_is_newer_then_the_later_attempt() {
        let earlier = Marker { at: "2026-11-22T12:03:59Z".parse().expect("a time"), ..marker() };
        assert!(marker().is_newer_than(&earlier) && !earlier.is_newer_than(&marker()));
        let first = Marker { attempt: 1, ..marker() };
        assert!(marker().is_newer_than(&first) && !first.is_newer_than(&marker()));
        assert!(!marker().is_newer_than(&marker()));
    }
}
