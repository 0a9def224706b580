//! `clodo deploy`: check, plan, take the lock, look again, deploy in waves, look at what came of it,
//! and write down every step before it is taken and after.
//!
//! ```text
//! prepare     the files, the account, the rules                     preparation.rs
//! decide      what is built, planned, unchanged, in which order     decision.rs
//! permitted   what was taken back, what is older                    permission.rs
//! let through the gate of the environment                            gate.rs
//! locked      the lock, what was left, what serves now              lock.rs
//!   carry out   databases, and services in waves                    waves.rs, migrations.rs
//!     deploy      one service, by Wrangler or by the API            service.rs, strategies.rs
//!       look        what became of a step, as the account shows it      looking.rs
//!   unrecorded  whether the state knows who deployed what serves      unrecorded.rs
//!   take back   what was there before, where something failed       ending.rs, resume.rs
//! ```
//!
//! What a kill leaves is in the journal: a step that began and has no end. Whoever comes next looks
//! at the account to tell what became of it.

mod base;
mod commands;
mod decision;
mod ending;
mod error;
mod gate;
mod health;
mod lock;
mod looking;
mod migrations;
mod news;
mod permission;
mod preparation;
mod resume;
mod service;
mod settings;
mod stage;
mod strategies;
mod stub;
mod unrecorded;
mod waves;
mod wishes;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

pub use error::DeployError;
pub use news::{Deployed, News};
pub use service::Ended;
pub use wishes::{Origin, Tools, Wishes};

use self::decision::{Decided, decide};
use self::gate::{Entry, guarded, let_through};
use self::lock::{Errand, locked};
use self::permission::{is_ours, permitted};
use self::preparation::{Prepared, prepare};
use self::resume::unfinished;
use self::stage::Stage;
use super::fail_point;
use super::gate::Ground;
use super::project::Request;
use super::sight::Live;
use crate::core::gate::Judged;
use crate::core::model::deployment::State;
use crate::world::http::block_on;
use crate::world::store::Store;
use crate::world::wrangler::Interrupt;

/// Deploys an environment.
///
/// # Errors
/// Where nothing was deployed, or it cannot be told any more what was: then the journal and
/// `--resume` tell. What was deployed and failed is no error of this.
pub fn deploy(
    request: &Request,
    live: &Live,
    wishes: &Wishes,
    origin: &Origin<'_>,
    tools: Tools<'_>,
) -> Result<Deployed, DeployError> {
    is_ours(origin.context)?;
    let started = Instant::now();
    loop {
        let deployed = attempt(request, live, wishes, origin, tools)?;
        if let Some(deployed) = deployed {
            return Ok(Deployed { took: started.elapsed(), ..deployed });
        }
    }
}

/// `None`: it has to be planned anew, by clodo's own doing: what an earlier run had left was taken back,
/// or whoever had the lock before has deployed, or has taken something back that is held now.
fn attempt(
    request: &Request,
    live: &Live,
    wishes: &Wishes,
    origin: &Origin<'_>,
    tools: Tools<'_>,
) -> Result<Option<Deployed>, DeployError> {
    let mut prepared = prepare(request, live, wishes, tools)?;
    block_on(async {
        let interrupt = Interrupt::listen()?;
        let store = Store::open(&prepared.place).await?;
        let guard = guarded(&prepared, &store, ground(request, live, origin)).await?;
        let decided = tokio::select! {
            decided = decide(&mut prepared, &store, wishes, tools, guard.bound()) => decided?,
            () = interrupt.asked() => return Err(DeployError::Interrupted),
        };
        permitted(&prepared, &store, wishes, origin, &decided).await?;
        let is_empty = decided.course.waves.is_empty() && decided.course.databases.is_empty();
        let (account, environment) = (&decided.account.id, &prepared.environment.name);
        if is_empty && unfinished(&store, account, environment).await?.is_none() {
            return Ok(Some(nothing(&prepared, &decided)));
        }
        let entry = Entry::new(&guard, &prepared, &store, wishes, origin, &decided);
        if guard.has_gate() {
            tokio::select! {
                passed = let_through(&entry, tools) => drop(passed?),
                () = interrupt.asked() => return Err(DeployError::Interrupted),
            }
        }
        if !(tools.agree)(&decided.course) {
            return Err(DeployError::NotAgreed);
        }
        let errand = Errand { wishes, origin, tools };
        locked(&prepared, &store, errand, &decided, &entry, interrupt).await
    })?
}

/// What the gate says of a deployment, without making it. People are asked for what is missing.
///
/// # Errors
/// As of [`deploy()`], up to the gate. That it is not open is no error of this.
pub fn judge(
    request: &Request,
    live: &Live,
    wishes: &Wishes,
    origin: &Origin<'_>,
    tools: Tools<'_>,
) -> Result<Judged, DeployError> {
    is_ours(origin.context)?;
    let mut prepared = prepare(request, live, wishes, tools)?;
    block_on(async {
        let store = Store::open(&prepared.place).await?;
        let guard = guarded(&prepared, &store, ground(request, live, origin)).await?;
        let decided = decide(&mut prepared, &store, wishes, tools, guard.bound()).await?;
        let entry = Entry::new(&guard, &prepared, &store, wishes, origin, &decided);
        match let_through(&entry, tools).await {
            Err(DeployError::Closed(judged)) => Ok(*judged),
            result => result,
        }
    })?
}

/// Where the gate is asked.
fn ground<'a>(request: &'a Request, live: &'a Live, origin: &Origin<'a>) -> Ground<'a> {
    let (context, variable) = (origin.context, origin.variable);
    Ground { request, context, http: live.client.http(), variable }
}

/// The plan itself says that nothing changes.
fn nothing(prepared: &Prepared, decided: &Decided) -> Deployed {
    Deployed {
        id: None,
        environment: prepared.environment.name.clone(),
        plan: decided.plan.hash.clone(),
        state: State::Succeeded,
        services: Vec::new(),
        unchanged: decided.course.unchanged.clone(),
        not_begun: Vec::new(),
        reason: None,
        bookmarks: BTreeMap::new(),
        took: Duration::ZERO,
    }
}
