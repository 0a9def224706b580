//! What kinds of change a plan makes.

use super::policy::Risk;
use crate::core::plan::{Aspect, Plan, ServicePlan};

/// The kinds of change of a plan. What could not be told counts as a change of its kind: a rule that
/// asks for people when something happens must ask when it may happen.
pub fn risks(plan: &Plan) -> Vec<Risk> {
    let mut risks: Vec<Risk> = plan.services.iter().flat_map(of_service).collect();
    risks.sort_unstable();
    risks.dedup();
    if risks.is_empty() { vec![Risk::NoChanges] } else { risks }
}

fn of_service(service: &ServicePlan) -> Vec<Risk> {
    let changes = service.changes.iter().filter(|change| change.is_effective());
    let changed = changes.flat_map(|change| of_change(change.aspect, change.destructive));
    // Of what cannot be seen nobody can say that it destroys nothing.
    let unseen = service.unknown().flat_map(|blind| of_change(blind.aspect, true));
    let failed = service.failure.iter().map(|_| Risk::Code);
    changed.chain(unseen).chain(failed).collect()
}

fn of_change(aspect: Aspect, destructive: bool) -> Vec<Risk> {
    match aspect {
        Aspect::Worker
        | Aspect::Traffic
        | Aspect::Code
        | Aspect::Bindings
        | Aspect::Variables
        | Aspect::Compatibility => vec![Risk::Code],
        Aspect::Assets => vec![Risk::Assets],
        Aspect::Secrets => vec![Risk::Secrets],
        Aspect::Routes
        | Aspect::Domains
        | Aspect::WorkersDev
        | Aspect::Crons
        | Aspect::Consumers
        | Aspect::Workflows
        | Aspect::Settings => vec![Risk::Triggers],
        Aspect::DurableObjects => vec![Risk::DurableObjects],
        Aspect::D1 if destructive => vec![Risk::Migrations, Risk::DestructiveMigrations],
        Aspect::D1 => vec![Risk::Migrations],
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::Value;

    use super::*;
    use crate::core::plan::{Blind, Change, Rollback};

    fn plan(changes: Vec<Change>, blind: Vec<Blind>) -> Plan {
        let service = ServicePlan {
            service: "api".into(),
            config: "wrangler.toml".into(),
            worker: "api".into(),
            base: Vec::new(),
            since: None,
            changes,
            blind,
            cautions: Vec::new(),
            rollback: Rollback::Unknown,
            wrangler: None,
            failure: None,
        };
        Plan {
            environment: None,
            accounts: Vec::new(),
            taken_at: Timestamp::UNIX_EPOCH,
            hash: String::new(),
            subject: Value::Null,
            services: vec![service],
            waves: Vec::new(),
            circles: Vec::new(),
            without: Vec::new(),
        }
    }

    #[test]
    fn a_change_has_a_kind() {
        let of = |change| risks(&plan(vec![change], Vec::new()));
        assert_eq!(risks(&plan(Vec::new(), Vec::new())), [Risk::NoChanges]);
        assert_eq!(of(Change::keep(Aspect::Routes, "a", "stays")), [Risk::NoChanges]);
        assert_eq!(of(Change::unknown(Aspect::Code, "", "no record")), [Risk::Code]);
        assert_eq!(of(Change::replace(Aspect::Assets, "a.html", "1", "2")), [Risk::Assets]);
        let migration = || Change::add(Aspect::D1, "0001.sql", "on orders");
        assert_eq!(of(migration().note("1 statement")), [Risk::Migrations]);
        let both = [Risk::Migrations, Risk::DestructiveMigrations];
        assert_eq!(of(migration().note("drops a table").destructive()), both);
    }

    #[test]
    fn what_cannot_be_seen_may_be_the_worst_of_its_kind() {
        let blind = |touched| Blind { aspect: Aspect::D1, why: "no right".into(), touched };
        assert_eq!(
            risks(&plan(Vec::new(), vec![blind(true)])),
            [Risk::Migrations, Risk::DestructiveMigrations]
        );
        assert_eq!(risks(&plan(Vec::new(), vec![blind(false)])), [Risk::NoChanges]);
    }
}
