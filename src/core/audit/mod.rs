//! Proof that the journal is the one that was.
//!
//! The chain of the journal ([`super::model::journal`]) shows whether an entry was changed. It does
//! not show that its end was cut off, nor that all of it was written anew. A [`Checkpoint`] does: it
//! says how long the journal was and what its last hash was, signed, and kept where whoever can write
//! the journal cannot write.

pub mod checkpoint;
pub mod note;

pub use checkpoint::{Checkpoint, Disagreement};
pub use note::{Signer, Verifier};
