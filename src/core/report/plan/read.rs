//! Reads what [`json`](super::json()) wrote, whoever has had it since.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::Value;

use crate::core::model::account::Share;
use crate::core::plan::{
    Aspect, Blind, Blocker, Change, Obstacle, Plan, Rollback, SCHEMA, ServicePlan, Sign, Unasked,
};

/// How many hexadecimal digits a hash has.
const HASH: usize = 64;

/// Reads a plan. What it says of itself, its hash too, nobody has proven.
///
/// # Errors
/// Where it is no `clodo.plan/1`.
pub fn read(value: &Value) -> Result<Plan, serde_json::Error> {
    let form = Form::deserialize(value)?;
    if form.schema != SCHEMA {
        return Err(serde_json::Error::custom(format!("its schema is {:?}", form.schema)));
    }
    let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if form.hash.len() != HASH || !form.hash.bytes().all(is_digit) {
        return Err(serde_json::Error::custom("its hash is none"));
    }
    Ok(Plan {
        environment: form.environment,
        accounts: form.accounts,
        taken_at: form.account_read_at,
        hash: form.hash,
        subject: Value::Null,
        services: form.services.into_iter().map(service).collect(),
        waves: form.order,
        circles: form.circles,
        without: form.without_environment,
    })
}

#[derive(Deserialize)]
struct Form {
    schema: String,
    environment: Option<String>,
    accounts: Vec<String>,
    account_read_at: Timestamp,
    hash: String,
    services: Vec<ServiceForm>,
    order: Vec<Vec<String>>,
    circles: Vec<Vec<String>>,
    without_environment: Vec<String>,
}

#[derive(Deserialize)]
struct ServiceForm {
    service: String,
    config: String,
    worker: String,
    wrangler: Option<String>,
    live: Vec<Share>,
    live_since: Option<Timestamp>,
    failure: Option<String>,
    changes: Vec<ChangeForm>,
    unknown: Vec<BlindForm>,
    #[serde(default)]
    cautions: Vec<String>,
    rollback: RollbackForm,
}

#[derive(Deserialize)]
struct ChangeForm {
    #[serde(deserialize_with = "aspect")]
    aspect: Aspect,
    #[serde(deserialize_with = "sign")]
    sign: Sign,
    name: String,
    from: Option<String>,
    to: Option<String>,
    note: Option<String>,
    #[serde(deserialize_with = "unasked")]
    unasked: Option<Unasked>,
    destructive: bool,
}

#[derive(Deserialize)]
struct BlindForm {
    #[serde(deserialize_with = "aspect")]
    aspect: Aspect,
    why: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
enum RollbackForm {
    Nothing,
    Possible,
    Blocked { blockers: Vec<BlockerForm> },
    Unknown,
}

#[derive(Deserialize)]
struct BlockerForm {
    #[serde(deserialize_with = "obstacle")]
    kind: Obstacle,
    names: Vec<String>,
}

fn service(form: ServiceForm) -> ServicePlan {
    ServicePlan {
        service: form.service,
        config: form.config,
        worker: form.worker,
        base: form.live,
        since: form.live_since,
        changes: form.changes.into_iter().map(change).collect(),
        // Only what a deployment touches is written.
        blind: form
            .unknown
            .into_iter()
            .map(|BlindForm { aspect, why }| Blind { aspect, why, touched: true })
            .collect(),
        cautions: form.cautions,
        rollback: match form.rollback {
            RollbackForm::Nothing => Rollback::Nothing,
            RollbackForm::Possible => Rollback::Possible,
            RollbackForm::Unknown => Rollback::Unknown,
            RollbackForm::Blocked { blockers } => Rollback::Blocked(
                blockers
                    .into_iter()
                    .map(|BlockerForm { kind, names }| Blocker { kind, names })
                    .collect(),
            ),
        },
        wrangler: form.wrangler,
        failure: form.failure,
    }
}

fn change(form: ChangeForm) -> Change {
    let ChangeForm { aspect, sign, name, from, to, note, unasked, destructive } = form;
    Change { aspect, sign, name, from, to, note, unasked, destructive }
}

fn aspect<'de, D: Deserializer<'de>>(from: D) -> Result<Aspect, D::Error> {
    word(from, Aspect::ALL, Aspect::as_str)
}

fn sign<'de, D: Deserializer<'de>>(from: D) -> Result<Sign, D::Error> {
    word(from, Sign::ALL, Sign::as_str)
}

fn obstacle<'de, D: Deserializer<'de>>(from: D) -> Result<Obstacle, D::Error> {
    word(from, Obstacle::ALL, Obstacle::as_str)
}

fn unasked<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Unasked>, D::Error> {
    let all = Unasked::ALL.map(Some).into_iter().chain([None]);
    let word = Option::<String>::deserialize(from)?;
    let mut all = all.filter(|one| one.map(Unasked::as_str) == word.as_deref());
    all.next().ok_or_else(|| D::Error::custom("an unknown word"))
}

/// One of a closed set of words.
fn word<'de, D: Deserializer<'de>, T: Copy>(
    from: D,
    all: impl IntoIterator<Item = T>,
    as_str: fn(T) -> &'static str,
) -> Result<T, D::Error> {
    let word = String::deserialize(from)?;
    let found = all.into_iter().find(|one| as_str(*one) == word);
    found.ok_or_else(|| D::Error::custom(format!("an unknown word: {word:?}")))
}
