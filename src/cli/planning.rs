//! What `clodo plan` and `clodo drift` have in common.

use std::io::{IsTerminal as _, stderr};

use clap::ValueEnum;

use super::Mistake;
use super::checking::project_error;
use super::console::Console;
use crate::exit::Exit;
use crate::flow::plan::{PlanError, Progress};

/// How to print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a comment or a job summary.
    Markdown,
}

/// What to say where there is no plan.
pub(super) fn plan_error(error: &PlanError, console: &Console) -> anyhow::Error {
    match error {
        PlanError::Project(error) => project_error(error, console),
        error => Mistake::error(error.to_string(), Some(error.hint())),
    }
}

/// How it ends where nothing failed.
pub(super) fn ends(changes: bool, detailed: bool) -> Exit {
    if changes && detailed { Exit::Changes } else { Exit::Ok }
}

/// Tells how far builds are, where somebody watches.
pub(super) fn tell(console: &Console, progress: Progress<'_>) {
    if !stderr().is_terminal() {
        return;
    }
    match progress {
        Progress::Started(service) => console.note(&format!("building {service}")),
        Progress::Ended(service, done, all) => {
            console.note(&format!("built {service} ({done} of {all})"));
        }
    }
}
