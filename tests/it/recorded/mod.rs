//! What is recorded, and what the commands make of it: `history`, `diff`, `audit`, `data`.

mod audit;
mod data;
mod data_undone;
mod diff;
mod history;
mod read_only;

use std::path::Path;
use std::process::{Command, Stdio};

use clodo::core::model::Actor;
use clodo::core::model::deployment::{Cause, Kind, Planned, Progress, Start, State, Strategy};
use clodo::core::model::journal::{Action, Event};
use clodo::world::http::block_on;
use clodo::world::store::{Place, Store, new_op};
use serde_json::{Value, json};

use crate::work_tree::WorkTree;

/// How clodo ended, and what it said.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// That it ended so.
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

/// The program in a folder, with these variables and no others.
fn clodo(folder: &Path, args: &[&str], variables: &[(&str, String)]) -> Said {
    said(command(env!("CARGO_BIN_EXE_clodo"), folder, variables).args(args).stdin(Stdio::null()))
}

/// A program in a folder, with these variables and few others.
fn command(program: &str, folder: &Path, variables: &[(&str, String)]) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
        .env("HOME", folder)
        .env("USER", "ana")
        .envs(variables.iter().map(|(name, value)| (name, value)));
    command
}

/// What comes of it.
fn said(command: &mut Command) -> Said {
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Said {
        code: output.status.code().expect("no signal"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A project with a journal.
struct Journal {
    tree: WorkTree,
    store: Store,
}

impl Journal {
    fn new() -> Self {
        let tree = WorkTree::new();
        let place = Place::Sqlite(tree.at(".clodo/state.db"));
        let store = block_on(Store::open(&place)).expect("a runtime").expect("a store");
        Self { tree, store }
    }

    fn clodo(&self, args: &[&str]) -> Said {
        clodo(&self.tree.path(), args, &[])
    }

    fn append(&self, event: &Event) {
        block_on(self.store.append(event)).expect("a runtime").expect("appended");
    }

    /// A deployment of `api`, from its beginning to its end.
    fn deployed(&self, id: &str, environment: &str, commit: &str, end: State, progress: Progress) {
        self.deployed_service("api", id, environment, commit, end, progress);
    }

    /// The same of a service.
    fn deployed_service(
        &self,
        service: &str,
        id: &str,
        environment: &str,
        commit: &str,
        end: State,
        progress: Progress,
    ) {
        let planned = Planned {
            service: service.into(),
            worker: format!("{service}-{environment}"),
            strategy: Strategy::Staged,
        };
        let kind = if end == State::Restored { Kind::Rollback } else { Kind::Deploy };
        let plan = Some("9f3c41d07b2a".repeat(4));
        let cause = Cause { kind, commit: Some(commit.into()), plan, ..Cause::default() };
        let start = Start { cause, services: vec![planned] };
        let event = |action, from, to, details: Value| Event {
            op: new_op(),
            action,
            actor: Actor { id: "ana".into(), issuer: "github".into(), method: "pipeline".into() },
            account: ACCOUNT.to_owned(),
            environment: environment.to_owned(),
            deployment: Some(id.to_owned()),
            service: None,
            from,
            to: Some(to),
            fence: None,
            details: details.as_object().cloned().unwrap_or_default(),
        };
        let running = Some(State::Running);
        self.append(&event(Action::DeploymentStarted, None, State::Running, json!(start)));
        let progress = json!({ "progress": Progress { state: Some(end), ..progress } });
        self.append(&Event {
            service: Some(service.into()),
            ..event(Action::ServiceFinished, running, State::Running, progress)
        });
        self.append(&event(Action::DeploymentFinished, running, end, json!({})));
    }
}

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
