//! Workers routes: the patterns of a zone whose requests go to a Worker.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Cloudflare, CloudflareError};
use crate::core::model::account::ZoneRoute;
use crate::world::http::{Method, segment};

#[derive(Deserialize)]
struct Created {
    id: String,
}

impl Cloudflare {
    /// Makes a route of a zone; without a Worker it switches Workers off there.
    ///
    /// # Errors
    /// Code 10020 is the reason where the pattern has a route already.
    pub async fn create_route(
        &self,
        zone: &str,
        pattern: &str,
        worker: Option<&str>,
    ) -> Result<ZoneRoute, CloudflareError> {
        let call = Call::new(Method::POST, routes(zone)).json(&body(pattern, worker));
        let Created { id } = self.write(call).await?;
        Ok(ZoneRoute { id, pattern: pattern.to_owned(), script: worker.map(str::to_owned) })
    }

    /// Sets pattern and Worker of a route.
    pub async fn update_route(&self, zone: &str, route: &ZoneRoute) -> Result<(), CloudflareError> {
        let path = format!("{}/{}", routes(zone), segment(&route.id));
        let body = body(&route.pattern, route.script.as_deref());
        self.act(Call::new(Method::PUT, path).json(&body)).await
    }

    /// Deletes a route. One that is gone already is no error.
    pub async fn delete_route(&self, zone: &str, id: &str) -> Result<(), CloudflareError> {
        let path = format!("{}/{}", routes(zone), segment(id));
        match self.act(Call::new(Method::DELETE, path)).await {
            Err(CloudflareError::NotFound(_)) => Ok(()),
            result => result,
        }
    }
}

fn routes(zone: &str) -> String {
    format!("/zones/{}/workers/routes", segment(zone))
}

fn body(pattern: &str, worker: Option<&str>) -> Value {
    match worker {
        Some(worker) => json!({ "pattern": pattern, "script": worker }),
        None => json!({ "pattern": pattern }),
    }
}
