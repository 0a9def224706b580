//! Two states of an environment beside each other: deployments, or what is live.
//!
//! What is recorded of a deployment (commit, plan, code, timings, what led to it) comes from the
//! journal. Its configuration is that of its versions, which Cloudflare keeps; of one that is gone, or that nobody
//! may look at, it is said that it is not known.

mod configuration;
mod triggers;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::model::account::Version;
use super::model::deployment::{Code, DeployedService, Deployment, Strategy, Triggers};
use super::plan::{Aspect, Blind, Change, bytes};

/// One of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// What people call it: the id of a deployment, or `live`.
    pub name: String,
    /// When it began.
    pub at: Option<Timestamp>,
    /// The commit.
    pub commit: Option<String>,
    /// The hash of the plan.
    pub plan: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<i64>,
    /// Its services.
    pub services: Vec<Standing>,
}

/// A service as it stands on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The name of the service.
    pub service: String,
    /// The name of its Worker.
    pub worker: String,
    /// How it was deployed.
    pub strategy: Strategy,
    /// The version.
    pub version: Option<String>,
    /// What was uploaded.
    pub code: Option<Code>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
    /// What the version is made of, or why that is not known.
    pub made_of: Result<Version, String>,
    /// What led to it, as its configuration said, or why that is not known.
    pub triggers: Result<Triggers, String>,
}

impl Side {
    /// A deployment as it is recorded: what its versions are made of is not asked yet.
    pub fn of(deployment: &Deployment) -> Self {
        Self {
            name: deployment.id.clone(),
            at: Some(deployment.started_at),
            commit: deployment.cause.commit.clone(),
            plan: deployment.cause.plan.clone(),
            took_ms: took(deployment),
            services: deployment.services.iter().map(Standing::of).collect(),
        }
    }
}

impl Standing {
    /// A service as it is recorded.
    pub fn of(service: &DeployedService) -> Self {
        let (planned, progress) = (&service.planned, &service.progress);
        Self {
            service: planned.service.clone(),
            worker: planned.worker.clone(),
            strategy: planned.strategy,
            version: progress.version.clone(),
            code: progress.code.clone(),
            took_ms: progress.took_ms,
            made_of: Err("nobody looked at the account".to_owned()),
            triggers: progress.triggers.clone().ok_or_else(|| "it is not recorded".to_owned()),
        }
    }
}

/// How long a deployment took, in milliseconds; `None` where it has not ended.
pub fn took(deployment: &Deployment) -> Option<i64> {
    let end = deployment.finished_at?;
    Some(end.as_millisecond() - deployment.started_at.as_millisecond())
}

/// What is between two commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commits {
    /// It is the same commit.
    Same,
    /// Git has both.
    Between {
        /// What came: the newest first.
        came: Vec<Commit>,
        /// How many went, where one goes back or to another branch.
        went: usize,
    },
    /// It is not known, and why.
    Unknown(String),
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub sha: String,
    /// The first line of its message.
    pub subject: String,
}

/// The difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What is compared.
    pub from: Side,
    /// With what.
    pub to: Side,
    /// What is between their commits.
    pub commits: Commits,
    /// By service.
    pub services: Vec<Difference>,
}

/// The difference of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the service.
    pub service: String,
    /// What differs.
    pub changes: Vec<Change>,
    /// What is not known.
    pub unknown: Vec<Blind>,
    /// How long it took on both sides, in milliseconds.
    pub took_ms: [Option<u64>; 2],
}

impl Comparison {
    /// Whether nothing is known to differ, and everything is known.
    pub fn is_empty(&self) -> bool {
        self.services.iter().all(|one| one.changes.is_empty() && one.unknown.is_empty())
    }
}

/// Compares two sides.
pub fn compare(from: Side, to: Side, commits: Commits) -> Comparison {
    let names = from.services.iter().chain(&to.services).map(|one| one.service.as_str());
    let names: BTreeSet<&str> = names.collect();
    let of =
        |side: &Side, name: &str| side.services.iter().find(|one| one.service == name).cloned();
    let services = names.into_iter().map(|name| difference(name, of(&from, name), of(&to, name)));
    let services = services.collect();
    Comparison { from, to, commits, services }
}

