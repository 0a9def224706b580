//! What of a folder of static assets is uploaded, and so becomes public.
//!
//! Wrangler uploads everything, dotfiles too, but what its `.assetsignore` names and the three
//! files that it reads itself (`createAssetsIgnoreFunction`, cli.js:170182). The patterns are those
//! of `.gitignore`, except that the case of letters says nothing.

use std::cell::OnceCell;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Environment;
use crate::core::config::dotenv::{is_dotenv, is_example};
use crate::core::model::{Asset, AssetFolder, Kind, Service, Span, Workspace};

/// What Wrangler reads itself, in the folder alone and not below it.
const OWN: [&str; 3] = [".assetsignore", "_redirects", "_headers"];

/// What it leaves out of a Pages project in the folder itself (`IGNORE_LIST`, cli.js:302974).
const OWN_OF_PAGES: [&str; 6] =
    ["_worker.js", "_redirects", "_headers", "_routes.json", "functions", ".wrangler"];
/// What it leaves out of one at any depth.
pub const NEVER_IN_PAGES: [&str; 3] = [".DS_Store", "node_modules", ".git"];

/// Files and folders that hold secrets, whatever else is in them.
const SECRET: [&str; 8] =
    [".git/", ".htpasswd", ".netrc", "_netrc", "id_dsa", "id_ecdsa", "id_ed25519", "id_rsa"];

/// A folder of assets that an environment uploads.
#[derive(Debug)]
pub struct Upload<'a> {
    /// The folder as the configuration names it.
    pub directory: &'a str,
    /// Where it is named.
    pub span: Span,
    /// The path of the key: `env.staging.assets.directory`.
    pub path: String,
    /// What is in it.
    pub folder: &'a AssetFolder,
    ignored: Ignored<'a>,
}

/// What is left out.
#[derive(Debug)]
enum Ignored<'a> {
    /// What Wrangler reads itself.
    Own,
    /// What Wrangler reads itself, and what a `.assetsignore` names. It may name some of the
    /// former to have it uploaded. Patterns are expensive to make, and few files are asked about.
    Named(&'a str, OnceCell<Option<Gitignore>>),
    /// What Pages leaves out.
    Pages,
}

impl<'a> Upload<'a> {
    /// The assets of an environment's Worker. None where it has none, where the folder is not
    /// there, and where nobody can tell what of it is uploaded.
    pub fn of(workspace: &'a Workspace, environment: &Environment<'a>) -> Option<Self> {
        if environment.service.kind == Kind::Pages {
            return None;
        }
        let assets = environment.get("assets")?;
        let value = assets.value().get("directory")?;
        let directory = value.as_str().filter(|directory| !directory.is_empty())?;
        let folder = workspace.facts.assets.get(&environment.service.join(directory))?;
        let ignored = match folder.ignore {
            Some(file) => Ignored::Named(&workspace.file(file).text, OnceCell::new()),
            // It is there, and could not be read.
            None if folder.files.iter().any(|file| &*file.path == OWN[0]) => return None,
            None => Ignored::Own,
        };
        Some(Self {
            directory,
            span: value.span,
            path: format!("{}.directory", assets.path()),
            folder,
            ignored,
        })
    }

    /// The files of a Pages project. None where it is none, or where its folder is not there.
    pub fn of_pages(workspace: &'a Workspace, service: &'a Service) -> Option<Self> {
        let value = service.root()?.get("pages_build_output_dir")?;
        let directory = value.as_str().filter(|directory| !directory.is_empty())?;
        Some(Self {
            directory,
            span: value.span,
            path: "pages_build_output_dir".into(),
            folder: workspace.facts.assets.get(&service.join(directory))?,
            ignored: Ignored::Pages,
        })
    }

    /// Whether the folder has a `.assetsignore`.
    pub fn has_ignore_file(&self) -> bool {
        self.folder.ignore.is_some()
    }

    /// What becomes public, of all that passes a test.
    pub fn files(&self, test: impl Fn(&Asset) -> bool) -> impl Iterator<Item = &'a Asset> {
        let folder = self.folder;
        folder.files.iter().filter(move |asset| test(asset) && !self.is_ignored(&asset.path))
    }

    /// The paths of the files for secrets that become public.
    pub fn secret_files(&self) -> Vec<&'a str> {
        self.files(|asset| is_secret(&asset.path)).map(|asset| &*asset.path).collect()
    }

    /// Whether a path is left out. That of a folder that nobody entered ends with `/`: it is left
    /// out where everything in it is.
    fn is_ignored(&self, path: &str) -> bool {
        match &self.ignored {
            Ignored::Own => OWN.contains(&path),
            Ignored::Named(text, cell) => match cell.get_or_init(|| patterns(text)) {
                Some(patterns) if path.ends_with('/') => {
                    covers(patterns, &format!("{path}any/any"))
                }
                Some(patterns) => covers(patterns, path),
                // A pattern that clodo does not understand may name anything.
                None => true,
            },
            Ignored::Pages => {
                let first = path.split('/').next().unwrap_or(path);
                OWN_OF_PAGES.contains(&first)
                    || path.split('/').any(|part| NEVER_IN_PAGES.contains(&part))
            }
        }
    }
}

/// The patterns of a `.assetsignore`. None where one of them cannot be understood.
fn patterns(text: &str) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    builder.case_insensitive(true).ok()?;
    for own in OWN {
        builder.add_line(None, &format!("/{own}")).ok()?;
    }
    for line in text.lines() {
        builder.add_line(None, line).ok()?;
    }
    builder.build().ok()
}

