//! `clodo check`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::Global;
use super::checking::{
    Output, is_empty, nothing_to_check, project_error, save, say_what_was_skipped, text_options,
    working_folder,
};
use super::console::Console;
use super::looking::Looking;
use crate::core::report::render;
use crate::exit::Exit;
use crate::flow::check;
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::flow::staged;

/// Check Workers, Pages and D1 projects before they are deployed
///
/// Finds every Wrangler configuration of the repository, reads each as Wrangler would, and runs
/// every rule on it. With an API token in CLOUDFLARE_API_TOKEN it looks at the account as well, by
/// reading only. Nothing is built or deployed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo check\n  \
    clodo check apps/api -e production\n  \
    clodo check --staged          before a commit\n  \
    clodo check --changed-since origin/main\n  \
    clodo check --format json --write sarif=clodo.sarif\n  \
    clodo check --write-baseline clodo-baseline.json    then: clodo check --baseline clodo-baseline.json")]
pub(super) struct Check {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Look at this environment only; may be repeated; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environments: Vec<String>,

    /// Check what a commit would hold, the index of git, instead of the work tree
    #[arg(long)]
    staged: bool,

    /// Report only services that changed since this commit or branch left the present one
    #[arg(long, value_name = "COMMIT", conflicts_with = "staged")]
    changed_since: Option<String>,

    #[command(flatten)]
    looking: Looking,

    #[command(flatten)]
    output: Output,

    /// Report only what is not in this baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found to a baseline, and succeed
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let started = Instant::now();
        let root = working_folder(global.directory.as_deref())?;
        let request = Request {
            paths: self.paths.clone(),
            environments: self.environments.clone(),
            changed_since: self.changed_since.clone(),
            baseline: self.baseline.clone(),
            ..global.request(&root)
        };
        let request = self.looking.complete(request, Parts::OfRules)?;
        let look = if self.staged { staged::check } else { check::check };
        let checked = match look(&request) {
            Ok(checked) => checked,
            Err(error) => return Err(project_error(&error, console)),
        };
        say_what_was_skipped(&checked, console);
        self.output.write_files(&checked.report, &root, console)?;
        console.out(&render(&checked.report, self.output.format, &text_options(console)))?;
        console.detail(&format!("checked in {} ms", started.elapsed().as_millis()));
        if is_empty(&checked) {
            return Err(nothing_to_check());
        }
        if let Some(path) = &self.write_baseline {
            save(&root.join(path), &checked.baseline.to_json())?;
            console.note(&format!("wrote {}; use it with --baseline", path.display()));
            return Ok(Exit::Ok);
        }
        let fails = self.output.fail_level.unwrap_or(checked.fail_level).fails(&checked.report);
        Ok(if fails { Exit::Findings } else { Exit::Ok })
    }
}
