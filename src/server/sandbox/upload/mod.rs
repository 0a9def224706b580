//! An upload of a Worker: a form becomes a [`Version`], or the error that Cloudflare would give.
//!
//! `form.rs` reads what was sent, `bindings.rs` inherits and keeps bindings, `resources.rs` looks for
//! what they lead to, `migrations.rs` makes and removes classes of Durable Objects, and `code.rs`
//! looks at the modules.

mod bindings;
mod code;
mod form;
mod migrations;
mod resources;

pub(super) use bindings::{Inherit, check_names};
pub(super) use form::{Form, Metadata};
pub(super) use resources::check as check_resources;

use super::Sandbox;
use super::envelope::ApiError;
use super::errors::{
    INVALID_ASSETS, INVALID_UPLOAD, MIGRATION_IN_VERSION, NO_CPU_LIMITS, NO_SUCH_TAIL_CONSUMER,
    TOO_LARGE,
};
use super::runner::RunError;
use super::state::State;
use super::state::workers::{Assets, Module, Namespace, Script, Version, annotations};
use super::token;

/// The modules of a version, uncompressed, in bytes: 64 MiB on every plan (cli.js:171018).
const MAX_WORKER: u64 = 64 << 20;

/// What an upload would make of a Worker.
pub(super) struct Candidate {
    /// Not yet numbered.
    pub(super) version: Version,
    /// The classes of the account's Durable Objects afterwards.
    pub(super) namespaces: Vec<Namespace>,
    /// The tag of the newest migration afterwards.
    pub(super) migration_tag: Option<String>,
}

/// How an upload is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It is a version and no more; somebody deploys it later.
    Version,
    /// It serves at once.
    Deployment,
}

/// Checks an upload for a Worker against the account.
pub(super) fn candidate(
    sandbox: &Sandbox,
    state: &State,
    name: &str,
    form: &Form,
    modules: Vec<Module>,
    purpose: Purpose,
    inherit: Inherit,
) -> Result<Candidate, ApiError> {
    let metadata = &form.metadata;
    let script = state.workers.scripts.get(name);
    let before = script.and_then(Script::latest);
    let code = code::read(form)?;
    check_limits(sandbox, state, metadata, &modules)?;
    let has_lifecycle = metadata.migrations.is_some() || metadata.has_objects();
    if purpose == Purpose::Version && has_lifecycle {
        return Err(MIGRATION_IN_VERSION.into());
    }
    let changed = migrations::apply(sandbox, state, name, metadata, &code)?;
    let mut bindings = bindings::resolve(metadata, before, inherit)?;
    resources::check(state, name, &changed.namespaces, &mut bindings)?;
    for consumer in metadata.tail_consumers.iter().flatten() {
        let service = consumer["service"].as_str().unwrap_or_default();
        if service != name && !state.workers.scripts.contains_key(service) {
            return Err(
                NO_SUCH_TAIL_CONSUMER.saying(format!("Tail consumer '{service}' not found."))
            );
        }
    }
    let assets = match &metadata.assets {
        Some(sent) => Some(assets(sandbox, state, name, sent, before)?),
        None if metadata.keep_assets => before.and_then(|before| before.assets.clone()),
        None => None,
    };
    let version = Version {
        id: sandbox.source.uuid(),
        number: 0,
        created_on: sandbox.source.now(),
        source: String::new(),
        annotations: annotations(metadata.annotations.clone()),
        main_module: metadata.main_module.clone().or_else(|| metadata.body_part.clone()),
        is_service_worker: metadata.body_part.is_some(),
        modules,
        bindings,
        compatibility_date: metadata.compatibility_date.clone(),
        compatibility_flags: metadata.compatibility_flags.clone(),
        limits: metadata.limits.clone(),
        placement: metadata.placement.clone(),
        assets,
        handlers: code.handlers,
        startup_time_ms: 1,
        migration_tag: changed.tag.clone(),
    };
    Ok(Candidate { version, namespaces: changed.namespaces, migration_tag: changed.tag })
}

fn check_limits(
    sandbox: &Sandbox,
    state: &State,
    metadata: &Metadata,
    modules: &[Module],
) -> Result<(), ApiError> {
    if let Some(date) = &metadata.compatibility_date {
        let today = sandbox.source.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        let date: jiff::civil::Date = date.parse().map_err(|_| {
            INVALID_UPLOAD.saying(format!("Compatibility date is not a date: {date}"))
        })?;
        if date > today {
            let text = format!("Can't set compatibility date in the future: {date}");
            return Err(INVALID_UPLOAD.saying(text));
        }
    }
    let size: u64 = modules.iter().map(|module| module.size).sum();
    if size > state.limits.worker_bytes.unwrap_or(MAX_WORKER) {
        return Err(TOO_LARGE.into());
    }
    let has_cpu_limit = metadata.limits.as_ref().is_some_and(|limits| !limits["cpu_ms"].is_null());
    if has_cpu_limit && state.limits.cpu_limits == Some(false) {
        return Err(NO_CPU_LIMITS.into());
    }
    Ok(())
}

/// The assets that a token of a finished upload stands for. Without a token, those of the version
/// before with another configuration.
fn assets(
    sandbox: &Sandbox,
    state: &State,
    name: &str,
    sent: &form::SentAssets,
    before: Option<&Version>,
) -> Result<Assets, ApiError> {
    let manifest = match &sent.jwt {
        Some(jwt) => {
            let claims = token::verify(&state.account.signing_key, jwt, sandbox.source.timestamp());
            let upload = claims
                .filter(|claims| claims.is_complete)
                .and_then(|claims| state.workers.uploads.get(&claims.id))
                .filter(|upload| upload.script == name);
            upload.ok_or_else(|| ApiError::from(INVALID_ASSETS))?.manifest.clone()
        }
        None => {
            let assets = before.and_then(|before| before.assets.as_ref());
            assets.map(|assets| assets.manifest.clone()).unwrap_or_default()
        }
    };
    Ok(Assets { manifest, config: sent.config.clone() })
}

/// Starts a version to see whether it does, and gives how long it took, in milliseconds. What throws
/// while it starts is refused with 10021. Where Workers do not run, nothing is tried.
pub(super) async fn check_start(
    sandbox: &Sandbox,
    worker: &str,
    version: &Version,
) -> Result<u32, ApiError> {
    if !sandbox.runner.is_on() {
        return Ok(version.startup_time_ms);
    }
    match sandbox.runner.probe(sandbox, worker, version).await {
        Ok(startup_time_ms) => Ok(startup_time_ms),
        Err(RunError::Threw(error)) => Err(INVALID_UPLOAD.saying(error)),
        // Not the upload's fault; who visits the Worker is told.
        Err(RunError::Unavailable(_) | RunError::Runtime(_)) => Ok(version.startup_time_ms),
    }
}
