//! What is added to a comment that another run wrote: that its deployment was taken back.

use jiff::Timestamp;

use super::Marker;
use crate::core::report::commonmark::{code, plain};
use crate::core::report::{moment, words};

/// How much of a reason is shown, in characters.
const MAX_REASON: usize = 500;

/// A rollback.
#[derive(Clone, Copy, Debug)]
pub struct TakenBack<'a> {
    /// The deployment that was taken back.
    pub deployment: &'a str,
    /// The environment; `""` is the top level.
    pub environment: &'a str,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<&'a str>,
}

/// A comment of ours that tells of the deployment, with a line below its headline that says what became
/// of that. `None` where it is another's, or tells of others.
pub fn taken_back(body: &str, back: &TakenBack<'_>) -> Option<String> {
    Marker::parse(body)?;
    let deployment = code(back.deployment);
    let headline = body.lines().position(|line| line.starts_with("### "))?;
    if !body.contains(&deployment) {
        return None;
    }
    let environment = Some(back.environment.to_owned()).filter(|name| !name.is_empty());
    let environment = plain(&words::environment(environment.as_deref()));
    let reason = back.reason.map(|reason| plain(&words::shortened(reason, MAX_REASON)));
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    let at = moment(back.at);
    let line = format!("\n**{environment} was rolled back** from {deployment}, {at}{reason}");
    let mut lines: Vec<&str> = body.lines().collect();
    lines.insert(headline + 1, &line);
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKER: &str = "<!-- clodo:v1 key=shop sha=4be2 run=7.1 at=2026-11-22T12:04:31Z -->";

    #[test]
    fn it_stands_below_the_headline_of_a_comment_that_tells_of_it() {
        let back = TakenBack {
            deployment: "d-01J",
            environment: "production",
            at: "2026-11-22T13:00:00Z".parse().unwrap_or_default(),
            reason: Some("checkout is @down\n::error::x"),
        };
        let body = format!("{MARKER}\n### clodo: production is deployed\n\n| `d-01J` |\nlast\n");
        let text = taken_back(&body, &back).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], body.lines().take(2).collect::<Vec<_>>());
        let expected = "**production was rolled back** from `d-01J`, 2026-11-22 13:00 UTC: ";
        assert!(lines[3].starts_with(expected), "{text}");
        assert!(!text.contains(" @down") && !text.contains("\n::"), "{text}");
        assert_eq!(lines.last(), Some(&"last"));
        assert_eq!(taken_back(&body.replace("d-01J", "d-02K"), &back), None);
        assert_eq!(taken_back(&body.replacen("clodo:v1", "clodo:v0", 1), &back), None);
    }
}
