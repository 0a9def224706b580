//! `clodo check`

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;

use super::console::Console;
use super::{Global, Mistake};
use crate::core::config::clodo_yml::FailLevel;
use crate::core::report::{Format, TextOptions, render};
use crate::exit::Exit;
use crate::flow::check::{self, Checked};
use crate::flow::project::{ProjectError, Request};
use crate::flow::staged;

/// Check Workers, Pages and D1 projects before they are deployed
///
/// Finds every Wrangler configuration of the repository, reads each as Wrangler would, and runs
/// every rule on it. Nothing is built, deployed or sent anywhere.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo check\n  \
    clodo check apps/api -e production\n  \
    clodo check --staged          before a commit\n  \
    clodo check --changed-since origin/main\n  \
    clodo check --format json --write sarif=clodo.sarif\n  \
    clodo check --write-baseline clodo-baseline.json    then: clodo check --baseline clodo-baseline.json")]
pub(super) struct Check {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Look at this environment only; may be repeated; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environments: Vec<String>,

    /// Check what a commit would hold, the index of git, instead of the work tree
    #[arg(long)]
    staged: bool,

    /// Report only services that changed since this commit or branch left the present one
    #[arg(long, value_name = "COMMIT", conflicts_with = "staged")]
    changed_since: Option<String>,

    /// Look at files only, and never at the account
    #[arg(long)]
    offline: bool,

    /// What to print: text, json, sarif, junit, gitlab, github, markdown, dotenv or report
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format)]
    format: Format,

    /// Write a report to a file as well; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = target)]
    write: Vec<Target>,

    /// Fail from this severity on: error, warning or never [default: error, or that of clodo.yml]
    #[arg(long, value_name = "LEVEL", value_parser = fail_level)]
    fail_level: Option<FailLevel>,

    /// Report only what is not in this baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found to a baseline, and succeed
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
}

/// A report to write.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) format: Format,
    pub(super) path: PathBuf,
}

pub(super) fn format(text: &str) -> Result<Format, String> {
    text.parse::<Format>().map_err(|error| error.to_string())
}

pub(super) fn target(text: &str) -> Result<Target, String> {
    let (name, path) =
        text.split_once('=').ok_or("expected FORMAT=PATH, as in sarif=clodo.sarif")?;
    if path.is_empty() {
        return Err(format!("expected a path after {name}="));
    }
    Ok(Target { format: format(name)?, path: path.into() })
}

pub(super) fn fail_level(text: &str) -> Result<FailLevel, String> {
    let known = FailLevel::WORDS.iter().find(|(word, _)| *word == text);
    known.map(|(_, level)| *level).ok_or_else(|| "expected error, warning or never".to_owned())
}

impl Check {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let started = Instant::now();
        let root = working_folder(global.directory.as_deref())?;
        let request = Request {
            root: root.clone(),
            paths: self.paths.clone(),
            config: global.config.clone(),
            environments: self.environments.clone(),
            changed_since: self.changed_since.clone(),
            baseline: self.baseline.clone(),
            today: today(),
        };
        let look = if self.staged { staged::check } else { check::check };
        let checked = match look(&request) {
            Ok(checked) => checked,
            Err(error) => return Err(project_error(&error, console)),
        };
        say_what_was_skipped(&checked, console);
        for target in &self.write {
            let options = text_options(console).plain();
            save(&root.join(&target.path), &render(&checked.report, target.format, &options))?;
        }
        console.out(&render(&checked.report, self.format, &text_options(console)))?;
        console.detail(&format!("checked in {} ms", started.elapsed().as_millis()));
        if is_empty(&checked) {
            return Err(nothing_to_check());
        }
        if let Some(path) = &self.write_baseline {
            save(&root.join(path), &checked.baseline.to_json())?;
            console.note(&format!("wrote {}; use it with --baseline", path.display()));
            return Ok(Exit::Ok);
        }
        let level = self.fail_level.unwrap_or(checked.fail_level);
        let fails = checked.report.findings.iter().any(|f| level.is_reached_by(f.severity));
        Ok(if fails { Exit::Findings } else { Exit::Ok })
    }
}

/// What to say where a project cannot be looked at. Shows where `clodo.yml` is wrong, if that is
/// it.
pub(super) fn project_error(error: &ProjectError, console: &Console) -> anyhow::Error {
    let hint = Some(error.hint().to_owned());
    if let ProjectError::Settings(path, report) = error {
        let options = TextOptions { quiet: true, ..text_options(console) };
        console.problems(&render(report, Format::Text, &options));
        return Mistake::error(format!("{path} is not valid, so nothing was done"), hint);
    }
    Mistake::error(error.to_string(), hint)
}

pub(super) fn text_options(console: &Console) -> TextOptions {
    TextOptions {
        color: console.color(),
        width: console.width(),
        quiet: console.quiet,
        verbose: console.verbose,
    }
}

pub(super) fn nothing_to_check() -> anyhow::Error {
    Mistake::error(
        "there is no Wrangler configuration here, below or above",
        Some("name the folder of a Worker: clodo check PATH".to_owned()),
    )
}

/// Whether there was nothing to check at all.
pub(super) fn is_empty(checked: &Checked) -> bool {
    let report = &checked.report;
    report.services.is_empty() && report.findings.is_empty() && report.coverage.unaffected == 0
}

pub(super) fn say_what_was_skipped(checked: &Checked, console: &Console) {
    for one in checked.affected.iter().flatten() {
        console.detail(&format!("{} is affected: {} changed", one.service, one.because));
    }
    if let Some(file) = &checked.settings_file {
        console.detail(&format!("settings from {file}"));
    }
    for skipped in &checked.skipped {
        let line = format!("skipped {}: {}", skipped.path, skipped.why);
        if skipped.minor { console.detail(&line) } else { console.note(&line) }
    }
}

pub(super) fn save(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The folder to work in, as an absolute path.
pub(super) fn working_folder(directory: Option<&Path>) -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("cannot tell the working folder")?;
    let root = directory.map_or(here.clone(), |directory| here.join(directory));
    if !root.is_dir() {
        let shown = directory.unwrap_or(&root).display();
        return Err(Mistake::error(
            format!("{shown} is not a folder"),
            Some("name one that exists, relative to the working folder".to_owned()),
        ));
    }
    Ok(root)
}

/// Today in UTC: Cloudflare counts its dates there.
pub(super) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
