//! A command of a check.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

use super::Lost;
use crate::core::mask::{Masker, Secrets};

/// The variables that programs need to run at all; the check names the others.
const NEEDED: [&str; 12] = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SystemRoot",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "SSL_CERT_FILE",
];

/// How much of what it prints is kept, from the end.
const TAIL: usize = 2000;

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// The end of what it printed, both streams, without the values of the variables that the check
    /// names. Else it may hold anything.
    pub tail: String,
}

/// Runs a program without a shell, to its end. `variables` are beyond those that programs need; of
/// `named` those that there are.
///
/// # Errors
/// Where it cannot be started or does not end in time; then it is ended, with its process group.
pub async fn run(
    argv: &[String],
    folder: &Path,
    named: &[String],
    variables: &[(&str, String)],
    timeout: Duration,
) -> Result<Ended, Lost> {
    let Some((program, arguments)) = argv.split_first() else {
        return Err(Lost("there is no command".to_owned()));
    };
    let names = NEEDED.iter().copied().chain(named.iter().map(String::as_str));
    let environment = names.filter_map(|name| Some((name.to_owned(), std::env::var_os(name)?)));
    let environment: Vec<(String, OsString)> = environment.collect();
    let secrets = environment.iter().filter(|(name, _)| !NEEDED.contains(&name.as_str()));
    let secrets = secrets.filter_map(|(_, value)| value.to_str().map(str::to_owned));
    let secrets = Secrets::new(secrets);
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(environment)
        .envs(variables.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let child = command.spawn();
    let child = child.map_err(|error| Lost(format!("{program} cannot be started: {error}")))?;
    let mut group = Group { child };
    let (stdout, stderr) = (group.child.stdout.take(), group.child.stderr.take());
    let ended = tokio::time::timeout(timeout, async {
        // Waited for last: until then its number is nobody else's.
        let (out, err) = tokio::join!(tail(stdout, &secrets), tail(stderr, &secrets));
        (out + &err, group.child.wait().await)
    });
    match ended.await {
        Ok((printed, Ok(status))) => Ok(Ended { code: status.code(), tail: printed }),
        Ok((_, Err(error))) => Err(Lost(format!("{program}: {error}"))),
        Err(_) => Err(Lost(format!("{program} did not end in {} s", timeout.as_secs()))),
    }
}

/// A program in a process group of its own, with everything that it starts and that stays there (what
/// leaves it, as `setsid` does, wants to live on). What has not ended when nobody waits any more is
/// killed.
struct Group {
    child: Child,
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            // `None` once it was waited for: then the number may be another's.
            let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
            if let Some(id) = id {
                // It may just have ended.
                let _ = kill_process_group(id, Signal::KILL);
            }
        }
    }
}

/// Reads a stream to its end, and keeps the last of it. Secrets go first: of one that is cut, nobody
/// would know the rest.
async fn tail(stream: Option<impl AsyncRead + Unpin>, secrets: &Secrets) -> String {
    let Some(mut stream) = stream else { return String::new() };
    let mut masker = Masker::new(secrets);
    let mut kept: Vec<u8> = Vec::new();
    let mut keep = |shown: Vec<u8>| {
        kept.extend(shown);
        let too_much = kept.len().saturating_sub(TAIL);
        kept.drain(..too_much);
    };
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        keep(masker.feed(&buffer[..read]));
    }
    keep(masker.end());
    String::from_utf8_lossy(&kept).into_owned()
}
