//! Packages from npm, installed once into the cache folder, as lock files pin them.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder that npm fills, and the files that say with what.
#[derive(Debug)]
pub struct Package {
    /// What the folder is called.
    pub name: &'static str,
    /// What is installed, for people.
    pub what: &'static str,
    /// Names and texts: `package.json`, `package-lock.json`, and what is to lie beside them.
    pub files: &'static [(&'static str, &'static str)],
    /// A file that is there afterwards. npm passes over an optional package that it cannot have.
    pub proof: &'static str,
}

/// Why a package is not there.
#[derive(Debug, thiserror::Error)]
pub enum NpmError {
    /// npm did not do it.
    #[error("npm could not install {what}: {why}")]
    Npm {
        /// The package.
        what: &'static str,
        /// What npm says.
        why: String,
    },
    /// The cache folder cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Cache {
        /// What was to be written.
        path: PathBuf,
        /// Why it was not.
        source: io::Error,
    },
}

/// The cache folder, as the environment says: `CLODO_CACHE_DIR`, else `clodo` in `XDG_CACHE_HOME` or
/// `~/.cache`.
pub fn cache_folder(variable: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    let variable = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("CLODO_CACHE_DIR").unwrap_or_else(|| {
        let home = || variable("HOME").map(|home| home.join(".cache"));
        let caches = variable("XDG_CACHE_HOME").or_else(home);
        caches.unwrap_or_else(std::env::temp_dir).join("clodo")
    })
}

/// Written last: what is half installed has none.
const COMPLETE: &str = ".complete";

/// The variables that npm gets from ours: where programs, settings and certificates are.
const PASSED_ON: [&str; 13] = [
    "APPDATA",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NODE_EXTRA_CA_CERTS",
    "NO_PROXY",
    "PATH",
    "SSL_CERT_FILE",
    "SYSTEMROOT",
    "TMPDIR",
    "USERPROFILE",
    "https_proxy",
    "no_proxy",
];

/// How many lines of npm's errors are shown: code, cause and sentence.
const NPM_LINES: usize = 4;

/// What npm reads as its settings.
const NPM_SETTINGS: &str = "npm_config_";

impl Package {
    /// Where it is kept. Named after what is in it, so that a newer clodo leaves an older one its own.
    pub fn folder(&self, cache: &Path) -> PathBuf {
        cache.join(format!("{}-{}", self.name, self.digest()))
    }

    /// Whether nothing is left to install.
    pub fn is_installed(&self, cache: &Path) -> bool {
        self.folder(cache).join(COMPLETE).exists()
    }

    /// Its folder, installed. Takes seconds the first time; others that have the same wish at the
    /// same time wait.
    ///
    /// # Errors
    /// Where there is no npm, no registry or no place.
    pub fn install(&self, cache: &Path) -> Result<PathBuf, NpmError> {
        let folder = self.folder(cache);
        if self.is_installed(cache) {
            return Ok(folder);
        }
        let cannot = |path: &Path| {
            let path = path.to_owned();
            move |source| NpmError::Cache { path, source }
        };
        fs::create_dir_all(&folder).map_err(cannot(&folder))?;
        // The lock ends with the file.
        let lock = folder.join(".lock");
        let guard = File::create(&lock).map_err(cannot(&lock))?;
        guard.lock().map_err(cannot(&lock))?;
        if self.is_installed(cache) {
            return Ok(folder);
        }
        for (name, text) in self.files {
            let path = folder.join(name);
            fs::write(&path, text).map_err(cannot(&path))?;
        }
        let failed = |why| NpmError::Npm { what: self.what, why };
        npm(&folder).map_err(failed)?;
        if !folder.join(self.proof).exists() {
            return Err(failed("there is none for this system, or it could not be fetched".into()));
        }
        let complete = folder.join(COMPLETE);
        fs::write(&complete, "").map_err(cannot(&complete))?;
        Ok(folder)
    }

    /// The first 16 digits of the SHA-256 of all files.
    fn digest(&self) -> String {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        for (name, text) in self.files {
            context.update(name.as_bytes());
            context.update(text.as_bytes());
        }
        let digest = context.finish();
        digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Fills `node_modules` as the lock file says; what an earlier try left there is removed by npm. No
/// script of a package runs.
fn npm(folder: &Path) -> Result<(), String> {
    let settings = std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        PASSED_ON.contains(&&*name) || name.to_ascii_lowercase().starts_with(NPM_SETTINGS)
    });
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .env_clear()
        .envs(settings)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("it does not start ({error})"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(said(&String::from_utf8_lossy(&output.stderr)))
}

/// What npm says before it goes into details.
fn said(stderr: &str) -> String {
    let lines = stderr.lines().filter_map(|line| line.strip_prefix("npm error "));
    let lines = lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("at "));
    lines.take(NPM_LINES).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_is_quoted_without_its_details() {
        let stderr = "npm warn x\nnpm error code ECONNREFUSED\nnpm error     at a (b.js:1)\nnpm error\n\
                      npm error errno ECONNREFUSED\n";
        assert_eq!(said(stderr), "code ECONNREFUSED; errno ECONNREFUSED");
    }

    #[test]
    fn the_cache_is_where_the_environment_says() {
        let folder = |variables: &[(&str, &str)]| {
            let find = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name)?;
                Some(found.1.to_owned())
            };
            cache_folder(&find).display().to_string()
        };
        assert_eq!(folder(&[("CLODO_CACHE_DIR", "/c"), ("HOME", "/h")]), "/c");
        assert_eq!(folder(&[("XDG_CACHE_HOME", "/x"), ("HOME", "/h")]), "/x/clodo");
        assert_eq!(folder(&[("CLODO_CACHE_DIR", ""), ("HOME", "/h")]), "/h/.cache/clodo");
    }
}
