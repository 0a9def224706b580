//! `clodo history`

use clap::Args;
use jiff::Timestamp;

use super::checking::working_folder;
use super::console::Console;
use super::recorded::{Shape, existing, existing_or_note, store_error, time};
use super::{Global, Mistake};
use crate::core::model::deployment::State;
use crate::core::report::history::{json, json_of_one, text, text_of_one};
use crate::exit::Exit;
use crate::flow::history::{HistoryError, one};
use crate::world::http::block_on;
use crate::world::store::{DeploymentFilter, Store};

/// Show who deployed what, when, where, from which commit, and how it ended
///
/// Read from the journal in which clodo records every deployment and rollback: see docs/history.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo history\n  \
    clodo history -e production --since 7d --state failed\n  \
    clodo history d-01JD4Z9T3M8V5QW2E7R6Y1XKBN    one deployment, with its steps")]
pub(super) struct History {
    /// Show this deployment alone, with its steps
    #[arg(value_name = "ID", conflicts_with_all = ["environment", "service", "since", "actor", "state", "limit"])]
    id: Option<String>,

    /// Only of this environment; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environment: Option<String>,

    /// Only with this service
    #[arg(long, value_name = "NAME")]
    service: Option<String>,

    /// Only those begun since: 7d, 12h, 2026-11-01
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,

    /// Only those begun by this person
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,

    /// Only those in this state: running, succeeded, failed, restored, needs-person or unknown
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<State>,

    /// At most so many, the newest
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: u64,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

fn state(text: &str) -> Result<State, String> {
    let found = State::ALL.into_iter().find(|state| state.as_str() == text);
    found.ok_or_else(|| format!("expected one of {}", State::ALL.map(State::as_str).join(", ")))
}

impl History {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        if let Some(id) = &self.id {
            let none = || HistoryError::NoSuchDeployment(id.clone());
            let store = existing(global, &root, console)?;
            let store = store.ok_or_else(none).map_err(|error| history_error(&error))?;
            return self.one(&store, id, console);
        }
        let store = existing_or_note(global, &root, console)?;
        let filter = DeploymentFilter {
            environment: self.environment,
            service: self.service,
            actor: self.actor,
            state: self.state,
            since: self.since,
            limit: Some(self.limit),
            ..DeploymentFilter::default()
        };
        let deployments = match &store {
            Some(store) => block_on(store.deployments(&filter))?.map_err(|e| store_error(&e))?,
            None => Vec::new(),
        };
        console.out(&match self.format {
            Shape::Json => serde_json::to_string_pretty(&json(&deployments))? + "\n",
            Shape::Text if deployments.is_empty() => "No deployments.\n".to_owned(),
            Shape::Text => text(&deployments),
        })?;
        Ok(Exit::Ok)
    }

    fn one(&self, store: &Store, id: &str, console: &Console) -> anyhow::Result<Exit> {
        let (deployment, entries) = block_on(one(store, id))?.map_err(|e| history_error(&e))?;
        console.out(&match self.format {
            Shape::Json => {
                serde_json::to_string_pretty(&json_of_one(&deployment, &entries))? + "\n"
            }
            Shape::Text => text_of_one(&deployment, &entries),
        })?;
        Ok(Exit::Ok)
    }
}

pub(super) fn history_error(error: &HistoryError) -> anyhow::Error {
    let exit = match error {
        HistoryError::Cloudflare(_) => Exit::Network,
        _ => Exit::Usage,
    };
    Mistake { message: error.to_string(), hint: Some(error.hint()), exit }.into()
}
