//! What an environment asks for, read from where nobody who asks to be let through can change it.
//!
//! | the run | the gate of |
//! |---|---|
//! | a pull request, a merge queue | its base branch, the default branch, and the last deployment |
//! | another branch, a tag, a comment | the default branch, and the last deployment |
//! | the default branch | the commit, and the one before it: since the last deployment that the gate let through, else before the push |
//! | no repository | the files as they lie |
//!
//! Where two have a say both must be open, so that a change of the gate is let through by the gate that
//! it changes. A name is no way around: a gate counts for every environment that deploys the same
//! environment of Wrangler.

mod error;
mod revision;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use self::error::silent;
use self::revision::Revision;
use crate::core::config::clodo_yml::{self, EnvironmentSettings, Gate, Settings};
use crate::core::gate::Calendar;
use crate::core::model::Source;
use crate::core::model::context::{CiContext, EventKind, Known, Sha};
use crate::flow::project::{Request, SETTINGS_FILES, settings};
use crate::world::forge::evidence::Evidence;
use crate::world::git;

pub use error::PolicyError;

/// What an environment asks for.
#[derive(Clone, Debug, Default)]
pub struct Asks {
    /// Its gate; `None` where it asks for nothing.
    pub gate: Option<Gate>,
    /// Its own name, and others under which the same environment of Wrangler is deployed: what holds
    /// for one of them holds for all.
    pub names: BTreeSet<String>,
}

impl Asks {
    /// This and another, which both have a say.
    fn and(mut self, other: Self) -> Self {
        self.gate = both(self.gate, other.gate);
        self.names.extend(other.names);
        self
    }
}

/// What an environment asks for, as `clodo.yml` names it.
///
/// `since` is the commit of the last deployment that the gate let through: see
/// [`super::Precedent`].
///
/// # Errors
/// Where it cannot be told. Then nothing may be deployed.
pub async fn asks(
    request: &Request,
    context: &CiContext,
    forge: Option<&dyn Evidence>,
    environment: &str,
    since: Option<&Sha>,
) -> Result<Asks, PolicyError> {
    let own = settings(request)?;
    let wrangler = own.environment(environment).map_or(environment, |one| one.wrangler.as_str());
    let meant = Meant { name: environment, wrangler };
    let names = own.environments.iter().filter(|one| meant.is(one)).map(|one| one.name.clone());
    let names = names.chain([environment.to_owned()]).collect();
    let asks = Asks { gate: None, names };
    let prefix = git::prefix(&request.root);
    let place = Place { request, forge, prefix: prefix.as_deref() };
    let elsewhere = elsewhere(context);
    if !elsewhere.is_empty() {
        let mut asks = asks;
        for branch in elsewhere {
            asks = asks.and(place.asks(&place.branch(branch).await?, &meant).await?);
        }
        // A gate that was just taken away on the default branch counts for whatever runs elsewhere too.
        if let Some(earlier) = place.earlier(context, since)? {
            asks = asks.and(place.asks(&earlier, &meant).await?);
        }
        return Ok(asks);
    }
    let here = place.commit("HEAD")?;
    let as_it_lies = Revision::AsItLies { folder: &request.root };
    let committed = match &here {
        Some(head) => place.settings(head).await?.is_some(),
        None => false,
    };
    // What nobody committed yet is no change of anything.
    let revision = here.as_ref().filter(|_| committed).unwrap_or(&as_it_lies);
    let now = asks.and(place.asks(revision, &meant).await?);
    Ok(match place.before(context, since, now.gate.is_some())? {
        Some(before) => now.and(place.asks(&before, &meant).await?),
        None => now,
    })
}

fn both(one: Option<Gate>, other: Option<Gate>) -> Option<Gate> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.and(other)),
        (one, other) => one.or(other),
    }
}

/// The branches whose gate counts; none where it is that of the commit at hand.
fn elsewhere(context: &CiContext) -> Vec<&str> {
    let (base, default) = (said(&context.base_branch), said(&context.default_branch));
    let is_default = said(&context.branch) == default && holds_what_it_says(context);
    if base.is_none() && (default.is_none() || is_default) {
        return Vec::new();
    }
    let mut branches: Vec<&str> = base.into_iter().chain(default).collect();
    branches.dedup();
    branches
}

fn said(known: &Option<Known<String>>) -> Option<&str> {
    known.as_ref().map(|known| known.value.as_str())
}

/// Whether the work tree is that of the branch that the run is said to be for: runs of some events are
/// of the default branch, and have somebody else's files.
fn holds_what_it_says(context: &CiContext) -> bool {
    let foreign = [
        EventKind::PullRequest,
        EventKind::PullRequestTarget,
        EventKind::MergeQueue,
        EventKind::WorkflowRun,
        EventKind::IssueComment,
    ];
    let other_commit = match (&context.head_sha, &context.checkout_sha) {
        (Some(head), Some(here)) => head.value != here.value,
        _ => false,
    };
    !other_commit && !foreign.iter().any(|event| context.is_for(event))
}

/// Which environment is meant: what has its name, and what deploys the same.
struct Meant<'a> {
    name: &'a str,
    wrangler: &'a str,
}

impl Meant<'_> {
    fn is(&self, environment: &EnvironmentSettings) -> bool {
        environment.name == self.name || environment.wrangler == self.wrangler
    }
}

