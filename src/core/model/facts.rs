//! What the work tree says beside the configurations: gathered once, before any rule runs, so
//! that rules never touch a file.
//!
//! Paths are relative to the root of the run, as [`super::Service::join`] gives them. What has a
//! [`FileId`] was read, and stands among the files of the [`super::Workspace`].

use std::collections::BTreeMap;

use super::{Documents, FileId, Span};

/// What the work tree says beside the configurations.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The folder of the git repository in which the root of the run lies: empty where it is the
    /// root itself, `..` where it is above. `None` outside of a repository.
    pub repository: Option<Box<str>>,
    /// The path of the root of the run in that repository; empty where it is the root itself, and
    /// outside of a repository.
    pub prefix: Box<str>,
    /// What stands at the paths that configurations name, links followed. `None`: somebody
    /// looked, and nothing is there. No entry: nobody looked, or nobody was let in.
    pub paths: BTreeMap<String, Option<PathKind>>,
    /// The folders of static assets: `assets.directory`, `site.bucket`, `pages_build_output_dir`.
    /// Those that do not exist are not among them.
    pub assets: BTreeMap<String, AssetFolder>,
    /// What is found in the folders of D1 migrations, in the order in which Wrangler applies it.
    /// Folders that do not exist are not among them. Which of the files a binding means is for
    /// [`Layout`](crate::core::config::d1_migrations::Layout) to say.
    pub migrations: BTreeMap<String, Vec<Migration>>,
    /// CI definitions and package manifests.
    pub documents: Documents,
    /// Files of environment variables in the folders of services and in the root of the run, in
    /// the same order in every run.
    pub dotenv: Vec<DotEnv>,
}

impl Facts {
    /// What stands at a path. `None` where nothing does, and where nobody looked.
    pub fn kind(&self, path: &str) -> Option<PathKind> {
        self.paths.get(path).copied().flatten()
    }

    /// Whether somebody looked at a path, and nothing is there.
    pub fn is_absent(&self, path: &str) -> bool {
        self.paths.get(path) == Some(&None)
    }
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A file, or anything else that is no folder.
    File {
        /// Its size.
        bytes: u64,
    },
    /// A folder.
    Folder,
}

/// A folder of static assets, before `.assetsignore` or any list of Wrangler's own has its say.
#[derive(Clone, Debug, Default)]
pub struct AssetFolder {
    /// What is in it, at any depth and dotfiles too, in the order of the paths.
    pub files: Vec<Asset>,
    /// Its `.assetsignore`.
    pub ignore: Option<FileId>,
    /// Its `_headers`.
    pub headers: Option<FileId>,
    /// Its `_redirects`.
    pub redirects: Option<FileId>,
    /// Whether this is all: not where there are more files than anybody may upload, or where a
    /// folder cannot be read.
    pub complete: bool,
}

/// Something in a folder of static assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The path relative to the folder of assets, with `/` between the parts. One that ends with
    /// `/` is a folder that was not entered: `node_modules`, `.git`, or a link to a folder.
    /// Wrangler enters them all.
    pub path: Box<str>,
    /// Its size; 0 for a folder.
    pub bytes: u64,
}

impl Asset {
    /// Whether this is a folder that was not entered.
    pub fn is_folder(&self) -> bool {
        self.path.ends_with('/')
    }
}

/// An SQL file in a folder of D1 migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The name under which D1 remembers it: its path relative to the folder.
    pub name: Box<str>,
    /// Its text; `None` where it is too large, or cannot be read.
    pub file: Option<FileId>,
}

/// A file of environment variables: `.env`, `.dev.vars`, and their like.
#[derive(Clone, Debug)]
pub struct DotEnv {
    /// The file. Its values are never shown: see [`crate::core::conceal`].
    pub file: FileId,
    /// Its folder, as in [`super::Service::folder`].
    pub folder: Box<str>,
    /// Whether its name says that it is a pattern for others to fill in: `.env.example`.
    pub example: bool,
    /// What it sets, in the order of the file.
    pub keys: Vec<DotEnvKey>,
    /// Whether a `.gitignore` keeps it out of the repository. Somebody may still have committed
    /// it against that, and a user's own git settings are not asked.
    pub ignored_by_git: bool,
}

/// A variable that a file sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotEnvKey {
    /// Its name.
    pub name: Box<str>,
    /// Where the name stands.
    pub span: Span,
    /// Where the value stands, without its quotes; empty where it has none.
    pub value_span: Span,
}
