//! Running Wrangler, and what it says.

use std::ffi::OsString;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use std::{env, fs};

use serde_json::Value;
use tokio::process::Command;

use super::environment::{Access, environment, secrets};
use super::locate::PINNED;
use super::{Program, Wrangler, WranglerError};
use crate::world::http::Token;

/// Where Wrangler notes in lines of JSON what it did.
const OUTPUT_FILE: &str = "WRANGLER_OUTPUT_FILE_PATH";

/// One run.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The folder to run in: that of the service.
    pub folder: &'a Path,
    /// The arguments.
    pub arguments: Vec<OsString>,
    /// What it may reach.
    pub access: Access,
    /// More variables, for this run alone.
    pub variables: Vec<(String, OsString)>,
    /// How long it may take.
    pub timeout: Duration,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed, without colours and without any token.
    pub stdout: String,
    /// What it complained about, the same.
    pub stderr: String,
    /// What it noted: one object for each event, with its `type`.
    pub events: Vec<Value>,
}

impl Ran {
    /// The event of a type, the last if there are several.
    pub fn event(&self, kind: &str) -> Option<&Value> {
        self.events.iter().rev().find(|event| event["type"] == kind)
    }

    /// Wrangler's own words on what went wrong, as far as it said any.
    pub fn complaint(&self) -> &str {
        let stderr = self.stderr.trim();
        if stderr.is_empty() { self.stdout.trim() } else { stderr }
    }
}

impl Wrangler {
    /// Runs it to its end. A caller that goes away, or a time that runs out, ends it.
    ///
    /// # Errors
    /// Where it cannot be started or does not end in time. That it fails is no error of this.
    pub async fn run(&self, call: &Call<'_>) -> Result<Ran, WranglerError> {
        let notes = tempfile::NamedTempFile::new()?;
        let mut command = self.command();
        command
            .args(&call.arguments)
            .current_dir(call.folder)
            .env_clear()
            .envs(environment(env::vars_os(), call.access))
            .envs(call.variables.iter().map(|(name, value)| (name, value)))
            .env(OUTPUT_FILE, notes.path())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if let Some(path) = self.path_with_node() {
            command.env("PATH", path);
        }
        let output = tokio::time::timeout(call.timeout, command.output()).await;
        let output = output.map_err(|_| WranglerError::TimedOut(call.timeout))??;
        let secrets = secrets(env::vars_os());
        let noted = fs::read(notes.path())?;
        Ok(Ran {
            status: output.status,
            stdout: readable(&output.stdout, &secrets),
            stderr: readable(&output.stderr, &secrets),
            events: readable(&noted, &secrets)
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok())
                .collect(),
        })
    }

    fn command(&self) -> Command {
        match &self.program {
            Program::Script { node, script } => {
                let mut command = Command::new(&node.path);
                command.arg(script);
                command
            }
            Program::Itself(program) => Command::new(program),
            Program::Npx { npx, .. } => {
                let mut command = Command::new(npx);
                command.arg("--yes").arg(format!("wrangler@{PINNED}"));
                command
            }
        }
    }

    /// `PATH` with the folder of the Node that was chosen first: npx, and what a build starts, find
    /// theirs there.
    fn path_with_node(&self) -> Option<OsString> {
        let (Program::Script { node, .. } | Program::Npx { node, .. }) = &self.program else {
            return None;
        };
        let folder = node.path.parent()?.to_owned();
        let path = env::var_os("PATH").unwrap_or_default();
        env::join_paths(std::iter::once(folder).chain(env::split_paths(&path))).ok()
    }
}

/// Text as it may be shown. Wrangler prints colours into pipes too, whatever `NO_COLOR` says.
fn readable(bytes: &[u8], secrets: &[Token]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let plain = anstream::adapter::strip_str(&text).to_string();
    secrets.iter().fold(plain, |text, secret| secret.hide_in(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_has_no_colour_and_no_token() {
        let token = Token::new("s3cr3t-t0ken").expect("a token");
        let said = readable(b"\x1b[31mbad\x1b[0m s3cr3t-t0ken \xff", &[token]);
        assert_eq!(said, "bad *** \u{fffd}");
    }
}
