//! Client certificates.

use serde::Deserialize;

use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::MtlsCertificate;
use crate::world::http::segment;

#[derive(Deserialize)]
struct Certificate {
    id: String,
    #[serde(default)]
    name: Option<String>,
}

impl Cloudflare {
    /// The client certificates of an account.
    pub async fn mtls_certificates(
        &self,
        account: &str,
    ) -> Result<Vec<MtlsCertificate>, CloudflareError> {
        let path = format!("/accounts/{}/mtls_certificates", segment(account));
        let certificates: Vec<Certificate> = self.pages(Call::get(path), None).await?;
        Ok(certificates
            .into_iter()
            .map(|Certificate { id, name }| MtlsCertificate { id, name })
            .collect())
    }
}
