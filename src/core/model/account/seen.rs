//! What a look at one part of an account gave.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// What a look at one part of an account gave. Not to know is neither good nor bad: a rule that
/// needs what is not known says nothing, and the run says what it could not see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Seen<T> {
    /// Nobody looked: no service of the run uses it.
    #[default]
    NotAsked,
    /// Somebody looked and was not let in, or got no answer.
    Unknown(Unseen),
    /// This is what is there. A list holds at least whatever the services of the run name, if it
    /// exists; of an account with very much in it not necessarily the rest.
    Known(T),
}

/// Why something could not be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// Whether the token may not look, or the look failed.
    pub why: Why,
    /// The permission group that would let it, as Cloudflare names it: `D1 Read`. Only where the
    /// token may not look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
    /// What the API said, in one line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The Ray ID of an answer that was not the API's own, by which Cloudflare finds the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ray: Option<String>,
}

impl Unseen {
    /// What people read.
    pub fn words(&self) -> String {
        match (&self.needs, self.message.as_str()) {
            (Some(needs), _) => format!("the token may not look: it lacks {needs}"),
            (None, "") => "the account gave no usable answer".to_owned(),
            (None, message) => format!("the account gave no usable answer: {message}"),
        }
    }

    /// Whether it is the same, told of another request.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.why, &self.needs, &self.message) == (other.why, &other.needs, &other.message)
    }
}

/// Why something could not be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The token may not look (HTTP 401 or 403).
    Forbidden,
    /// There was no usable answer.
    Failed,
}

impl<T> Seen<T> {
    /// What is there, if that is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is known what is there.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// What is there; else why that is not known, in words.
    ///
    /// # Errors
    /// Where nobody looked, or nobody could see it.
    pub fn told(&self) -> Result<&T, String> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Unknown(unseen) => Err(unseen.words()),
            Self::NotAsked => Err("nobody looked at it".to_owned()),
        }
    }

    /// Why it could not be seen, if somebody looked and could not.
    pub fn unseen(&self) -> Option<&Unseen> {
        match self {
            Self::Unknown(unseen) => Some(unseen),
            _ => None,
        }
    }

    /// Whether nobody looked. For the form that is saved.
    pub fn is_not_asked(&self) -> bool {
        matches!(self, Self::NotAsked)
    }
}

impl<T: Serialize> Serialize for Seen<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            unknown: &'a Unseen,
        }
        match self {
            Self::NotAsked => serializer.serialize_none(),
            Self::Unknown(unknown) => Form { unknown }.serialize(serializer),
            Self::Known(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Seen<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        if value.is_null() {
            return Ok(Self::NotAsked);
        }
        match value.get_mut("unknown") {
            Some(unknown) => serde_json::from_value(unknown.take()).map(Self::Unknown),
            None => serde_json::from_value(value).map(Self::Known),
        }
        .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_read_again() {
        let forbidden = Unseen {
            why: Why::Forbidden,
            needs: Some("D1 Read".to_owned()),
            message: "Authentication error (code 10000)".to_owned(),
            ray: None,
        };
        for (seen, form) in [
            (Seen::Known(vec![1, 2]), "[1,2]"),
            (Seen::NotAsked, "null"),
            (
                Seen::Unknown(forbidden),
                r#"{"unknown":{"why":"forbidden","needs":"D1 Read","message":"Authentication error (code 10000)"}}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&seen).expect("plain data"), form);
            assert_eq!(serde_json::from_str::<Seen<Vec<u8>>>(form).expect(form), seen);
        }
        assert!(serde_json::from_str::<Seen<Vec<u8>>>("[true]").is_err());
    }
}
