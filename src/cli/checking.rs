//! What the commands that check have in common: what they print and write, and what they say.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::Mistake;
use super::console::Console;
use super::looking::{self, cloudflare_error};
use crate::core::config::clodo_yml::FailLevel;
use crate::core::model::Report;
use crate::core::report::{Format, TextOptions, render};
use crate::flow::check::Checked;
use crate::flow::project::ProjectError;

/// What to print and write of a report, and when to fail.
#[derive(Debug, Args)]
pub(super) struct Output {
    /// What to print: text, json, sarif, junit, gitlab, gitlab-annotations, github,
    /// markdown, dotenv or report
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format)]
    pub(super) format: Format,

    /// Write a report to a file as well; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = target)]
    pub(super) write: Vec<Target>,

    /// Fail from this severity on: error, warning or never [default: error, or that of clodo.yml]
    #[arg(long, value_name = "LEVEL", value_parser = fail_level)]
    pub(super) fail_level: Option<FailLevel>,
}

impl Output {
    /// Whether the reports that were asked for can be written, before anything is done.
    pub(super) fn can_write(&self, root: &Path) -> anyhow::Result<()> {
        self.write.iter().try_for_each(|target| can_save(&root.join(&target.path)))
    }

    /// Writes the reports that were asked for, and says which files these are.
    pub(super) fn write_files(
        &self,
        report: &Report,
        root: &Path,
        console: &Console,
    ) -> anyhow::Result<Vec<PathBuf>> {
        let options = text_options(console).plain();
        let write = |target: &Target| {
            let path = root.join(&target.path);
            save(&path, &render(report, target.format, &options)).map(|()| path)
        };
        self.write.iter().map(write).collect()
    }
}

/// A report to write.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) format: Format,
    pub(super) path: PathBuf,
}

fn format(text: &str) -> Result<Format, String> {
    text.parse::<Format>().map_err(|error| error.to_string())
}

fn target(text: &str) -> Result<Target, String> {
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

/// What to say where a project cannot be looked at. Shows where `clodo.yml` is wrong, if that is
/// it.
pub(super) fn project_error(error: &ProjectError, console: &Console) -> anyhow::Error {
    let hint = Some(error.hint().into_owned());
    if let ProjectError::Settings(path, report) = error {
        let options = TextOptions { quiet: true, ..text_options(console) };
        console.problems(&render(report, Format::Text, &options));
        return Mistake::error(format!("{path} is not valid, so nothing was done"), hint);
    }
    if let ProjectError::Cloudflare(error) = error {
        return cloudflare_error(error);
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

/// Says what was looked at and what was not.
pub(super) fn say_what_was_skipped(checked: &Checked, console: &Console) {
    looking::say(checked.report.coverage.sight.as_ref(), checked.looked.as_ref(), console);
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

/// Whether a file can be saved, as far as can be told without writing it: its folder is made, and
/// what it has now stays.
pub(super) fn can_save(path: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let folder = folder_of(path)?;
    match fs::OpenOptions::new().append(true).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            tempfile::tempfile_in(folder).map(drop).with_context(cannot)
        }
        opened => opened.map(drop).with_context(cannot),
    }
}

/// The folder of a file, which is there from now on.
fn folder_of(path: &Path) -> anyhow::Result<&Path> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

pub(super) fn save(path: &Path, text: &str) -> anyhow::Result<()> {
    folder_of(path)?;
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