fn difference(service: &str, from: Option<Standing>, to: Option<Standing>) -> Difference {
    let took_ms = [&from, &to].map(|side| side.as_ref().and_then(|one| one.took_ms));
    let (mut changes, mut unknown) = (Vec::new(), Vec::new());
    match (&from, &to) {
        (Some(from), Some(to)) => compare_one(from, to, &mut changes, &mut unknown),
        (Some(from), None) => {
            changes.push(Change::remove(Aspect::Worker, from.worker.as_str(), "not part of it"));
        }
        (None, Some(to)) => {
            changes.push(Change::add(Aspect::Worker, to.worker.as_str(), "not part of the other"));
        }
        (None, None) => {}
    }
    Difference { service: service.to_owned(), changes, unknown, took_ms }
}

fn compare_one(from: &Standing, to: &Standing, out: &mut Vec<Change>, unknown: &mut Vec<Blind>) {
    if from.worker != to.worker {
        let (from, to) = (from.worker.as_str(), to.worker.as_str());
        out.push(Change::replace(Aspect::Worker, "name", from, to));
    }
    triggers::compare(from, to, out, unknown);
    let mut blind = |aspect, why: &str| {
        let blind = Blind { aspect, why: why.to_owned(), touched: true };
        if !unknown.contains(&blind) {
            unknown.push(blind);
        }
    };
    match (&from.version, &to.version) {
        // A version never changes.
        (Some(one), Some(other)) if one == other => return,
        (Some(one), Some(other)) => {
            out.push(Change::replace(Aspect::Traffic, "version", one, other));
        }
        // And with it what it is made of.
        _ => return blind(Aspect::Traffic, "which version it was is not recorded"),
    }
    let made_of = [&from.made_of, &to.made_of];
    match (&from.code, &to.code, made_of) {
        (Some(one), Some(other), _) => out.extend(code(one, other)),
        (_, _, [Ok(Version { etag: Some(one), .. }), Ok(Version { etag: Some(other), .. })]) => {
            out.extend(etag(one, other));
        }
        _ => blind(Aspect::Code, "neither its digest was recorded nor Cloudflare's name for it"),
    }
    match made_of {
        [Ok(from), Ok(to)] => configuration::compare(from, to, out),
        [Err(why), _] | [_, Err(why)] => blind(Aspect::Settings, why),
    }
}

fn code(from: &Code, to: &Code) -> Option<Change> {
    if from.digest == to.digest {
        return None;
    }
    let shown = |code: &Code| {
        let digest = code.digest.get(..12).unwrap_or(&code.digest);
        format!("{digest} ({}, gzip {})", bytes(code.raw_bytes), bytes(code.gzip_bytes))
    };
    let grown = match to.raw_bytes.checked_sub(from.raw_bytes) {
        Some(more) => format!("+{}", bytes(more)),
        None => format!("-{}", bytes(from.raw_bytes - to.raw_bytes)),
    };
    Some(Change::replace(Aspect::Code, "code", shown(from), shown(to)).note(grown))
}

/// What differs between two versions of a Worker: their code, where Cloudflare has a name for it, and
/// what they are made of.
pub fn versions(from: &Version, to: &Version) -> Vec<Change> {
    let etags = from.etag.as_ref().zip(to.etag.as_ref());
    let mut changes: Vec<Change> =
        etags.and_then(|(one, other)| etag(one, other)).into_iter().collect();
    configuration::compare(from, to, &mut changes);
    changes
}

