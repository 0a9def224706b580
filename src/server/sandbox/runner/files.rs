//! The files of Workers, where the runtime can read them: modules and assets, written once.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use axum::body::Bytes;
use ring::digest::{Context, SHA256};
use tempfile::TempDir;

use super::super::source::hex;
use super::super::state::workers::{Asset, Assets};
use super::super::store::Store;

/// The folder that the runtime reads, and in which it keeps what is its own.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    /// Removed at the end, where the account is in memory.
    _temporary: Option<TempDir>,
}

impl Files {
    /// Beside the account's state, or in a temporary folder.
    pub(super) fn new(store: &Store) -> io::Result<Self> {
        let (folder, temporary) = match store.folder() {
            Some(folder) => (folder.join("runner"), None),
            None => {
                let temporary = tempfile::tempdir()?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        for part in ["modules", "assets", "storage"] {
            fs::create_dir_all(folder.join(part))?;
        }
        Ok(Self { folder, _temporary: temporary })
    }

    /// Where the runtime keeps Durable Objects and workflows.
    pub(super) fn storage(&self) -> PathBuf {
        self.folder.join("storage")
    }

    /// The file with the bytes of a blob.
    pub(super) fn blob(&self, store: &Store, id: &str) -> io::Result<PathBuf> {
        let path = self.folder.join("modules").join(id);
        if !path.exists() {
            self.write(&path, &stored(store, id)?)?;
        }
        Ok(path)
    }

    /// The file of a module that is the sandbox's own.
    pub(super) fn own(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.folder.join("modules").join(name);
        if !path.exists() {
            self.write(&path, text.as_bytes())?;
        }
        Ok(path)
    }

    /// The folder with the assets of a version, as they lay on the disk of the one who uploaded them.
    pub(super) fn assets<'a>(
        &self,
        store: &Store,
        uploaded: impl Fn(&str) -> Option<&'a Asset>,
        assets: &Assets,
    ) -> io::Result<PathBuf> {
        let rules = |name| assets.config.get(name).and_then(|rules| rules.as_str());
        let rules = [("_headers", rules("_headers")), ("_redirects", rules("_redirects"))];
        let rules = rules.into_iter().filter_map(|(name, text)| Some((name, text?)));
        let mut context = Context::new(&SHA256);
        let manifest = assets.manifest.iter().map(|(path, hash)| (&**path, &**hash));
        for (path, content) in manifest.chain(rules.clone()) {
            // The length keeps apart what the bytes alone would not.
            context.update(&[path.len(), content.len()].map(usize::to_le_bytes).concat());
            context.update(path.as_bytes());
            context.update(content.as_bytes());
        }
        let folder = self.folder.join("assets").join(hex(context.finish().as_ref()));
        if folder.exists() {
            return Ok(folder);
        }
        let beside = tempfile::tempdir_in(&self.folder)?;
        for (path, hash) in &assets.manifest {
            let Some(asset) = uploaded(hash) else { continue };
            let path = below(beside.path(), path)?;
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, stored(store, &asset.blob)?)?;
        }
        for (name, text) in rules {
            fs::write(beside.path().join(name), text)?;
        }
        fs::rename(beside.keep(), &folder)?;
        Ok(folder)
    }

    /// Writes beside the file first: the runtime must not read a half.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut beside = tempfile::NamedTempFile::new_in(&self.folder)?;
        beside.write_all(bytes)?;
        beside.persist(path)?;
        Ok(())
    }
}

fn stored(store: &Store, blob: &str) -> io::Result<Bytes> {
    store
        .blob(blob)
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("no blob {blob}")))
}

/// A path of a manifest below a folder, and never above it.
fn below(folder: &Path, path: &str) -> io::Result<PathBuf> {
    let relative = Path::new(path.trim_start_matches('/'));
    if relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(folder.join(relative));
    }
    let message = format!("{path} is no path of an asset");
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_stay_in_their_folder() {
        let below = |path| below(Path::new("/assets"), path).ok();
        assert_eq!(below("/a/b.txt"), Some("/assets/a/b.txt".into()));
        assert_eq!(below("/a/../../etc/passwd"), None);
        assert_eq!(below("..\u{0}"), Some("/assets/..\u{0}".into()));
        assert_eq!(below("//etc/passwd"), Some("/assets/etc/passwd".into()));
    }
}
