//! Folders of D1 migrations, found as Wrangler finds them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::surveyor::{Surveyor, Text, name_of};
use crate::core::config::d1_migrations::{Pattern, compare};

/// The name of a migration and, where it can be read, its text.
pub(super) type Found = (String, Option<Text>);

/// The patterns of all folders, each made ready once.
#[derive(Debug)]
pub(super) struct Patterns<'a>(BTreeMap<&'a str, Pattern>);

impl<'a> Patterns<'a> {
    /// A pattern that cannot be understood matches nothing.
    pub(super) fn new(texts: impl Iterator<Item = &'a String>) -> Self {
        let texts: BTreeSet<&str> = texts.map(String::as_str).collect();
        let ready = texts.into_iter().filter_map(|text| Some((text, Pattern::new(text)?)));
        Self(ready.collect())
    }

    fn of(&self, texts: &BTreeSet<String>) -> Vec<&Pattern> {
        texts.iter().filter_map(|text| self.0.get(text.as_str())).collect()
    }
}

/// Reads the files of a folder that match one of its patterns, in the order in which they apply.
pub(super) fn read(
    surveyor: &Surveyor<'_>,
    patterns: &Patterns<'_>,
    (folder, texts): (&String, &BTreeSet<String>),
) -> Vec<Found> {
    let folder = &surveyor.root.join(folder);
    let patterns = patterns.of(texts);
    let ceiling = surveyor.ceilings.migrations;
    let mut names = list(surveyor, folder, &patterns);
    names.sort_unstable_by(|a, b| compare(a, b).then_with(|| a.cmp(b)));
    if names.len() > ceiling {
        let why = format!("it has more than {ceiling} migrations; the rest was not looked at");
        surveyor.skip(folder, why);
        names.truncate(ceiling);
    }
    let read = |name: String| {
        let text = surveyor.read(folder.join(&name));
        (name, text)
    };
    names.into_par_iter().map(read).collect()
}

/// The names that match, unordered. Links are passed over, as Wrangler does.
fn list(surveyor: &Surveyor<'_>, folder: &Path, patterns: &[&Pattern]) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(path) = folders.pop() {
        for entry in surveyor.list(&folder.join(&path)).into_iter().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let name = format!("{path}{}", name_of(&entry));
            if kind.is_file() && patterns.iter().any(|pattern| pattern.matches(&name)) {
                names.push(name);
            } else if kind.is_dir() && patterns.iter().any(|pattern| pattern.enters(&name)) {
                folders.push(name + "/");
            }
        }
        if names.len() > surveyor.ceilings.migrations {
            break;
        }
    }
    names
}
