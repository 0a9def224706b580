//! What came of a check.

use std::time::Duration;

use super::state::short;

/// What came of a check, after all its attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The service; `None` where it is about none in particular.
    pub service: Option<String>,
    /// The check, as people know it: `/healthz`.
    pub check: String,
    /// What is wrong, by the last attempt; nothing where it is well.
    pub failures: Vec<String>,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// How long the last attempt took.
    pub took: Duration,
    /// How many attempts were made.
    pub attempts: u32,
    /// The version that must have answered, where one must.
    pub expected: Option<String>,
    /// The version that did, where the check says how to find out.
    pub version: Option<String>,
}

impl Outcome {
    /// Whether it is well.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// What people read: `/healthz 200 in 41 ms, version 7d1e02c4 answers`.
    pub fn line(&self) -> String {
        let status = self.status.map(|status| format!(" {status}")).unwrap_or_default();
        let tries = match self.attempts {
            0 | 1 => String::new(),
            attempts => format!(" ({attempts} attempts)"),
        };
        let head = format!("{}{status} in {} ms{tries}", self.check, self.took.as_millis());
        if !self.passed() {
            return format!("{head}: {}", self.failures.join("; "));
        }
        match (&self.version, &self.expected) {
            (Some(version), _) => format!("{head}, version {} answers", short(version)),
            (None, Some(_)) => format!("{head}, the version that answers is not asserted"),
            (None, None) => head,
        }
    }
}

/// Whether a service is healthy: `None` where no check was about it.
pub fn healthy(outcomes: &[Outcome], service: &str) -> Option<bool> {
    let about = |outcome: &&Outcome| outcome.service.as_deref().is_none_or(|one| one == service);
    let mut about = outcomes.iter().filter(about).peekable();
    about.peek()?;
    Some(about.all(Outcome::passed))
}
