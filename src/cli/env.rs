//! `clodo env`

use clap::{Args, ValueEnum};

use super::Global;
use super::checking::working_folder;
use super::console::Console;
use super::telling::malformed;
use crate::core::model::context::CiContext;
use crate::core::report::ci_context;
use crate::exit::Exit;
use crate::flow::context;

/// Show what clodo knows of this run: CI system, repository, commit, pull request
///
/// Read from the variables of the CI system, the event file that they name, and git. Where they
/// are wrong or silent, variables of your own (CLODO_SHA, CLODO_PR, …) come before all of them.
/// Secrets are never read. Outside of CI it shows what git knows.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo env --explain\n  \
    clodo env --format json | jq -r .context.head_sha")]
pub(super) struct Env {
    /// Show where each value was found, and how to set those that are not known
    #[arg(long)]
    explain: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

/// How to print the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Env {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let folder = working_folder(global.directory.as_deref())?;
        let context = context::context(&folder).map_err(malformed)?;
        console.out(&match (self.format, self.explain) {
            (Shape::Text, false) => ci_context::text(&context),
            (Shape::Text, true) => ci_context::explained(&context),
            (Shape::Json, explain) => ci_context::json(&context, explain),
        })?;
        for note in ci_context::notes(&context) {
            console.note(&note);
        }
        if context == CiContext::default() {
            console.note("there is neither a CI system nor a git repository here");
        }
        Ok(Exit::Ok)
    }
}
