//! How the rules about addresses, queues and cron triggers agree with each other, and with those
//! that see the files alone.

use clodo::core::model::{Report, Severity};

use crate::work_tree::{WorkTree, report};

const HEAD: &str = "main = \"src/index.ts\"\ncompatibility_date = \"2026-01-31\"\nworkers_dev = \
                    false\npreview_urls = false\n";

/// A repository of these Workers, in an account with these parts.
fn repository(workers: &[(&str, &str)], parts: &str) -> WorkTree {
    let tree = WorkTree::new();
    for (name, config) in workers {
        let text = format!("name = \"{name}\"\n{HEAD}{config}");
        tree.write(&format!("apps/{name}/wrangler.toml"), text);
        // Nobody can say what it handles.
        let source = "export { default } from \"shop\";\n";
        tree.write(&format!("apps/{name}/src/index.ts"), source);
    }
    let account = format!(
        r#"{{ "schema": "clodo.account/1", "taken_at": "2026-11-20T08:00:00Z",
              "accounts": [{{ "id": "0123456789abcdef0123456789abcdef", {parts} }}] }}"#
    );
    tree.write("account.json", account);
    tree
}

/// What a family of rules says: rule, severity, environments.
fn said(report: &Report, family: &str) -> Vec<(&'static str, Severity, Vec<String>)> {
    let of_family = report.findings.iter().filter(|one| one.rule.starts_with(family));
    let mut said: Vec<_> = of_family
        .map(|one| {
            let names =
                one.environments.iter().map(|name| name.as_deref().unwrap_or("").to_owned());
            (one.rule, one.severity, names.collect())
        })
        .collect();
    said.sort();
    said
}

const ROUTE: &str = "routes = [{ pattern = \"example.com/a/*\", zone_name = \"example.com\" }]\n";
const DOMAIN: &str = "routes = [{ pattern = \"a.example.com\", custom_domain = true }]\n";

fn zone(routes: &str) -> String {
    format!(
        r#""zones": [{{ "id": "023e105f4ecef8ad9ca31a8372d0c353", "name": "example.com",
            "status": "active", "routes": [{routes}] }}], "workers": {{}}"#
    )
}

#[test]
fn who_loses_a_route_is_told_once() {
    let both = [("one", ROUTE), ("two", ROUTE)];
    let free = repository(&both, &zone("")).check();
    let twice = ("routes/claimed-twice", Severity::Error, vec![String::new()]);
    assert_eq!(said(&free, "routes/"), [twice]);
    let owned = zone(r#"{ "id": "1", "pattern": "example.com/a/*", "script": "two" }"#);
    let owned = repository(&both, &owned).check();
    let loses = ("routes/route-of-another-worker", Severity::Error, vec![String::new()]);
    assert_eq!(said(&owned, "routes/"), [loses]);
    assert_eq!(owned.findings[0].service.as_deref(), Some("one"));
}

#[test]
fn what_moves_within_the_repository_is_a_warning() {
    let moved = [("one", ""), ("two", DOMAIN)];
    let parts = r#""custom_domains": [{ "id": "1", "hostname": "a.example.com", "service": "one",
        "zone_id": "z", "zone_name": "example.com" }], "workers": {}"#;
    let report = repository(&moved, parts).check();
    let top = vec![String::new()];
    assert_eq!(
        said(&report, "routes/"),
        [
            ("routes/stays-attached", Severity::Warning, top.clone()),
            ("routes/takes-custom-domain", Severity::Warning, top),
        ]
    );
    let elsewhere = parts.replace("\"one\"", "\"legacy\"");
    let report = repository(&moved, &elsewhere).check();
    let taken = ("routes/takes-custom-domain", Severity::Error, vec![String::new()]);
    assert_eq!(said(&report, "routes/"), [taken]);
}

