//! What a rollback will do, and what came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Choice;
use crate::core::model::account::{Deployment, Share};
use crate::core::model::deployment::{Base, Planned, State};
use crate::core::plan::Blocker;
use crate::core::verify::Outcome;

/// What a rollback will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The deployment that is taken back, or gone back to.
    pub of: Option<String>,
    /// What somebody asked to go to: a deployment, or a version.
    pub to: Option<String>,
    /// The deployment of which no service is left that serves, when all is done.
    pub whole: Option<String>,
    /// The deployment that is taken back whole and has no good end yet, with where it stands.
    pub open: Option<(String, State)>,
    /// Whether there is a record of what serves.
    pub recorded: bool,
    /// The services that go back, in this order: the last that was deployed first.
    pub services: Vec<Going>,
    /// Services of the deployment that serve something else already.
    pub already: Vec<Settled>,
    /// The rollback that was left on the way, and is gone on with.
    pub left: Option<(String, State)>,
    /// Rollbacks that were left on the way, and are not gone on with: this one takes their place.
    pub given_up: Vec<(String, State)>,
    /// The names of databases, by id.
    pub databases: BTreeMap<String, String>,
}

/// A service that goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Going {
    /// The service, and how it was deployed.
    pub planned: Planned,
    /// What serves.
    pub live: Deployment,
    /// To what, and why that.
    pub choice: Choice,
    /// What was live with it beside the version, where that is recorded.
    pub base: Option<Base>,
    /// What stands in the way.
    pub blockers: Vec<Blocker>,
    /// The bookmarks of databases from then, by id.
    pub bookmarks: BTreeMap<String, String>,
    /// What is taken back.
    pub taken: Vec<Taken>,
    /// The commit that is gone back to, where that is recorded.
    pub back_to: Option<String>,
}

/// A version of a service that is taken back, and must not come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The version.
    pub version: String,
    /// Its commit, where that is recorded.
    pub commit: Option<String>,
    /// The digest of its code, the same.
    pub code: Option<String>,
}

/// A service that serves something else already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The service, and how it was deployed.
    pub planned: Planned,
    /// What was taken back of it.
    pub taken: Vec<Taken>,
    /// The versions that the rollback that was left let serve again; none where somebody else did.
    pub serves: Vec<Share>,
    /// What was live with them, and is put back once more: nobody knows how far that had come.
    pub base: Option<Base>,
    /// The bookmarks of databases from then, by id.
    pub bookmarks: BTreeMap<String, String>,
    /// The commit of what serves, where that is recorded.
    pub back_to: Option<String>,
}

impl Route {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty() && self.left.is_none()
    }

    /// What an earlier run of the rollback that is gone on with had brought back.
    pub fn settled(&self) -> &[Settled] {
        if self.left.is_some() { &self.already } else { &[] }
    }

    /// The commit that serves again, where it is one and the same of all services.
    pub fn commit(&self) -> Option<&str> {
        let settled = self.settled().iter().filter(|settled| !settled.serves.is_empty());
        let settled = settled.map(|settled| settled.back_to.as_deref());
        let mut commits = self.services.iter().map(|going| going.back_to.as_deref()).chain(settled);
        let first = commits.next()??;
        commits.all(|commit| commit == Some(first)).then_some(first)
    }

    /// The deployment that is taken back whole, and its commit, where that is recorded.
    pub fn taken_back(&self) -> Option<(&str, &str)> {
        let settled = self.settled().iter().flat_map(|settled| &settled.taken);
        let mut taken = self.services.iter().flat_map(|going| &going.taken).chain(settled);
        let commit = taken.find_map(|taken| taken.commit.as_deref())?;
        Some((self.whole.as_deref()?, commit))
    }

    /// The bookmarks of all databases, by id.
    pub fn bookmarks(&self) -> BTreeMap<String, String> {
        let going = self.services.iter().map(|going| &going.bookmarks);
        let settled = self.already.iter().map(|settled| &settled.bookmarks);
        going.chain(settled).flatten().map(|(id, at)| (id.clone(), at.clone())).collect()
    }

    /// What people call a database.
    pub fn database<'a>(&'a self, id: &'a str) -> &'a str {
        self.databases.get(id).map_or(id, String::as_str)
    }
}

/// What came of a rollback.
#[derive(Clone, Debug)]
pub struct RolledBack {
    /// Its id; `None` where nothing was to be done.
    pub id: Option<String>,
    /// The environment, as people name it.
    pub environment: String,
    /// What was to be done.
    pub route: Route,
    /// Where it stands.
    pub state: State,
    /// The services, in the order in which they went back.
    pub services: Vec<Back>,
    /// What came of the checks.
    pub checks: Vec<Outcome>,
    /// Whether the databases were put back to their bookmarks.
    pub databases_restored: bool,
    /// How long it took until the last service served its version again.
    pub traffic: Option<Duration>,
    /// How long it took.
    pub took: Duration,
}

impl RolledBack {
    /// The services that went back with it, or did not: in this run, and in those before.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        let settled = self.route.settled().iter().map(|settled| &settled.planned.service);
        self.services.iter().map(|back| &back.service).chain(settled)
    }
}

/// A service that went back, or did not.
#[derive(Clone, Debug)]
pub struct Back {
    /// The service.
    pub service: String,
    /// The Worker.
    pub worker: String,
    /// What served.
    pub from: Vec<Share>,
    /// What serves now, or should.
    pub to: Vec<Share>,
    /// Where it stands.
    pub state: State,
    /// What else was put back, in words.
    pub parts: Vec<String>,
    /// Why it is not as it should be.
    pub error: Option<String>,
}
