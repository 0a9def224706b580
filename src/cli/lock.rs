//! `clodo lock`

use clap::{Args, Subcommand};

use super::checking::working_folder;
use super::console::Console;
use super::recorded::{Shape, existing, existing_or_note, reason, store_error};
use super::telling::malformed;
use super::{Global, Mistake};
use crate::core::report::locks::{json, taken, text};
use crate::exit::Exit;
use crate::flow::context::{actor, context};
use crate::world::http::block_on;
use crate::world::store::{Store, StoreError};

/// Show who deploys where, and who waits; take a lock away from a run that is gone
///
/// A deployment locks the environment, or the services, that it changes. A lock is a lease: one
/// whose holder is gone frees itself after a minute and a half. See docs/locks.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo lock ls\n  \
    clodo lock ls --format json | jq -r '.locks[].key'\n  \
    clodo lock release acme/production --force --reason \"the runner was removed\"")]
pub(super) struct Lock {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the locks that somebody has, and who waits for them
    Ls {
        /// What to print
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Shape,
    },
    /// Take a lock away from its holder, who can record nothing more from then on
    Release {
        /// The lock, as `clodo lock ls` shows it
        #[arg(value_name = "KEY")]
        key: String,

        /// Say that its holder is gone, or is to stop
        #[arg(long, required = true)]
        force: bool,

        /// Why: it is written into the journal
        #[arg(long, value_name = "TEXT", value_parser = reason)]
        reason: String,
    },
}

impl Lock {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        match self.action {
            Action::Ls { format } => {
                ls(existing_or_note(global, &root, console)?.as_ref(), format, console)
            }
            Action::Release { key, reason, .. } => {
                let nothing = || no_lock(&key);
                let store = existing(global, &root, console)?.ok_or_else(nothing)?;
                let context = context(&root).map_err(malformed)?;
                let actor = actor(&context, &|name| std::env::var(name).ok());
                let released = block_on(async {
                    let locks = store.locks().await?;
                    let Some(lock) = locks.into_iter().find(|lock| lock.key == key) else {
                        return Ok(None);
                    };
                    store.force_release(&lock, actor, &reason).await?;
                    Ok::<_, StoreError>(Some(lock))
                });
                let lock = released?.map_err(|error| store_error(&error))?.ok_or_else(nothing)?;
                console.summary(&taken(&lock));
                Ok(Exit::Ok)
            }
        }
    }
}

fn ls(store: Option<&Store>, format: Shape, console: &Console) -> anyhow::Result<Exit> {
    let listed = store.map(|store| {
        block_on(async { Ok::<_, StoreError>((store.locks().await?, store.waiters().await?)) })
    });
    let (locks, waiters) = match listed {
        Some(listed) => listed?.map_err(|error| store_error(&error))?,
        None => Default::default(),
    };
    console.out(&match format {
        Shape::Text => text(&locks, &waiters),
        Shape::Json => serde_json::to_string_pretty(&json(&locks, &waiters))? + "\n",
    })?;
    Ok(Exit::Ok)
}

fn no_lock(key: &str) -> anyhow::Error {
    Mistake::error(
        format!("nobody has the lock {key}"),
        Some("clodo lock ls shows the locks that somebody has".to_owned()),
    )
}
