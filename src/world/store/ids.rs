//! New ids: ULIDs, which sort by the time at which they were made.

use std::time::{SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom as _, SystemRandom};
use ulid::Ulid;

use crate::core::model::deployment::ID_PREFIX;

/// An id for an operation: of an event, or of an attempt to take a lock.
pub fn new_op() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut random = [0; 16];
    // Where the system has no randomness, nothing that comes before this works: there is no TLS.
    let _ = SystemRandom::new().fill(&mut random);
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    Ulid::from_parts(millis, u128::from_le_bytes(random)).to_string()
}

/// An id for a deployment.
pub fn new_deployment() -> String {
    format!("{ID_PREFIX}{}", new_op())
}
