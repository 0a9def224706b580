//! `clodo drift`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::checking::{text_options, working_folder};
use super::console::Console;
use super::looking::Looking;
use super::planning::{Shape, ends, plan_error};
use crate::core::report::plan::{drift_json, drift_markdown, drift_text};
use crate::exit::Exit;
use crate::flow::plan::drift;
use crate::flow::project::Request;
use crate::flow::sight::Parts;

/// Show what runs otherwise than the configuration says
///
/// The comparison of `clodo plan`, read the other way round and without building: variables,
/// bindings, routes, crons, consumers and settings that somebody changed beside the pipeline, and
/// where the last deployment came from.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo drift -e production\n  \
    clodo drift -e production --detailed-exitcode    10 where something differs")]
pub(super) struct Drift {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The environment to compare; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    #[command(flatten)]
    looking: Looking,

    /// End with 10 where something differs, or may
    #[arg(long)]
    detailed_exitcode: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

impl Drift {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let request = Request {
            paths: self.paths,
            environments: self.environment.into_iter().collect(),
            ..global.request(&working_folder(global.directory.as_deref())?)
        };
        let request = self.looking.complete(request, Parts::All)?;
        let drift = drift(&request).map_err(|error| plan_error(&error, console))?;
        console.out(&match self.format {
            Shape::Text => drift_text(&drift, &text_options(console)),
            Shape::Json => serde_json::to_string_pretty(&drift_json(&drift))? + "\n",
            Shape::Markdown => drift_markdown(&drift),
        })?;
        Ok(ends(!drift.is_empty(), self.detailed_exitcode))
    }
}
