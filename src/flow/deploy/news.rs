//! What a deployment tells while it goes on, and what came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Ended;
use crate::core::deployment::Course;
use crate::core::gate::Judged;
use crate::core::model::deployment::{Progress, State, Step};
use crate::core::plan::Plan;
use crate::core::verify::Outcome;
use crate::flow::publish::Missed;
use crate::flow::turn::Wait;
use crate::world::wrangler::Line;

/// How a deployment goes on.
#[derive(Debug)]
pub enum News<'a> {
    /// The rules have looked: how many there are, and how long it took.
    Checked(usize, Duration),
    /// A service is being built, to see whether it changed.
    Building(&'a str),
    /// It is known what will be done.
    Planned(&'a Plan, &'a Course, Duration),
    /// The gate has judged.
    Judged(&'a Judged),
    /// Somebody else has the lock, or had it.
    Waiting(Wait<'a>),
    /// The lock was taken, under this number.
    Locked(&'a str, u64),
    /// A deployment of clodo's serves that is not recorded here: a service, and its id.
    Unrecorded(&'a str, &'a str),
    /// A deployment that was left is gone on with, or taken back.
    Left(&'a str, &'static str),
    /// While the lock was waited for, a deployment deployed a service: it is planned anew.
    Overtaken(&'a str, &'a str),
    /// What stays in a database of a deployment that is taken back, in words.
    Stays(&'a str),
    /// The work has gone on for so long.
    Beat(Duration),
    /// A step begins.
    Began {
        /// Of which service.
        service: &'a str,
        /// Which.
        step: Step,
    },
    /// A step is done.
    Done {
        /// Of which service.
        service: &'a str,
        /// Which.
        step: Step,
        /// What is new.
        progress: &'a Progress,
    },
    /// A step failed.
    Failed {
        /// Of which service.
        service: &'a str,
        /// Which.
        step: Step,
        /// Why.
        error: &'a str,
    },
    /// Somebody else deployed a service at the same time, and this deployment went over it.
    WentOver {
        /// The service.
        service: &'a str,
        /// Who, and what.
        what: &'a str,
    },
    /// Wrangler printed a line.
    Line(&'a str, Line<'a>),
    /// A check was made.
    Probed(&'a Outcome),
    /// The forge does not show something.
    Missed(&'a Missed),
    /// A service has its outcome.
    Ended(&'a Ended),
}

/// What came of a deployment.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// Its id; `None` where nothing was to be deployed.
    pub id: Option<String>,
    /// The environment, as people name it.
    pub environment: String,
    /// The hash of the plan.
    pub plan: String,
    /// Where it stands.
    pub state: State,
    /// The services, in the order in which they ended.
    pub services: Vec<Ended>,
    /// The services that are as they would be.
    pub unchanged: Vec<String>,
    /// The services that were not begun because something failed before.
    pub not_begun: Vec<String>,
    /// Why it is not as it should be.
    pub reason: Option<String>,
    /// The bookmarks of databases that were migrated: by id.
    pub bookmarks: BTreeMap<String, String>,
    /// How long it took.
    pub took: Duration,
}
