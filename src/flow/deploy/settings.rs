//! Settings of a Worker that no version has. `wrangler deploy` sets them itself; after a staged
//! deployment they are set here, by the same rules (cli.js:183806).

use serde_json::{Value, json};

use super::Stage;
use super::fail_point::{When, reach};
use crate::core::deployment::Work;
use crate::core::model::account::observability_off;
use crate::world::cloudflare::CloudflareError;

impl Stage<'_> {
    /// Sets them as the configuration says. Tags stay as they are.
    pub(super) async fn set_settings(&self, work: &Work) -> Result<(), CloudflareError> {
        let (account, worker) = (&self.account.id, &work.worker);
        let live = self.client.script_settings(account, worker).await?;
        let Some(environment) = self.configured(work) else { return Ok(()) };
        let value = |key| environment.get(key).map(|setting| setting.value().to_json());
        let tail_consumers = value("tail_consumers").filter(Value::is_array);
        let wanted = json!({
            "logpush": value("logpush").unwrap_or(live.logpush.into()),
            // Wrangler switches it off where the configuration does not speak of it.
            "observability": value("observability").unwrap_or_else(observability_off),
            "tail_consumers": tail_consumers.unwrap_or(json!([])),
            "tags": live.tags,
        });
        reach(When::Before, "cloudflare settings");
        let set = self.client.set_script_settings(account, worker, &wanted).await;
        reach(When::After, "cloudflare settings");
        set
    }
}
