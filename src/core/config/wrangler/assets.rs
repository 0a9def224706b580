//! What of a folder of static assets is uploaded, and so becomes public.
//!
//! Wrangler uploads everything, dotfiles too, but what its `.assetsignore` names and the three
//! files that it reads itself (`createAssetsIgnoreFunction`, cli.js:170182). The patterns are those
//! of `.gitignore`, except that the case of letters says nothing.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Environment;
use crate::core::model::{Asset, AssetFolder, Kind, Span, Workspace};

/// What Wrangler reads itself, in the folder alone and not below it.
const OWN: [&str; 3] = ["/.assetsignore", "/_redirects", "/_headers"];

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
    ignored: Gitignore,
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
        let ignore = match folder.ignore {
            Some(file) => &*workspace.file(file).text,
            // It is there, and could not be read.
            None if folder.files.iter().any(|file| &*file.path == ".assetsignore") => return None,
            None => "",
        };
        Some(Self {
            directory,
            span: value.span,
            path: format!("{}.directory", assets.path()),
            folder,
            ignored: patterns(ignore)?,
        })
    }

    /// Whether the folder has a `.assetsignore`.
    pub fn has_ignore_file(&self) -> bool {
        self.folder.ignore.is_some()
    }

    /// What becomes public.
    pub fn files(&self) -> impl Iterator<Item = &'a Asset> {
        let folder = self.folder;
        folder.files.iter().filter(|asset| !self.is_ignored(&asset.path))
    }

    /// Whether a path is left out. That of a folder that nobody entered ends with `/`: it is left
    /// out where everything in it is.
    fn is_ignored(&self, path: &str) -> bool {
        match path.strip_suffix('/') {
            Some(_) => covers(&self.ignored, &format!("{path}any/any")),
            None => covers(&self.ignored, path),
        }
    }
}

/// The patterns of a `.assetsignore`. None where one of them cannot be understood.
fn patterns(text: &str) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    builder.case_insensitive(true).ok()?;
    for line in OWN.into_iter().chain(text.lines()) {
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
        let upload = Upload {
            directory: "public",
            span: Span::default(),
            path: String::new(),
            folder: &AssetFolder::default(),
            ignored: patterns(ignore).expect("patterns"),
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