#[test]
fn an_inherited_domain_is_told_from_the_files() {
    let config = format!("{DOMAIN}\n[env.staging]\n");
    let parts = r#""custom_domains": [{ "id": "1", "hostname": "a.example.com", "service": "one",
        "zone_id": "z", "zone_name": "example.com" }], "workers": {}"#;
    let report = repository(&[("one", &config)], parts).check();
    let inherits = ("env/inherits-custom-domain", Severity::Error, vec!["staging".to_owned()]);
    assert_eq!(said(&report, "env/"), [inherits]);
    assert_eq!(said(&report, "routes/"), []);
}

#[test]
fn a_top_level_that_is_there_for_its_environments_is_a_warning() {
    let config = format!("{DOMAIN}\n[env.production]\n{DOMAIN}");
    let parts = r#""custom_domains": [{ "id": "1", "hostname": "a.example.com",
        "service": "one-production", "zone_id": "z", "zone_name": "example.com" }], "workers": {}"#;
    let report = repository(&[("one", &config)], parts).check();
    let shadow = ("routes/takes-custom-domain", Severity::Warning, vec![String::new()]);
    assert_eq!(said(&report, "routes/"), [shadow]);
}

#[test]
fn workers_that_share_a_host_on_purpose_are_left_alone() {
    let wide = "routes = [{ pattern = \"example.com/*\", zone_name = \"example.com\" }]\n";
    let live = zone(
        r#"{ "id": "1", "pattern": "example.com/*", "script": "one" },
           { "id": "2", "pattern": "example.com/a/*", "script": "two" }"#,
    );
    let report = repository(&[("one", wide), ("two", ROUTE)], &live).check();
    assert_eq!(said(&report, "routes/"), []);
}

#[test]
fn what_could_not_be_seen_is_neither_good_nor_bad() {
    let forbidden = r#"{ "unknown": { "why": "forbidden", "message": "no" } }"#;
    let parts: Vec<String> = ["zones", "custom_domains", "workers", "queues", "subdomain"]
        .iter()
        .map(|part| format!("\"{part}\": {forbidden}"))
        .collect();
    let config = format!(
        "{ROUTE}triggers = {{ crons = [\"0 1 * * *\"] }}\n\n[[queues.consumers]]\nqueue = \"orders\"\n"
    );
    let report = repository(&[("one", &config)], &parts.join(", ")).check();
    for family in ["routes/", "queues/", "workers-dev/", "pages/", "env/"] {
        assert_eq!(said(&report, family), [], "{family}");
    }
}

#[test]
fn only_environments_that_are_asked_for_lose_anything() {
    let config = format!("\n[env.staging]\n{ROUTE}\n[env.production]\n{ROUTE}");
    let owned = zone(r#"{ "id": "1", "pattern": "example.com/a/*", "script": "one-staging" }"#);
    let tree = repository(&[("one", &config)], &owned);
    let mut request = tree.request();
    request.environments = vec!["staging".to_owned()];
    assert_eq!(said(&report(&request), "routes/"), []);
    request.environments = vec!["production".to_owned()];
    let loses = ("routes/route-of-another-worker", Severity::Error, vec!["production".to_owned()]);
    assert_eq!(said(&report(&request), "routes/"), [loses]);
}

#[test]
fn a_queue_that_is_consumed_already_is_told_once() {
    let consumer = "\n[[queues.consumers]]\nqueue = \"orders\"\n";
    let queues = |consumers: &str| {
        format!(
            r#""queues": [{{ "id": "1", "name": "orders", "consumers": [{consumers}] }}], "workers": {{}}"#
        )
    };
    let both = [("one", consumer), ("two", consumer)];
    let top = vec![String::new()];
    let free = repository(&both, &queues("")).check();
    let twice = ("queues/consumer-claimed-twice", Severity::Error, top.clone());
    assert_eq!(said(&free, "queues/"), [twice]);
    let held = queues(r#"{ "type": "worker", "script": "one" }"#);
    let held = repository(&both, &held).check();
    let loses = ("queues/consumer-of-another-worker", Severity::Error, top);
    assert_eq!(said(&held, "queues/"), [loses]);
    assert!(held.findings.iter().any(|one| one.service.as_deref() == Some("two")));
}
