//! What happens, in order. Each flow reads from top to bottom like the sentence that describes it,
//! prints nothing, and returns what came of it.

pub mod affected;
mod builds;
pub mod check;
pub mod ci;
pub mod context;
pub mod creation;
pub mod downgrade;
pub mod fix;
pub mod gaps;
pub mod plan;
pub mod project;
pub mod publish;
pub mod sight;
pub mod snapshot;
pub mod staged;
pub mod state;
pub mod turn;
