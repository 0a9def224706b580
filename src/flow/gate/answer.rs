//! `clodo approve` and `clodo reject`: somebody's word on a plan, signed; and the review of a
//! deployment that was made in an emergency.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::reach::{Reach, about};
use super::request::{Request, requests};
use super::{GateError, Ground};
use crate::core::gate::{Choice, NAMESPACE, Statement, is_signed};
use crate::core::model::Actor;
use crate::core::model::gate::{Answer, Decided};
use crate::core::model::journal::Action;
use crate::core::plan::SHORT_HASH;
use crate::world::forge::evidence::Account;
use crate::world::ssh::{self, SshError};
use crate::world::store::{EntryFilter, Store, StoreError, event};

/// Why somebody's word was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// What was given is no hash.
    #[error("{0} is no hash of a plan")]
    NoHash(String),
    /// Nobody was asked about such a plan.
    #[error("nobody was asked about a plan {hash}… for {environment}")]
    NotAsked {
        /// How it begins.
        hash: String,
        /// The environment.
        environment: String,
    },
    /// Several plans begin alike.
    #[error("several plans begin with {0}")]
    Several(String),
    /// The forge does not know the key.
    #[error("none of the keys that the forge publishes for {0} made the signature")]
    UnknownKey(String),
    /// There was no such emergency.
    #[error("{0} is no deployment that was made in an emergency")]
    NoEmergency(String),
    /// Whoever made it must not be the one to look at it.
    #[error("{0} made the deployment, and somebody else has to look at it")]
    Own(String),
    /// There is no signature.
    #[error(transparent)]
    Ssh(#[from] SshError),
    /// The forge cannot be asked.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The record cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AnswerError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoHash(_) => format!("give its first {SHORT_HASH} digits or more"),
            Self::NotAsked { .. } => {
                "see what the pipeline says, and keep the record where both reach it: \
                 `state: { d1: NAME }` in clodo.yml"
                    .to_owned()
            }
            Self::Several(_) => "give more digits, or all 64".to_owned(),
            Self::UnknownKey(_) => {
                "add the key to your account on the forge, or name another: --key FILE".to_owned()
            }
            Self::NoEmergency(_) => "see clodo history".to_owned(),
            Self::Own(_) => "ask somebody else".to_owned(),
            Self::Ssh(error) => error.hint().to_owned(),
            Self::Gate(error) => error.hint(),
            Self::Store(error) => error.hint(),
        }
    }
}

/// A plan that somebody is about to answer to.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The hash: all digits.
    pub hash: String,
    /// The environment.
    pub environment: String,
    /// What the hash stands for.
    pub fields: BTreeMap<String, Value>,
    /// When people were asked.
    pub asked_at: Timestamp,
    account: String,
}

/// The plan that a hash means, of those that people were asked about.
///
/// # Errors
/// Where nobody was asked about it, or the hash may mean several.
pub async fn subject(
    store: &Store,
    environment: &str,
    prefix: &str,
) -> Result<Subject, AnswerError> {
    let prefix = prefix.to_ascii_lowercase();
    let is_hash = prefix.len() >= SHORT_HASH && prefix.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hash {
        return Err(AnswerError::NoHash(prefix));
    }
    let alike: Vec<Request> = requests(store)
        .await?
        .into_iter()
        .filter(|one| one.environment == environment && one.asked.hash.starts_with(&prefix))
        .collect();
    let Some(last) = alike.last() else {
        let environment = environment.to_owned();
        return Err(AnswerError::NotAsked { hash: prefix, environment });
    };
    if alike.iter().any(|one| one.asked.hash != last.asked.hash) {
        return Err(AnswerError::Several(prefix));
    }
    Ok(Subject {
        hash: last.asked.hash.clone(),
        environment: environment.to_owned(),
        fields: last.asked.fields.clone(),
        asked_at: last.at,
        account: last.account.clone(),
    })
}

/// Signs somebody's word on a plan, and writes it down. Gives whose word it is.
///
/// # Errors
/// Where the forge does not know the person or the key, or it cannot be written down.
pub async fn answer(
    ground: &Ground<'_>,
    store: &Store,
    subject: &Subject,
    choice: Choice,
    reason: Option<&str>,
    key: &Path,
) -> Result<String, AnswerError> {
    let reach = Reach::of(ground)?;
    let who = who(&reach).await?;
    let at = store.now().await?;
    let statement = Statement {
        hash: &subject.hash,
        environment: &subject.environment,
        choice,
        person: &who.id,
        at,
        reason,
    };
    let text = statement.text();
    let signature = ssh::sign(key, NAMESPACE, &text).await?;
    let forge = reach.forge();
    let evidence = forge.evidence().ok_or(GateError::Silent(reach.kind()))?;
    let keys = evidence.signing_keys(&who).await.map_err(about("by which keys you sign"))?;
    if !keys.iter().any(|key| is_signed(&signature, key, &text)) {
        return Err(AnswerError::UnknownKey(who.login));
    }
    let answer = Answer {
        hash: subject.hash.clone(),
        approved: choice == Choice::Approve,
        person: who.id.clone(),
        at,
        reason: reason.map(str::to_owned),
        signature,
    };
    let place = (subject.account.as_str(), subject.environment.as_str());
    store.append(&event(Action::ApprovalGiven, &actor(&reach, &who), place, &answer)).await?;
    Ok(who.login)
}

/// Writes down that somebody has looked at a deployment that was made in an emergency. Gives who.
///
/// # Errors
/// Where there was no such emergency, or the same person made it.
pub async fn review(
    ground: &Ground<'_>,
    store: &Store,
    deployment: &str,
    reason: Option<&str>,
) -> Result<String, AnswerError> {
    let filter = EntryFilter {
        action: Some(Action::GateDecided),
        deployment: Some(deployment.to_owned()),
        ..EntryFilter::default()
    };
    let decided = store.entries(&filter).await?.into_iter().find_map(|entry| {
        let details = Value::Object(entry.event.details.clone());
        let decided: Decided = serde_json::from_value(details).ok()?;
        (decided.claim.as_deref() == Some("emergency")).then_some((entry.event, decided))
    });
    let (of, decided) = decided.ok_or_else(|| AnswerError::NoEmergency(deployment.to_owned()))?;
    let reach = Reach::of(ground)?;
    let who = who(&reach).await?;
    // Where the forge goes by another name here, the number is still the same; a doubt counts as yes.
    let number = decided.claimed_by.as_deref().and_then(|by| by.rsplit('/').next());
    if number.is_none_or(|number| number == who.id) {
        return Err(AnswerError::Own(who.login));
    }
    let reason = reason.map(|reason| ("reason".to_owned(), Value::from(reason)));
    let details: Map<String, Value> = reason.into_iter().collect();
    let place = (of.account.as_str(), of.environment.as_str());
    let mut event = event(Action::EmergencyReviewed, &actor(&reach, &who), place, &details);
    event.deployment = Some(deployment.to_owned());
    store.append(&event).await?;
    Ok(who.login)
}

/// Whose the token is. A program has no word.
async fn who(reach: &Reach<'_>) -> Result<Account, GateError> {
    let forge = reach.forge();
    let evidence = forge.evidence().ok_or(GateError::Silent(reach.kind()))?;
    let who = evidence.user().await.map_err(about("whose the token is"))?;
    if who.bot { Err(GateError::Nameless("an answer")) } else { Ok(who) }
}

fn actor(reach: &Reach<'_>, who: &Account) -> Actor {
    Actor { id: who.login.clone(), issuer: reach.issuer().to_owned(), method: "signed".to_owned() }
}
