//! Where the demo plays: a sandbox, a repository in it, and jobs of a pipeline that run clodo.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Effects, Style};
use anyhow::Context as _;
use futures_util::stream::{self, Stream, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Command;

use super::fold::Fold;
use super::forge::{Forge, MAIN, REPOSITORY};
use super::project::{Commit, Project};
use crate::cli::console::Console;
use crate::server::sandbox::Running;
use crate::world::http::{Http, Method, Request};

/// How long a reader gets for what was said, on a terminal.
const BREATH: Duration = Duration::from_millis(900);

/// What begins something.
const BOLD: Style = Style::new().effects(Effects::BOLD);

/// How much is shown of a page, in lines.
const PAGE: usize = 7;

/// How much is shown of a comment, in lines.
const COMMENT: usize = 30;

/// Where the demo plays.
pub(super) struct Stage<'a> {
    pub(super) running: &'a Running,
    pub(super) project: &'a Project,
    pub(super) forge: Forge<'a>,
    pub(super) console: &'a Console,
    /// Whether somebody reads along.
    pub(super) paced: bool,
    scene: Cell<usize>,
    run: Cell<u64>,
}

/// The number before that of the first run.
const FIRST_RUN: u64 = 1000;

/// Why a job runs.
pub(super) enum Event<'a> {
    /// A pull request has a new head.
    Pull { number: u64, branch: &'a str, base: &'a str },
    /// Somebody pushed to `main`.
    Push { before: &'a str },
}

impl Event<'_> {
    fn branch(&self) -> &str {
        match self {
            Self::Pull { branch, .. } => branch,
            Self::Push { .. } => MAIN,
        }
    }
}

