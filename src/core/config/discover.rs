//! Which files are Wrangler configurations, which of them Wrangler uses, and which folders are not
//! worth a look. Decisions alone: `world::files` has the eyes.
//!
//! Source of the facts: `findWranglerConfig` and `findRedirectedWranglerConfig` of Wrangler 4.164.0
//! (`packages/workers-utils/src/config/config-helpers.ts`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::overrides::{Override, OverrideBuilder};

use super::jsonc;
use crate::core::model::{Data, Value};

/// The names of a configuration, in the order in which Wrangler prefers them.
pub const NAMES: [&str; 3] = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// Where a build tool tells Wrangler to use another configuration.
pub const DEPLOY_CONFIG: &str = ".wrangler/deploy/config.json";

/// Configuration as code, for `--experimental-new-config`. Wrangler knows no other spelling.
pub const TYPESCRIPT: &str = "cloudflare.config.ts";

/// Whether a walk leaves a folder out because of its name: dependencies, or what a build made.
/// Hidden folders are left out too, so that `.wrangler`, `.next` and their like need no mention.
pub fn is_left_out(name: &str) -> bool {
    const LEFT_OUT: [&str; 7] =
        ["bower_components", "build", "coverage", "dist", "node_modules", "out", "target"];
    LEFT_OUT.contains(&name)
}

/// Which of the files that Wrangler looks for stand in one folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// The configurations, in the order of [`NAMES`].
    pub configs: [bool; 3],
    /// Whether [`DEPLOY_CONFIG`] is there.
    pub deploy: bool,
    /// Whether [`TYPESCRIPT`] is there.
    pub typescript: bool,
}

impl Here {
    /// The names of the configurations in the folder; the first is the one that counts.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().zip(self.configs).filter_map(|(name, there)| there.then_some(name))
    }

    /// Whether Wrangler, started in the folder, would find something in the folder itself.
    pub fn is_project(self) -> bool {
        self.deploy || self.configs.contains(&true)
    }

    /// Whether the folder holds nothing that is worth a note.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// What Wrangler finds when it is started in a folder: for each name, the nearest folder upwards
/// that has it.
///
/// Each name is searched up to the root of the file system before the next one is tried, so a
/// `wrangler.json` far above beats a `wrangler.toml` in the folder itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nearest {
    configs: [Option<Arc<Path>>; 3],
    deploy: Option<Arc<Path>>,
}

impl Nearest {
    /// What is found from `folder`, where `self` is what is found from its parent.
    pub fn below(&self, folder: &Path, here: Here) -> Self {
        let mut nearest = self.clone();
        if here.is_empty() {
            return nearest;
        }
        let folder: Arc<Path> = folder.into();
        for (slot, there) in nearest.configs.iter_mut().zip(here.configs) {
            if there {
                *slot = Some(folder.clone());
            }
        }
        if here.deploy {
            nearest.deploy = Some(folder);
        }
        nearest
    }

    /// The configuration that Wrangler takes for the user's.
    pub fn config(&self) -> Option<PathBuf> {
        let found = self.configs.iter().zip(NAMES);
        found.filter_map(|(folder, name)| Some(folder.as_ref()?.join(name))).next()
    }

    /// The folder whose [`DEPLOY_CONFIG`] Wrangler sees.
    pub fn deploy(&self) -> Option<&Arc<Path>> {
        self.deploy.as_ref()
    }
}

/// Reads a [`DEPLOY_CONFIG`]: the `configPath` in it, relative to its folder, or in a few words
/// why Wrangler stops at it.
pub fn config_path(text: &str) -> Result<Box<str>, String> {
    let root = jsonc::parse(text).map_err(|error| format!("it is not JSON: {error}"))?;
    if root.is_null() {
        return Err("it holds nothing but `null`".into());
    }
    match root.get("configPath") {
        Some(Value { data: Data::String(path), .. }) if !path.is_empty() => Ok(path.clone()),
        Some(value) if !value.is_falsy() => {
            Err(format!("its `configPath` is {}, not a string", value.describe()))
        }
        _ => Err("it has no `configPath`".into()),
    }
}

/// The `services` of `clodo.yml`: which folders count. A glob names folders relative to the root
/// of the run; `*` stops at `/`, `!` takes folders away again.
#[derive(Clone, Debug)]
pub struct ServiceGlobs {
    globs: Override,
    /// What becomes of a folder that no glob names.
    others: bool,
    /// The root has no name that a glob could match.
    root: bool,
}

/// A glob that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{glob}` in `services` is not a glob: {why}")]
pub struct GlobError {
    /// The glob as written.
    pub glob: String,
    /// What is wrong with it.
    pub why: String,
}

