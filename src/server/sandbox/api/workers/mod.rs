//! `/workers`: scripts, and everything that hangs on them.

mod assets;
mod deployments;
mod domains;
mod environments;
mod namespaces;
mod routes;
mod schedules;
mod scripts;
mod secrets;
mod settings;
mod shown;
mod subdomain;
mod tails;
mod versions;
mod worker;

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::header;
use axum::http::request::Parts;

use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::errors::NO_SUCH_WORKER;
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::workers::{Deployment, Script, Share};
use crate::server::sandbox::{Sandbox, Shared};

pub(super) use tails::sockets;

pub(super) fn routes() -> Router<Shared> {
    [
        assets::routes(),
        deployments::routes(),
        domains::routes(),
        environments::routes(),
        namespaces::routes(),
        routes::routes(),
        schedules::routes(),
        scripts::routes(),
        secrets::routes(),
        settings::routes(),
        subdomain::routes(),
        tails::routes(),
        versions::routes(),
        worker::routes(),
    ]
    .into_iter()
    .fold(Router::new(), Router::merge)
}

/// The account and the Worker of a path.
type OfScript = Path<(String, String)>;

/// The Worker of a name.
fn script<'a>(state: &'a State, name: &str) -> Result<&'a Script, ApiError> {
    state.workers.scripts.get(name).ok_or_else(|| NO_SUCH_WORKER.into())
}

/// The same, to change it.
fn script_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut Script, ApiError> {
    state.workers.scripts.get_mut(name).ok_or_else(|| NO_SUCH_WORKER.into())
}

/// Who deploys, by the agent of the request: what versions and deployments have as their source.
struct Agent(&'static str);

impl<S: Send + Sync> FromRequestParts<S> for Agent {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let known = [("wrangler/", "wrangler"), ("terraform", "terraform")];
        let found = known.iter().find(|(name, _)| agent.to_lowercase().contains(name));
        Ok(Self(found.map_or("api", |(_, source)| source)))
    }
}

/// A deployment that gives all of the traffic to one version.
fn all_of_it(sandbox: &Sandbox, version: &str, source: &str, triggered_by: &str) -> Deployment {
    Deployment {
        id: sandbox.source.uuid(),
        created_on: sandbox.source.now(),
        source: source.to_owned(),
        annotations: BTreeMap::from([("workers/triggered_by".into(), triggered_by.into())]),
        versions: vec![Share { version_id: version.to_owned(), percentage: 100.0 }],
    }
}
