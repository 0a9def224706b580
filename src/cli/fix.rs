//! `clodo fix`

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use similar::TextDiff;

use super::checking::{project_error, working_folder};
use super::console::Console;
use super::rules::Listing;
use super::{Global, Mistake};
use crate::core::config::shape::closest;
use crate::core::rules::{ALL, find};
use crate::exit::Exit;
use crate::flow::fix::{self, Change, Fixed};
use crate::flow::project::Request;
use crate::world::files::{ReplaceError, replace_text};

/// Repair configurations in place, where it takes no decision
///
/// Comments, order and formatting stay. Each repair is checked: one after which Wrangler would
/// refuse more than before is taken back.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo fix --dry-run\n  \
    clodo fix apps/api --rule config/unknown-key")]
pub(super) struct Fix {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Repair only what this rule finds; may be repeated
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,

    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Listing,
}

impl Fix {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        if let Some(unknown) = self.rules.iter().find(|rule| find(rule).is_none()) {
            let meant = closest(unknown, ALL.iter().map(|rule| rule.id));
            return Err(Mistake::error(
                format!("there is no rule {unknown}"),
                meant.map(|meant| format!("did you mean --rule {meant}?")),
            ));
        }
        let root = working_folder(global.directory.as_deref())?;
        let request = Request { paths: self.paths, ..global.request(&root) };
        let fixed = match fix::fix(&request, &self.rules) {
            Ok(fixed) => fixed,
            Err(error) => return Err(project_error(&error, console)),
        };
        if !self.dry_run {
            for change in &fixed.changes {
                write(&root.join(&change.path), change)?;
            }
        }
        let text = match self.format {
            Listing::Text => describe(&fixed, self.dry_run),
            Listing::Json => format!("{}\n", serde_json::to_string_pretty(&document(&fixed))?),
        };
        console.out(&text)?;
        Ok(Exit::Ok)
    }
}

fn write(path: &Path, change: &Change) -> anyhow::Result<()> {
    match replace_text(path, &change.before, &change.after) {
        Err(ReplaceError::Changed) => Err(Mistake::error(
            format!("{} changed while it was being repaired", change.path),
            Some("run `clodo fix` again".to_owned()),
        )),
        result => result.with_context(|| format!("cannot repair {}", change.path)),
    }
}

fn describe(fixed: &Fixed, dry_run: bool) -> String {
    let mut text = String::new();
    for change in &fixed.changes {
        if dry_run {
            let (old, new) = (format!("a/{}", change.path), format!("b/{}", change.path));
            let [before, after] = &change.shown;
            let diff = TextDiff::from_lines(before, after);
            text += &diff.unified_diff().context_radius(2).header(&old, &new).to_string();
        }
        for repair in &change.repairs {
            let verb = if dry_run { "would fix" } else { "fixed" };
            text += &format!("{verb} {}: {} [{}]\n", change.path, repair.message, repair.rule);
        }
    }
    for repair in &fixed.taken_back {
        text += &format!("left {}: {} (no safe edit)\n", repair.rule, repair.message);
    }
    let repairs: usize = fixed.changes.iter().map(|change| change.repairs.len()).sum();
    let left = match fixed.left {
        0 => "Nothing is left.".to_owned(),
        left => format!("{left} {} a decision of yours: clodo check", needs(left)),
    };
    let done = if dry_run { "can be fixed" } else { "fixed" };
    text + &format!("{repairs} {done}. {left}\n")
}

fn needs(count: usize) -> &'static str {
    if count == 1 { "finding needs" } else { "findings need" }
}

fn document(fixed: &Fixed) -> serde_json::Value {
    let changes: Vec<_> = fixed
        .changes
        .iter()
        .map(|change| {
            let repairs: Vec<_> = change
                .repairs
                .iter()
                .map(|repair| json!({ "rule": repair.rule, "message": repair.message, "path": repair.path }))
                .collect();
            json!({ "file": change.path, "repairs": repairs })
        })
        .collect();
    json!({ "schema": "clodo.fix/1", "changes": changes, "left": fixed.left })
}