/// Whether a file is left out, or a folder above it is. What lies in a folder that is left out
/// cannot be brought back.
fn covers(ignored: &Gitignore, path: &str) -> bool {
    let above = path.match_indices('/').map(|(at, _)| &path[..at]);
    above.into_iter().any(|folder| ignored.matched(folder, true).is_ignore())
        || ignored.matched(path, false).is_ignore()
}

/// Whether a file, or a folder that nobody entered, holds secrets by its name.
fn is_secret(path: &str) -> bool {
    let end = path.strip_suffix('/').unwrap_or(path).rfind('/').map_or(0, |at| at + 1);
    let name = &path[end..];
    SECRET.contains(&name) || is_dotenv(name) && !is_example(name)
}

/// The first of some paths, and how many more there are: `.env, .dev.vars and 3 more`.
pub fn few(paths: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = &paths[..paths.len().min(SHOWN)];
    match (shown, paths.len() - shown.len()) {
        ([first, second], 0) => format!("{first} and {second}"),
        (_, 0) => shown.join(", "),
        (_, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(ignore: &str, paths: &[&'static str]) -> Vec<&'static str> {
        assert!(patterns(ignore).is_some(), "{ignore:?}");
        let upload = Upload {
            directory: "public",
            span: Span::default(),
            path: String::new(),
            folder: &AssetFolder::default(),
            ignored: Ignored::Named(ignore, OnceCell::new()),
        };
        paths.iter().copied().filter(|path| upload.is_ignored(path)).collect()
    }

    /// The same files and patterns were given to Wrangler 4.164.0, which said what it ignores.
    #[test]
    fn patterns_mean_what_they_mean_to_wrangler() {
        const FILES: [&str; 14] = [
            ".DS_Store",
            ".assetsignore",
            ".dev.vars",
            ".env",
            ".git/config",
            ".well-known/x",
            "_headers",
            "_redirects",
            "app.js.map",
            "index.html",
            "key.pem",
            "node_modules/a/index.js",
            "sub/.assetsignore",
            "sub/_headers",
        ];
        for (ignore, expected) in [
            ("", &[".assetsignore", "_headers", "_redirects"][..]),
            (
                ".*\n!.well-known\n*.map\n/key.pem\nnode_modules\n",
                &[
                    ".DS_Store",
                    ".assetsignore",
                    ".dev.vars",
                    ".env",
                    ".git/config",
                    "_headers",
                    "_redirects",
                    "app.js.map",
                    "key.pem",
                    "node_modules/a/index.js",
                    "sub/.assetsignore",
                ],
            ),
            (
                ".env\r\n*.map\r\n",
                &[".assetsignore", ".env", "_headers", "_redirects", "app.js.map"],
            ),
            ("!_headers\n!.assetsignore\n", &["_redirects"]),
            (
                ".ENV\nNODE_MODULES/\n",
                &[".assetsignore", ".env", "_headers", "_redirects", "node_modules/a/index.js"],
            ),
            (
                ".env \nsub/**\n**/config\n[._]git\n",
                &[
                    ".assetsignore",
                    ".env",
                    ".git/config",
                    "_headers",
                    "_redirects",
                    "sub/.assetsignore",
                    "sub/_headers",
                ],
            ),
            (
                "node_modules/\n.git/\n!.git/config\n#.env\n",
                &[
                    ".assetsignore",
                    ".git/config",
                    "_headers",
                    "_redirects",
                    "node_modules/a/index.js",
                ],
            ),
        ] {
            assert_eq!(left_out(ignore, &FILES), expected, "{ignore:?}");
        }
    }

    #[test]
    fn without_patterns_the_files_of_wrangler_are_left_out() {
        let folder = AssetFolder::default();
        let upload = |ignored| Upload {
            directory: "public",
            span: Span::default(),
            path: String::new(),
            folder: &folder,
            ignored,
        };
        for (path, of_worker, of_pages) in [
            ("_headers", true, true),
            ("sub/_headers", false, false),
            (".env", false, false),
            ("a/.git/", false, true),
            ("functions/a.js", false, true),
            ("a/functions/b.js", false, false),
            ("_worker.js/index.js", false, true),
            (".wrangler/tmp/x", false, true),
        ] {
            assert_eq!(upload(Ignored::Own).is_ignored(path), of_worker, "{path}");
            assert_eq!(upload(Ignored::Pages).is_ignored(path), of_pages, "{path}");
        }
    }

    #[test]
    fn names_of_secrets() {
        for path in [".env", "a/.env.production", ".dev.vars", ".git/", "a/.git/", "keys/id_rsa"] {
            assert!(is_secret(path), "{path}");
        }
        for path in [".env.example", ".environment", ".git", "a/.gitignore", "id_rsa.pub", "env"] {
            assert!(!is_secret(path), "{path}");
        }
    }

    #[test]
    fn a_folder_that_nobody_entered() {
        for (ignore, expected) in [
            (".git", true),
            (".git/", true),
            ("/.git/**", true),
            ("**/.git/*", true),
            (".git/config", false),
            ("node_modules", false),
        ] {
            assert_eq!(!left_out(ignore, &[".git/"]).is_empty(), expected, "{ignore}");
        }
    }
}
