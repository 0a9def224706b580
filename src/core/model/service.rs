//! A service: one Worker or Pages project, as one Wrangler configuration describes it.

use super::{FileId, Object, Span, SyntaxError, Value, path};

/// What kind of project a configuration describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A Worker.
    Worker,
    /// A Pages project: its configuration has `pages_build_output_dir`.
    Pages,
}

/// How a configuration is written. The name of the file decides, as it does for Wrangler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `*.toml`
    Toml,
    /// `*.json` and `*.jsonc`: Wrangler reads both with comments and trailing commas.
    Json,
    /// Anything else: Wrangler takes it for an empty configuration.
    Unknown,
}

impl Format {
    /// The format of a file by its name.
    pub fn of(path: &str) -> Self {
        if path.ends_with(".toml") {
            Self::Toml
        } else if path.ends_with(".json") || path.ends_with(".jsonc") {
            Self::Json
        } else {
            Self::Unknown
        }
    }
}

/// A configuration file as it was found.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// The file.
    pub file: FileId,
    /// How it is written.
    pub format: Format,
    /// Its content; `None` where it could not be parsed.
    pub root: Option<Value>,
    /// Why it could not be parsed.
    pub syntax: Option<SyntaxError>,
}

impl ConfigFile {
    /// A configuration and what became of parsing it.
    pub fn new(file: FileId, format: Format, parsed: Result<Value, SyntaxError>) -> Self {
        let (root, syntax) = match parsed {
            Ok(root) => (Some(root), None),
            Err(syntax) => (None, Some(syntax)),
        };
        Self { file, format, root, syntax }
    }
}

/// A build tool's word to Wrangler to use another file: `.wrangler/deploy/config.json`.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The deploy configuration file.
    pub file: FileId,
    /// The configuration that the tool was given, if there is one beside it.
    pub user_config: Option<FileId>,
    /// Whether the user's configuration is newer than the generated one.
    pub stale: bool,
}

/// One Worker or Pages project.
#[derive(Clone, Debug)]
pub struct Service {
    /// The name people know it by: the configuration's `name`, or that of its folder.
    pub name: Box<str>,
    /// The folder of the configuration, relative to the root of the run; empty for the root.
    pub folder: Box<str>,
    /// The configuration that Wrangler would deploy.
    pub config: ConfigFile,
    /// Worker or Pages.
    pub kind: Kind,
    /// Set where a build tool redirected Wrangler to this configuration.
    pub redirect: Option<Redirect>,
    /// Names of the environments it defines, in the order of the file, without the top level. An
    /// environment without a name cannot be chosen, so it is not among them.
    pub environments: Vec<Box<str>>,
    /// Index into [`super::Workspace::wrangler_versions`], if a version is known.
    pub wrangler: Option<usize>,
}

impl Service {
    /// Builds a service from a parsed configuration; its folder gives the name where it has none.
    pub fn new(config: ConfigFile, folder: &str) -> Self {
        let root = config.root.as_ref().and_then(Value::as_object);
        let name = root
            .and_then(|root| root.get("name")?.as_str())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| folder.rsplit('/').next().filter(|n| !n.is_empty()).unwrap_or("."));
        let defined = |root: &Object| -> Vec<Box<str>> {
            root.get("env")
                .and_then(Value::as_object)
                .map(|envs| envs.keys().filter(|name| !name.is_empty()).map(Into::into).collect())
                .unwrap_or_default()
        };
        Self {
            name: name.into(),
            folder: folder.into(),
            kind: match root.and_then(|root| root.get("pages_build_output_dir")) {
                Some(_) => Kind::Pages,
                None => Kind::Worker,
            },
            environments: root.map(defined).unwrap_or_default(),
            config,
            redirect: None,
            wrangler: None,
        }
    }

    /// The top level of the configuration, if it could be parsed and is a table.
    pub fn root(&self) -> Option<&Object> {
        self.config.root.as_ref()?.as_object()
    }

    /// The table of a named environment.
    pub fn environment_table(&self, name: &str) -> Option<&Value> {
        self.root()?.get("env")?.get(name)
    }

    /// Where a path in the configuration leads, as Node's `path.resolve` has it: relative to the
    /// root of the run, or absolute where the path or the folder is.
    pub fn join(&self, path: &str) -> String {
        path::join(&self.folder, path)
    }

    /// Where to point when the finding is about the service as a whole: its name, or the start.
    pub fn headline(&self) -> Span {
        self.root()
            .and_then(|root| root.entry("name"))
            .map_or(Span::default(), |entry| entry.key_span.to(entry.value.span))
    }
}
