//! Tails: who follows the logs of a Worker, and what of them.

use serde::{Deserialize, Serialize};

/// Somebody who follows the logs of a Worker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tail {
    /// 32 hexadecimal digits.
    pub id: String,
    /// When it ends by itself, RFC 3339.
    pub expires_at: String,
    /// What of the logs is wanted: all that passes every one of them.
    pub filters: Vec<TailFilter>,
}

/// What of the logs is wanted, as Wrangler sends it (cli.js:305573).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TailFilter {
    /// This share of the events, from 0 to 1.
    SamplingRate(f64),
    /// `ok`, `exception`, …
    Outcome(Vec<String>),
    /// `GET`, `POST`, …
    Method(Vec<String>),
    /// A header of the request, with a text in it.
    Header {
        /// Its name.
        key: String,
        /// The text.
        query: Option<String>,
    },
    /// Where the request came from; `self` is who follows.
    ClientIp(Vec<String>),
    /// A text in what was logged.
    Query(String),
    /// A version.
    #[serde(rename = "scriptVersion")]
    ScriptVersion(String),
}
