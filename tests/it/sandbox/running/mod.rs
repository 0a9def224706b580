//! Workers that really run: from the state of the account to the answers of workerd.

mod calls;
mod data;
mod env;
mod install;
mod pages;
mod requests;
mod tail;
mod wrangler;

use std::path::Path;
use std::time::{Duration, Instant};

use clodo::server::sandbox::Options;
use clodo::server::sandbox::runner::Places;
use clodo::server::sandbox::seed::Seed;
use clodo::server::sandbox::state::workers::{
    Binding, Deployment, Module, Script, Share, Subdomain, Version,
};
use serde_json::Value;

use super::stand::Stand;
use crate::toolchain::toolchain;

/// A stand whose Workers run, with one cache for all tests.
pub(crate) fn running() -> Option<Stand> {
    running_seeded("")
}

/// The same of an account as a seed has it.
pub(crate) fn running_seeded(seed: &str) -> Option<Stand> {
    let tools = toolchain()?;
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let runner = Some(Places { cache, node: Some(tools.node.clone()) });
    let seed = Seed::read("seed.yaml", seed, Path::new(".")).expect("a seed");
    Some(Stand::with(Options { runner, seed: Some(seed), ..Options::default() }))
}

/// Puts a version of a Worker into the state, without the API.
pub(crate) fn version(stand: &Stand, script: &str, code: &str, bindings: &[Value]) -> String {
    let sandbox = &stand.sandbox;
    let blob = sandbox.store.put_blob(code.to_owned().into()).expect("a blob");
    let bindings = bindings.iter().map(|it| serde_json::from_value(it.clone()).expect("a binding"));
    let version = Version {
        id: sandbox.source.uuid(),
        created_on: sandbox.source.now(),
        main_module: Some("index.js".into()),
        modules: vec![Module {
            name: "index.js".into(),
            content_type: "application/javascript+module".into(),
            blob,
            size: 0,
        }],
        bindings: bindings.collect::<Vec<Binding>>(),
        compatibility_date: Some("2026-01-01".into()),
        ..Version::default()
    };
    let id = version.id.clone();
    let change = sandbox.store.change(|state| {
        let of = state.workers.scripts.entry(script.into()).or_insert_with(|| Script {
            subdomain: Subdomain { enabled: true, previews_enabled: true },
            ..Script::default()
        });
        of.add(version);
        Ok(())
    });
    change.expect("a change");
    id
}

fn deploy(stand: &Stand, script: &str, shares: &[(&str, f64)]) {
    let versions = shares
        .iter()
        .map(|(id, percentage)| Share { version_id: (*id).into(), percentage: *percentage });
    let deployment = Deployment { versions: versions.collect(), ..Deployment::default() };
    let change = stand.sandbox.store.change(|state| {
        state.workers.scripts.get_mut(script).expect("a script").deployments.push(deployment);
        Ok(())
    });
    change.expect("a change");
}

/// Waits until something is so, for half a minute at most.
fn eventually(mut holds: impl FnMut() -> Result<(), String>) {
    let end = Instant::now() + Duration::from_secs(30);
    while let Err(seen) = holds() {
        assert!(Instant::now() < end, "still {seen}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Six standard deviations around what is expected: never beyond, in a thousand years of runs.
fn within_six_sigma(seen: usize, of: u32, share: f64) -> bool {
    let (seen, of) = (f64::from(u32::try_from(seen).expect("small")), f64::from(of));
    (seen - of * share).abs() <= 6.0 * (of * share * (1.0 - share)).sqrt()
}
