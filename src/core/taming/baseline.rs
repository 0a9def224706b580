//! A baseline: the findings that were there when a project began to use clodo. They are known;
//! only new ones are reported.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{Run, remarks};
use crate::core::model::{Finding, Report};

const SCHEMA: &str = "clodo.baseline/1";

/// Known findings. Its text is the same for the same findings, whatever their order, and lines
/// that move do not change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    schema: String,
    findings: Vec<Known>,
}

/// A known finding. The fingerprint is what counts; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    fingerprint: String,
    rule: String,
    file: Option<String>,
    message: String,
}

impl Known {
    /// Files together, and in them the rules: so that a change is easy to read.
    fn order(&self) -> (Option<&str>, &str, &str, &str) {
        (self.file.as_deref(), &self.rule, &self.message, &self.fingerprint)
    }
}

/// Why a file cannot serve as a baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is not JSON of this form.
    #[error("this is not a baseline: {0}")]
    Form(#[from] serde_json::Error),
    /// It is of another version.
    #[error("this baseline has the schema {0:?}; this version of clodo reads {SCHEMA:?}")]
    Schema(String),
}

impl Baseline {
    /// All findings of a report, to be known from now on.
    pub fn of(report: &Report) -> Self {
        let known = |(finding, fingerprint): (&Finding, String)| Known {
            fingerprint,
            rule: finding.rule.to_owned(),
            file: report.file_of(finding).map(|file| file.path.clone()),
            message: finding.message.clone(),
        };
        let mut findings: Vec<Known> =
            report.findings.iter().zip(report.fingerprints()).map(known).collect();
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        Self { schema: SCHEMA.to_owned(), findings }
    }

    /// Reads a baseline that [`Baseline::to_json`] wrote.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text)?;
        match &*baseline.schema {
            SCHEMA => Ok(baseline),
            _ => Err(BaselineError::Schema(baseline.schema)),
        }
    }

    /// The text of its file.
    pub fn to_json(&self) -> String {
        let findings = serde_json::json!({ "schema": self.schema, "findings": self.findings });
        format!("{findings:#}\n")
    }

    /// Takes the known findings out of a report. `path` is the baseline's, for the note that says
    /// how many of its entries match nothing any more.
    pub fn apply(&self, path: &str, report: &mut Report, run: &Run<'_>) {
        let known: HashSet<&str> = self.findings.iter().map(|one| &*one.fingerprint).collect();
        let found = report.fingerprints();
        let before = report.findings.len();
        let mut is_known = found.iter().map(|fingerprint| known.contains(&**fingerprint));
        report.findings.retain(|_| !is_known.next().unwrap_or(false));
        report.put_aside += before - report.findings.len();

        let found: HashSet<&str> = found.iter().map(String::as_str).collect();
        let is_stale = |one: &&Known| {
            !found.contains(&*one.fingerprint)
                && run.rule(&one.rule).map_or(run.whole, |rule| run.judged(rule))
        };
        let stale = self.findings.iter().filter(is_stale).count();
        if stale > 0 {
            let note = run.with_level(remarks::stale_baseline(run, path, stale));
            report.findings.extend(note);
            report.sort();
        }
    }
}
