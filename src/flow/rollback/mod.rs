//! `clodo rollback`: which versions, what stands in the way, the lock, the traffic, then what no
//! version has, a look at what came of it, and a hold on what was taken back.
//!
//! ```text
//! ground      the project, the account, what was recorded            ground.rs
//! route       which services go back to what, and what blocks it     route.rs
//! carry out   lock, traffic in reverse order, the rest, health       carrying.rs
//! hold        what must not come back                                holds.rs
//! ```
//!
//! It needs neither Node nor Wrangler, nor a record: without one, Cloudflare's own list of
//! deployments tells what was live before. Every part looks before it does anything, so that a
//! rollback that was killed is made again by the same command.

mod carrying;
mod error;
mod ground;
mod holds;
mod route;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

pub use error::RollbackError;
pub use holds::{clear, hold};
pub use route::{Going, Route};

use self::carrying::carry_out;
use self::ground::Ground;
use super::project::Request;
use super::sight::Live;
use super::turn::Wait;
use crate::core::model::account::Share;
use crate::core::model::context::CiContext;
use crate::core::model::deployment::State;
use crate::core::model::journal::Actor;
use crate::core::verify::Outcome;
use crate::world::http::block_on;
use crate::world::store::Store;

/// What somebody wants of a rollback.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// To this deployment of clodo's, or this version of one service. `None`: to the last known
    /// good.
    pub to: Option<String>,
    /// Only these services. None: all of the deployment that is taken back.
    pub services: Vec<String>,
    /// Whether secrets that were changed since do not stand in the way.
    pub force: bool,
    /// Whether databases are put back to their bookmarks as well.
    pub restore_d1: bool,
    /// Whether nothing is asked or looked at before: neither what stands in the way nor people.
    pub emergency: bool,
    /// Why.
    pub reason: Option<String>,
    /// How long to wait for the lock.
    pub wait: Duration,
}

/// Who rolls back, and how it talks to them.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// Where it runs.
    pub context: &'a CiContext,
    /// The variables of our own environment.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Hears how it goes on.
    pub tell: &'a dyn Fn(News<'_>),
    /// Says whether to go on, when it is known what would be done.
    pub agree: &'a dyn Fn(&Route) -> bool,
}

/// How a rollback goes on.
#[derive(Debug)]
pub enum News<'a> {
    /// It is known what will be done.
    Route(&'a Route),
    /// Somebody else has the lock, or had it.
    Waiting(Wait<'a>),
    /// The lock was taken, under this number.
    Locked(&'a str, u64),
    /// A rollback that was left is gone on with.
    Resumed(&'a str),
    /// Requests go to the versions of before.
    Traffic {
        /// Of which service.
        service: &'a str,
        /// Which versions.
        shares: &'a [Share],
        /// Since the command began.
        after: Duration,
    },
    /// Something that no version has was put back.
    Part(&'a str, &'a str),
    /// Something could not be put back.
    Failed(&'a str, &'a str),
    /// A database was put back to its bookmark.
    Database(&'a str, &'a str),
    /// A check was made.
    Checked(&'a Outcome),
}

/// What came of a rollback.
#[derive(Clone, Debug)]
pub struct RolledBack {
    /// Its id; `None` where nothing was to be done.
    pub id: Option<String>,
    /// The environment, as people name it.
    pub environment: String,
    /// The deployment that was taken back, or gone back to.
    pub of: Option<String>,
    /// Where it stands.
    pub state: State,
    /// The services, in the order in which they went back.
    pub services: Vec<Back>,
    /// The services of the deployment that served something else already.
    pub already: Vec<String>,
    /// What came of the checks.
    pub checks: Vec<Outcome>,
    /// The databases with the bookmarks of before, by id: that they were not put back, unless it was
    /// asked for.
    pub bookmarks: BTreeMap<String, String>,
    /// Whether they were.
    pub databases_restored: bool,
    /// How long it took until the last service served its version again.
    pub traffic: Option<Duration>,
    /// How long it took.
    pub took: Duration,
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

/// Goes back.
///
/// # Errors
/// Where nothing was touched, or it can no longer be written down what was. What was touched and is
/// not well is no error of this: see [`RolledBack::state`].
pub fn rollback(
    request: &Request,
    live: &Live,
    wishes: &Wishes,
    tools: Tools<'_>,
) -> Result<RolledBack, RollbackError> {
    let started = Instant::now();
    block_on(async {
        let ground = Ground::read(request, live).await?;
        let store = Store::open(&ground.place).await?;
        let route = route::find(&ground, &store, wishes).await?;
        if route.services.is_empty() {
            return Ok(nothing(&ground, route, started));
        }
        (tools.tell)(News::Route(&route));
        if !wishes.emergency {
            route.refuse_blocked(wishes.force)?;
            if !(tools.agree)(&route) {
                return Err(RollbackError::NotAgreed);
            }
        }
        let done = carry_out(&ground, &store, wishes, tools, &route, started).await?;
        Ok(RolledBack { took: started.elapsed(), ..done })
    })?
}

fn nothing(ground: &Ground, route: Route, started: Instant) -> RolledBack {
    RolledBack {
        id: None,
        environment: ground.environment.name.clone(),
        of: route.of,
        state: State::Succeeded,
        services: Vec::new(),
        already: route.already,
        checks: Vec::new(),
        bookmarks: BTreeMap::new(),
        databases_restored: false,
        traffic: None,
        took: started.elapsed(),
    }
}