/// What came of a job.
pub(super) struct Ended {
    pub(super) code: i32,
    /// What it printed, without colours.
    pub(super) lines: Vec<String>,
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        running: &'a Running,
        project: &'a Project,
        console: &'a Console,
        paced: bool,
    ) -> Self {
        let forge = Forge::new(running);
        Self { running, project, forge, console, paced, scene: Cell::new(0), run: Cell::new(0) }
    }

    /// Says what comes next.
    pub(super) async fn scene(&self, title: &str) -> anyhow::Result<()> {
        self.pause().await;
        self.scene.set(self.scene.get() + 1);
        let title = self.styled(BOLD, &format!("{}. {title}", self.scene.get()));
        Ok(self.console.out(&format!("\n{title}\n"))?)
    }

    /// Says something.
    pub(super) fn say(&self, text: &str) -> anyhow::Result<()> {
        Ok(self.console.out(&format!("   {text}\n"))?)
    }

    /// Shows what a commit changes.
    pub(super) fn show(&self, commit: &Commit) -> anyhow::Result<()> {
        self.project.diff(commit)?.iter().try_for_each(|line| {
            let color = match line.trim_start().as_bytes().first() {
                Some(b'+') => AnsiColor::Green,
                Some(b'-') => AnsiColor::Red,
                _ => return self.say(line),
            };
            self.say(&self.styled(color.on_default(), line))
        })
    }

    /// Shows a text that stands elsewhere, such as a comment.
    pub(super) fn quote<'t>(&self, lines: impl IntoIterator<Item = &'t str>) -> anyhow::Result<()> {
        let shown: String = lines.into_iter().map(|line| format!("   | {line}\n")).collect();
        Ok(self.console.out(&shown)?)
    }

    /// A text in a style, where results have colours.
    fn styled(&self, style: Style, text: &str) -> String {
        match self.console.color() {
            true => format!("{style}{text}{style:#}"),
            false => text.to_owned(),
        }
    }

    async fn pause(&self) {
        if self.paced {
            tokio::time::sleep(BREATH).await;
        }
    }

    /// Runs `clodo ci` as a job of GitHub Actions does, and shows what it prints.
    pub(super) async fn job(
        &self,
        event: &Event<'_>,
        commit: &Commit,
        actor: &str,
    ) -> anyhow::Result<Ended> {
        self.run.set(self.run.get() + 1);
        self.forge.runs(FIRST_RUN + self.run.get(), event.branch(), &commit.sha, actor)?;
        let variables = self.variables(event, commit, actor)?;
        self.clodo(&["ci"], &variables).await
    }

    /// Runs clodo in the project, and shows what it prints.
    pub(super) async fn clodo(
        &self,
        arguments: &[&str],
        variables: &[(&str, String)],
    ) -> anyhow::Result<Ended> {
        let prompt = self.styled(BOLD, &format!("$ clodo {}", arguments.join(" ")));
        self.console.out(&format!("\n   {prompt}\n"))?;
        let started = Instant::now();
        let mut command = self.command(arguments)?;
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let mut fold = Fold::default();
        let show = |line: &str| match fold.line(line) {
            Some(shown) => self.quote([&*shown]),
            None => Ok(()),
        };
        let ended = follow(command, show).await?;
        self.say(&format!("exit {}, {:.1} s", ended.code, started.elapsed().as_secs_f64()))?;
        Ok(ended)
    }

    /// Runs Wrangler in a folder of the project, for production.
    pub(super) async fn wrangler(&self, folder: &str, arguments: &[&str]) -> anyhow::Result<Ended> {
        let shown = arguments.join(" ");
        self.say(&format!("{folder}$ wrangler {shown} --env production"))?;
        let mut command = self.command(&[])?;
        command.arg("-C").arg(self.project.root().join(folder)).arg("wrangler");
        command.args(arguments).args(["--env", "production"]);
        follow(command, |_| Ok(())).await
    }

    /// clodo in the project and in the sandbox's environment.
    fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let program = std::env::current_exe().context("cannot tell where clodo is")?;
        let mut command = Command::new(program);
        command.arg(if self.console.color() { "--color=always" } else { "--color=never" });
        command.args(arguments).current_dir(self.project.root()).env_clear().envs(kept());
        command.envs(self.running.environment()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Ok(command)
    }

    /// Asks a running Worker by the name of its host.
    pub(super) async fn get(&self, host: &str, path: &str) -> anyhow::Result<()> {
        let url = format!("{}{path}", self.running.edge_url);
        let request = Request::new(Method::GET, url).header("host", host);
        let answer = Http::default().send(request).await?;
        self.say(&format!("GET https://{host}{path}  {}", answer.status))?;
        self.quote(String::from_utf8_lossy(answer.body()).lines().take(PAGE))
    }

    /// Shows the comment on a pull request.
    pub(super) async fn comment(&self, number: u64) -> anyhow::Result<()> {
        self.pause().await;
        self.say(&format!("The comment on #{number}:"))?;
        let told = self.forge.told(number).context("there is no comment")?;
        let shown = told.lines().filter(|line| !line.starts_with("<!--")).take(COMMENT);
        self.quote(shown)
    }

    /// The variables of a job.
    fn variables(
        &self,
        event: &Event<'_>,
        commit: &Commit,
        actor: &str,
    ) -> anyhow::Result<Vec<(&'static str, String)>> {
        let folder = self.runner_folder()?;
        let repository = json!({ "id": 1, "full_name": REPOSITORY, "default_branch": MAIN });
        let sender = json!({ "login": actor, "type": "User" });
        let (name, reference, payload): (_, _, Value) = match event {
            Event::Pull { number, branch, base } => {
                let side = |branch: &str, sha: &str| json!({ "ref": branch, "sha": sha, "repo": repository });
                let pull = json!({ "number": number, "head": side(branch, &commit.sha), "base": side(MAIN, base) });
                let payload = json!({
                    "action": "synchronize", "number": number, "pull_request": pull,
                    "repository": repository, "sender": sender,
                });
                ("pull_request", format!("refs/pull/{number}/merge"), payload)
            }
            Event::Push { before } => {
                let payload = json!({
                    "ref": "refs/heads/main", "before": before, "after": commit.sha,
                    "repository": repository, "sender": sender,
                });
                ("push", "refs/heads/main".to_owned(), payload)
            }
        };
        let event_path = folder.join("event.json");
        fs::write(&event_path, payload.to_string()).context("cannot write the event")?;
        let path = |name: &str| folder.join(name).display().to_string();
        for name in ["output", "summary"] {
            fs::write(folder.join(name), "").context("cannot write beside the event")?;
        }
        Ok(vec![
            ("CI", "true".to_owned()),
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_ACTOR", actor.to_owned()),
            ("GITHUB_TRIGGERING_ACTOR", actor.to_owned()),
            ("GITHUB_EVENT_NAME", name.to_owned()),
            ("GITHUB_EVENT_PATH", path("event.json")),
            ("GITHUB_OUTPUT", path("output")),
            ("GITHUB_STEP_SUMMARY", path("summary")),
            ("GITHUB_REF", reference.clone()),
            ("GITHUB_REF_NAME", reference.rsplit("heads/").next().unwrap_or_default().to_owned()),
            ("GITHUB_REPOSITORY", REPOSITORY.to_owned()),
            ("GITHUB_RUN_ATTEMPT", "1".to_owned()),
            ("GITHUB_RUN_ID", (FIRST_RUN + self.run.get()).to_string()),
            ("GITHUB_SHA", commit.sha.clone()),
            ("GITHUB_WORKSPACE", self.project.root().display().to_string()),
        ])
    }

    /// Where the runner keeps its files: beside the project.
    fn runner_folder(&self) -> anyhow::Result<PathBuf> {
        let root = self.project.root();
        let folder = root.parent().unwrap_or(root).join("runner");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }
}

/// The lines of what a process prints.
fn lines(output: impl AsyncRead + Unpin) -> impl Stream<Item = std::io::Result<String>> {
    stream::unfold(BufReader::new(output).lines(), async |mut lines| {
        Some((lines.next_line().await.transpose()?, lines))
    })
}

/// What a job keeps of our environment: where programs are, and where what was fetched is kept.
fn kept() -> Vec<(&'static str, OsString)> {
    const KEPT: [&str; 12] = [
        "PATH",
        "HOME",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "SYSTEMROOT",
        "TEMP",
        "TMPDIR",
        "XDG_CACHE_HOME",
        "CLODO_CACHE_DIR",
        "CLODO_NODE",
        "LANG",
    ];
    KEPT.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))).collect()
}

/// Runs a command to its end, and tells every line that it prints.
async fn follow(
    mut command: Command,
    mut tell: impl FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<Ended> {
    let mut child = command.spawn().context("cannot start clodo")?;
    let out = child.stdout.take().context("clodo has no output")?;
    let err = child.stderr.take().context("clodo has no output for errors")?;
    let mut both = std::pin::pin!(stream::select(lines(out), lines(err)));
    let mut lines = Vec::new();
    while let Some(line) = both.next().await {
        let line = line?;
        tell(&line)?;
        lines.push(anstream::adapter::strip_str(&line).to_string());
    }
    let status = child.wait().await.context("cannot wait for clodo")?;
    Ok(Ended { code: status.code().unwrap_or(-1), lines })
}
