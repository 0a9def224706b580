//! What a pipeline does next, for whoever reads it by program: the contract `clodo.ci/1`.

use serde_json::{Value, json};

use crate::core::model::Report;

/// What a pipeline may do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Continue,
    /// Stop: something has to be corrected first.
    Blocked,
}

impl Decision {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Continue => "continue",
            Self::Blocked => "blocked",
        }
    }
}

/// Why, in one word that does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonCode {
    /// Nothing is in the way.
    Ready,
    /// There are findings at or above the fail level.
    Findings,
    /// The change concerns no service.
    Unaffected,
}

impl ReasonCode {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Findings => "findings",
            Self::Unaffected => "unaffected",
        }
    }
}

/// The outcome of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What to do next.
    pub decision: Decision,
    /// Why.
    pub reason: ReasonCode,
    /// The commit, if it is known.
    pub sha: Option<String>,
    /// Where the comment can be read, if there is one.
    pub comment_url: Option<String>,
    /// What could not be told, a line each.
    pub missed: Vec<String>,
}

impl Outcome {
    /// As JSON, `clodo.ci/1`.
    pub fn json(&self, report: &Report) -> Value {
        let summary = report.summary();
        json!({
            "schema": "clodo.ci/1",
            "clodo": env!("CARGO_PKG_VERSION"),
            "decision": self.decision.as_str(),
            "reason_code": self.reason.as_str(),
            "sha": self.sha,
            "comment_url": self.comment_url,
            "missed": self.missed,
            "summary": {
                "errors": summary.errors,
                "warnings": summary.warnings,
                "notes": summary.notes,
                "services": report.services.len(),
                "unaffected": report.coverage.unaffected,
            },
        })
    }

    /// As outputs of a GitHub action, by name.
    pub fn outputs(&self, report: &Report) -> Vec<(&'static str, String)> {
        let summary = report.summary();
        let total = summary.errors + summary.warnings + summary.notes;
        vec![
            ("result", self.json(report).to_string()),
            ("decision", self.decision.as_str().to_owned()),
            ("reason-code", self.reason.as_str().to_owned()),
            ("findings-total", total.to_string()),
            ("findings-errors", summary.errors.to_string()),
            ("findings-warnings", summary.warnings.to_string()),
            ("comment-url", self.comment_url.clone().unwrap_or_default()),
        ]
    }
}
