//! `clodo sandbox`

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::checking::working_folder;
use super::console::Console;
use super::{Global, Mistake};
use crate::exit::Exit;
use crate::server::sandbox::runner::Places;
use crate::server::sandbox::seed::Seed;
use crate::server::sandbox::{self, Options, Running};
use crate::world::wrangler::{Interrupt, Signal};

/// Serve a Cloudflare account on this machine, to try things on
///
/// Real Wrangler accepts it, and Workers that are deployed there run. Prints the environment that
/// leads Wrangler there and serves until Ctrl-C. With a command after `--` it runs that command in
/// this environment, ends with it, and exits with its code.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo sandbox -- npx wrangler deploy\n  \
    clodo sandbox --seed account.yaml --state .clodo/sandbox\n  \
    clodo sandbox --port 8799 --format json\n\n\
    Seeds, faults and what is not emulated: docs/sandbox.md")]
pub(super) struct Sandbox {
    /// Port of the API; 0 is any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,

    /// Port where Workers answer, at NAME.localhost; 0 is any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    edge_port: u16,

    /// Keep the account in this folder [default: in memory]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,

    /// What a new account has: YAML, or a saved snapshot of a real account (.json)
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,

    /// How to print the environment
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,

    /// A command to run inside
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

/// How to print the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For a shell.
    Text,
    /// For programs.
    Json,
}

impl Sandbox {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<ExitCode> {
        let folder = working_folder(global.directory.as_deref())?;
        let seed = self.seed.as_ref().map(|file| seed(&folder, file)).transpose()?;
        let options = Options {
            port: self.port,
            edge_port: self.edge_port,
            folder: self.state.as_ref().map(|state| folder.join(state)),
            runner: Some(Places::from_environment()),
            seed,
            ..Options::default()
        };
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        runtime.block_on(async {
            let running = sandbox::Sandbox::start(options).await.map_err(not_started)?;
            let ended = if self.command.is_empty() {
                console.out(&self.printed(&running))?;
                console.note(&format!("Workers answer at {}", workers_url(&running)));
                Interrupt::listen()?.asked().await;
                Exit::Ok.into()
            } else {
                inside(&running, &self.command, &folder).await?
            };
            running.stop().await;
            Ok(ended)
        })
    }

    fn printed(&self, running: &Running) -> String {
        let environment = running.environment();
        match self.format {
            Shape::Text => {
                let line = |(name, value): &(&str, String)| format!("export {name}={value}\n");
                environment.iter().map(line).collect()
            }
            Shape::Json => {
                let environment: serde_json::Map<_, _> = environment
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect();
                let printed = json!({
                    "schema": "clodo.sandbox/1", "environment": environment,
                    "api": running.api_url, "workers": running.edge_url,
                });
                format!("{printed}\n")
            }
        }
    }
}

/// The address of Workers, by a name that every system takes for its own.
fn workers_url(running: &Running) -> String {
    running.edge_url.replace("127.0.0.1", "NAME.localhost")
}

fn seed(folder: &Path, file: &Path) -> anyhow::Result<Seed> {
    let path = folder.join(file);
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Mistake::error(format!("cannot read the seed {shown}: {error}"), None))?;
    let beside = path.parent().unwrap_or(folder);
    Seed::read(&shown, &text, beside).map_err(|error| {
        let hint = "docs/sandbox.md describes what a seed may hold".to_owned();
        Mistake::error(error.to_string(), Some(hint))
    })
}

fn not_started(error: std::io::Error) -> anyhow::Error {
    use std::io::ErrorKind::{AddrInUse, ResourceBusy};
    let hint = match error.kind() {
        AddrInUse => {
            Some("choose another --port, or none: any that is free is taken then".to_owned())
        }
        ResourceBusy => Some("end the other sandbox, or give another folder to --state".to_owned()),
        _ => None,
    };
    Mistake::error(format!("the sandbox cannot start: {error}"), hint)
}

/// Runs a command in the environment of a sandbox, and gives its exit code.
async fn inside(
    running: &Running,
    command: &[OsString],
    folder: &Path,
) -> anyhow::Result<ExitCode> {
    let [program, arguments @ ..] = command else { return Ok(Exit::Ok.into()) };
    let mut interrupt = Interrupt::listen()?;
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .envs(running.environment())
        .current_dir(folder)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            let hint = "is it installed, and in PATH?".to_owned();
            Mistake::error(format!("cannot start {}: {error}", program.display()), Some(hint))
        })?;
    loop {
        tokio::select! {
            ended = child.wait() => return Ok(code(ended.context("cannot wait for the command")?)),
            signal = interrupt.next() => forward(&child, signal),
        }
    }
}

/// The code of a command that ended; as a shell has it where a signal ended it.
fn code(ended: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&ended) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX).into();
    }
    ended.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX).into()
}

/// Passes a signal on to a command.
#[cfg(unix)]
fn forward(child: &tokio::process::Child, signal: Signal) {
    use rustix::process::{Pid, kill_process};
    // A terminal has sent Ctrl-C to the command as well.
    if signal == Signal::Interrupt && std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        return;
    }
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(id) = id {
        // It may just have ended.
        let _ = kill_process(id, signal.into());
    }
}

/// A console has sent Ctrl-C to the command as well.
#[cfg(not(unix))]
fn forward(_: &tokio::process::Child, _: Signal) {}
