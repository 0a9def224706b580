//! Whether the token can be used, before anything is asked with it.

use crate::core::model::account::Token;
use crate::world::cloudflare::{Cloudflare, CloudflareError};

/// Asks what the token is: as a person's, and if it is none, as one of the accounts that it may
/// belong to, as Wrangler does (cli.js:354553).
pub(super) async fn verify(
    client: &Cloudflare,
    accounts: impl Iterator<Item = &str>,
) -> Result<Token, CloudflareError> {
    let dead = match client.verify_user_token().await {
        Err(error) if error.may_be_an_accounts() => error,
        result => return result,
    };
    let mut owners: Vec<String> = accounts.map(str::to_owned).collect();
    if owners.is_empty() {
        // A token that sees no account belongs to none.
        let seen = client.accounts().await.unwrap_or_default();
        owners.extend(seen.into_iter().map(|account| account.id));
    }
    for owner in owners {
        match client.verify_account_token(&owner).await {
            Err(error) if error.refusal().is_some() || error.may_be_an_accounts() => {}
            result => return result,
        }
    }
    Err(dead)
}
