//! The walk: which folders hold something that Wrangler would look for.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::{fs, io};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::paths;
use crate::core::config::discover::{DEPLOY_CONFIG, Here, NAMES, TYPESCRIPT, is_left_out};
use crate::core::model::Skipped;

/// What a walk brought home.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// The folders that hold something, each once, parents before children.
    pub found: Vec<(PathBuf, Here)>,
    /// What could not be looked at, or was left out.
    pub skipped: Vec<(PathBuf, Skip)>,
}

/// Why something was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Skip {
    /// The system would not let us.
    Unreadable(String),
    /// A link to a folder in which it stands itself.
    LinkAbove,
    /// A link to any other folder.
    Link,
    /// It has a configuration in it, but the name of what a build makes.
    Output,
    /// It has a configuration in it, but `services` does not name it.
    NotAService,
}

impl Skip {
    /// For the workspace.
    pub(super) fn shown(self, path: String) -> Skipped {
        let minor = matches!(self, Self::Link | Self::NotAService);
        let why = match self {
            Self::Unreadable(why) => why,
            Self::LinkAbove => "a link to a folder above it".into(),
            Self::Link => "a link to another folder; links are not followed".into(),
            Self::Output => {
                "it is named like the output of a build; give its path to have it checked".into()
            }
            Self::NotAService => "not among the `services` of clodo.yml".into(),
        };
        Skipped { path, why, minor }
    }
}

enum Event {
    Found(PathBuf, Here),
    Skipped(PathBuf, Skip),
}

/// Walks the folders, by as many threads as the machine has, and without following links.
///
/// What `.gitignore` files exclude is left out, whether or not there is a git repository, and
/// whatever a user's own git settings say, so that every machine sees the same. But each folder is
/// asked for the names, as Wrangler asks, and so a configuration that is itself ignored, because
/// the pipeline writes it from a template, is found.
pub(super) fn walk(root: &Path, folders: &[PathBuf]) -> Walked {
    let Some((first, rest)) = folders.split_first() else { return Walked::default() };
    let in_repository = root.ancestors().any(|folder| folder.join(".git").exists());
    let (sender, receiver) = mpsc::channel();
    let mut builder = WalkBuilder::new(first);
    for folder in rest {
        builder.add(folder);
    }
    builder
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        // Without a repository nothing says how far up a `.gitignore` may stand and be ours.
        .require_git(in_repository)
        .parents(in_repository)
        .threads(std::thread::available_parallelism().map_or(1, usize::from));
    let left_out = sender.clone();
    builder.filter_entry(move |entry| {
        let keep = !entry.file_name().to_str().is_some_and(is_left_out);
        if !keep && entry.file_type().is_some_and(|kind| kind.is_dir()) {
            let (here, _) = look(entry.path());
            if here.names().next().is_some() {
                // The receiver outlives the walk, so that nothing sent gets lost.
                let _ = left_out.send(Event::Skipped(entry.path().to_owned(), Skip::Output));
            }
        }
        keep
    });
    builder.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let events = match entry {
                Ok(entry) => visit(entry),
                Err(error) => refusal(&error).into_iter().collect(),
            };
            for event in events {
                let _ = sender.send(event);
            }
            WalkState::Continue
        })
    });
    drop((builder, sender));
    let mut walked = Walked::default();
    for event in receiver {
        match event {
            Event::Found(folder, here) => walked.found.push((folder, here)),
            Event::Skipped(path, skip) => walked.skipped.push((path, skip)),
        }
    }
    walked.found.sort_by(|(a, _), (b, _)| a.cmp(b));
    walked.found.dedup_by(|(a, _), (b, _)| a == b);
    walked
}

fn visit(entry: DirEntry) -> Vec<Event> {
    if entry.path_is_symlink() {
        let path = entry.into_path();
        return link(&path).map(|skip| Event::Skipped(path, skip)).into_iter().collect();
    }
    if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return Vec::new();
    }
    let folder = entry.into_path();
    let (here, error) = look(&folder);
    let refused =
        error.map(|error| Event::Skipped(folder.clone(), Skip::Unreadable(paths::why(&error))));
    let found = (!here.is_empty()).then_some(Event::Found(folder, here));
    refused.into_iter().chain(found).collect()
}

/// Which names a folder has, as `statSync(…).isFile()` sees them: links to files count. Also the
/// first error that is more than absence.
pub(super) fn look(folder: &Path) -> (Here, Option<io::Error>) {
    let mut refused = None;
    let mut is_file = |name: &str| match fs::metadata(folder.join(name)) {
        Ok(metadata) => metadata.is_file(),
        Err(error) => {
            let absent = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
            if !absent.contains(&error.kind()) {
                refused.get_or_insert(error);
            }
            false
        }
    };
    let here = Here {
        configs: NAMES.map(&mut is_file),
        deploy: is_file(DEPLOY_CONFIG),
        typescript: is_file(TYPESCRIPT),
    };
    (here, refused)
}

/// What is to be said of a link: nothing, unless it leads to a folder. The folders above it are
/// known by their true names, because the walk started from one and followed no link.
fn link(path: &Path) -> Option<Skip> {
    let target = fs::canonicalize(path).ok().filter(|target| target.is_dir())?;
    Some(if path.starts_with(target) { Skip::LinkAbove } else { Skip::Link })
}

/// What is to be said of an error: nothing where it is about a line of a `.gitignore`.
fn refusal(error: &ignore::Error) -> Option<Event> {
    let why = paths::why(error.io_error()?);
    Some(Event::Skipped(path_of(error)?.to_owned(), Skip::Unreadable(why)))
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}
