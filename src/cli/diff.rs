//! `clodo diff`

use clap::Args;

use super::Global;
use super::checking::{text_options, working_folder};
use super::console::Console;
use super::history::history_error;
use super::looking::cloudflare_error;
use super::recorded::{Shape, existing};
use crate::core::report::history::{comparison_json, comparison_text};
use crate::exit::Exit;
use crate::flow::history::{HistoryError, Sources, Wanted, diff};
use crate::world::cloudflare::{Access, Cloudflare};
use crate::world::http::block_on;

/// Show what differs between two deployments
///
/// Commits between them, code by digest and size, configuration and bindings of their versions, and
/// how long they took. Configurations are asked of Cloudflare, which keeps them with the versions:
/// without an API token, and for versions that are gone, it is said that they are not known.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo diff d-01JD4Z9T3M8V5QW2E7R6Y1XKBN live\n  \
    clodo diff last-good latest -e production")]
pub(super) struct Diff {
    /// A deployment's id, or latest, last-good (what a rollback would go back to), live
    #[arg(value_name = "FROM")]
    from: String,

    /// The same
    #[arg(value_name = "TO")]
    to: String,

    /// Of which environment, where no id tells; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    /// Ask nothing of the account
    #[arg(long)]
    offline: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

impl Diff {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let Some(store) = existing(global, &root, console)? else {
            return Err(history_error(&HistoryError::NoSuchDeployment(self.from)));
        };
        let cloudflare = match self.offline {
            true => None,
            false => Access::of(&|name: &str| std::env::var(name).ok())
                .map_err(|error| cloudflare_error(&error))?
                .map(|access| Cloudflare::new(&access, Default::default())),
        };
        let sources = Sources { store: &store, cloudflare: cloudflare.as_ref(), folder: &root };
        let environment = self.environment.as_deref();
        let wanted = Wanted { from: &self.from, to: &self.to, environment };
        let comparison = block_on(diff(sources, &wanted))?.map_err(|e| history_error(&e))?;
        console.out(&match self.format {
            Shape::Text => comparison_text(&comparison, &text_options(console)),
            Shape::Json => serde_json::to_string_pretty(&comparison_json(&comparison))? + "\n",
        })?;
        Ok(Exit::Ok)
    }
}