fn etag(from: &str, to: &str) -> Option<Change> {
    (from != to).then(|| Change::replace(Aspect::Code, "code", from, to))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::core::model::account::LiveBinding;

    fn standing(version: &str, bindings: &[(&str, &str, &str)]) -> Standing {
        let binding = |(name, kind, target): &(&str, &str, &str)| LiveBinding {
            name: (*name).to_owned(),
            kind: (*kind).to_owned(),
            target: match *kind {
                "plain_text" => Default::default(),
                _ => [("id".to_owned(), json!(target))].into(),
            },
            digest: (*kind == "plain_text").then(|| (*target).to_owned()),
            ..LiveBinding::default()
        };
        let made_of = Version {
            etag: Some(format!("etag-{version}")),
            bindings: bindings.iter().map(binding).collect(),
            ..Version::default()
        };
        Standing {
            service: "api".to_owned(),
            worker: "api-production".to_owned(),
            strategy: Strategy::Staged,
            version: Some(version.to_owned()),
            code: None,
            took_ms: Some(1200),
            made_of: Ok(made_of),
            triggers: Ok(Triggers::default()),
        }
    }

    fn lines(from: Standing, to: Standing) -> Vec<String> {
        let side = |standing| Side { services: vec![standing], ..Side::default() };
        let compared = compare(side(from), side(to), Commits::Same);
        let change = |change: &Change| {
            format!("{} {} {}", change.sign.symbol(), change.aspect.as_str(), change.name)
        };
        let unknown = |blind: &Blind| format!("? {} {}", blind.aspect.as_str(), blind.why);
        let one = &compared.services[0];
        one.changes.iter().map(change).chain(one.unknown.iter().map(unknown)).collect()
    }

    #[test]
    fn what_differs_is_named_and_the_rest_is_silent() {
        let old = standing(
            "v1",
            &[("DB", "d1", "1"), ("MODE", "plain_text", "a"), ("KV", "kv_namespace", "2")],
        );
        let new =
            standing("v2", &[("DB", "d1", "9"), ("MODE", "plain_text", "b"), ("Q", "queue", "3")]);
        assert_eq!(
            lines(old.clone(), new),
            [
                "~ traffic version",
                "~ code code",
                "~ bindings DB",
                "- bindings KV",
                "~ vars MODE",
                "+ bindings Q",
            ]
        );
        assert_eq!(lines(old.clone(), old), [""; 0]);
    }

    #[test]
    fn what_is_not_known_is_said() {
        let old = standing("v1", &[]);
        let gone =
            Standing { made_of: Err("Cloudflare has it no more".into()), ..standing("v2", &[]) };
        assert_eq!(
            lines(old.clone(), gone),
            [
                "~ traffic version",
                "? code neither its digest was recorded nor Cloudflare's name for it",
                "? settings Cloudflare has it no more",
            ]
        );
        let silent = Standing { version: None, ..standing("v1", &[]) };
        assert_eq!(lines(old, silent), ["? traffic which version it was is not recorded"]);
    }

    #[test]
    fn what_a_version_runs_with_is_compared() {
        let with = |id, flags: &[&str], cpu: Option<u64>| {
            let limits = cpu.map(|cpu| ("cpu_ms".to_owned(), json!(cpu))).into_iter().collect();
            let compatibility_flags = flags.iter().map(|&flag| flag.to_owned()).collect();
            let mut one = standing(id, &[]);
            let made_of = one.made_of.clone().unwrap_or_default();
            one.made_of = Ok(Version { compatibility_flags, limits, ..made_of });
            one
        };
        let lines = lines(with("v1", &["a"], Some(50)), with("v2", &["a", "b"], None));
        assert_eq!(lines[2..], ["~ compatibility compatibility_flags", "- settings limits.cpu_ms"]);
    }

    #[test]
    fn what_leads_to_it_is_compared_where_it_is_recorded() {
        let with = |triggers| Standing { triggers, ..standing("v1", &[]) };
        let of = |routes: &[&str], crons: &[&str]| {
            let owned = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
            Ok(Triggers { routes: owned(routes), domains: Vec::new(), crons: owned(crons) })
        };
        let not = || Err("it is not recorded".to_owned());
        let (old, new) = (of(&["a.com/*", "b.com/*"], &[]), of(&["b.com/*"], &["0 * * * *"]));
        assert_eq!(lines(with(old.clone()), with(new)), ["- routes a.com/*", "+ crons 0 * * * *"]);
        assert_eq!(
            lines(with(old), with(not())),
            ["? routes it is not recorded", "? crons it is not recorded"]
        );
        assert_eq!(lines(with(not()), with(not())), [""; 0], "it is the same version");
    }

    #[test]
    fn code_is_measured() {
        let code = |digest: &str, raw_bytes| Code {
            digest: digest.repeat(16),
            raw_bytes,
            gzip_bytes: 10,
            ..Code::default()
        };
        let with = |version, code| Standing { code: Some(code), ..standing(version, &[]) };
        let side = |standing| Side { services: vec![standing], ..Side::default() };
        let compared = compare(
            side(with("v1", code("0123", 4096))),
            side(with("v2", code("4567", 1024))),
            Commits::Same,
        );
        let change = &compared.services[0].changes[1];
        assert_eq!(change.note.as_deref(), Some("-3.0 KiB"));
        assert_eq!(change.to.as_deref(), Some("456745674567 (1.0 KiB, gzip 10 B)"));
    }
}
