//! What is said of an account that was looked at: when, what is there, and what could not be seen.

use std::collections::BTreeMap;
use std::time::Duration;

use super::safe;
use super::words::count;
use crate::core::model::account::{Account, Seen, Snapshot, Worker};
use crate::core::model::{Sight, Unknown};

/// When an account was seen, for those who read it now: `read 0.4 s ago`.
pub(super) fn seen_ago(sight: &Sight) -> Option<String> {
    let verb = if sight.saved { "saved" } else { "read" };
    Some(format!("{verb} {} ago", age(sight.age)))
}

/// When a saved picture was taken, for those who read it later. When the account itself was read
/// the run says.
pub(super) fn seen_at(sight: &Sight) -> Option<String> {
    sight.saved.then(|| sight.taken_at.strftime("saved %Y-%m-%d %H:%M UTC").to_string())
}

/// `0.4 s`, `3 min`, `5 h`, `2 days`.
pub fn age(age: Duration) -> String {
    match age.as_secs() {
        0..10 => format!("{:.1} s", age.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds @ 3600..DAY => format!("{} h", seconds / 3600),
        seconds => count((seconds / DAY) as usize, "day"),
    }
}

const DAY: u64 = 24 * 3600;

/// What could not be seen, what that costs, and what helps, a line each.
pub fn unknown(unknown: &Unknown) -> String {
    let parts = [
        ("", Some(&unknown.message)),
        ("\n  costs: ", unknown.cost.as_ref()),
        ("\n  fix: ", unknown.fix.as_ref()),
        ("\n  note: ", unknown.note.as_ref()),
    ];
    let said = parts.into_iter().filter_map(|(word, text)| Some(format!("{word}{}", text?)));
    safe::lines(&said.collect::<String>())
}

/// What a picture holds, for people: a line for each account and what was seen of it.
pub fn text(snapshot: &Snapshot) -> String {
    let at = snapshot.taken_at.strftime("%Y-%m-%d %H:%M UTC");
    let accounts = snapshot.accounts.iter().map(|account| {
        let name = account.name.known().map_or(account.id.as_str(), String::as_str);
        let seen = inventory(account);
        let seen = if seen.is_empty() { "nothing was asked".to_owned() } else { seen.join(", ") };
        format!("{}: {seen}\n", safe::line(name))
    });
    format!("Seen {at}\n{}", accounts.collect::<String>())
}

/// `12 Workers`, `3 zones` … of what could be seen.
fn inventory(account: &Account) -> Vec<String> {
    fn listed<T>(seen: &Seen<Vec<T>>, noun: &str) -> Option<String> {
        seen.known().map(|items| count(items.len(), noun))
    }
    let workers = account.workers.known().map(BTreeMap::len);
    let described = account.workers.known().into_iter().flat_map(BTreeMap::values);
    let described = described.filter(|worker: &&Worker| worker.settings.is_known()).count();
    let buckets = account
        .r2
        .known()
        .map(|r2| r2.buckets.values().filter_map(Seen::known).map(Vec::len).sum());
    let all = [
        workers.map(|all| format!("{} ({described} looked into)", count(all, "Worker"))),
        listed(&account.custom_domains, "custom domain"),
        listed(&account.zones, "zone"),
        listed(&account.kv_namespaces, "KV namespace"),
        listed(&account.d1_databases, "D1 database"),
        buckets.map(|buckets| count(buckets, "R2 bucket")),
        listed(&account.queues, "queue"),
        listed(&account.hyperdrive, "Hyperdrive configuration"),
        listed(&account.vectorize, "Vectorize index"),
        listed(&account.workflows, "Workflow"),
        listed(&account.secrets_stores, "secrets store"),
        listed(&account.dispatch_namespaces, "dispatch namespace"),
        listed(&account.durable_objects, "Durable Object namespace"),
        listed(&account.mtls_certificates, "client certificate"),
        listed(&account.pipelines, "pipeline"),
        listed(&account.pages_projects, "Pages project"),
    ];
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        let of = |seconds| age(Duration::from_secs(seconds));
        assert_eq!(age(Duration::from_millis(412)), "0.4 s");
        assert_eq!(
            [of(59), of(60), of(3 * 3600), of(DAY), of(50 * 3600)],
            ["59 s", "1 min", "3 h", "1 day", "2 days"]
        );
    }
}
