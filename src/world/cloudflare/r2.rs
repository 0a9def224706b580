//! R2.

use serde::Deserialize;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::world::http::segment;

/// R2 is not switched on for the account.
pub(super) const NOT_ENABLED: i64 = 10042;

/// By which a request says where its buckets lie (cli.js:178223). Without it: anywhere else.
const JURISDICTION: &str = "cf-r2-jurisdiction";

/// The name of the jurisdiction of buckets that name none.
const DEFAULT: &str = "default";

/// How many buckets a part of the list has at most.
const PER_PAGE: usize = 1000;

#[derive(Deserialize)]
struct Buckets {
    #[serde(default, deserialize_with = "or_default")]
    buckets: Vec<Bucket>,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

impl Cloudflare {
    /// The names of the buckets of an account in a jurisdiction.
    pub async fn r2_buckets(
        &self,
        account: &str,
        jurisdiction: &str,
    ) -> Result<Vec<String>, CloudflareError> {
        let path = format!("/accounts/{}/r2/buckets?per_page={PER_PAGE}", segment(account));
        let call = match jurisdiction {
            DEFAULT => Call::get(path),
            other => Call::get(path).header(JURISDICTION, other),
        };
        let names = |part: Buckets| part.buckets.into_iter().map(|bucket| bucket.name).collect();
        self.parts(call, names).await
    }
}
