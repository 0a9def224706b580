//! `.wrangler/deploy/config.json`, by which a build tool has Wrangler use what it generated.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{paths, text};
use crate::core::config::discover::{DEPLOY_CONFIG, config_path};

/// A deploy configuration that was read.
#[derive(Debug)]
pub(super) struct Deploy {
    /// Its text; empty where it could not be read.
    pub text: String,
    /// The configuration that it leads to, or why Wrangler stops at it.
    pub target: Result<PathBuf, String>,
}

/// Those that were read so far, by the folder that they are for.
#[derive(Debug, Default)]
pub(super) struct Deploys(pub BTreeMap<PathBuf, Deploy>);

impl Deploys {
    /// The deploy configuration of a folder that has one.
    pub(super) fn of(&mut self, root: &Path, folder: &Path) -> &Deploy {
        self.0.entry(folder.to_owned()).or_insert_with(|| read(root, folder))
    }
}

fn read(root: &Path, folder: &Path) -> Deploy {
    let path = folder.join(DEPLOY_CONFIG);
    match text::read_text(&path) {
        Ok(text) => Deploy { target: target(root, &path, &text), text },
        Err(error) => Deploy { text: String::new(), target: Err(error.why()) },
    }
}

fn target(root: &Path, path: &Path, text: &str) -> Result<PathBuf, String> {
    let target = paths::resolve(paths::parent(path), Path::new(&*config_path(text)?));
    let leads = |why| Err(format!("it leads to `{}`, which {why}", paths::shown(root, &target)));
    match target.metadata() {
        Ok(metadata) if metadata.is_dir() => leads("is a folder"),
        Ok(_) => Ok(target),
        Err(_) => leads("does not exist"),
    }
}
