//! `clodo verify`

use clap::Args;

use super::checking::{text_options, working_folder};
use super::console::Console;
use super::looking::live;
use super::planning::plan_error;
use super::recorded::{Shape, existing, note_nothing, store_error};
use super::{Global, Mistake};
use crate::core::report::verify::{json, text};
use crate::core::verify::Condition;
use crate::exit::Exit;
use crate::flow::project::Request;
use crate::flow::sight::Parts;
use crate::flow::verify::{VerifyError, verify};

/// Look whether what is live is what should be, and whether it is well
///
/// Compares what is live with the configurations and with what was recorded, and makes the checks
/// that clodo.yml has for the environment: requests and their answers, or commands. Nothing is
/// changed. Ends with 1 where something is not well, and with 7
/// where Cloudflare did not tell all of it. See docs/verify.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo verify -e production\n  \
    clodo verify -e production --format json")]
pub(super) struct Verify {
    /// The environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

impl Verify {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let store = existing(global, &root, console)?;
        let request = Request {
            environments: self.environment.into_iter().collect(),
            live: live(Parts::All)?,
            ..global.request(&root)
        };
        let verified = verify(&request, store.as_ref(), &|name| std::env::var(name).ok());
        let verified = verified.map_err(|error| match error {
            VerifyError::Plan(error) => plan_error(&error, console),
            VerifyError::Store(error) => store_error(&error),
            error => Mistake::error(error.to_string(), Some(error.hint())),
        })?;
        if store.is_none() {
            note_nothing(console);
        }
        console.out(&match self.format {
            Shape::Text => text(&verified, &text_options(console)),
            Shape::Json => serde_json::to_string_pretty(&json(&verified))? + "\n",
        })?;
        Ok(match verified.condition() {
            Condition::Well => Exit::Ok,
            Condition::NotWell => Exit::Findings,
            Condition::Unseen => Exit::Network,
        })
    }
}
