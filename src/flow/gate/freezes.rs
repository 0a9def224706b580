//! Freezes, from everywhere.

use crate::core::config::clodo_yml::Gate;
use crate::core::gate::Freeze;
use crate::core::model::context::CiContext;
use crate::exit::Exit;
use crate::world::forge::Evidence;
use crate::world::store::{Store, StoreError};

/// Why it cannot be told what is frozen.
#[derive(Debug, thiserror::Error)]
pub enum FreezesError {
    /// The record cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FreezesError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        let Self::Store(error) = self;
        error.hint()
    }

    /// How a command ends with it.
    pub fn exit(&self) -> Exit {
        Exit::Denied
    }
}

/// Every freeze that is known.
///
/// # Errors
/// Where one of the places cannot be read.
pub async fn freezes(
    _store: &Store,
    gate: Option<&Gate>,
    _context: &CiContext,
    _forge: Option<&dyn Evidence>,
) -> Result<Vec<Freeze>, FreezesError> {
    Ok(gate.map(|gate| gate.freezes.clone()).unwrap_or_default())
}
