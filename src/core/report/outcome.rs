//! What a pipeline does next, for whoever reads it by program: the contract `clodo.ci/1`.

use serde_json::{Value, json};

use crate::core::model::{Delivery, DeliveryReport, PlanReport, PreviewReport, Report};

/// What a pipeline may do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Continue,
    /// Stop: something has to be corrected first, or is not allowed.
    Blocked,
    /// Come back: somebody or something has to say yes first.
    Waiting,
    /// A deployment failed.
    Failed,
}

impl Decision {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Continue => "continue",
            Self::Blocked => "blocked",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
        }
    }
}

/// Why, in one word that does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonCode {
    /// Nothing is in the way.
    Ready,
    /// There are findings at or above the fail level.
    Findings,
    /// The change concerns no service.
    Unaffected,
    /// Every environment that was due is deployed.
    Deployed,
    /// The gate waits, or the lock.
    Waiting,
    /// The gate or the record denied it, or a run like this one never deploys.
    Denied,
    /// Something in clodo.yml, or in how the run was set up, is wrong.
    Misconfigured,
    /// A deployment failed; the version before serves.
    Failed,
    /// A deployment failed and could not be put back.
    NeedsPerson,
    /// Cloudflare, the forge or the network failed.
    Unreachable,
}

impl ReasonCode {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Findings => "findings",
            Self::Unaffected => "unaffected",
            Self::Deployed => "deployed",
            Self::Waiting => "waiting",
            Self::Denied => "denied",
            Self::Misconfigured => "misconfigured",
            Self::Failed => "failed",
            Self::NeedsPerson => "needs-person",
            Self::Unreachable => "unreachable",
        }
    }
}

/// The outcome of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What to do next.
    pub decision: Decision,
    /// Why.
    pub reason: ReasonCode,
    /// The commit, if it is known.
    pub sha: Option<String>,
    /// Where the comment can be read, if there is one.
    pub comment_url: Option<String>,
    /// What could not be told, a line each.
    pub missed: Vec<String>,
}

impl Outcome {
    /// As JSON, `clodo.ci/1`.
    pub fn json(&self, report: &Report) -> Value {
        let summary = report.summary();
        json!({
            "schema": "clodo.ci/1",
            "clodo": env!("CARGO_PKG_VERSION"),
            "decision": self.decision.as_str(),
            "reason_code": self.reason.as_str(),
            "sha": self.sha,
            "comment_url": self.comment_url,
            "missed": self.missed,
            "plans": report.plans.iter().map(planned).collect::<Vec<_>>(),
            "previews": report.previews.iter().map(preview).collect::<Vec<_>>(),
            "deliveries": report.deliveries.iter().map(delivery).collect::<Vec<_>>(),
            "summary": {
                "errors": summary.errors,
                "warnings": summary.warnings,
                "notes": summary.notes,
                "services": report.services.len(),
                "unaffected": report.coverage.unaffected,
            },
        })
    }

    /// As outputs of a GitHub action, by name.
    pub fn outputs(&self, report: &Report) -> Vec<(&'static str, String)> {
        let summary = report.summary();
        let total = summary.errors + summary.warnings + summary.notes;
        let previews = report.previews.iter().filter_map(|one| one.made.as_ref().ok());
        let deployed = report.deliveries.iter().filter(|one| one.state == Delivery::Deployed);
        let urls = deployed.clone().filter_map(|one| one.urls.first());
        let ids = deployed.filter_map(|one| one.deployment.as_ref());
        let hashes = report.plans.iter().filter_map(|plan| plan.data["hash"].as_str());
        vec![
            ("result", self.json(report).to_string()),
            ("decision", self.decision.as_str().to_owned()),
            ("reason-code", self.reason.as_str().to_owned()),
            ("findings-total", total.to_string()),
            ("findings-errors", summary.errors.to_string()),
            ("findings-warnings", summary.warnings.to_string()),
            ("comment-url", self.comment_url.clone().unwrap_or_default()),
            ("plan-hash", last(hashes)),
            ("preview-url", last(previews.map(String::as_str))),
            ("deployment-id", last(ids.map(String::as_str))),
            ("deployment-url", last(urls.map(String::as_str))),
        ]
    }
}

fn planned(plan: &PlanReport) -> Value {
    json!({ "environment": plan.data["environment"], "hash": plan.data["hash"] })
}

fn preview(one: &PreviewReport) -> Value {
    let PreviewReport { service, environment, made } = one;
    json!({
        "service": service,
        "environment": environment,
        "url": made.as_ref().ok(),
        "why": made.as_ref().err(),
    })
}

fn delivery(one: &DeliveryReport) -> Value {
    json!({
        "environment": one.environment,
        "state": one.state.as_str(),
        "deployment": one.deployment,
        "urls": one.urls,
        "why": one.why,
        "fix": one.fix,
    })
}

/// Of several the last, as an output holds one: production comes last.
fn last<'a>(all: impl Iterator<Item = &'a str>) -> String {
    all.last().unwrap_or_default().to_owned()
}
