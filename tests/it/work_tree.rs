//! A work tree in a temporary folder, and the real engine let loose on it.

use std::fs;
use std::path::{Path, PathBuf};

use clodo::core::model::Report;
use clodo::flow::check;
use clodo::flow::project::{ProjectError, Request};
use clodo::flow::protection::Forge;
use jiff::civil::{Date, date};
use tempfile::TempDir;

/// The day on which the tests live, so that no test grows old.
pub(crate) const TODAY: Date = date(2026, 11, 20);

/// A folder that is removed with its last use.
pub(crate) struct WorkTree(TempDir);

impl WorkTree {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    /// A tree of these files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let tree = Self::new();
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    /// A copy of a folder of this repository, without what a package manager or Wrangler left.
    pub(crate) fn copy_of(folder: &str) -> Self {
        let tree = Self::new();
        copy(&repository().join(folder), &tree.path());
        tree
    }

    /// The true path: where Wrangler would find itself.
    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().canonicalize().expect("the folder is there")
    }

    /// Where something in it is.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file; a path that ends with `/` is an empty folder.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let absolute = self.at(path);
        if path.ends_with('/') {
            return fs::create_dir_all(absolute).expect("a folder");
        }
        fs::create_dir_all(absolute.parent().expect("a parent")).expect("a folder");
        fs::write(absolute, text).expect("a file");
    }

    /// A request to check everything; with the account, and with what the forge protects, where the
    /// tree has a picture of them.
    pub(crate) fn request(&self) -> Request {
        let account = Path::new("account.json");
        let forge = fs::read(self.at("forge.json")).ok();
        let known = forge.map(|text| serde_json::from_slice(&text).expect("protections"));
        Request {
            forge: known.map(Forge::Known),
            account: self.at("account.json").exists().then(|| account.to_owned()),
            root: self.path(),
            today: TODAY,
            ..Request::default()
        }
    }

    pub(crate) fn check(&self) -> Report {
        report(&self.request())
    }
}

/// The report of a check. A `clodo.yml` that cannot be used has one too.
pub(crate) fn report(request: &Request) -> Report {
    match check::check(request) {
        Ok(checked) => checked.report,
        Err(ProjectError::Settings(_, report)) => *report,
        Err(error) => panic!("{error:?}"),
    }
}

/// The folder of the crate.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The entries of a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let list = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = list.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    paths
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for path in entries(from) {
        let name = path.file_name().expect("a name");
        if name == "node_modules" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).expect("a file");
        }
    }
}
