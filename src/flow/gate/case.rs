//! What the guard is asked, and what it says.

use crate::core::gate::{ClaimKind, Judged, Subject};
use crate::core::model::Actor;
use crate::core::model::gate::Released;
use crate::core::plan::Plan;
use crate::world::store::Store;

/// What somebody claims, before anybody knows who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plea {
    /// What.
    pub kind: ClaimKind,
    /// Why.
    pub reason: String,
    /// The incident that it is about.
    pub incident: Option<String>,
}

/// What is to be judged.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The record.
    pub store: &'a Store,
    /// Whether the record outlives this run.
    pub lasting: bool,
    /// The id of the account.
    pub account: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// The hash of the plan of a deployment that was left, and is gone on with.
    pub resumes: Option<&'a str>,
    /// What somebody claims.
    pub plea: Option<&'a Plea>,
    /// Who asks.
    pub actor: &'a Actor,
}

/// A verdict, and what it was made of.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// What people read.
    pub judged: Judged,
    /// What was judged.
    pub subject: Subject,
    /// Whether this attempt of the run has asked people about the plan before.
    pub(super) asked: bool,
    /// What was answered to the run so far.
    pub(super) answered: Vec<String>,
    /// Who let the run go on at the CI system.
    pub(super) released: Vec<Released>,
}
