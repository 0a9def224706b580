//! To which version: the last that was live and well, not merely the one before.

use crate::core::model::account::{Deployment, Share};
use crate::core::model::deployment::Base;

/// What sets off a deployment by which a secret was changed: the same code in another version.
pub(super) const SECRET: &str = "secret";

/// The version to go back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The versions, and their shares.
    pub shares: Vec<Share>,
    /// Why these.
    pub source: Source,
}

/// Why a version was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Somebody named it, or the deployment that brought it live.
    Named,
    /// It was live, and its health checks passed: by this deployment.
    Healthy(String),
    /// It was live, and nobody checked: by this deployment.
    Unchecked(String),
    /// It was live before the deployment that is taken back.
    Before,
    /// Cloudflare's list of deployments has it.
    Listed,
    /// It was live, and its health checks failed, by this deployment: nothing better is known.
    Sick(String),
}

impl Source {
    /// Why, in words.
    pub fn why(&self) -> String {
        match self {
            Self::Named => "as asked for".to_owned(),
            Self::Healthy(deployment) => format!("live and healthy in {deployment}"),
            Self::Unchecked(deployment) => {
                format!("live in {deployment}; no health check ran then")
            }
            Self::Before => "live before, by the record".to_owned(),
            Self::Listed => {
                "live before, by Cloudflare's list: nobody knows whether it was healthy".to_owned()
            }
            Self::Sick(deployment) => {
                format!("live in {deployment}, where its checks failed: nothing better is known")
            }
        }
    }
}

/// Of the newest good version that is recorded, what was live before, and Cloudflare's own list of
/// deployments (the active first): the first that is not the version to get away from, nor held.
pub fn choose(
    good: Option<Choice>,
    before: Option<&Base>,
    listed: &[Deployment],
    bad: &[String],
    held: &[String],
) -> Option<Choice> {
    let is_well = |shares: &[Share]| {
        let mut ids = serving(shares).peekable();
        ids.peek().is_some() && ids.all(|id| !bad.contains(id) && !held.contains(id))
    };
    let good = good.filter(|choice| is_well(&choice.shares));
    let before = before.map(|base| base.versions.as_slice()).filter(|shares| is_well(shares));
    let before = || Some(Choice { shares: before?.to_vec(), source: Source::Before });
    let listed = || {
        let found = listed.iter().skip(1).find(|one| is_well(&one.versions))?;
        Some(Choice { shares: found.serving(), source: Source::Listed })
    };
    good.or_else(before).or_else(listed)
}

/// The versions that get requests.
pub fn serving(shares: &[Share]) -> impl Iterator<Item = &String> {
    shares.iter().filter(|share| share.percentage > 0.0).map(|share| &share.version_id)
}

/// The deployment whose code serves: the active one, or where secrets alone were changed since, the
/// one before that. The active one comes first.
pub fn coded(listed: &[Deployment]) -> Option<&Deployment> {
    let is_edit = |one: &&Deployment| one.triggered_by.as_deref() == Some(SECRET);
    listed.iter().find(|one| !is_edit(one)).or(listed.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(id: &str) -> Vec<Share> {
        vec![Share { version_id: id.to_owned(), percentage: 100.0 }]
    }

    fn deployed(id: &str) -> Deployment {
        Deployment { versions: shares(id), ..Deployment::default() }
    }

    #[test]
    fn the_last_that_was_well_counts_and_not_merely_the_one_before() {
        let bad = ["v3".to_owned()];
        let good = Choice { shares: shares("v1"), source: Source::Healthy("d-1".into()) };
        let before = Base { versions: shares("v2"), ..Base::default() };
        let listed = [deployed("v3"), deployed("v2"), deployed("v1")];
        let version = |choice: Option<Choice>| choice.map(|one| one.shares[0].version_id.clone());
        let all = choose(Some(good), Some(&before), &listed, &bad, &[]);
        assert_eq!(version(all).as_deref(), Some("v1"));
        let unrecorded = choose(None, Some(&before), &listed, &bad, &[]);
        assert_eq!(unrecorded.expect("a choice").source, Source::Before);
        let nothing_known = choose(None, None, &listed, &bad, &[]).expect("a choice");
        assert_eq!(nothing_known, Choice { shares: shares("v2"), source: Source::Listed });
        let held = choose(None, Some(&before), &listed, &bad, &["v2".to_owned()]);
        assert_eq!(version(held).as_deref(), Some("v1"));
        assert_eq!(choose(None, None, &listed[..1], &bad, &[]), None);
    }

    #[test]
    fn a_change_of_a_secret_is_no_other_code() {
        let edit = |id: &str| Deployment { triggered_by: Some(SECRET.to_owned()), ..deployed(id) };
        let version =
            |listed: &[Deployment]| coded(listed).map(|one| one.versions[0].version_id.clone());
        let listed = [edit("v2b"), edit("v2a"), deployed("v2"), deployed("v1")];
        assert_eq!(version(&listed).as_deref(), Some("v2"));
        assert_eq!(version(&listed[2..]).as_deref(), Some("v2"));
        assert_eq!(
            version(&listed[..2]).as_deref(),
            Some("v2b"),
            "what they changed is not listed"
        );
        assert_eq!(version(&[]), None);
    }
}
