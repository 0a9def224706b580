//! `clodo gaps --create`: make what is missing and takes neither a secret nor a choice, through
//! Wrangler, and write its id into the configuration.
//!
//! One after the other, each written down before the next is made, so that a kill loses nothing:
//! what was made and not written yet is found by its name the next time.

use std::collections::HashMap;
use std::ffi::OsString;
use std::time::Duration;

use super::project::{Project, ProjectError, Request, off};
use super::sight::{self, Live};
use crate::core::fix;
use crate::core::gaps::{Creation, Lacks, Resource, UnknownId, lacks};
use crate::core::model::{Edit, FileId, Format, Sight};
use crate::world::cloudflare::{Cloudflare, CloudflareError};
use crate::world::files::replace_text;
use crate::world::http::block_on;
use crate::world::wrangler::{Access, Call, Wrangler, WranglerError, locate};

/// How long Wrangler may take to make one thing: as long as its own requests, and a first download.
const PATIENCE: Duration = Duration::from_secs(180);

/// The variable by which Wrangler, which is run where there is no configuration, gets the account.
const ACCOUNT: &str = "CLOUDFLARE_ACCOUNT_ID";

/// Why something was not made, or not written down.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The project cannot be looked at.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// There is no Wrangler that runs.
    #[error(transparent)]
    Wrangler(#[from] WranglerError),
    /// Wrangler ran and failed.
    #[error("Wrangler could not make the {what}: {said}")]
    Refused {
        /// What was to be made.
        what: String,
        /// What Wrangler said.
        said: String,
    },
    /// The account cannot be asked for the id.
    #[error("the {what} was made, and its id cannot be read: {source}")]
    NoId {
        /// What was made.
        what: String,
        /// Why.
        source: Box<CloudflareError>,
    },
    /// The account does not list it.
    #[error("the {0} was made, and the account does not list it yet")]
    NotListed(String),
    /// The configuration cannot be changed.
    #[error("the {what} is there, and {path} was not changed: {why}")]
    NotWritten {
        /// What was made.
        what: String,
        /// The configuration.
        path: String,
        /// Why.
        why: String,
    },
    /// There is no temporary folder to run Wrangler in, or no runtime to wait for it.
    #[error("Wrangler cannot be run: {0}")]
    Io(#[from] std::io::Error),
}

impl CreateError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Project(error) => error.hint().into_owned(),
            Self::Wrangler(error) => error.hint().to_owned(),
            Self::Refused { .. } => {
                "see what the token may do: clodo gaps lists what it needs".to_owned()
            }
            Self::NoId { source, .. } => source.hint(),
            Self::NotListed(_) => {
                "run `clodo gaps --create` again: it is found by its name".to_owned()
            }
            Self::NotWritten { .. } => {
                "run `clodo gaps --create` again: nothing is made twice".to_owned()
            }
            Self::Io(_) => "see whether the folder for temporary files can be written".to_owned(),
        }
    }
}

/// What is to be made, and the project that it is made for.
#[derive(Debug)]
pub struct Pending {
    /// What is to be made, in the order of the configurations.
    pub list: Vec<Creation>,
    /// The ids that configurations name and the account does not have. They are left as they are.
    pub ids: Vec<UnknownId>,
    /// What was seen of the account, and what could not be; `None` where there is no service.
    pub sight: Option<Sight>,
    request: Request,
    live: Live,
    project: Project,
    /// The texts of the configurations that were changed.
    texts: HashMap<FileId, String>,
    wranglers: HashMap<String, Wrangler>,
}

/// Something that was made, or was there, and is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What it is: `KV namespace shop-cache`.
    pub what: String,
    /// Whether the account had it already.
    pub adopted: bool,
    /// Its id, or the name that was written.
    pub id: Option<String>,
    /// The configurations that name it now.
    pub written: Vec<String>,
}

/// Looks at the work tree and at the account, and finds what is to be made. Nothing is made yet.
///
/// # Errors
/// Where one of the two cannot be looked at.
pub fn pending(request: &Request, live: Live) -> Result<Pending, CreateError> {
    let request = Request { account: None, live: Some(live.clone()), ..request.clone() };
    let project = Project::read(&request)?;
    let Lacks { creations: list, ids } = match &project.snapshot {
        Some(snapshot) => lacks(
            &project.workspace,
            &request.environments,
            snapshot,
            project.settings.state_database(),
        ),
        None => Lacks::default(),
    };
    let seen = project.snapshot.as_ref().zip(project.looked.as_ref());
    let off = off(&project.settings);
    let sight = seen.map(|(snapshot, looked)| sight::describe(snapshot, looked, &off));
    let (texts, wranglers) = Default::default();
    Ok(Pending { list, ids, sight, request, live, project, texts, wranglers })
}

