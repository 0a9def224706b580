//! The runner's process, and what is said to it: JSON lines, see `node/runner.mjs`.

use std::collections::{HashMap, VecDeque};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{mpsc, oneshot};

use super::install::Installed;
use super::spec;

/// How long the process may take to end by itself.
const FAREWELL: Duration = Duration::from_secs(5);

/// How many lines of what Workers print are kept.
const LOG_LINES: usize = 1000;

/// The variables that the process gets from ours.
const PASSED_ON: [&str; 6] =
    ["HOME", "NODE_EXTRA_CA_CERTS", "PATH", "SSL_CERT_FILE", "SYSTEMROOT", "TMPDIR"];

/// A runner that runs. It ends when this does: its standard input is closed then.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// Lines for its standard input, which is closed when this is.
    lines: mpsc::UnboundedSender<Vec<u8>>,
    next: AtomicU64,
    waiting: Waiting,
    log: Log,
}

/// Who waits for an answer; nobody any more after the process has ended.
type Waiting = Arc<Mutex<Option<HashMap<u64, oneshot::Sender<Answer>>>>>;

/// The newest lines that Workers and their runtime have printed.
pub(super) type Log = Arc<Mutex<VecDeque<String>>>;

/// An answer of the runner.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    id: u64,
    /// Where the dispatcher listens, after a load.
    pub(super) port: Option<u16>,
    /// How long the start took, in milliseconds, after a probe.
    pub(super) startup_ms: Option<u32>,
    failed: Option<Failure>,
}

/// A Worker that does not start.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Failure {
    /// Its name, if the runtime said which it is.
    pub(super) worker: Option<String>,
    /// What the runtime says, such as `Uncaught Error: boom` with where it was thrown.
    pub(super) message: String,
}

/// Why there is no answer, or not the one that was hoped for.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProcessError {
    /// A Worker does not start.
    #[error("{}", .0.message)]
    Failed(Failure),
    /// The process has ended.
    #[error("the Workers' runtime has ended")]
    Ended,
    /// The process cannot be started.
    #[error("the Workers' runtime does not start: {0}")]
    Start(std::io::Error),
}

impl Process {
    /// Starts it. `key` is what it shows to the sandbox when it asks for data.
    pub(super) fn start(installed: &Installed, key: &str, log: Log) -> Result<Self, ProcessError> {
        let mut command = Command::new(&installed.node);
        command
            .arg(&installed.runner)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| PASSED_ON.iter().any(|it| name == it)))
            .env("CLODO_RUNNER_KEY", key)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // What interrupts clodo in a terminal is not for it: it is told by its standard input.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(ProcessError::Start)?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(ProcessError::Ended);
        };
        let waiting = Waiting::new(Some(HashMap::new()).into());
        tokio::spawn(hear(stdout, Arc::clone(&waiting)));
        tokio::spawn(read_log(stderr, Arc::clone(&log)));
        let (lines, to_write) = mpsc::unbounded_channel();
        tokio::spawn(tell(stdin, to_write));
        Ok(Self { child, lines, next: AtomicU64::new(1), waiting, log })
    }

    /// Asks, and waits for the answer.
    pub(super) async fn ask(&self, command: &spec::Command<'_>) -> Result<Answer, ProcessError> {
        #[derive(Serialize)]
        struct Line<'a> {
            id: u64,
            #[serde(flatten)]
            command: &'a spec::Command<'a>,
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut line =
            serde_json::to_vec(&Line { id, command }).map_err(|_| ProcessError::Ended)?;
        line.push(b'\n');
        let (sender, answer) = oneshot::channel();
        lock(&self.waiting).as_mut().ok_or(ProcessError::Ended)?.insert(id, sender);
        self.lines.send(line).map_err(|_| ProcessError::Ended)?;
        let answer = answer.await.map_err(|_| ProcessError::Ended)?;
        match answer.failed {
            Some(failure) => Err(ProcessError::Failed(failure)),
            None => Ok(answer),
        }
    }

    /// Whether it has ended, for whatever reason.
    pub(super) fn has_ended(&self) -> bool {
        lock(&self.waiting).is_none()
    }

    /// What was printed last, for the message of an error.
    pub(super) fn last_words(&self) -> String {
        let log = lock(&self.log);
        let lines: Vec<&str> = log.iter().rev().take(10).map(String::as_str).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Ends it, and waits until it has ended.
    pub(super) async fn stop(self) {
        let Self { mut child, lines, .. } = self;
        drop(lines);
        if tokio::time::timeout(FAREWELL, child.wait()).await.is_err() {
            // It does not hear; nobody is left to tell if even this fails.
            let _ = child.kill().await;
        }
    }
}

/// Writes whole lines, whether or not the one who asked still waits.
async fn tell(mut stdin: ChildStdin, mut lines: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(line) = lines.recv().await {
        if stdin.write_all(&line).await.is_err() {
            return;
        }
    }
}

/// Hands every answer to the one who waits for it. When there is nothing more to hear, nobody waits
/// in vain: what is dropped is an answer too.
async fn hear(stdout: impl AsyncRead + Unpin, waiting: Waiting) {
    let mut lines = BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(answer) = serde_json::from_str::<Answer>(&line) else { continue };
        let sender = lock(&waiting).as_mut().and_then(|waiting| waiting.remove(&answer.id));
        if let Some(sender) = sender {
            // The one who asked may have gone.
            let _ = sender.send(answer);
        }
    }
    *lock(&waiting) = None;
}

async fn read_log(stderr: impl AsyncRead + Unpin, log: Log) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        keep(&log, line);
    }
}

/// Adds a line to the log, which forgets the oldest.
pub(super) fn keep(log: &Log, line: String) {
    let mut log = lock(log);
    if log.len() == LOG_LINES {
        log.pop_front();
    }
    log.push_back(line);
}

/// A lock whose holder panicked is still good: nothing here is left half done.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
