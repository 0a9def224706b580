//! Running Wrangler, and what it says.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::time::{Instant, sleep_until};

use super::complaint::complaint;
use super::environment::{Access, environment};
use super::failure::Failure;
use super::group::Group;
use super::interrupt::{Interrupt, Signal};
use super::lines::{Line, Reading, Stream};
use super::log::{self, Log};
use super::notes::{self, Notes};
use super::secrets::secrets;
use super::{Wrangler, WranglerError};

/// How long a run that took too long may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// How long what it started may still print after Wrangler itself has ended.
const AFTERWARDS: Duration = Duration::from_secs(2);

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

/// Who follows a run while it goes on.
#[derive(Clone)]
pub struct Following<'a> {
    /// Hears each line as it is printed.
    pub lines: &'a dyn Fn(Line<'_>),
    /// The first signal is passed on to Wrangler and all that it started; the second kills them.
    pub interrupt: Interrupt,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed, without colours and without any secret. Of more than a mebibyte the middle
    /// is left out.
    pub stdout: String,
    /// What it complained about, the same.
    pub stderr: String,
    /// What it noted: one object for each event, with its `type`.
    pub events: Vec<Value>,
    /// What it last asked the API for, as its log says: `PUT /accounts/1/workers/scripts/api`. Only of
    /// a run that failed, and `None` where the user says where the log goes.
    pub request: Option<String>,
    /// Whether it was asked to end before it had.
    pub interrupted: bool,
}

impl Ran {
    /// The event of a type, the last if there are several.
    pub fn event(&self, kind: &str) -> Option<&Value> {
        self.events.iter().rev().find(|event| event["type"] == kind)
    }

    /// Wrangler's own words on what went wrong, as far as it said any: what was said, at length.
    pub fn complaint(&self) -> String {
        complaint(&self.stdout, &self.stderr)
    }

    /// What went wrong, as far as Wrangler said it, in a line.
    pub fn failure(&self) -> Failure {
        Failure::of(self)
    }
}

impl Wrangler {
    /// Runs it to its end. A caller that goes away, or a time that runs out, ends it.
    ///
    /// # Errors
    /// Where it cannot be started or does not end in time. That it fails is no error of this.
    pub async fn run(&self, call: &Call<'_>) -> Result<Ran, WranglerError> {
        let nobody = Following { lines: &|_| {}, interrupt: Interrupt::never() };
        self.follow(call, &nobody).await
    }

    /// Runs it to its end, while somebody follows.
    ///
    /// # Errors
    /// As [`run`](Self::run). That a signal ends it is no error of this either.
    pub async fn follow(
        &self,
        call: &Call<'_>,
        following: &Following<'_>,
    ) -> Result<Ran, WranglerError> {
        let mut variables = environment(env::vars_os(), call.access);
        variables.extend(call.variables.iter().map(|(name, value)| (name.into(), value.clone())));
        let asked = |name: &str| {
            variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let notes = Notes::new(call.folder, asked)?;
        let log = Log::new(asked)?;
        let ours = env::vars_os().collect::<Vec<_>>();
        let all = ours.iter().chain(&variables);
        let all = all.map(|(name, value)| (OsStr::new(name), OsStr::new(value)));
        let secrets = secrets(all, &call.arguments, call.folder);

        let mut command = Command::from(self.command());
        command
            .args(&call.arguments)
            .current_dir(call.folder)
            .env_clear()
            .envs(variables)
            .envs(self.variables())
            .env(notes::FILE, notes.path())
            .envs(log.path().map(|path| (log::PATH, path)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut group = Group::start(&mut command)?;
        let mut stdout = Reading::new(Stream::Stdout, &secrets);
        let mut stderr = Reading::new(Stream::Stderr, &secrets);
        let end = attend(&mut group, call.timeout, following, &mut stdout, &mut stderr).await;
        let (stdout, stderr) = (stdout.end(following.lines), stderr.end(following.lines));
        let End { status, interrupted } = match end {
            Err(WranglerError::TimedOut { after, .. }) => {
                let request = log.last_request(&secrets);
                return Err(WranglerError::TimedOut { after, request });
            }
            end => end?,
        };
        let request = if status.success() { None } else { log.last_request(&secrets) };
        let events = notes.read(&secrets)?;
        Ok(Ran { status, stdout, stderr, events, request, interrupted })
    }
}

/// How a run ended.
struct End {
    status: ExitStatus,
    interrupted: bool,
}

/// What the next alarm is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alarm {
    /// The run takes too long.
    TooLong,
    /// It was asked to end because of that, and has not.
    Stubborn,
    /// It has ended, and something that it started keeps its streams open.
    Orphans,
}

/// Reads what is printed until all has ended, and passes on the signals.
async fn attend(
    group: &mut Group,
    timeout: Duration,
    following: &Following<'_>,
    stdout: &mut Reading<'_>,
    stderr: &mut Reading<'_>,
) -> Result<End, WranglerError> {
    let Some((mut out, mut err)) = group.streams() else {
        return Err(std::io::Error::other("its output cannot be read").into());
    };
    let mut interrupt = following.interrupt.clone();
    let (mut out_bytes, mut err_bytes) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let (mut out_open, mut err_open) = (true, true);
    let mut ended: Option<ExitStatus> = None;
    let mut interrupted = false;
    let mut alarm = (Alarm::TooLong, Instant::now() + timeout);
    let mut too_long = false;
    while ended.is_none() || out_open || err_open {
        tokio::select! {
            read = out.read(&mut out_bytes), if out_open => {
                let read = read?;
                out_open = read > 0;
                stdout.take(&out_bytes[..read], following.lines);
            }
            read = err.read(&mut err_bytes), if err_open => {
                let read = read?;
                err_open = read > 0;
                stderr.take(&err_bytes[..read], following.lines);
            }
            status = group.wait(), if ended.is_none() => {
                ended = Some(status?);
                alarm = (Alarm::Orphans, Instant::now() + AFTERWARDS);
            }
            signal = interrupt.next(), if ended.is_none() => {
                match interrupted {
                    false => group.ask(signal),
                    true => group.kill(),
                }
                interrupted = true;
            }
            () = sleep_until(alarm.1) => match alarm.0 {
                Alarm::TooLong => {
                    too_long = true;
                    group.ask(Signal::Terminate);
                    alarm = (Alarm::Stubborn, Instant::now() + GRACE);
                }
                Alarm::Stubborn => {
                    group.kill();
                    alarm = (Alarm::Orphans, Instant::now() + AFTERWARDS);
                }
                Alarm::Orphans => break,
            },
        }
    }
    match ended {
        Some(status) if !too_long => Ok(End { status, interrupted }),
        _ => Err(WranglerError::TimedOut { after: timeout, request: None }),
    }
}
