//! What happens, in order. Each flow reads from top to bottom like the sentence that describes it,
//! prints nothing, and returns what came of it.

mod addresses;
pub mod affected;
pub mod announce;
pub mod audit;
mod builds;
pub mod check;
pub mod ci;
pub mod context;
pub mod creation;
pub mod data;
pub mod deploy;
mod destination;
pub mod downgrade;
pub mod environments;
mod fail_point;
pub mod fix;
pub mod gaps;
pub mod gate;
pub mod history;
pub mod plan;
pub mod project;
pub mod protection;
pub mod publish;
mod record;
pub mod restoration;
pub mod rollback;
pub mod sight;
pub mod snapshot;
mod sources;
pub mod staged;
pub mod state;
pub mod turn;
pub mod verify;
