//! What can be made in an account, and with which command.

use crate::core::model::account::Account;
use crate::core::model::{Edit, FileId};

/// The branch of a new Pages project whose deployments are production.
const PRODUCTION_BRANCH: &str = "main";

/// The key of an R2 binding whose bucket lies in the default jurisdiction.
const DEFAULT_JURISDICTION: &str = "default";

/// Something to make; or, where the account has it already, to write down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    /// The id of the account.
    pub account: String,
    /// What it is.
    pub resource: Resource,
    /// Its id or name, where the account has it already: nothing is made, it is only written down.
    pub adopted: Option<String>,
    /// Who needs it: `shop (staging)`.
    pub users: Vec<String>,
    /// The folder of the first service that needs it.
    pub folder: String,
    /// Where its id or name is to be written; nowhere, where the configuration has its name.
    pub writes: Vec<Write>,
}

/// A resource of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A KV namespace.
    KvNamespace {
        /// Its title.
        title: String,
    },
    /// A D1 database.
    D1Database {
        /// Its name.
        name: String,
        /// Its jurisdiction, if it has one.
        jurisdiction: Option<String>,
    },
    /// An R2 bucket.
    R2Bucket {
        /// Its name.
        name: String,
        /// Its jurisdiction, if it has one.
        jurisdiction: Option<String>,
    },
    /// A queue.
    Queue {
        /// Its name.
        name: String,
    },
    /// A namespace of Workers for Platforms.
    DispatchNamespace {
        /// Its name.
        name: String,
    },
    /// A Pages project.
    PagesProject {
        /// Its name.
        name: String,
    },
}

/// A key of a configuration that gets an id or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The configuration.
    pub file: FileId,
    /// The path of the key.
    pub path: String,
}

impl Write {
    /// The edit that writes it.
    pub fn edit(&self, value: &str) -> Edit {
        Edit::Set { path: self.path.clone(), value: value.into() }
    }
}

impl Resource {
    /// What people call it: `KV namespace shop-cache`.
    pub fn title(&self) -> String {
        match self {
            Self::KvNamespace { title } => format!("KV namespace {title}"),
            Self::D1Database { name, jurisdiction } => {
                format!("D1 database {name}{}", within(jurisdiction))
            }
            Self::R2Bucket { name, jurisdiction } => {
                format!("R2 bucket {name}{}", within(jurisdiction))
            }
            Self::Queue { name } => format!("queue {name}"),
            Self::DispatchNamespace { name } => format!("dispatch namespace {name}"),
            Self::PagesProject { name } => {
                format!("Pages project {name} (production branch {PRODUCTION_BRANCH})")
            }
        }
    }

    /// Its name in the account.
    pub fn name(&self) -> &str {
        match self {
            Self::KvNamespace { title: name }
            | Self::D1Database { name, .. }
            | Self::R2Bucket { name, .. }
            | Self::Queue { name }
            | Self::DispatchNamespace { name }
            | Self::PagesProject { name } => name,
        }
    }

    /// The arguments by which Wrangler 4.164.0 makes it.
    pub fn arguments(&self) -> Vec<String> {
        let command: &[&str] = match self {
            Self::KvNamespace { .. } => &["kv", "namespace", "create"],
            Self::D1Database { .. } => &["d1", "create"],
            Self::R2Bucket { .. } => &["r2", "bucket", "create"],
            Self::Queue { .. } => &["queues", "create"],
            Self::DispatchNamespace { .. } => &["dispatch-namespace", "create"],
            Self::PagesProject { .. } => &["pages", "project", "create"],
        };
        let flags = match self {
            Self::D1Database { jurisdiction: Some(jurisdiction), .. }
            | Self::R2Bucket { jurisdiction: Some(jurisdiction), .. } => {
                vec![format!("--jurisdiction={jurisdiction}")]
            }
            Self::PagesProject { .. } => vec![format!("--production-branch={PRODUCTION_BRANCH}")],
            _ => Vec::new(),
        };
        let command = command.iter().copied().map(str::to_owned);
        command.chain([self.name().to_owned()]).chain(flags).collect()
    }

    /// Whether a binding names it by an id that only the account knows.
    pub fn has_id(&self) -> bool {
        matches!(self, Self::KvNamespace { .. } | Self::D1Database { .. })
    }

    /// What a binding names it by, if the account has it: an id, or its name. `None` where it was
    /// not seen.
    pub(super) fn found(&self, account: &Account) -> Option<Option<String>> {
        let named = |has: bool| has.then(|| self.name().to_owned());
        Some(match self {
            Self::KvNamespace { title } => {
                let all = account.kv_namespaces.known()?;
                all.iter().find(|one| one.title == *title).map(|one| one.id.clone())
            }
            Self::D1Database { name, .. } => {
                let all = account.d1_databases.known()?;
                all.iter().find(|one| one.name == *name).map(|one| one.id.clone())
            }
            Self::R2Bucket { name, jurisdiction } => {
                let r2 = account.r2.known().filter(|r2| r2.enabled)?;
                let jurisdiction = jurisdiction.as_deref().unwrap_or(DEFAULT_JURISDICTION);
                named(r2.buckets.get(jurisdiction)?.known()?.contains(name))
            }
            Self::Queue { name } => {
                named(account.queues.known()?.iter().any(|one| one.name == *name))
            }
            Self::DispatchNamespace { name } => {
                named(account.dispatch_namespaces.known()?.iter().any(|one| one.name == *name))
            }
            Self::PagesProject { name } => {
                named(account.pages_projects.known()?.iter().any(|one| one.name == *name))
            }
        })
    }
}

fn within(jurisdiction: &Option<String>) -> String {
    jurisdiction.as_deref().map(|name| format!(" (jurisdiction {name})")).unwrap_or_default()
}
