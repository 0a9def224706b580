//! Whether the versions serve that should, as the account tells it.

use futures_util::future::join_all;

use crate::core::verify::state::{Serving, difference};
use crate::world::cloudflare::{Cloudflare, CloudflareError};

/// How a service stands.
#[derive(Debug)]
pub struct Stand {
    /// The service.
    pub service: String,
    /// How what serves differs from what should, in words; `None` where it does not.
    pub difference: Result<Option<String>, CloudflareError>,
}

/// Compares what serves with what should.
pub async fn state(cloudflare: &Cloudflare, account: &str, expected: &[Serving]) -> Vec<Stand> {
    join_all(expected.iter().map(async |one| {
        let live = cloudflare.active_deployment(account, &one.worker).await;
        Stand {
            service: one.service.clone(),
            difference: live.map(|live| difference(&one.shares, live.as_ref())),
        }
    }))
    .await
}
