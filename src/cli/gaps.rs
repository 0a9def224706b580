//! `clodo gaps`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::checking::{project_error, today, working_folder};
use super::console::Console;
use super::{Global, Mistake};
use crate::core::gaps;
use crate::exit::Exit;
use crate::flow::project::Request;

/// Show what each environment needs, what is missing, and how to provide it
///
/// A matrix of capabilities (Workers, KV, D1, R2, queues, domains, secrets …) and environments,
/// with the command or link that closes each gap, and the permissions that the token needs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo gaps\n  \
    clodo gaps -e production --format markdown >> \"$GITHUB_STEP_SUMMARY\"")]
pub(super) struct Gaps {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Look at this environment only; may be repeated; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environments: Vec<String>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Matrix,
}

/// How to print the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Matrix {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a comment or a job summary.
    Markdown,
}

impl Gaps {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let request = Request {
            root: working_folder(global.directory.as_deref())?,
            paths: self.paths,
            config: global.config.clone(),
            environments: self.environments,
            today: today(),
            ..Request::default()
        };
        let services = match crate::flow::gaps::gaps(&request) {
            Ok(services) => services,
            Err(error) => return Err(project_error(&error, console)),
        };
        if services.is_empty() {
            return Err(Mistake::error(
                "there is no service with such an environment here, below or above",
                Some("name the folder of a Worker: clodo gaps PATH".to_owned()),
            ));
        }
        let text = match self.format {
            Matrix::Text => gaps::text(&services),
            Matrix::Markdown => gaps::markdown(&services),
            Matrix::Json => format!("{}\n", serde_json::to_string_pretty(&gaps::json(&services))?),
        };
        console.out(&text)?;
        Ok(Exit::Ok)
    }
}
