//! People, as the gate knows them.

use jiff::Timestamp;

use super::GateError;
use super::reach::about;
use crate::core::gate::{Choice, Method, Person, Policy, Principal};
use crate::world::forge::Evidence;
use crate::world::forge::evidence::Account;

/// Somebody's word, before anybody asked who that is.
#[derive(Clone, Debug)]
pub(super) struct Vote {
    pub(super) by: Account,
    pub(super) choice: Choice,
    pub(super) hash: String,
    pub(super) environment: String,
    pub(super) at: Timestamp,
    pub(super) method: Method,
}

/// The teams and roles of somebody, if the policy names any.
pub(super) async fn groups(
    evidence: &dyn Evidence,
    login: &str,
    principals: &[Principal],
) -> Result<Vec<Principal>, GateError> {
    if principals.iter().all(|principal| matches!(principal, Principal::User(_))) {
        return Ok(Vec::new());
    }
    evidence.groups(login, principals).await.map_err(about("who is in which team"))
}

/// Somebody, as the gate knows people.
pub(super) fn person(issuer: &str, account: &Account, groups: Vec<Principal>) -> Person {
    let Account { id, login, bot } = account.clone();
    let issuer = issuer.to_owned();
    Person { issuer, id, login, bot, gone: false, emails: Vec::new(), groups }
}

/// Whom a policy can ask.
pub(super) fn principals(policy: &Policy) -> Vec<Principal> {
    let requirements = policy.all().flat_map(|one| &one.requirements);
    let mut all: Vec<Principal> = requirements.flat_map(|one| one.any_of.clone()).collect();
    all.sort();
    all.dedup();
    all
}
