//! Entries of the journal for those who keep records: as text, and in the formats that log systems
//! read. One entry is one line in all of them, so that a journal of any length can be written.

mod cef;
mod csv;
mod jsonl;
mod ocsf;
mod redaction;

pub use jsonl::record;
pub use redaction::Pseudonyms;

use super::table::table;
use super::{safe, words};
use crate::core::model::deployment::State;
use crate::core::model::journal::{Action, Entry};

/// A format for log systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditFormat {
    /// Canonical JSON, from which the chain can be verified again.
    Jsonl,
    /// RFC 4180, for spreadsheets.
    Csv,
    /// ArcSight's Common Event Format.
    Cef,
    /// OCSF's API Activity, class 6003.
    Ocsf,
}

/// Writes entries in a format, one by one.
#[derive(Debug)]
pub struct Exporter {
    format: AuditFormat,
    pseudonyms: Option<Pseudonyms>,
}

impl Exporter {
    /// With `pseudonyms`, people stand there as `person-1`, `person-2`, and what may name somebody is
    /// left out, hashes included: such lines can be shared, and no longer be verified.
    pub fn new(format: AuditFormat, pseudonyms: bool) -> Self {
        Self { format, pseudonyms: pseudonyms.then(Pseudonyms::default) }
    }

    /// What stands above the first line.
    pub fn header(&self) -> Option<String> {
        (self.format == AuditFormat::Csv).then(csv::header)
    }

    /// An entry as a line.
    pub fn line(&mut self, entry: &Entry) -> String {
        let renamed = self.pseudonyms.as_mut().map(|pseudonyms| pseudonyms.of(entry));
        let entry = renamed.as_ref().unwrap_or(entry);
        match self.format {
            // What is hashed is shown as it is.
            AuditFormat::Jsonl => jsonl::line(entry),
            AuditFormat::Csv => csv::line(&redaction::covered(entry)),
            AuditFormat::Cef => cef::line(&redaction::covered(entry)),
            AuditFormat::Ocsf => ocsf::line(&redaction::covered(entry)),
        }
    }
}

/// Entries for people.
pub fn text(entries: &[Entry]) -> String {
    let row = |entry: &Entry| {
        let event = &entry.event;
        let what = match (event.from, event.to) {
            (_, Some(to)) => format!("{} ({})", event.action.as_str(), to.as_str()),
            (_, None) => event.action.as_str().to_owned(),
        };
        let environment = Some(event.environment.as_str()).filter(|name| !name.is_empty());
        let about = [&event.service, &event.deployment].into_iter().flatten();
        [
            entry.seq.to_string(),
            super::moment(entry.at),
            words::name(&event.actor.id),
            safe::line(&what),
            words::environment(environment),
            about.map(|name| words::name(name)).collect::<Vec<_>>().join(" of "),
        ]
    };
    let head = ["SEQ", "TIME", "WHO", "WHAT", "WHERE", "ABOUT"].map(str::to_owned);
    table(std::iter::once(head).chain(entries.iter().map(row)).collect())
}

/// How much attention an entry wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// Everyday.
    Info,
    /// Something did not work, or an unusual way was taken.
    Notable,
    /// What is live is not what was wanted.
    High,
    /// A person is needed.
    Critical,
}

fn weight(entry: &Entry) -> Weight {
    match (entry.event.action, entry.event.to) {
        (_, Some(State::NeedsPerson)) => Weight::Critical,
        (_, Some(State::Failed | State::Restored | State::Unknown)) => Weight::High,
        (Action::StepFailed | Action::ExternalChange, _) => Weight::High,
        (Action::DataChanged, _) if succeeded(entry) == Some(false) => Weight::High,
        (Action::LockForced | Action::HoldSet | Action::HoldCleared | Action::DataChanged, _) => {
            Weight::Notable
        }
        _ => Weight::Info,
    }
}

/// Whether what an entry tells succeeded; `None` where it does not say.
fn succeeded(entry: &Entry) -> Option<bool> {
    match (entry.event.action, entry.event.to) {
        (_, Some(State::Succeeded)) => Some(true),
        (_, Some(State::Failed | State::Restored | State::NeedsPerson)) => Some(false),
        (_, Some(State::Unknown)) => None,
        (Action::StepFailed, _) => Some(false),
        (Action::DataChanged, _) => entry.event.data_changed(),
        (Action::StepStarted | Action::DeploymentStarted | Action::DeploymentResumed, _) => None,
        _ => Some(true),
    }
}

#[cfg(test)]
mod tests;
