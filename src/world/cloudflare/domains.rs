//! Custom domains: hosts that are a Worker's, each with a DNS record of Cloudflare's own.

use serde::Deserialize;
use serde_json::json;

use super::envelope::or_default;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::CustomDomain;
use crate::world::http::{Method, segment};

/// A custom domain, as the API gives it.
#[derive(Deserialize)]
struct Found {
    id: String,
    hostname: String,
    #[serde(default, deserialize_with = "or_default")]
    service: String,
    #[serde(default, deserialize_with = "or_default")]
    zone_id: String,
    #[serde(default, deserialize_with = "or_default")]
    zone_name: String,
}

impl Cloudflare {
    /// The custom domains of all Workers of an account. The API gives them in one piece.
    pub async fn custom_domains(
        &self,
        account: &str,
    ) -> Result<Vec<CustomDomain>, CloudflareError> {
        let domains: Vec<Found> = self.whole(Call::get(domains(account))).await?;
        Ok(domains.into_iter().map(domain).collect())
    }

    /// Gives a host to a Worker, whosever it was, and touches no other. DNS records of others are
    /// not overwritten: that is an error.
    pub async fn attach_domain(
        &self,
        account: &str,
        hostname: &str,
        zone: &str,
        worker: &str,
    ) -> Result<CustomDomain, CloudflareError> {
        let call = Call::new(Method::PUT, domains(account)).json(&json!({
            "hostname": hostname,
            "zone_id": zone,
            "service": worker,
            "environment": "production",
        }));
        self.write::<Found>(call).await.map(domain)
    }

    /// Takes a host away from its Worker, with the DNS record. One that is gone is no error.
    pub async fn detach_domain(&self, account: &str, id: &str) -> Result<(), CloudflareError> {
        let path = format!("{}/{}", domains(account), segment(id));
        match self.act(Call::new(Method::DELETE, path)).await {
            Err(CloudflareError::NotFound(_)) => Ok(()),
            result => result,
        }
    }
}

fn domains(account: &str) -> String {
    format!("/accounts/{}/workers/domains", segment(account))
}

fn domain(Found { id, hostname, service, zone_id, zone_name }: Found) -> CustomDomain {
    CustomDomain { id, hostname, service, zone_id, zone_name }
}
