//! The envelope of every answer: `{ success, errors, messages, result, result_info }`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::error::Problem;
use super::{CloudflareError, Refusal};
use crate::world::http::{Answer, HttpError};

/// How much of what one error says is worth showing, in characters.
const MAX_MESSAGE: usize = 300;

/// By which Cloudflare finds a request.
const RAY: &str = "cf-ray";

/// An envelope.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    #[serde(default)]
    success: bool,
    #[serde(default, deserialize_with = "or_default")]
    errors: Vec<Problem>,
    /// What was asked for.
    #[serde(default = "Option::default")]
    pub(super) result: Option<T>,
    /// Which part of a list it is.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) result_info: Info,
}

/// Which part of a list an answer holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Info {
    /// How many items a full page has.
    pub(super) per_page: Option<usize>,
    /// How many items there are.
    pub(super) total_count: Option<usize>,
    /// How many pages there are.
    pub(super) total_pages: Option<usize>,
    /// Where the next part begins.
    pub(super) cursor: Option<String>,
}

/// Reads null as nothing, which is what the API means by it.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Opens the envelope of a successful answer.
pub(super) fn open<T: DeserializeOwned>(
    asked: &str,
    answer: &Answer,
) -> Result<Envelope<T>, CloudflareError> {
    let ray = answer.header(RAY).map(str::to_owned);
    let read = &mut serde_json::Deserializer::from_slice(answer.body());
    let envelope: Envelope<T> = serde_path_to_error::deserialize(read).map_err(|error| {
        let (field, why) = (error.path().to_string(), wrong(error.inner()));
        let why = if field == "." { why } else { format!("{field}: {why}") };
        CloudflareError::Unreadable { asked: asked.to_owned(), why, ray: ray.clone() }
    })?;
    if envelope.success {
        return Ok(envelope);
    }
    let problems = envelope.errors.into_iter().map(in_one_line).collect();
    Err(CloudflareError::of(Refusal {
        asked: asked.to_owned(),
        status: answer.status,
        problems,
        ray,
        wait: None,
    }))
}

/// What is wrong with JSON, without any value that stands in it: that could be a secret.
fn wrong(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match (error.is_data(), words.split_once("expected ")) {
        (false, _) => "it is not JSON".to_owned(),
        (true, Some((_, expected))) => {
            let end = expected.find(" at line ").unwrap_or(expected.len());
            format!("expected {}", &expected[..end])
        }
        (true, None) if words.starts_with("missing field") => "a field is missing".to_owned(),
        (true, None) => "what stands there cannot be read".to_owned(),
    }
}

/// What it means that there is no successful answer.
pub(super) fn meaning(asked: &str, error: HttpError) -> CloudflareError {
    /// All that a refusal has in it.
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Refused {
        #[serde(deserialize_with = "or_default")]
        errors: Vec<Problem>,
    }
    let HttpError::Status { status, wait, answer, .. } = &error else { return error.into() };
    // Pages of a firewall, and of what stands before the API, are HTML.
    let said: Option<Refused> = serde_json::from_slice(answer.body()).ok();
    let is_page = said.is_none() && !answer.body().is_empty();
    let refusal = Refusal {
        asked: asked.to_owned(),
        status: *status,
        problems: said.unwrap_or_default().errors.into_iter().map(in_one_line).collect(),
        ray: answer.header(RAY).map(str::to_owned),
        wait: *wait,
    };
    match CloudflareError::of(refusal) {
        CloudflareError::Forbidden(refusal) if is_page => CloudflareError::Blocked(refusal),
        error => error,
    }
}

fn in_one_line(problem: Problem) -> Problem {
    let line = problem.message.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = line.chars().filter(|c| !c.is_control()).take(MAX_MESSAGE).collect();
    Problem { message, ..problem }
}