impl Pending {
    /// The configuration of a write, as people know it.
    pub fn shown(&self, file: FileId) -> &str {
        &self.project.workspace.file(file).path
    }

    /// Makes one, unless the account has it, and writes its id where it belongs.
    ///
    /// # Errors
    /// Where it was not made or not written down.
    pub fn make(&mut self, one: &Creation, tell: &dyn Fn(&str)) -> Result<Made, CreateError> {
        let what = one.resource.title();
        if one.adopted.is_none() {
            self.run_wrangler(one, tell)?;
        }
        let id = match &one.adopted {
            Some(id) => Some(id.clone()),
            None if one.writes.is_empty() => None,
            None if one.resource.has_id() => Some(self.id(one)?),
            None => Some(one.resource.name().to_owned()),
        };
        let mut written = Vec::new();
        for write in &one.writes {
            let Some(id) = &id else { continue };
            let path = self.shown(write.file).to_owned();
            self.write(write.file, &write.edit(id)).map_err(|why| CreateError::NotWritten {
                what: what.clone(),
                path: path.clone(),
                why,
            })?;
            written.push(path);
        }
        Ok(Made { what, adopted: one.adopted.is_some(), id, written })
    }

    /// Runs Wrangler in an empty folder: what it makes is decided here, and not by a configuration
    /// that it would find and might change.
    fn run_wrangler(&mut self, one: &Creation, tell: &dyn Fn(&str)) -> Result<(), CreateError> {
        let wrangler = self.wrangler(&one.folder, tell)?;
        let folder = tempfile::tempdir()?;
        let call = Call {
            folder: folder.path(),
            arguments: one.resource.arguments().into_iter().map(OsString::from).collect(),
            access: Access::Account,
            variables: vec![(ACCOUNT.to_owned(), OsString::from(&one.account))],
            timeout: PATIENCE,
        };
        let ran = block_on(wrangler.run(&call))??;
        match ran.status.success() {
            true => Ok(()),
            false => Err(CreateError::Refused {
                what: one.resource.title(),
                said: ran.failure().to_string(),
            }),
        }
    }

    /// The Wrangler of a service.
    fn wrangler(&mut self, folder: &str, tell: &dyn Fn(&str)) -> Result<Wrangler, CreateError> {
        if let Some(known) = self.wranglers.get(folder) {
            return Ok(known.clone());
        }
        let found =
            locate(&self.request.root.join(folder), &|name| std::env::var(name).ok(), tell)?;
        self.wranglers.insert(folder.to_owned(), found.clone());
        Ok(found)
    }

    /// The id of something that was just made, from the account.
    fn id(&self, one: &Creation) -> Result<String, CreateError> {
        let what = || one.resource.title();
        let found = block_on(id(&self.live.client, one))?;
        let found =
            found.map_err(|source| CreateError::NoId { what: what(), source: Box::new(source) })?;
        found.ok_or_else(|| CreateError::NotListed(what()))
    }

    /// Makes an edit in a configuration.
    fn write(&mut self, file: FileId, edit: &Edit) -> Result<(), String> {
        let source = self.project.workspace.file(file);
        let path = self.request.root.join(&source.path);
        let before = self.texts.get(&file).unwrap_or(&source.text);
        let edited = fix::apply(Format::of(&source.path), before, std::slice::from_ref(edit));
        let after = edited.map_err(|error| error.to_string())?;
        replace_text(&path, before, &after).map_err(|error| error.to_string())?;
        self.texts.insert(file, after);
        Ok(())
    }
}

async fn id(client: &Cloudflare, one: &Creation) -> Result<Option<String>, CloudflareError> {
    Ok(match &one.resource {
        Resource::KvNamespace { title } => {
            let all = client.kv_namespaces(&one.account).await?;
            all.into_iter().find(|known| known.title == *title).map(|known| known.id)
        }
        Resource::D1Database { name, .. } => {
            let all = client.d1_databases(&one.account).await?;
            all.into_iter().find(|known| known.name == *name).map(|known| known.id)
        }
        _ => None,
    })
}
