//! `clodo approve` and `clodo reject`

use std::path::{Path, PathBuf};

use clap::Args;

use super::checking::working_folder;
use super::console::Console;
use super::recorded::{reason, store};
use super::telling::malformed;
use super::{Global, Mistake};
use crate::core::gate::Choice;
use crate::core::model::deployment::ID_PREFIX;
use crate::core::report::gate::subject;
use crate::exit::Exit;
use crate::flow::context::context;
use crate::flow::gate::{self, AnswerError, Ground, answer, review};
use crate::world::http::{Http, block_on};
use crate::world::ssh;
use crate::world::store::Store;

/// Approve exactly one plan, or review an emergency deployment
///
/// The plan is one that a pipeline waits with: its hash is what the pipeline shows. Your name is that
/// which the forge gives your token, and what you say is signed with your SSH key; it counts if the
/// forge publishes that key for you. So nobody who can write the record alone can approve.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo approve production 9f3c41d07b2a\n  \
    clodo approve production 9f3c41d07b2a --key ~/.ssh/id_work --reason \"seen in staging\"\n  \
    clodo approve d-01JD0Z…    the review of a deployment that was made in an emergency")]
pub(super) struct Approve {
    #[command(flatten)]
    saying: Saying,
}

/// Reject a plan: it is not deployed, whoever else approves it
///
/// The same as `clodo approve`, with the other answer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo reject production 9f3c41d07b2a --reason \"the migration locks orders\"\n  \
    clodo reject production 9f3c41d07b2a --key ~/.ssh/id_work")]
pub(super) struct Reject {
    #[command(flatten)]
    saying: Saying,
}

/// What somebody says.
#[derive(Debug, Args)]
struct Saying {
    /// The environment; "" is the top level. Or a deployment: d-…
    #[arg(value_name = "ENVIRONMENT")]
    of: String,

    /// The hash of the plan: its first 12 digits or more
    #[arg(value_name = "HASH")]
    hash: Option<String>,

    /// Why; it is signed and written down
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,

    /// The SSH key to sign with [default: the first of ~/.ssh/id_ed25519, id_ecdsa, id_rsa]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Approve {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        self.saying.say(Choice::Approve, global, console)
    }
}

impl Reject {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        self.saying.say(Choice::Reject, global, console)
    }
}

impl Saying {
    fn say(self, choice: Choice, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        let store = store(global, &root, console)?;
        let context = context(&root).map_err(malformed)?;
        let (request, http) = (global.request(&root), Http::default());
        let variable = |name: &str| std::env::var(name).ok();
        let ground =
            Ground { request: &request, context: &context, http: &http, variable: &variable };
        match &self.hash {
            None if choice == Choice::Approve && self.of.starts_with(ID_PREFIX) => {
                let reason = self.reason.as_deref();
                let reviewed = block_on(review(&ground, &store, &self.of, reason))?;
                let who = reviewed.map_err(|error| refused(&error))?;
                console.summary(&format!("{who} has looked at {}.", self.of));
                Ok(Exit::Ok)
            }
            None => Err(Mistake::error("the hash of the plan is missing", Some(HASH.to_owned()))),
            Some(hash) => self.answer(choice, hash, &ground, &store, console),
        }
    }

    fn answer(
        &self,
        choice: Choice,
        hash: &str,
        ground: &Ground<'_>,
        store: &Store,
        console: &Console,
    ) -> anyhow::Result<Exit> {
        let found = block_on(gate::subject(store, &self.of, hash))?;
        let found = found.map_err(|error| refused(&error))?;
        console.out(&subject(&found.environment, &found.hash, found.asked_at, &found.fields))?;
        let verb = if choice == Choice::Approve { "Approve" } else { "Reject" };
        if !self.yes && console.can_ask() && !console.confirm(&format!("{verb} it?"))? {
            return Err(Mistake::error("nothing was said", None));
        }
        let key = match &self.key {
            Some(key) => key.clone(),
            None => {
                let home = (ground.variable)("HOME").unwrap_or_default();
                ssh::key(Path::new(&home)).map_err(|error| refused(&error.into()))?
            }
        };
        let reason = self.reason.as_deref();
        let said = block_on(answer(ground, store, &found, choice, reason, &key))?;
        let who = said.map_err(|error| refused(&error))?;
        let what = if choice == Choice::Approve { "approved" } else { "rejected" };
        let short = found.hash.get(..12).unwrap_or(&found.hash);
        console
            .summary(&format!("{who} {what} plan {short}. The next run of the pipeline sees it."));
        Ok(Exit::Ok)
    }
}

const HASH: &str = "the pipeline that waits shows it: clodo approve ENVIRONMENT HASH";

fn refused(error: &AnswerError) -> anyhow::Error {
    let exit = match error {
        AnswerError::Gate(error) => error.exit(),
        AnswerError::Own(_) | AnswerError::UnknownKey(_) => Exit::Denied,
        _ => Exit::Usage,
    };
    Mistake { message: error.to_string(), hint: Some(error.hint()), exit }.into()
}
