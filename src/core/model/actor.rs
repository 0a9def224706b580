//! Who does something.

use serde::{Deserialize, Serialize};

/// Who did something, and how we know.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The name: `ana`.
    pub id: String,
    /// Who knows them by this name: `github`, `gitlab`, `local` …
    pub issuer: String,
    /// How it reached us: `pipeline` (the CI's variables), `cli` (the user of the machine) …
    pub method: String,
}
