//! `clodo audit`

mod export;
mod key;
mod ls;
mod sign;
mod verify;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use self::export::Export;
use self::ls::Ls;
use self::sign::{Keygen, Sign};
use self::verify::Verify;
use super::checking::working_folder;
use super::console::Console;
use super::recorded::{store_error, time};
use super::{Global, Mistake};
use crate::core::model::journal::Action;
use crate::exit::Exit;
use crate::flow::audit::AuditError;
use crate::world::store::EntryFilter;

/// Look at the audit log: every change of state, in a chain that shows what was altered
///
/// What a chain cannot show, that its end was cut off or all of it was written anew, a signed
/// checkpoint does that is kept elsewhere: see docs/audit.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo audit verify\n  \
    clodo audit export --format csv --since 2026-11-01 > november.csv\n  \
    clodo audit checkpoint > checkpoint.txt         keep it where the log's owner cannot write\n  \
    clodo audit verify --checkpoint checkpoint.txt")]
pub(super) struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Ls(Ls),
    Verify(Verify),
    Export(Export),
    Checkpoint(Sign),
    Keygen(Keygen),
}

/// Which entries.
#[derive(Debug, Args)]
struct Entries {
    /// Only of this deployment
    #[arg(long, value_name = "ID")]
    deployment: Option<String>,

    /// Only those that say this: deployment-started, hold-set, lock-forced …
    #[arg(long, value_name = "ACTION", value_parser = action)]
    action: Option<Action>,

    /// Only those written since: 7d, 12h, 2026-11-01
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,

    /// Only those written before
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
}

impl Entries {
    fn filter(self) -> EntryFilter {
        let Self { deployment, action, since, until } = self;
        EntryFilter { deployment, action, since, until, ..EntryFilter::default() }
    }
}

fn action(text: &str) -> Result<Action, String> {
    let found = Action::ALL.into_iter().find(|action| action.as_str() == text);
    found.ok_or_else(|| format!("expected one of {}", Action::ALL.map(Action::as_str).join(", ")))
}

impl Audit {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        match self.command {
            Command::Ls(command) => command.run(global, &root, console),
            Command::Verify(command) => command.run(global, &root, console),
            Command::Export(command) => command.run(global, &root, console),
            Command::Checkpoint(command) => command.run(global, &root, console),
            Command::Keygen(command) => command.run(&root, console),
        }
    }
}

fn audit_error(error: AuditError) -> anyhow::Error {
    match error {
        AuditError::Store(error) => store_error(&error),
        error @ AuditError::NoEntry(_) => Mistake::error(
            error.to_string(),
            Some("give it what clodo audit export --format jsonl wrote".to_owned()),
        ),
        AuditError::Io(error) => error.into(),
    }
}
