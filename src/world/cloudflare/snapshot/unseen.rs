//! What is noted of something that could not be seen.

use crate::core::model::account::{Part, Seen, Unseen, Why};
use crate::world::cloudflare::CloudflareError;

/// What a look at a part gave.
pub(super) fn seen<T>(part: Part, result: Result<T, CloudflareError>) -> Seen<T> {
    result.map_or_else(|error| Seen::Unknown(unseen(part, &error)), Seen::Known)
}

/// The status decides whether the token may not look, and not the code. The same failure of many
/// items says the same, so that people read it once: it names no item.
pub(super) fn unseen(part: Part, error: &CloudflareError) -> Unseen {
    let message = error.in_brief();
    match error {
        CloudflareError::Forbidden(_) => {
            let needs = part.permission().map(str::to_owned);
            Unseen { why: Why::Forbidden, needs, message, ray: None }
        }
        _ => {
            let ray = error.ray().map(str::to_owned);
            Unseen { why: Why::Failed, needs: None, message, ray }
        }
    }
}
