//! `clodo report`

use std::path::PathBuf;

use clap::Args;

use super::checking::{fail_level, text_options, working_folder};
use super::console::Console;
use super::telling::{self, Tell};
use super::{Global, Mistake};
use crate::core::config::clodo_yml::FailLevel;
use crate::core::report::{Format, render, saved};
use crate::exit::Exit;
use crate::flow::{ci, context};
use crate::world::ci::Step;
use crate::world::files::read_text;
use crate::world::forge::credential;
use crate::world::http::Http;

/// Tell the forge what another run found
///
/// A pull request from a fork is checked without the right to write. Its job saves the report with
/// `clodo ci --write report=clodo-report.json`; a second workflow, which has the right and runs
/// nothing of the fork's, tells it with this command. The file is taken for what a stranger wrote:
/// which commit and which pull request it is about comes from the event, and never from the file.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo report --from clodo-report.json\n  \
    clodo report --from clodo-report.json --comment-key shop --status off")]
pub(super) struct Report {
    /// The saved report
    #[arg(long, value_name = "FILE")]
    from: PathBuf,

    /// From which severity on the commit's status says failure: error, warning or never
    #[arg(long, value_name = "LEVEL", value_parser = fail_level)]
    fail_level: Option<FailLevel>,

    #[command(flatten)]
    tell: Tell,
}

impl Report {
    pub(super) fn run(mut self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let variable = |name: &str| std::env::var(name).ok();
        if let Some(step) = Step::of(&variable) {
            self.tell.take_inputs(&step)?;
        }
        let root = working_folder(global.directory.as_deref())?;
        let shown = self.from.display();
        let save_one = || Some("save one with `clodo ci --write report=FILE`".to_owned());
        let text = read_text(&root.join(&self.from)).map_err(|error| {
            Mistake::error(format!("{shown} cannot be read: {}", error.why()), save_one())
        })?;
        let report = saved::read(&text).map_err(|error| {
            Mistake::error(format!("{shown} cannot be told: {error}"), save_one())
        })?;
        let context = context::context(&root).map_err(telling::malformed)?;
        let level = self.fail_level.unwrap_or_default();
        let passes = !level.fails(&report);
        let http = Http::default();
        let token = |forge| credential(forge, &variable);
        let published = ci::tell(&report, passes, &context, &self.tell.telling(), &http, &token);
        console.out(&render(&report, Format::Text, &text_options(console)))?;
        telling::say(&published, &http, console);
        let failed = self.tell.report_required && telling::has_failed(&published);
        Ok(if failed { Exit::Network } else { Exit::Ok })
    }
}
