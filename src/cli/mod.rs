//! What the user types and sees. One thin file per subcommand, and the only place that prints.

mod approve;
mod audit;
mod check;
mod checking;
mod ci;
mod completions;
mod console;
mod data;
mod demo;
mod deploy;
mod deployed;
mod deploying;
mod diff;
mod drift;
mod env;
mod explain;
mod fix;
mod freeze;
mod gaps;
mod gate;
mod gating;
mod help;
mod history;
mod lock;
mod looking;
mod man;
mod plan;
mod planning;
mod recorded;
mod report;
mod rollback;
mod rules;
mod sandbox;
mod schema;
mod snapshot;
mod telling;
mod verify;
mod wrangler;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::exit::Exit;
use crate::flow::project::Request;
use console::Console;

/// Knows what your Cloudflare deployment will do before it does it.
#[derive(Debug, Parser)]
#[command(
    name = "clodo",
    version,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Examples:\n  \
        clodo check                   check every Worker and Pages project of this repository\n  \
        clodo explain env/missing-key what a rule checks, why, and how to fix what it finds\n\n\
        Exit codes: `clodo help exit-codes`."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Flags that mean the same for every command.
#[derive(Clone, Debug, Args)]
struct Global {
    /// Work in this folder
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true)]
    directory: Option<PathBuf>,

    /// Use this clodo.yml
    #[arg(long, value_name = "FILE", global = true, env = "CLODO_CONFIG")]
    config: Option<PathBuf>,

    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: When,

    /// Say more: what was skipped and why, timings
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,

    /// Say less: findings only
    #[arg(short, long, global = true)]
    quiet: bool,
}

impl Global {
    /// What every command asks of the project in a folder.
    fn request(&self, root: &Path) -> Request {
        Request {
            root: root.to_owned(),
            config: self.config.clone(),
            today: checking::today(),
            ..Request::default()
        }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl From<When> for ColorChoice {
    fn from(when: When) -> Self {
        match when {
            When::Auto => Self::Auto,
            When::Always => Self::Always,
            When::Never => Self::Never,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Ci(ci::Ci),
    Report(report::Report),
    Fix(fix::Fix),
    Gaps(gaps::Gaps),
    Plan(plan::Plan),
    Drift(drift::Drift),
    Verify(verify::Verify),
    Rollback(rollback::Rollback),
    History(history::History),
    Diff(diff::Diff),
    Audit(audit::Audit),
    Data(data::Data),
    Lock(lock::Lock),
    Freeze(freeze::FreezeCommand),
    Deploy(deploy::Deploy),
    Gate(gate::Gate),
    Approve(approve::Approve),
    Reject(approve::Reject),
    Snapshot(snapshot::Snapshot),
    Env(env::Env),
    Rules(rules::Rules),
    Explain(explain::Explain),
    Sandbox(sandbox::Sandbox),
    Demo(demo::Demo),
    Wrangler(wrangler::Wrangler),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Man(man::Man),
    Help(help::Help),
}

/// The whole command line, for completions, man pages and the documentation.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Parses the command line, runs the command, and says how it ended.
pub fn main() -> ExitCode {
    console::report_bugs();
    let cli = match Cli::try_parse_from(wrangler::set_apart(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody is left to tell if this cannot be printed.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Ok }.into();
        }
    };
    ColorChoice::from(cli.global.color).write_global();
    let console = Console::new(cli.global.verbose, cli.global.quiet);
    let global = &cli.global;
    let result = match cli.command {
        Command::Check(command) => command.run(global, &console),
        Command::Ci(command) => command.run(global, &console),
        Command::Report(command) => command.run(global, &console),
        Command::Fix(command) => command.run(global, &console),
        Command::Gaps(command) => command.run(global, &console),
        Command::Plan(command) => command.run(global, &console),
        Command::Drift(command) => command.run(global, &console),
        Command::Verify(command) => command.run(global, &console),
        Command::Rollback(command) => command.run(global, &console),
        Command::History(command) => command.run(global, &console),
        Command::Diff(command) => command.run(global, &console),
        Command::Audit(command) => command.run(global, &console),
        Command::Data(command) => command.run(global, &console),
        Command::Lock(command) => command.run(global, &console),
        Command::Freeze(command) => command.run(global, &console),
        Command::Deploy(command) => command.run(global, &console),
        Command::Gate(command) => command.run(global, &console),
        Command::Approve(command) => command.run(global, &console),
        Command::Reject(command) => command.run(global, &console),
        Command::Snapshot(command) => command.run(global, &console),
        Command::Env(command) => command.run(global, &console),
        Command::Rules(command) => command.run(&console),
        Command::Explain(command) => command.run(&console),
        Command::Demo(command) => command.run(global, &console),
        // The two commands that may exit with a code that is not clodo's.
        Command::Sandbox(command) => match command.run(global, &console) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Wrangler(command) => match command.run(global, &console) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Schema(command) => command.run(&console),
        Command::Completions(command) => command.run(&console),
        Command::Man(command) => command.run(&console),
        Command::Help(command) => command.run(&console),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            console.error(&error);
            let mistake = error.chain().find_map(|cause| cause.downcast_ref::<Mistake>());
            mistake.map_or(Exit::Usage, |mistake| mistake.exit).into()
        }
    }
}

/// What stands in the way, with what to do about it: mostly a mistake of the user's.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Mistake {
    message: String,
    hint: Option<String>,
    exit: Exit,
}

impl Mistake {
    fn error(message: impl Into<String>, hint: Option<String>) -> anyhow::Error {
        Self { message: message.into(), hint, exit: Exit::Usage }.into()
    }
}
