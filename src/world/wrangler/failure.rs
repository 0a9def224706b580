//! What Wrangler said went wrong.
//!
//! Its standard error is the source: the notes hold the code of an error of the API and not the
//! API's own words, and the log ends before the error (4.164.0 ends without waiting for what it still
//! has to append; seen with `WRANGLER_LOG` at every level). Where it was killed there are no words at
//! all, and the log says what it was at.

use std::fmt;

use super::complaint::{BESIDE, BUILD_FAILED};
use super::run::Ran;

/// What begins an error. A symbol stands before it, which differs by system.
const ERROR: &str = "[ERROR] ";

/// What precedes the code of an error of the API (cli.js:63267).
const CODE: &str = "[code: ";

/// What stands in the message where some triggers were changed and others not (cli.js:168195).
const PARTIAL: &str = "was only partially updated";

/// Why a run failed, as far as Wrangler said it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The first error in a line. Never empty.
    pub message: String,
    /// What the API said, in its order.
    pub errors: Vec<ApiError>,
    /// Some triggers were changed and others not; the code is live.
    pub partial: bool,
}

/// An error of Cloudflare's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The API's words; empty where only the code is known.
    pub message: String,
    /// The code.
    pub code: u32,
}

impl Failure {
    /// Reads it from what a run said, which has no colours, and from what it noted.
    pub(super) fn of(ran: &Ran) -> Self {
        let Ran { status, stdout, stderr, events, request, .. } = ran;
        let noted = events.iter().rev().find(|event| event["type"] == "command-failed");
        let mut errors: Vec<ApiError> = stderr.lines().filter_map(api_error).collect();
        let code = noted.and_then(|noted| u32::try_from(noted["code"].as_u64()?).ok());
        if let Some(code) = code.filter(|code| errors.iter().all(|error| error.code != *code)) {
            errors.push(ApiError { message: String::new(), code });
        }
        let told = stderr.lines().filter_map(|line| Some(line.split_once(ERROR)?.1.trim()));
        let noted = noted.and_then(|noted| noted["message"].as_str()?.lines().next());
        let last = |text: &'_ str| {
            let mut lines = text.lines().rev().map(str::trim);
            let telling =
                |line: &&str| !line.is_empty() && !BESIDE.iter().any(|said| line.contains(said));
            lines.find(telling).map(str::to_owned)
        };
        let mut told = told.filter(|line| !line.is_empty());
        // Before it stands how the process ended, which is no news.
        let build = told.clone().find(|line| line.starts_with(BUILD_FAILED));
        let first = build.or_else(|| told.next());
        // What only announces another is nothing without it.
        let second = first.filter(|first| first.ends_with(':')).and_then(|_| told.next());
        let first = first.or(noted.filter(|line| !line.is_empty()));
        let message = first.map(|first| [&[first], second.as_slice()].concat().join(" "));
        // What was killed says nothing of it: its last words are of something else.
        let said = || status.code().and_then(|_| last(stderr).or_else(|| last(stdout)));
        let nothing = || format!("it ended without a word ({status}){}", asked(request.as_deref()));
        Self {
            message: message.or_else(said).unwrap_or_else(nothing),
            errors,
            partial: stderr.contains(PARTIAL),
        }
    }

    /// Whether the API gave this code.
    pub fn has(&self, code: u32) -> bool {
        self.errors.iter().any(|error| error.code == code)
    }
}

/// What was asked of the API last, to stand behind another sentence.
pub(super) fn asked(request: Option<&str>) -> String {
    request.map_or(String::new(), |request| format!("; the last that it asked for was {request}"))
}

/// In one line: the API's words where there are any, else Wrangler's.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let telling: Vec<String> = self
            .errors
            .iter()
            .filter(|one| !one.message.is_empty())
            .map(ToString::to_string)
            .collect();
        match (self.partial, telling.is_empty()) {
            (false, false) => f.write_str(&telling.join("; ")),
            (true, false) => write!(f, "{} {}", self.message, telling.join("; ")),
            (_, true) => f.write_str(&self.message),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (code {})", self.message.trim_end_matches('.'), self.code)
    }
}

/// The error of the API in a line, as `- words [code: 10041]`.
fn api_error(line: &str) -> Option<ApiError> {
    let (before, after) = line.rsplit_once(CODE)?;
    let code = after.split(']').next()?.parse().ok()?;
    let message = before.split_once(ERROR).map_or(before, |(_, message)| message);
    Some(ApiError { message: message.trim().trim_start_matches("- ").to_owned(), code })
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;

    use serde_json::Value;

    use super::*;

    fn failure(stdout: &str, stderr: &str, events: &[Value]) -> Failure {
        Failure::of(&Ran {
            status: ExitStatus::default(),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            events: events.to_vec(),
            request: None,
            interrupted: false,
        })
    }

    /// As 4.164.0 prints it into a pipe, without colours.
    const REFUSED: &str = "✘ [ERROR] A request to the Cloudflare API (/accounts/1/workers/scripts/api) failed.\n\n  \
        KV namespace '01' not found. [code: 10041]\n  \n  \
        If you think this is a bug, please open an issue at: https://github.com\n\n\n\
        🪵  Logs were written to \"/tmp/wrangler.log\"\n";

    #[test]
    fn the_api_is_quoted() {
        let noted =
            [serde_json::json!({ "type": "command-failed", "code": 10041, "message": "A" })];
        let failure = failure("", REFUSED, &noted);
        assert!(failure.has(10041) && !failure.has(10042) && failure.errors.len() == 1);
        assert!(failure.message.starts_with("A request to the Cloudflare API (/accounts/1/"));
        assert_eq!(failure.to_string(), "KV namespace '01' not found (code 10041)");
    }

    #[test]
    fn triggers_that_were_changed_in_part() {
        let said = "✘ [ERROR] Trigger configuration for \"api\" was only partially updated:\n\n  \
            Routes:\n    - A request to the Cloudflare API failed.\n      \
            - A route with the same pattern already exists. [code: 10020]\n\n  \
            Successful trigger changes were not rolled back.\n";
        let failure = failure("", said, &[]);
        assert!(failure.partial && failure.has(10020));
        assert_eq!(
            failure.to_string(),
            "Trigger configuration for \"api\" was only partially updated: \
             A route with the same pattern already exists (code 10020)"
        );
    }

    #[test]
    fn what_does_not_build_is_told() {
        let said =
            "✘ [ERROR] Build failed with 1 error:\n\n  ✘ [ERROR] Could not resolve \"./a\"\n\n";
        let expected = "Build failed with 1 error: Could not resolve \"./a\"";
        assert_eq!(failure("", said, &[]).to_string(), expected);
    }

    #[test]
    fn whatever_was_said_is_told() {
        assert_eq!(
            failure("", "✘ [ERROR] Unknown argument: nope\n", &[]).message,
            "Unknown argument: nope"
        );
        assert_eq!(failure("one\ntwo\n\n", "", &[]).to_string(), "two");
        let noted = [serde_json::json!({ "type": "command-failed", "message": "No\nmore" })];
        assert_eq!(failure("one", "", &noted).to_string(), "No");
        assert!(failure("", "", &[]).to_string().starts_with("it ended without a word"));
    }
}
