//! `clodo rollback`: which versions, what stands in the way, the lock, a hold on what is taken back,
//! the traffic, then what no version has, and a look at what came of it.
//!
//! ```text
//! ground      the project, and whose account it is                   ground.rs
//! known       what was recorded                                      known.rs
//! route       which services go back to what                         route.rs, tasks.rs
//! obstacles   what stands in the way of that                         obstacles.rs
//! locked      the lock, and the same again where the record changed  locked.rs
//! carry out   holds and traffic in reverse order, the rest           carrying.rs
//!   look        the health of what serves again                        looking.rs
//!   announce    what the forge shows of it                             announcing.rs
//! hold        what must not come back                                holds.rs
//! story       the comment on the pull request                        story.rs
//! ```
//!
//! It needs neither Node nor Wrangler, nor a record: without one, Cloudflare's own list of
//! deployments tells what was live before. Every part looks before it does anything, so that a
//! rollback that was killed is made again by the same command.

mod announcing;
mod carrying;
mod error;
mod ground;
mod holds;
mod known;
mod locked;
mod looking;
mod obstacles;
mod route;
mod story;
mod tasks;

use std::time::{Duration, Instant};

pub use error::RollbackError;
pub use holds::hold;

use self::announcing::announce;
use self::carrying::carry_out;
use self::ground::Ground;
use self::locked::{agreed, look, look_again, take};
use super::project::Request;
use super::publish::Missed;
use super::sight::Live;
use super::turn::Wait;
use crate::core::model::Actor;
use crate::core::model::account::Share;
use crate::core::model::context::CiContext;
use crate::core::model::deployment::{Hold, State};
use crate::core::rollback::{RolledBack, Route};
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

/// What somebody wants, of what, and with what.
#[derive(Clone, Copy)]
struct Errand<'a> {
    ground: &'a Ground,
    store: &'a Store,
    wishes: &'a Wishes,
    tools: Tools<'a>,
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
    /// Something else than was known before will be done: what serves changed meanwhile.
    Changed,
    /// A rollback that was left is gone on with.
    Resumed(&'a str),
    /// Requests go to the versions of before.
    Traffic {
        /// Of which service.
        service: &'a str,
        /// What served.
        from: &'a [Share],
        /// What serves now.
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
    /// The forge could not be told.
    Missed(&'a Missed),
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
        let errand = Errand { ground: &ground, store: &store, wishes, tools };
        let found = look(errand).await?;
        if found.route.is_empty() {
            return Ok(nothing(errand, found.route, started));
        }
        agreed(errand, &found.route)?;
        let (held, fence) = take(errand).await?;
        let found = match look_again(errand, found).await {
            Ok(Some(found)) => found,
            // Nothing of ours is on its way. A lock that cannot be given back runs out.
            not => {
                let _ = held.release().await;
                let route = Route { to: wishes.to.clone(), ..Route::default() };
                return not.map(|_| nothing(errand, route, started));
            }
        };
        let done = carry_out(errand, &found, (&held, fence), started).await?;
        held.release().await?;
        announce(&ground, tools, wishes, &done).await;
        Ok(RolledBack { took: started.elapsed(), ..done })
    })?
}

fn nothing(errand: Errand<'_>, route: Route, started: Instant) -> RolledBack {
    RolledBack {
        id: None,
        environment: errand.ground.environment.name.clone(),
        route,
        state: State::Succeeded,
        services: Vec::new(),
        checks: Vec::new(),
        databases_restored: false,
        traffic: None,
        took: started.elapsed(),
    }
}

/// Lets what was taken back be deployed again: of these services, or of all. Answers what was held.
///
/// # Errors
/// Where the project or the record cannot be read, or the record cannot be written.
pub fn clear_holds(
    request: &Request,
    live: &Live,
    store: &Store,
    actor: &Actor,
    services: &[String],
    reason: &str,
) -> Result<Vec<Hold>, RollbackError> {
    block_on(async {
        let ground = Ground::read(request, live).await?;
        let holds = store.holds(&ground.account, &ground.environment.name).await?;
        // What is not there any more can still be held.
        let is_known = |name: &String| {
            ground.services.iter().any(|one| one.service == *name)
                || holds.iter().any(|hold| hold.service == *name)
        };
        if let Some(unknown) = services.iter().find(|name| !is_known(name)) {
            return Err(RollbackError::NoService(unknown.clone()));
        }
        let meant = |hold: &Hold| services.is_empty() || services.contains(&hold.service);
        let holds: Vec<Hold> = holds.into_iter().filter(meant).collect();
        holds::clear(store, actor, &holds, reason).await?;
        Ok(holds)
    })?
}
