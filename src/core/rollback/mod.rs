//! Going back to a version that was live: to which ([`choose`]), what stands in the way
//! ([`blockers`]), and what must not come back afterwards ([`held`]).

mod blockers;
mod choice;
mod hold;
mod route;

pub use blockers::{blockers, kept};
pub use choice::{Choice, Source, choose, coded, serving};
pub use hold::{described, held, refusal};
pub use route::{Back, Going, RolledBack, Route, Settled, Taken};
