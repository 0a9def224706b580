//! For programs: `clodo.plan/1` and `clodo.drift/1`, described in `docs/plan.md`.

use serde_json::{Value, json};

use crate::core::plan::{Blind, Change, Drift, Plan, Rollback, SCHEMA, ServicePlan};

/// The version of the form of a drift.
pub const DRIFT_SCHEMA: &str = "clodo.drift/1";

/// A plan as JSON.
pub fn json(plan: &Plan) -> Value {
    json!({
        "schema": SCHEMA,
        "clodo": env!("CARGO_PKG_VERSION"),
        "environment": plan.environment,
        "accounts": plan.accounts,
        "account_read_at": plan.taken_at.to_string(),
        "hash": plan.hash,
        "changes": !plan.is_empty(),
        "services": plan.services.iter().map(service).collect::<Vec<_>>(),
        "order": plan.waves,
        "circles": plan.circles,
        "without_environment": plan.without,
    })
}

/// A drift as JSON.
pub fn drift_json(drift: &Drift) -> Value {
    let service = |service: &crate::core::plan::ServiceDrift| {
        json!({
            "service": service.service,
            "config": service.config,
            "worker": service.worker,
            "changes": service.changes.iter().map(change).collect::<Vec<_>>(),
            "unknown": service.blind.iter().map(blind).collect::<Vec<_>>(),
            "origin": service.origin,
        })
    };
    json!({
        "schema": DRIFT_SCHEMA,
        "clodo": env!("CARGO_PKG_VERSION"),
        "environment": drift.environment,
        "accounts": drift.accounts,
        "account_read_at": drift.taken_at.to_string(),
        "changes": !drift.is_empty(),
        "services": drift.services.iter().map(service).collect::<Vec<_>>(),
        "without_environment": drift.without,
    })
}

fn service(service: &ServicePlan) -> Value {
    json!({
        "service": service.service,
        "config": service.config,
        "worker": service.worker,
        "wrangler": service.wrangler,
        "live": service.base,
        "live_since": service.since.map(|since| since.to_string()),
        "failure": service.failure,
        "changes": service.changes.iter().map(change).collect::<Vec<_>>(),
        "unknown": service.unknown().map(blind).collect::<Vec<_>>(),
        "cautions": service.cautions,
        "rollback": rollback(&service.rollback),
    })
}

/// A change.
pub(in crate::core::report) fn change(change: &Change) -> Value {
    json!({
        "aspect": change.aspect.as_str(),
        "sign": change.sign.as_str(),
        "name": change.name,
        "from": change.from,
        "to": change.to,
        "note": change.note,
        "unasked": change.unasked.map(|unasked| unasked.as_str()),
        "destructive": change.destructive,
    })
}

/// What could not be told.
pub(in crate::core::report) fn blind(blind: &Blind) -> Value {
    json!({ "aspect": blind.aspect.as_str(), "why": blind.why })
}

fn rollback(rollback: &Rollback) -> Value {
    let state = match rollback {
        Rollback::Nothing => "nothing",
        Rollback::Possible => "possible",
        Rollback::Blocked(_) => "blocked",
        Rollback::Unknown => "unknown",
    };
    let blockers = match rollback {
        Rollback::Blocked(blockers) => blockers.as_slice(),
        _ => &[],
    };
    let blockers =
        blockers.iter().map(|one| json!({ "kind": one.kind.as_str(), "names": one.names }));
    json!({ "state": state, "blockers": blockers.collect::<Vec<_>>() })
}
