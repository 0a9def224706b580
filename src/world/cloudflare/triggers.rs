//! What of a Worker no version has: cron triggers, addresses on workers.dev, and settings that
//! take effect at once.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::envelope::or_default;
use super::workers::script;
use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::WorkersDev;
use crate::world::http::Method;

/// The day whose meaning of `/subdomain` Wrangler asks for: previews are switched apart from the
/// Worker's own address (cli.js:168317).
const SUBDOMAIN_API_DATE: (&str, &str) = ("cloudflare-workers-script-api-date", "2025-08-01");

/// Settings of a Worker that no version has (`script-settings`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptSettings {
    /// Whether logs are pushed.
    #[serde(deserialize_with = "or_default")]
    pub logpush: bool,
    /// The observability settings, as the API gives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observability: Option<Value>,
    /// The Workers that receive its events, as the API gives them.
    #[serde(deserialize_with = "or_default")]
    pub tail_consumers: Vec<Value>,
    /// The tags.
    #[serde(deserialize_with = "or_default")]
    pub tags: Vec<String>,
}

/// Where a Worker answers beside its routes, as the API gives it.
#[derive(Deserialize)]
struct Found {
    #[serde(default, deserialize_with = "or_default")]
    enabled: bool,
    #[serde(default, deserialize_with = "or_default")]
    previews_enabled: bool,
}

impl Cloudflare {
    /// Sets the cron triggers of a Worker: these and no others.
    pub async fn set_crons(
        &self,
        account: &str,
        worker: &str,
        crons: &[String],
    ) -> Result<(), CloudflareError> {
        let crons: Vec<Value> = crons.iter().map(|cron| json!({ "cron": cron })).collect();
        let path = script(account, worker, "schedules");
        self.act(Call::new(Method::PUT, path).json(&crons)).await
    }

    /// Where a Worker answers on workers.dev.
    pub async fn worker_subdomain(
        &self,
        account: &str,
        worker: &str,
    ) -> Result<WorkersDev, CloudflareError> {
        let (name, date) = SUBDOMAIN_API_DATE;
        let call = Call::get(script(account, worker, "subdomain")).header(name, date);
        let Found { enabled, previews_enabled } = self.read(call).await?;
        Ok(WorkersDev { enabled, previews_enabled })
    }

    /// Sets where a Worker answers on workers.dev.
    pub async fn set_worker_subdomain(
        &self,
        account: &str,
        worker: &str,
        WorkersDev { enabled, previews_enabled }: WorkersDev,
    ) -> Result<(), CloudflareError> {
        let (name, date) = SUBDOMAIN_API_DATE;
        let call = Call::new(Method::POST, script(account, worker, "subdomain"))
            .header(name, date)
            .json(&json!({ "enabled": enabled, "previews_enabled": previews_enabled }))
            // It says how it shall be, so that it may be said twice.
            .repeatable();
        self.act(call).await
    }

    /// The settings of a Worker that no version has.
    pub async fn script_settings(
        &self,
        account: &str,
        worker: &str,
    ) -> Result<ScriptSettings, CloudflareError> {
        self.read(Call::get(script(account, worker, "script-settings"))).await
    }

    /// Sets those that are named, in the API's words; the others stay.
    pub async fn set_script_settings(
        &self,
        account: &str,
        worker: &str,
        settings: &Value,
    ) -> Result<(), CloudflareError> {
        let path = script(account, worker, "script-settings");
        // It says how it shall be, so that it may be said twice.
        self.act(Call::new(Method::PATCH, path).json(settings).repeatable()).await
    }
}
