//! The gate: whether a plan may be deployed now.
//!
//! ```text
//! guard     what was deployed through it before                       precedent.rs
//!           what the environment asks for, by the base branch        policy/
//!           which commit people see, of which pull request            subject.rs
//! judge     what people said, and who made the change                 evidence.rs, signed.rs
//!           which plans they were asked about                         request.rs
//!           when nothing is deployed                                  freezes.rs
//!           who claims an exception                                   claim.rs
//!           who let the run go on elsewhere                           released.rs
//! write     what was asked and decided                                request.rs, record.rs
//!
//! answer    what somebody says who runs `clodo approve`               answer.rs
//! ```
//!
//! What decides is [`crate::core::gate::decide`]; here is what it must know. An error of any of it
//! keeps the gate closed.

mod answer;
mod case;
mod claim;
mod error;
mod evidence;
mod freezes;
mod guard;
mod people;
mod policy;
mod precedent;
mod reach;
mod record;
mod released;
mod request;
mod signed;
mod subject;

use crate::core::model::context::CiContext;
use crate::flow::project::Request;
use crate::world::http::Http;

pub use answer::{AnswerError, Subject, answer, review, subject};
pub use case::{Case, Judgement, Plea};
pub use error::GateError;
pub use freezes::{
    FreezesError, ListError, Listed, end, freezes, kept, listed, open, set, strangers,
};
pub use guard::{Guard, guard};
pub use policy::{Asks, PolicyError, asks};
pub use precedent::{Precedent, precedent};

/// Where it is asked.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The project.
    pub request: &'a Request,
    /// The run.
    pub context: &'a CiContext,
    /// How to reach the forge.
    pub http: &'a Http,
    /// The variables of our environment.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}
