//! What became of a step that changes which version serves: told by what the account shows, and by
//! nothing else.

use super::Marker;
use crate::core::model::account::{Deployment, Share};

/// What the account shows after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What served before serves still.
    Unchanged,
    /// What the step made serves.
    Live(Deployment),
    /// It is the step's, and does not give the version all requests.
    Partly(Deployment),
    /// Something else serves: somebody deployed at the same time.
    Foreign(Deployment),
}

/// Tells what became of a step. `before` is the deployment that served when it began, `version` the
/// version that the step says it made, where it came to say so.
pub fn outcome(
    before: Option<&str>,
    active: Option<Deployment>,
    marker: &Marker,
    version: Option<&str>,
) -> Outcome {
    let Some(active) = active else { return Outcome::Unchanged };
    if before == Some(active.id.as_str()) {
        return Outcome::Unchanged;
    }
    // The token may be another's of the same deployment: a run that was killed and went on.
    let marked = active.message.as_deref().and_then(Marker::of);
    let is_marked = marked.is_some_and(|mark| mark.deployment == marker.deployment);
    let serves = version.map(|version| serves_alone(&active.versions, version));
    match (serves, is_marked) {
        (Some(true), _) | (None, true) => Outcome::Live(active),
        (Some(false), true) => Outcome::Partly(active),
        (_, false) => Outcome::Foreign(active),
    }
}

/// What others deployed since `before`, which a deployment of ours then went over: Cloudflare has no
/// compare-and-swap for deployments. They come with the newest first, the active one of ours.
pub fn gone_over<'a>(
    before: &str,
    deployments: &'a [Deployment],
    marker: &Marker,
) -> Vec<&'a Deployment> {
    let marked = |one: &Deployment| one.message.as_deref().and_then(Marker::of);
    let is_ours =
        |one: &Deployment| marked(one).is_some_and(|mark| mark.deployment == marker.deployment);
    let since = deployments.iter().take_while(|one| one.id != before);
    since.skip(1).filter(|one| !is_ours(one)).collect()
}

/// Whether a version gets all requests.
fn serves_alone(shares: &[Share], version: &str) -> bool {
    let mut served = shares.iter().filter(|share| share.percentage > 0.0);
    served.next().is_some_and(|share| share.version_id == version) && served.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployed(id: &str, message: &str, versions: &[(&str, f64)]) -> Option<Deployment> {
        let share = |(version, percentage): &(&str, f64)| Share {
            version_id: (*version).to_owned(),
            percentage: *percentage,
        };
        Some(Deployment {
            id: id.to_owned(),
            message: Some(message.to_owned()),
            versions: versions.iter().map(share).collect(),
            ..Deployment::default()
        })
    }

    #[test]
    fn what_ours_went_over_is_seen() {
        let marker = Marker { deployment: "d-1".to_owned(), token: 2 };
        let of = |ids: &[(&str, &str)]| -> Vec<Deployment> {
            ids.iter().filter_map(|(id, message)| deployed(id, message, &[])).collect()
        };
        let seen = |list: &[Deployment]| -> Vec<String> {
            gone_over("a", list, &marker).into_iter().map(|one| one.id.clone()).collect()
        };
        assert_eq!(seen(&of(&[("b", "clodo:d-1:2"), ("a", ""), ("z", "")])), [""; 0]);
        let staged = [("c", "clodo:d-1:2"), ("b", "clodo:d-1:2 0 %"), ("a", "")];
        assert_eq!(seen(&of(&staged)), [""; 0]);
        let theirs = [("d", "clodo:d-1:2"), ("c", "by hand"), ("b", "clodo:d-2:1"), ("a", "")];
        assert_eq!(seen(&of(&theirs)), ["c", "b"]);
    }

    #[test]
    fn the_account_tells_what_became_of_a_step() {
        let marker = Marker { deployment: "d-1".to_owned(), token: 2 };
        let word = |before, active, version| match outcome(before, active, &marker, version) {
            Outcome::Unchanged => "unchanged",
            Outcome::Live(_) => "live",
            Outcome::Partly(_) => "partly",
            Outcome::Foreign(_) => "foreign",
        };
        let (old, new) = (("v1", 100.0), ("v2", 100.0));
        // (before, what is active, the version that the step named) → what became of it
        for (before, active, version, expected) in [
            (None, None, None, "unchanged"),
            (None, None, Some("v2"), "unchanged"),
            (Some("a"), deployed("a", "", &[old]), Some("v2"), "unchanged"),
            (Some("a"), deployed("b", "", &[new]), Some("v2"), "live"),
            (None, deployed("b", "", &[new]), Some("v2"), "live"),
            (Some("a"), deployed("b", "clodo:d-1:1 x", &[new]), None, "live"),
            (Some("a"), deployed("b", "clodo:d-1:2", &[old, ("v2", 0.0)]), Some("v2"), "partly"),
            (Some("a"), deployed("b", "clodo:d-2:9", &[new]), None, "foreign"),
            (Some("a"), deployed("b", "", &[("v3", 100.0)]), Some("v2"), "foreign"),
            (Some("a"), deployed("b", "", &[("v2", 10.0), ("v3", 90.0)]), Some("v2"), "foreign"),
        ] {
            assert_eq!(word(before, active.clone(), version), expected, "{before:?} {active:?}");
        }
    }
}
