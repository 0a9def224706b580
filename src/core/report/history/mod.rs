//! Deployments that were, for people and for programs.

mod comparison;
mod json;
mod one;

pub use comparison::{COMPARISON_SCHEMA, comparison_json, comparison_text};
pub use json::{HISTORY_SCHEMA, json, json_of_one};
pub use one::text_of_one;

use super::table::table;
use super::{moment, safe, words};
use crate::core::comparison::took;
use crate::core::model::deployment::{DeployedService, Deployment, Kind};

/// How many digits of a commit are shown.
const SHORT: usize = 7;

/// How many digits of a plan's hash are shown, as `clodo plan` does.
const SHORT_PLAN: usize = 12;

/// Deployments as a list, the newest first.
pub fn text(deployments: &[Deployment]) -> String {
    let head = ["DEPLOYMENT", "BEGAN", "WHO", "WHERE", "WHAT", "COMMIT", "PLAN", "TOOK", "OUTCOME"];
    let rows = deployments.iter().map(row);
    table(std::iter::once(head.map(str::to_owned)).chain(rows).collect())
}

fn row(deployment: &Deployment) -> [String; 9] {
    let cause = &deployment.cause;
    let services: Vec<String> = deployment.services.iter().map(name).collect();
    let what = words::some_of(&services, 3);
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        safe::line(&deployment.id),
        moment(deployment.started_at),
        words::name(&deployment.actor.id),
        environment(deployment),
        match cause.kind {
            Kind::Deploy => what,
            Kind::Rollback => format!("back: {what}"),
        },
        or_none(cause.commit.as_deref().map(|commit| short(commit, SHORT))),
        or_none(cause.plan.as_deref().map(|plan| short(plan, SHORT_PLAN))),
        or_none(took(deployment).map(duration)),
        outcome(deployment),
    ]
}

fn name(service: &DeployedService) -> String {
    words::name(&service.planned.service)
}

fn environment(deployment: &Deployment) -> String {
    let name = Some(deployment.environment.as_str());
    words::environment(name.filter(|name| !name.is_empty()))
}

/// How it ended, in words.
fn outcome(deployment: &Deployment) -> String {
    let emergency = if deployment.cause.emergency { ", emergency" } else { "" };
    format!("{}{emergency}", deployment.state.as_str().replace('-', " "))
}

fn short(text: &str, digits: usize) -> String {
    safe::line(text.get(..digits).unwrap_or(text))
}

/// `340 ms`, `7.4 s`, `2 min 5 s`.
fn duration(ms: i64) -> String {
    let (seconds, tenths) = (ms / 1000, ms % 1000 / 100);
    match seconds {
        ..1 => format!("{ms} ms"),
        1..60 => format!("{seconds}.{tenths} s"),
        60.. => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests;
