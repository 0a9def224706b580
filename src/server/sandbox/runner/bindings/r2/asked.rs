//! What workerd asks of R2: `src/workers/r2/schemas.worker.ts` of miniflare. Whole numbers may come
//! as text, as Cap'n Proto writes large ones.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::super::super::super::state::r2::Object;
use super::milliseconds;

/// A question.
#[derive(Debug, Deserialize)]
#[serde(tag = "method", rename_all = "camelCase")]
pub(super) enum Asked {
    Head(Head),
    Get(Box<Read>),
    List(List),
    Put(Box<Put>),
    Delete(Delete),
    CreateMultipartUpload(Box<Put>),
    UploadPart(PartOf),
    CompleteMultipartUpload(Parts),
    AbortMultipartUpload(UploadOf),
    #[serde(other)]
    Other,
}

/// An upload in parts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UploadOf {
    object: String,
    upload_id: String,
}

impl UploadOf {
    /// Its id and its key.
    pub(super) fn names(&self) -> (&str, &str) {
        (&self.upload_id, &self.object)
    }
}

/// One of its parts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PartOf {
    #[serde(flatten)]
    pub(super) upload: UploadOf,
    pub(super) part_number: u32,
}

/// All of its parts.
#[derive(Debug, Deserialize)]
pub(super) struct Parts {
    #[serde(flatten)]
    pub(super) upload: UploadOf,
    pub(super) parts: Vec<Published>,
}

