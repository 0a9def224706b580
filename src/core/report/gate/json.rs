//! For programs: `clodo.gate/1`, described in `docs/approvals.md`.

use serde_json::{Value, json};

use super::{headline, said, waits_for_people, ways};
use crate::core::gate::{Approval, Decision, Judged, Waits};

/// The version of the JSON form.
pub const SCHEMA: &str = "clodo.gate/1";

/// A verdict as JSON.
pub fn json(judged: &Judged) -> Value {
    let verdict = &judged.verdict;
    let (decision, waits, why) = match &verdict.decision {
        Decision::Open => ("open", Vec::new(), None),
        Decision::Waiting(waits) => ("waiting", waits.iter().map(wait).collect(), None),
        Decision::Denied(why) => ("denied", Vec::new(), Some(why)),
    };
    let met = verdict.met.iter().map(|met| {
        json!({
            "any_of": met.any_of.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "needed": met.needed,
            "given": met.given.iter().map(approval).collect::<Vec<_>>(),
        })
    });
    let void = verdict.void.iter().map(|(given, why)| {
        let mut void = approval(given);
        void["why"] = json!(why.why());
        void
    });
    let claim = verdict.claim.as_ref().map(|claim| {
        json!({
            "kind": if verdict.emergency { "emergency" } else { "override" },
            "login": claim.person.login, "reason": claim.reason, "incident": claim.incident,
        })
    });
    json!({
        "schema": SCHEMA,
        "clodo": env!("CARGO_PKG_VERSION"),
        "environment": judged.environment,
        "plan": judged.hash,
        "at": judged.at.to_string(),
        "decision": decision,
        "summary": headline(judged),
        "why": why,
        "waits": waits,
        "approvals": met.collect::<Vec<_>>(),
        "void": void.collect::<Vec<_>>(),
        "claim": claim,
        "closes": verdict.closes.map(|closes| closes.to_string()),
        "expires_seconds": judged.expires.as_secs(),
        "pull_request": judged.pull_request,
        "ways": if waits_for_people(judged) { ways(judged) } else { Vec::new() },
        "differences": judged.differences,
        "notes": judged.notes,
    })
}

fn approval(approval: &Approval) -> Value {
    json!({
        "login": approval.person.login,
        "person": format!("{}/{}", approval.person.issuer, approval.person.id),
        "what": said(approval.choice),
        "method": approval.method.as_str(),
        "at": approval.at.to_string(),
    })
}

fn wait(waits: &Waits) -> Value {
    match waits {
        Waits::Approvals { missing, of } => json!({
            "for": "approvals", "missing": missing,
            "of": of.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
        Waits::Window { opens } => {
            json!({ "for": "window", "opens": opens.map(|opens| opens.to_string()) })
        }
        Waits::Freeze { reason, until } => json!({
            "for": "freeze", "reason": reason, "until": until.map(|until| until.to_string()),
        }),
    }
}
