//! The gathering: everything that a run wants to know of its accounts, asked once.
//!
//! All lists at the same time, and then, again at the same time, what takes a request for each zone
//! or database. Beside the lists the token: one that is dead, or an API that cannot be reached, ends
//! all of it with one error, and not with thirty things that could not be seen. What the token may
//! not look at, or what gives no usable answer, is noted where it would stand.

mod account;
mod d1;
mod sign_in;
mod unseen;
mod workers;
mod zones;

use std::collections::BTreeMap;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::accounts::SeenAccount;
use super::{Cloudflare, CloudflareError};
use crate::core::config::wanted_account::{Wanted, WantedAccount};
use crate::core::model::account::{Account, SCHEMA, Seen, Snapshot};

/// How many accounts are listed where it is not known which one is meant.
const MAX_CANDIDATES: usize = 20;

/// Looks at what is wanted. `default` is the account of configurations that name none; without it,
/// it is the only one that the token sees.
///
/// # Errors
/// Where the token is dead, the API cannot be reached, or no account is known.
pub async fn gather(
    client: &Cloudflare,
    wanted: &Wanted,
    default: Option<&str>,
    now: Timestamp,
) -> Result<Snapshot, CloudflareError> {
    let default = default.filter(|_| wanted.accounts.contains_key(&None));
    let named = wanted.accounts.keys().flatten().map(String::as_str).chain(default);
    let looked = async { Ok(accounts(client, wanted, default).await) };
    let (token, looked) = tokio::try_join!(sign_in::verify(client, named), looked)?;
    let (default_account, mut accounts) = looked?;
    let meant = |named: &Option<String>| named.clone().or(default_account.clone());
    let wanted: Vec<Option<String>> = wanted.accounts.keys().map(meant).collect();
    let is_wanted = |account: &&mut Account| wanted.contains(&Some(account.id.clone()));
    for account in accounts.iter_mut().filter(is_wanted) {
        account.token = Seen::Known(token.clone());
    }
    Ok(Snapshot { schema: SCHEMA.to_owned(), taken_at: now, default_account, accounts })
}

/// The accounts in order, those that are wanted with all that is wanted of them, and which one is
/// meant where none is named.
async fn accounts(
    client: &Cloudflare,
    wanted: &Wanted,
    default: Option<&str>,
) -> Result<(Option<String>, Vec<Account>), CloudflareError> {
    let candidates = match default.is_none() && wanted.accounts.contains_key(&None) {
        true => candidates(client).await?,
        false => Vec::new(),
    };
    let default = match candidates.as_slice() {
        [only] => Some(only.id.as_str()),
        _ => default,
    };

    let mut by_id: BTreeMap<&str, WantedAccount> = BTreeMap::new();
    for (id, wanted) in &wanted.accounts {
        if let Some(id) = id.as_deref().or(default) {
            by_id.entry(id).or_default().join(wanted);
        }
    }
    let looks = by_id.iter().map(|(id, wanted)| {
        let listed = candidates.iter().find(|candidate| candidate.id == *id);
        account::gather(client, id, listed, wanted)
    });
    let mut accounts = join_all(looks).await;
    for SeenAccount { id, name } in candidates.iter().take(MAX_CANDIDATES) {
        if !by_id.contains_key(id.as_str()) {
            let (id, name) = (id.clone(), Seen::Known(name.clone()));
            accounts.push(Account { id, name, ..Account::default() });
        }
    }
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    Ok((default.map(str::to_owned), accounts))
}

/// The accounts of which one may be meant. Wrangler asks for the same list.
async fn candidates(client: &Cloudflare) -> Result<Vec<SeenAccount>, CloudflareError> {
    match client.accounts().await {
        Ok(accounts) if accounts.is_empty() => {
            Err(CloudflareError::Account("the token sees none".to_owned()))
        }
        Err(error @ CloudflareError::Forbidden(_)) => {
            let why = format!("the token may not list any ({})", error.in_brief());
            Err(CloudflareError::Account(why))
        }
        result => result,
    }
}
