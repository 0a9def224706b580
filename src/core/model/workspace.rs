//! Everything that was read, before any rule looks at it.

use super::{Facts, FileId, Service, Source};
use crate::core::source::Sources;

/// A place that could not be looked at, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The path.
    pub path: String,
    /// Why, in words.
    pub why: String,
    /// Whether only someone who asks for details wants to know: it was left out on purpose.
    pub minor: bool,
}

/// A file that has a say beside the configuration that Wrangler uses.
#[derive(Clone, Debug)]
pub enum SideFile {
    /// A second configuration in the same folder: Wrangler never reads it.
    Ignored {
        /// The one that is never read.
        path: String,
        /// The one that wins.
        by: String,
    },
    /// A configuration higher up wins over the one in the folder.
    Shadowed {
        /// The service's own configuration.
        file: FileId,
        /// The one that Wrangler uses instead when it is started in the folder.
        by: String,
    },
    /// A `cloudflare.config.ts`: configuration as code, which clodo does not run.
    TypeScript {
        /// Its path.
        path: String,
    },
    /// A `.wrangler/deploy/config.json` that does not lead anywhere.
    BrokenRedirect {
        /// The file.
        file: FileId,
        /// What is wrong with it.
        problem: String,
    },
    /// A file that exists and could not be read.
    Unreadable {
        /// Its path.
        path: String,
        /// Why, in words.
        why: String,
    },
}

/// The Wrangler that a project pins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WranglerVersion {
    /// The version.
    pub version: semver::Version,
    /// The lock file or manifest that says so.
    pub source: String,
}

/// Everything that was read.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The name of the root folder, for headings.
    pub name: String,
    /// Files by [`FileId`].
    pub files: Vec<Source>,
    /// The services, in the order of their configuration's path.
    pub services: Vec<Service>,
    /// Files that have a say beside the services' configurations.
    pub side_files: Vec<SideFile>,
    /// What could not be looked at.
    pub skipped: Vec<Skipped>,
    /// Wrangler versions, see [`Service::wrangler`].
    pub wrangler_versions: Vec<WranglerVersion>,
    /// What the work tree says beside the configurations.
    pub facts: Facts,
    /// What the source code of the Workers says.
    pub sources: Sources,
}

impl Workspace {
    /// The file of an id.
    pub fn file(&self, id: FileId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// Adds a file and gives its id.
    pub fn add_file(&mut self, path: String, text: String) -> FileId {
        self.files.push(Source { path, text });
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The version of Wrangler that a service pins.
    pub fn wrangler_of(&self, service: &Service) -> Option<&WranglerVersion> {
        service.wrangler.and_then(|index| self.wrangler_versions.get(index))
    }
}