/// Where to look.
struct Place<'a> {
    request: &'a Request,
    forge: Option<&'a dyn Evidence>,
    /// Where the folder lies in its repository, if it does in one.
    prefix: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// A commit that git has.
    fn commit(&self, name: &str) -> Result<Option<Revision<'a>>, PolicyError> {
        if self.prefix.is_none() {
            return Ok(None);
        }
        let folder = self.request.root.as_path();
        let found = git::commit(folder, name)?;
        Ok(found.map(|commit| Revision::Here { folder, name: name.to_owned(), commit }))
    }

    /// What the forge tells of a commit.
    fn there(&self, sha: &str) -> Option<Revision<'a>> {
        let (forge, prefix) = (self.forge?, self.prefix.unwrap_or_default());
        Some(Revision::There { forge, name: sha.to_owned(), commit: sha.to_owned(), prefix })
    }

    /// The newest commit of a branch: as the forge has it, which is asked first because a branch in a
    /// clone can be old, or as it was fetched. Files are read at the commit, as the name of a branch
    /// may be that of a tag as well, which others may set.
    async fn branch(&self, name: &str) -> Result<Revision<'a>, PolicyError> {
        if let Some(forge) = self.forge {
            let commit = forge.tip(name).await.map_err(silent(name))?;
            let prefix = self.prefix.unwrap_or_default();
            return Ok(Revision::There { forge, name: name.to_owned(), commit, prefix });
        }
        let fetched = self.commit(&format!("refs/remotes/origin/{name}"))?;
        fetched.ok_or_else(|| PolicyError::NotHere { at: format!("the branch {name}") })
    }

    /// The commit of a deployment on record.
    fn recorded(&self, sha: &Sha) -> Result<Revision<'a>, PolicyError> {
        let found = self.commit(sha.as_str())?.or_else(|| self.there(sha.as_str()));
        found.ok_or_else(|| PolicyError::NotHere { at: format!("the commit {sha}") })
    }

    /// What counted before the default branch became what it is. In a run for a comment its head lies
    /// here; whatever else does can only add a gate.
    fn earlier(
        &self,
        context: &CiContext,
        since: Option<&Sha>,
    ) -> Result<Option<Revision<'a>>, PolicyError> {
        match since {
            Some(since) => self.recorded(since).map(Some),
            None if context.is_for(&EventKind::IssueComment) => self.commit("HEAD^1"),
            None => Ok(None),
        }
    }

    /// The commit before the one at hand. Where there is no gate, and nothing says that there was one,
    /// nobody is asked but git.
    fn before(
        &self,
        context: &CiContext,
        since: Option<&Sha>,
        has_gate: bool,
    ) -> Result<Option<Revision<'a>>, PolicyError> {
        if let Some(since) = since {
            return self.recorded(since).map(Some);
        }
        let pushed = context.base_sha.as_ref().map(|known| known.value.as_str());
        if let Some(found) = pushed.map(|sha| self.commit(sha)).transpose()?.flatten() {
            return Ok(Some(found));
        }
        if let Some(parent) = self.commit("HEAD^1")? {
            return Ok(Some(parent));
        }
        Ok(pushed.filter(|_| has_gate).and_then(|sha| self.there(sha)))
    }

    /// What a revision asks for an environment, with what its calendars say.
    async fn asks(&self, revision: &Revision<'_>, meant: &Meant<'_>) -> Result<Asks, PolicyError> {
        let mut asks = Asks::default();
        let Some(settings) = self.settings(revision).await? else { return Ok(asks) };
        let beside = Path::new(&settings.file).parent().unwrap_or(Path::new("")).to_owned();
        for environment in settings.environments.into_iter().filter(|one| meant.is(one)) {
            asks.names.insert(environment.name);
            let Some(mut own) = environment.gate else { continue };
            for freeze in &mut own.freezes {
                freeze.environments = vec![meant.name.to_owned()];
            }
            for file in &mut own.calendars {
                let path = beside.join(&file.path).display().to_string();
                let at = || revision.name().to_owned();
                let text = revision.text(&path).await?;
                let text =
                    text.ok_or_else(|| PolicyError::NoCalendar { at: at(), path: path.clone() })?;
                let read = Calendar::read(&path, &text, file.zone.as_ref());
                let read = read.map_err(|error| PolicyError::Calendar {
                    at: at(),
                    path: path.clone(),
                    error,
                })?;
                file.calendar = Some(read);
            }
            asks.gate = both(asks.gate, Some(own));
        }
        Ok(asks)
    }

    /// What the `clodo.yml` of a revision says; `None` where it has none.
    async fn settings(&self, revision: &Revision<'_>) -> Result<Option<Settings>, PolicyError> {
        for path in self.files()? {
            let Some(text) = revision.text(&path).await? else { continue };
            let read = clodo_yml::read(&path, &text);
            return read.map(Some).map_err(|problems| {
                let start = problems.list.first().map_or(0, |first| first.span.start);
                let line = Source { path, text }.position(start).line;
                PolicyError::Settings { at: revision.name().to_owned(), line, problems }
            });
        }
        Ok(None)
    }

    /// The files that the settings can be in, as seen from the folder.
    fn files(&self) -> Result<Vec<String>, PolicyError> {
        let Some(named) = &self.request.config else {
            return Ok(SETTINGS_FILES.map(str::to_owned).to_vec());
        };
        let outside = || PolicyError::Outside(named.display().to_string());
        let path = match named.is_absolute() {
            true => named.strip_prefix(&self.request.root).map_err(|_| outside())?.to_owned(),
            false => named.iter().filter(|part| *part != ".").collect::<PathBuf>(),
        };
        Ok(vec![path.display().to_string()])
    }
}
