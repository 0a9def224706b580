//! `clodo snapshot`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::checking::{project_error, save, working_folder};
use super::console::Console;
use super::looking::{self, live};
use super::{Global, Mistake};
use crate::core::report::sight;
use crate::exit::Exit;
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::flow::snapshot::{Taken, take};

/// Save a picture of the account, for checks where there is no token
///
/// Reads, and never writes, what the services of this repository need to know of their accounts:
/// Workers, resources, zones, domains, deployments. The values of secrets are not readable, and those
/// of variables are not saved. `clodo check --account FILE` uses the picture: for pull requests from
/// forks, which get no token, and on planes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo snapshot --output account.json\n  \
    clodo snapshot -e production --format text\n  \
    clodo check --account account.json")]
pub(super) struct Snapshot {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Look at what this environment needs only; may be repeated; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environments: Vec<String>,

    /// Write it to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// What to print where it is not written to a file
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    format: Shape,
}

/// How to print a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For `--account`.
    Json,
    /// For people: what was seen, in a few lines.
    Text,
}

impl Snapshot {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let Some(live) = live(Parts::All)? else {
            return Err(Mistake::error(
                "there is no API token to look at the account with",
                Some("set CLOUDFLARE_API_TOKEN; docs/live-checks.md says what it must be allowed to read".to_owned()),
            ));
        };
        let request = Request {
            paths: self.paths,
            environments: self.environments,
            live: Some(live),
            ..global.request(&root)
        };
        let taken = take(&request).map_err(|error| project_error(&error, console))?;
        let Some(Taken { snapshot, sight: seen, looked }) = taken else {
            return Err(super::checking::nothing_to_check());
        };
        let json = || serde_json::to_string_pretty(&snapshot).map(|text| text + "\n");
        match (&self.output, self.format) {
            (Some(path), _) => save(&root.join(path), &json()?)?,
            (None, Shape::Json) => console.out(&json()?)?,
            (None, Shape::Text) => console.out(&sight::text(&snapshot))?,
        }
        if self.output.is_some() || self.format == Shape::Json {
            console.summary(&sight::text(&snapshot));
        }
        for unknown in &seen.unknown {
            console.note(&sight::unknown(unknown));
        }
        if let Some(path) = &self.output {
            console.note(&format!("wrote {}; use it with --account", path.display()));
        }
        looking::say(None, Some(&looked), console);
        Ok(Exit::Ok)
    }
}
