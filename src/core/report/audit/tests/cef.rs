//! A strict reader of the Common Event Format, after ArcSight's implementation standard: seven fields
//! between bars, in which a bar and a backslash are escaped; then pairs, in whose values an equals
//! sign and a backslash are, and `\n` and `\r` stand for the ends of lines.

use std::collections::BTreeMap;

/// An event.
pub(super) struct Event {
    /// Version, vendor, product, its version, id, name, severity.
    pub(super) header: Vec<String>,
    /// The pairs.
    pub(super) extension: BTreeMap<String, String>,
}

/// The keys that we use, as the standard's dictionary names them.
const KEYS: [&str; 18] = [
    "act",
    "cn1",
    "cn1Label",
    "cs1",
    "cs1Label",
    "cs2",
    "cs2Label",
    "cs3",
    "cs3Label",
    "cs4",
    "cs4Label",
    "cs5",
    "cs5Label",
    "externalId",
    "msg",
    "outcome",
    "rt",
    "suser",
];

pub(super) fn read(line: &str) -> Result<Event, String> {
    let mut header = vec![String::new()];
    let mut rest = line.chars();
    while header.len() < 8 {
        let field = header.last_mut().expect("one");
        match rest.next().ok_or("it ends in the header")? {
            '|' => header.push(String::new()),
            '\\' => match rest.next() {
                Some(escaped @ ('|' | '\\')) => field.push(escaped),
                other => return Err(format!("an escape of the header: {other:?}")),
            },
            '\n' | '\r' => return Err("a line ends in the header".to_owned()),
            other => field.push(other),
        }
    }
    header.pop();
    let severity: u8 = header[6].parse().map_err(|_| "the severity is no number")?;
    if header[0] != "CEF:0" || severity > 10 || header[1..6].iter().any(String::is_empty) {
        return Err(format!("a header: {header:?}"));
    }
    Ok(Event { header, extension: pairs(rest.as_str())? })
}

/// A pair ends where the next key begins: after the last space before the next bare `=`.
fn pairs(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut pairs = BTreeMap::new();
    let mut parts = bare(text).into_iter();
    let mut key = parts.next().unwrap_or_default();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (value, next) = match parts.peek() {
            Some(_) => part.rsplit_once(' ').ok_or("two values without a key between them")?,
            None => (part.as_str(), ""),
        };
        if !KEYS.contains(&key.as_str()) {
            return Err(format!("no key of the dictionary: {key}"));
        }
        if pairs.insert(key, plain(value)?).is_some() {
            return Err("a key stands there twice".to_owned());
        }
        key = next.to_owned();
    }
    if pairs.get("rt").is_none_or(|time| time.parse::<u64>().is_err()) {
        return Err("there is no time in milliseconds".to_owned());
    }
    Ok(pairs)
}

/// What stands between equals signs that are not escaped.
fn bare(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for c in text.chars() {
        match c {
            '=' if !is_escaped => parts.push(String::new()),
            c => parts.last_mut().expect("one").push(c),
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    parts
}

fn plain(value: &str) -> Result<String, String> {
    let mut plain = String::new();
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some(escaped @ ('=' | '\\')) => plain.push(escaped),
                other => return Err(format!("an escape of a value: {other:?}")),
            },
            c if c.is_control() => return Err(format!("a control character: {c:?}")),
            c => plain.push(c),
        }
    }
    Ok(plain)
}