impl ServiceGlobs {
    /// Reads the globs. Where there are none, or none but those with `!`, every other folder
    /// counts.
    pub fn new(globs: &[String]) -> Result<Self, GlobError> {
        let others = globs.iter().all(|glob| glob.starts_with('!'));
        let mut root = others;
        let mut builder = OverrideBuilder::new("");
        for glob in globs {
            let error = |error: ignore::Error| GlobError {
                glob: glob.clone(),
                why: match error {
                    ignore::Error::Glob { err, .. } => err,
                    other => other.to_string(),
                },
            };
            let (not, folder) = match glob.strip_prefix('!') {
                Some(rest) => ("!", folder_of(rest)),
                None => ("", folder_of(glob)),
            };
            if matches!(folder, "" | "**") {
                root = not.is_empty();
            }
            if !folder.is_empty() {
                builder.add(&format!("{not}/{folder}")).map_err(error)?;
            }
        }
        let built = builder
            .build()
            .map_err(|error| GlobError { glob: globs.join(", "), why: error.to_string() });
        Ok(Self { globs: built?, others, root })
    }

    /// Whether a folder counts: its path relative to the root of the run, empty for the root.
    pub fn contain(&self, folder: &str) -> bool {
        match self.globs.matched(folder, true) {
            _ if folder.is_empty() => self.root,
            Match::None => self.others,
            matched => matched.is_whitelist(),
        }
    }
}

/// The folder that a glob means: `./apps/*/` and `apps/*/wrangler.toml` are `apps/*`.
fn folder_of(glob: &str) -> &str {
    let glob = glob.trim_start_matches("./").trim_matches('/');
    let (folder, last) = glob.rsplit_once('/').unwrap_or(("", glob));
    let is_config = NAMES.contains(&last) || last.starts_with("wrangler.");
    if is_config || last == "." { folder } else { glob }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(names: &[&str]) -> Here {
        Here {
            configs: NAMES.map(|name| names.contains(&name)),
            deploy: names.contains(&DEPLOY_CONFIG),
            typescript: names.contains(&TYPESCRIPT),
        }
    }

    #[test]
    fn each_name_is_searched_upwards_by_itself() {
        let top = Nearest::default().below(Path::new("/a"), here(&["wrangler.jsonc"]));
        let toml = top.below(Path::new("/a/b"), here(&["wrangler.toml"]));
        assert_eq!(toml.config(), Some("/a/wrangler.jsonc".into()));
        let jsonc = top.below(Path::new("/a/b"), here(&["wrangler.jsonc", "wrangler.toml"]));
        assert_eq!(jsonc.config(), Some("/a/b/wrangler.jsonc".into()));
        let json = jsonc.below(Path::new("/a/b/c"), here(&["wrangler.json"]));
        assert_eq!(json.config(), Some("/a/b/c/wrangler.json".into()));
        assert_eq!(json.below(Path::new("/a/b/c/d"), Here::default()), json);
        assert_eq!(Nearest::default().config(), None);
    }

    #[test]
    fn the_nearest_deploy_configuration_counts() {
        let top = Nearest::default().below(Path::new("/a"), here(&[DEPLOY_CONFIG]));
        assert_eq!(top.deploy().map(AsRef::as_ref), Some(Path::new("/a")));
        let below = top.below(Path::new("/a/b"), here(&[DEPLOY_CONFIG]));
        assert_eq!(below.deploy().map(AsRef::as_ref), Some(Path::new("/a/b")));
    }

    #[test]
    fn a_deploy_configuration_says_where_it_leads_or_why_not() {
        assert_eq!(config_path(r#"{"configPath": "../x.json",}"#).as_deref(), Ok("../x.json"));
        for (text, why) in [
            ("", "it is not JSON: the file is empty; expected `{`"),
            ("null", "it holds nothing but `null`"),
            ("{}", "it has no `configPath`"),
            ("[]", "it has no `configPath`"),
            (r#"{"configPath": ""}"#, "it has no `configPath`"),
            (r#"{"configPath": 0}"#, "it has no `configPath`"),
            (r#"{"configPath": 7}"#, "its `configPath` is a number, not a string"),
        ] {
            assert_eq!(config_path(text).expect_err(text), why);
        }
    }

    #[test]
    fn service_globs() {
        let contain = |globs: &[&str], folder: &str| {
            let globs: Vec<String> = globs.iter().map(|glob| glob.to_string()).collect();
            ServiceGlobs::new(&globs).expect("valid").contain(folder)
        };
        assert!(contain(&[], "") && contain(&[], "a/b"));
        assert!(contain(&["apps/*"], "apps/api"));
        assert!(contain(&["./apps/*/"], "apps/api"));
        assert!(contain(&["apps/*/wrangler.toml"], "apps/api"));
        assert!(contain(&["apps/**"], "apps/api/worker"));
        assert!(contain(&["{apps,sites}/*"], "sites/www"));
        assert!(contain(&["."], "") && contain(&["**"], "") && contain(&["wrangler.toml"], ""));
        assert!(!contain(&["apps/*"], "") && !contain(&["."], "apps"));
        assert!(!contain(&["apps/*"], "apps/api/worker"));
        assert!(!contain(&["api"], "apps/api"));
        assert!(!contain(&["apps/*", "!apps/old"], "apps/old"));
        assert!(contain(&["!apps/old", "**"], "apps/old"));
        assert!(contain(&["!old"], "apps") && contain(&["!old"], "") && !contain(&["!old"], "old"));
        let error = ServiceGlobs::new(&["apps/[".into()]).expect_err("not a glob");
        assert_eq!(
            error.to_string(),
            "`apps/[` in `services` is not a glob: unclosed character class; missing ']'"
        );
    }
}
