//! What a deployment is told before it begins.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::News;
use crate::core::deployment::Course;
use crate::core::model::Actor;
use crate::core::model::context::CiContext;
use crate::flow::gate::Plea;
use crate::world::wrangler::{Wrangler, WranglerError};

/// What somebody wants of a deployment, beside what is deployed.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// A saved plan: exactly this one is deployed.
    pub plan: Option<PathBuf>,
    /// Rules whose findings do not stand in the way.
    pub force_rules: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Flags for Wrangler.
    pub flags: Vec<OsString>,
    /// How many services of a wave go at once.
    pub jobs: Option<usize>,
    /// How long to wait for the lock.
    pub wait: Option<Duration>,
    /// Whether to go on with a deployment that was left.
    pub resume: bool,
    /// Whether older code may go over newer.
    pub allow_downgrade: bool,
    /// What is claimed of the gate.
    pub plea: Option<Plea>,
    /// How long to wait for people. Zero does not wait.
    pub wait_for_gate: Duration,
}

/// Who deploys, and what for.
#[derive(Clone)]
pub struct Origin<'a> {
    /// Who.
    pub actor: Actor,
    /// Where it runs, and for which commit.
    pub context: &'a CiContext,
    /// The variables of our environment.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// What a deployment uses, and whom it tells.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// The Wrangler of a service's folder.
    pub wrangler: &'a dyn Fn(&Path) -> Result<Wrangler, WranglerError>,
    /// Hears how it goes on.
    pub tell: &'a dyn Fn(News<'_>),
    /// Says whether to go on, when it is known what would be done.
    pub agree: &'a dyn Fn(&Course) -> bool,
}
