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
        if !keep && is_folder(entry) {
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
            let send = |event| drop(sender.send(event));
            match entry {
                Ok(entry) if entry.path_is_symlink() => {
                    visit_link(entry).into_iter().for_each(send)
                }
                Ok(entry) if is_folder(&entry) => return visit_folder(entry, send),
                Ok(_) => {}
                Err(error) => refusal(&error).into_iter().for_each(send),
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
    // A folder may refuse twice: to be listed, and to be asked for a name.
    walked.skipped.sort_by(|(a, _), (b, _)| a.cmp(b));
    walked.skipped.dedup_by(|(a, _), (b, _)| a == b);
    walked
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

fn visit_folder(entry: DirEntry, send: impl Fn(Event)) -> WalkState {
    let folder = entry.into_path();
    let (here, refused) = look(&folder);
    let too_deep =
        refused.as_ref().is_some_and(|error| error.kind() == io::ErrorKind::InvalidFilename);
    if let Some(error) = refused {
        send(Event::Skipped(folder.clone(), Skip::Unreadable(paths::why(&error))));
    }
    if !here.is_empty() {
        send(Event::Found(folder, here));
    }
    // Where no configuration can be named, none can be below.
    if too_deep { WalkState::Skip } else { WalkState::Continue }
}

/// Which names a folder has, as `statSync(…).isFile()` sees them: links to files count. Also the
/// first error at a configuration that is more than absence.
pub(super) fn look(folder: &Path) -> (Here, Option<io::Error>) {
    let is_file = |name| fs::metadata(folder.join(name)).map(|metadata| metadata.is_file());
    let mut refused = None;
    let configs = NAMES.map(|name| {
        is_file(name).unwrap_or_else(|error| {
            if error.kind() != io::ErrorKind::NotFound {
                refused.get_or_insert(error);
            }
            false
        })
    });
    let here = Here {
        configs,
        deploy: is_file(DEPLOY_CONFIG).unwrap_or(false),
        typescript: is_file(TYPESCRIPT).unwrap_or(false),
    };
    (here, refused)
}

/// What is to be said of a link: nothing, unless it leads to a folder. The folders above it are
/// known by their true names, because the walk started from one and followed no link.
fn visit_link(entry: DirEntry) -> Option<Event> {
    let path = entry.into_path();
    let target = fs::canonicalize(&path).ok().filter(|target| target.is_dir())?;
    let skip = if path.starts_with(target) { Skip::LinkAbove } else { Skip::Link };
    Some(Event::Skipped(path, skip))
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
