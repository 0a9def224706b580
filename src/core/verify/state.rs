//! Whether the versions serve that should.

use crate::core::model::account::{Deployment, Share};

/// How what serves differs from what should, in words; `None` where it does not.
pub fn difference(expected: &[Share], live: Option<&Deployment>) -> Option<String> {
    let Some(live) = live else { return Some("nothing is deployed".to_owned()) };
    let sorted = |shares: &[Share]| {
        let mut shares: Vec<Share> =
            shares.iter().filter(|share| share.percentage > 0.0).cloned().collect();
        shares.sort_by(|a, b| a.version_id.cmp(&b.version_id));
        shares
    };
    if sorted(expected) == sorted(&live.versions) {
        return None;
    }
    Some(format!("{} serves, and {} should", listed(&live.versions), listed(expected)))
}

/// Versions as people know them: `7d1e02c4` or `7d1e02c4 (90 %) and 51ac88ab (10 %)`.
pub fn listed(shares: &[Share]) -> String {
    match shares {
        [] => "nothing".to_owned(),
        [one] => short(&one.version_id).to_owned(),
        several => {
            let share = |s: &Share| format!("{} ({} %)", short(&s.version_id), s.percentage);
            several.iter().map(share).collect::<Vec<_>>().join(" and ")
        }
    }
}

/// The first digits of a version's id, by which people and Cloudflare's addresses know it.
pub fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(id: &str, percentage: f64) -> Share {
        Share { version_id: id.to_owned(), percentage }
    }

    #[test]
    fn versions_and_their_shares_are_compared() {
        let (a, b) = ("aaaaaaaa-1", "bbbbbbbb-2");
        let live = |versions| Deployment { versions, ..Deployment::default() };
        let split = live(vec![share(a, 90.0), share(b, 10.0)]);
        assert_eq!(difference(&[share(b, 10.0), share(a, 90.0)], Some(&split)), None);
        assert_eq!(
            difference(&[share(a, 100.0)], Some(&split)).as_deref(),
            Some("aaaaaaaa (90 %) and bbbbbbbb (10 %) serves, and aaaaaaaa should")
        );
        let staged = live(vec![share(a, 100.0), share(b, 0.0)]);
        assert_eq!(difference(&[share(a, 100.0)], Some(&staged)), None);
        assert_eq!(difference(&[], None).as_deref(), Some("nothing is deployed"));
    }
}