/// A part that was uploaded.
#[derive(Debug, Deserialize)]
pub(super) struct Published {
    pub(super) etag: String,
    pub(super) part: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) object: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Read {
    pub(super) object: String,
    range: Option<AskedRange>,
    range_header: Option<String>,
    pub(super) only_if: Option<Condition>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Put {
    pub(super) object: String,
    #[serde(default)]
    pub(super) custom_fields: Vec<Field>,
    #[serde(default)]
    pub(super) http_fields: Map<String, Value>,
    pub(super) only_if: Option<Condition>,
    pub(super) storage_class: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Field {
    pub(super) k: String,
    pub(super) v: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    pub(super) limit: Option<usize>,
    pub(super) prefix: String,
    pub(super) cursor: Option<String>,
    pub(super) delimiter: Option<String>,
    pub(super) start_after: Option<String>,
    include: Vec<u8>,
}

impl List {
    /// Whether the headers of objects are asked for.
    pub(super) fn with_http(&self) -> bool {
        self.include.contains(&0)
    }

    /// Whether the metadata of objects is asked for.
    pub(super) fn with_custom(&self) -> bool {
        self.include.contains(&1)
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Delete {
    One { object: String },
    Many { objects: Vec<String> },
}

impl Delete {
    pub(super) fn keys(self) -> Vec<String> {
        match self {
            Self::One { object } => vec![object],
            Self::Many { objects } => objects,
        }
    }
}

/// A part of an object, which lies within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) offset: u64,
    pub(super) length: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AskedRange {
    #[serde(deserialize_with = "maybe_number")]
    offset: Option<i64>,
    #[serde(deserialize_with = "maybe_number")]
    length: Option<i64>,
    #[serde(deserialize_with = "maybe_number")]
    suffix: Option<i64>,
}

impl Read {
    /// The part that is asked for of an object of a size: `Some(None)` is all of it, `None` is no part
    /// of it.
    pub(super) fn range(&self, size: u64) -> Option<Option<Range>> {
        let asked = match (&self.range_header, &self.range) {
            // A header that cannot be read is no header: RFC 9110, section 14.2.
            (Some(header), _) => match from_header(header) {
                Some(asked) => asked,
                None => return Some(None),
            },
            (None, Some(asked)) => AskedRange { ..*asked },
            (None, None) => return Some(None),
        };
        asked.within(size).map(Some)
    }
}

impl AskedRange {
    fn within(&self, size: u64) -> Option<Range> {
        let positive = |number: i64| u64::try_from(number).ok();
        let (offset, length) = match self.suffix {
            Some(suffix) => {
                let length = positive(suffix)?.min(size);
                (size - length, length)
            }
            None => {
                let offset = positive(self.offset.unwrap_or(0))?;
                let left = size.checked_sub(offset)?;
                (offset, self.length.map_or(Some(left), positive)?.min(left))
            }
        };
        (length > 0).then_some(Range { offset, length })
    }
}

/// `bytes=0-9`, `bytes=10-`, `bytes=-5`; several at once are not served in parts.
fn from_header(header: &str) -> Option<AskedRange> {
    let (from, to) = header.strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |text: &str| text.parse::<i64>().ok();
    if from.is_empty() {
        return Some(AskedRange { suffix: Some(number(to)?), ..AskedRange::default() });
    }
    let offset = number(from)?;
    let length = if to.is_empty() { None } else { Some(number(to)? - offset + 1) };
    Some(AskedRange { offset: Some(offset), length, suffix: None })
}

/// What has to be so for something to be done.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Condition {
    etag_matches: Option<Vec<Etag>>,
    etag_does_not_match: Option<Vec<Etag>>,
    #[serde(deserialize_with = "maybe_number")]
    uploaded_before: Option<i64>,
    #[serde(deserialize_with = "maybe_number")]
    uploaded_after: Option<i64>,
    seconds_granularity: bool,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Etag {
    Strong { value: String },
    Weak { value: String },
    Wildcard,
}

impl Condition {
    /// Whether it holds for what is there: RFC 9110, section 13.
    pub(super) fn holds(&self, object: Option<&Object>) -> bool {
        let Some(object) = object else {
            return self.etag_matches.is_none() && self.uploaded_after.is_none();
        };
        let matches = self.etag_matches.as_ref().map(|etags| {
            etags.iter().any(|etag| match etag {
                Etag::Strong { value } => *value == object.etag,
                Etag::Weak { .. } => false,
                Etag::Wildcard => true,
            })
        });
        let differs = self.etag_does_not_match.as_ref().map(|etags| {
            !etags.iter().any(|etag| match etag {
                Etag::Strong { value } | Etag::Weak { value } => *value == object.etag,
                Etag::Wildcard => true,
            })
        });
        let unit = if self.seconds_granularity { 1000 } else { 1 };
        let uploaded = milliseconds(&object.uploaded).unwrap_or_default() / unit;
        // Conditions on etags outweigh those on times.
        let after =
            differs == Some(true) || self.uploaded_after.is_none_or(|time| uploaded > time / unit);
        let before =
            matches == Some(true) || self.uploaded_before.is_none_or(|time| uploaded < time / unit);
        matches.unwrap_or(true) && differs.unwrap_or(true) && after && before
    }
}

/// A whole number, also one that is text.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        #[expect(clippy::cast_possible_truncation)]
        Value::Number(number) => number.as_i64().or(number.as_f64().map(|number| number as i64)),
        _ => None,
    }
}

fn maybe_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(number(&Value::deserialize(deserializer)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(question: Value) -> Option<Option<(u64, u64)>> {
        let mut question = question;
        question["object"] = "k".into();
        let read: Read = serde_json::from_value(question).expect("a question");
        read.range(10).map(|range| range.map(|range| (range.offset, range.length)))
    }

    #[test]
    fn ranges_lie_within_the_object() {
        assert_eq!(part(json!({})), Some(None));
        assert_eq!(part(json!({ "range": { "offset": "2", "length": 3 } })), Some(Some((2, 3))));
        assert_eq!(part(json!({ "range": { "offset": 8, "length": 30 } })), Some(Some((8, 2))));
        assert_eq!(part(json!({ "range": { "suffix": 4 } })), Some(Some((6, 4))));
        assert_eq!(part(json!({ "range": { "offset": 11 } })), None);
        assert_eq!(part(json!({ "range": { "suffix": 0 } })), None);
        assert_eq!(part(json!({ "rangeHeader": "bytes=0-0" })), Some(Some((0, 1))));
        assert_eq!(part(json!({ "rangeHeader": "bytes=-3" })), Some(Some((7, 3))));
        assert_eq!(part(json!({ "rangeHeader": "furlongs=1-2" })), Some(None));
        assert_eq!(part(json!({ "rangeHeader": "bytes=9-1" })), None);
    }

    #[test]
    fn conditions_are_those_of_http() {
        let object = Object {
            etag: "e".into(),
            uploaded: "2026-01-01T00:00:00Z".into(),
            ..Object::default()
        };
        let holds = |condition: Value, object: Option<&Object>| {
            let condition: Condition = serde_json::from_value(condition).expect("a condition");
            condition.holds(object)
        };
        let strong =
            |key: &str, value: &str| json!({ key: [{ "type": "strong", "value": value }] });
        assert!(holds(strong("etagMatches", "e"), Some(&object)));
        assert!(!holds(strong("etagMatches", "f"), Some(&object)));
        assert!(!holds(strong("etagMatches", "e"), None));
        assert!(!holds(strong("etagDoesNotMatch", "e"), Some(&object)));
        assert!(holds(json!({ "etagDoesNotMatch": [{ "type": "wildcard" }] }), None));
        assert!(holds(json!({ "uploadedAfter": "0" }), Some(&object)));
        assert!(!holds(json!({ "uploadedBefore": 0 }), Some(&object)));
    }
}
