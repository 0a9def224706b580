//! The storefront of `examples`, as a repository on disk that the demo changes and commits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::server::sandbox::state::git::{Change, File};

/// The files of the example, as they are in clodo's own repository.
macro_rules! storefront {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!("../../../examples/storefront/", $path)))),*]
    };
}

const FILES: [(&str, &str); 22] = storefront![
    ".gitignore",
    "README.md",
    "apps/api/migrations/0001_products.sql",
    "apps/api/migrations/0002_orders.sql",
    "apps/api/package.json",
    "apps/api/src/cart.ts",
    "apps/api/src/index.ts",
    "apps/api/wrangler.toml",
    "apps/jobs/package.json",
    "apps/jobs/src/index.ts",
    "apps/jobs/wrangler.jsonc",
    "apps/web/package.json",
    "apps/web/public/.assetsignore",
    "apps/web/public/404.html",
    "apps/web/public/_headers",
    "apps/web/public/index.html",
    "apps/web/public/shop.js",
    "apps/web/public/style.css",
    "apps/web/src/index.ts",
    "apps/web/wrangler.jsonc",
    "package.json",
    "tsconfig.json",
];

/// What the demo adds to the example: who must agree, and what must hold after a deployment.
const CLODO_YML: &str = include_str!("clodo.yml");

/// The folder of the project, and its history.
#[derive(Debug)]
pub(super) struct Project {
    root: PathBuf,
}

/// A commit.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    /// 40 hexadecimal digits.
    pub(super) sha: String,
    /// What its files are, all together: 40 hexadecimal digits.
    pub(super) tree: String,
    /// What it changes.
    pub(super) files: Vec<File>,
}

impl Project {
    /// Writes the example into a folder, on the branch `main` of a new repository.
    pub(super) fn new(root: PathBuf) -> anyhow::Result<Self> {
        let project = Self { root };
        for (path, text) in FILES {
            project.write(path, text)?;
        }
        project.write("clodo.yml", CLODO_YML)?;
        // The shop's staging may be looked at before it is merged.
        project.replace(
            "apps/web/wrangler.jsonc",
            "\"workers_dev\": true,\n      \"preview_urls\": false,",
            "\"workers_dev\": true,\n      \"preview_urls\": true,",
        )?;
        project.git(&["init", "--quiet", "--initial-branch=main"])?;
        Ok(project)
    }

    /// Its folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    fn write(&self, path: &str, text: &str) -> anyhow::Result<()> {
        let file = self.root.join(path);
        let folder = file.parent().unwrap_or(&self.root);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&file, text));
        written.with_context(|| format!("cannot write {}", file.display()))
    }

    fn read(&self, path: &str) -> anyhow::Result<String> {
        let file = self.root.join(path);
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
    }

    /// Replaces a text that stands in a file once.
    pub(super) fn replace(&self, path: &str, old: &str, new: &str) -> anyhow::Result<()> {
        let text = self.read(path)?;
        ensure!(text.matches(old).count() == 1, "{path} does not hold `{old}` once");
        self.write(path, &text.replacen(old, new, 1))
    }

    /// Adds a file.
    pub(super) fn add(&self, path: &str, text: &str) -> anyhow::Result<()> {
        self.write(path, text)
    }

    /// Begins a branch at the newest commit.
    pub(super) fn branch(&self, name: &str) -> anyhow::Result<()> {
        self.git(&["switch", "--quiet", "--create", name]).map(drop)
    }

    /// Goes back to `main`, and takes a branch over as one commit, as "Squash and merge" does.
    pub(super) fn squash(
        &self,
        branch: &str,
        author: &str,
        message: &str,
    ) -> anyhow::Result<Commit> {
        self.git(&["switch", "--quiet", "main"])?;
        self.git(&["merge", "--quiet", "--squash", branch])?;
        self.commit(author, message)
    }

    /// Commits everything.
    pub(super) fn commit(&self, author: &str, message: &str) -> anyhow::Result<Commit> {
        self.git(&["add", "--all"])?;
        let (name, email) =
            (format!("user.name={author}"), format!("user.email={author}@example.com"));
        self.git(&["-c", &name, "-c", &email, "commit", "--quiet", "--message", message])?;
        self.head()
    }

    /// The newest commit.
    pub(super) fn head(&self) -> anyhow::Result<Commit> {
        let named = self.git(&["rev-parse", "HEAD", "HEAD^{tree}"])?;
        let (sha, tree) = named.split_once('\n').context("git names no commit")?;
        Ok(Commit { sha: sha.to_owned(), tree: tree.to_owned(), files: self.changed(sha)? })
    }

    /// The files that the newest commit adds or changes. The demo takes none away.
    fn changed(&self, sha: &str) -> anyhow::Result<Vec<File>> {
        let shown = self.git(&["show", "--format=", "--name-status", "--no-renames", sha])?;
        let file = |line: &str| {
            let (status, path) = line.split_once('\t').context("git names no file")?;
            let change = if status == "A" { Change::Added } else { Change::Modified };
            let content = Some(self.read(path)?);
            Ok(File { path: path.to_owned(), change, content, ..File::default() })
        };
        shown.lines().map(file).collect()
    }

    /// What a commit changed, without the lines around it.
    pub(super) fn diff(&self, commit: &Commit) -> anyhow::Result<Vec<String>> {
        let shown = self.git(&["show", "--format=", "--unified=0", &commit.sha])?;
        let is_change = |line: &&str| {
            let mark =
                |mark: &str, header: &str| line.starts_with(mark) && !line.starts_with(header);
            mark("+", "+++") || mark("-", "---")
        };
        let name = |line: &str| line.strip_prefix("+++ b/").map(str::to_owned);
        let lines = shown.lines().filter_map(|line| {
            name(line).or_else(|| Some(line).filter(is_change).map(|line| format!("  {line}")))
        });
        Ok(lines.collect())
    }

    /// Runs git, untouched by what the machine has set for it.
    fn git(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = Command::new("git")
            .args(["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false"])
            .args(["-c", "core.hooksPath=/dev/null"])
            .args(arguments)
            .current_dir(&self.root)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .output()
            .context("cannot run git, which the demo needs")?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            bail!("git {}: {}", arguments.first().unwrap_or(&""), why.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_every_file_that_the_example_needs() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/storefront/apps");
        let mut unknown = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                match path.is_dir() {
                    true if name != "node_modules" && !name.starts_with('.') => folders.push(path),
                    true => {}
                    false => {
                        let above = root.parent().unwrap_or(&root);
                        let path = path.strip_prefix(above).unwrap_or(&path).display().to_string();
                        if !FILES.iter().any(|(known, _)| *known == path) {
                            unknown.push(path);
                        }
                    }
                }
            }
        }
        assert_eq!(unknown, Vec::<String>::new());
    }
}
