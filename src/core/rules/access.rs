//! How a token stands to an account, as several rules have to tell it apart, so that one cause is
//! said once.

use super::BlindSpot;
use crate::core::model::account::{Account, Part, Why, Zone};

/// Whether the token sees nothing of an account although it was asked for parts that different
/// permissions open. A single permission may be missing; all of them are not.
pub(super) fn is_closed(account: &Account) -> bool {
    let unseen = account.unseen();
    let forbidden = unseen.iter().filter(|(part, unseen)| {
        let of_zone = matches!(part, Part::Zones | Part::Routes | Part::Dns);
        unseen.why == Why::Forbidden && !of_zone
    });
    let mut groups: Vec<&str> = forbidden.filter_map(|(part, _)| part.permission()).collect();
    groups.sort_unstable();
    groups.dedup();
    groups.len() >= 2 && !account.is_visible()
}

/// What the API says where the token is bound to other addresses than the one from which it was
/// used (code 9109).
pub(super) fn refusal_of_address(account: &Account) -> Option<&str> {
    const TEXT: &str = "Cannot use the access token from location";
    let unseen = account.unseen();
    let mut messages = unseen.iter().map(|(_, unseen)| unseen.message.as_str());
    messages.find(|message| message.contains(TEXT))
}

/// The zones whose routes the token may read, and those whose it may not.
pub(super) fn zones_by_access(zones: &[Zone]) -> (Vec<&Zone>, Vec<&Zone>) {
    let is_closed =
        |zone: &&Zone| zone.routes.unseen().is_some_and(|unseen| unseen.why == Why::Forbidden);
    let open = zones.iter().filter(|zone| zone.routes.is_known()).collect();
    (open, zones.iter().filter(is_closed).collect())
}

/// Whether it is about routes that the token may read in one zone, and not in another.
pub(super) fn has_other_zones(spot: &BlindSpot<'_>) -> bool {
    let zones = spot.account.zones.known();
    spot.parts.as_slice() == [Part::Routes]
        && zones.is_some_and(|zones| !zones_by_access(zones).0.is_empty())
}
