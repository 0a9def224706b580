//! Formats for programs: JSON, SARIF, JUnit, GitLab, and the annotations of GitHub.

use std::collections::HashSet;

use clodo::core::model::{Report, Severity};
use clodo::core::report::{Format, TextOptions, render};

use super::{clean, finding, json, storefront};

/// Compares with a file under `tests/fixtures/reports`. `UPDATE=1` writes it anew.
fn assert_fixture(name: &str, text: &str) {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "@@VERSION@@");
    let path = format!("{}/tests/fixtures/reports/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).expect("the fixture can be written");
    }
    let fixture = std::fs::read_to_string(&path).expect("the fixture is there");
    assert_eq!(text, fixture, "{path} differs; UPDATE=1 writes it anew");
}

#[test]
fn json_is_the_contract() {
    let text = render(&storefront(), Format::Json, &TextOptions::default());
    assert_fixture("storefront.json", &text);

    let document = json(&storefront(), Format::Json);
    let findings = document["findings"].as_array().expect("a list");
    let count = |severity: &str| findings.iter().filter(|f| f["severity"] == severity).count();
    assert_eq!(document["summary"]["errors"], count("error"));
    assert_eq!(document["summary"]["warnings"], count("warning"));
    assert_eq!(document["summary"]["notes"], count("note"));
}

#[test]
fn sarif_follows_its_schema() {
    // The published pattern of `language` has a bracket too many, which strict engines refuse.
    let schema = include_str!("../../fixtures/schemas/sarif-2.1.0.json").replace("{2}]?$", "{2}$");
    let schema = serde_json::from_str(&schema).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is one");
    for report in [storefront(), clean(), Report::default()] {
        let log = json(&report, Format::Sarif);
        let problems: Vec<_> = schema.iter_errors(&log).map(|e| e.to_string()).collect();
        assert_eq!(problems, [""; 0]);
    }

    let log = json(&storefront(), Format::Sarif);
    let run = &log["runs"][0];
    let result = &run["results"][2];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "config/wrong-type");
    assert_eq!(run["tool"]["driver"]["rules"][0]["name"], "ConfigWrongType");
    assert_eq!(result["ruleIndex"], 0);
    assert_eq!(
        result["properties"]["environments"],
        serde_json::json!([null, "staging", "production"])
    );
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        region,
        &serde_json::json!({ "startLine": 3, "startColumn": 24, "endLine": 3, "endColumn": 32 })
    );
    for result in run["results"].as_array().expect("a list") {
        assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
    }
}

#[test]
fn junit_counts_what_fails_and_what_passes() {
    let text = render(&storefront(), Format::Junit, &TextOptions::default());
    assert_fixture("storefront.xml", &text);

    let report = quick_junit::Report::deserialize_from_str(&text).expect("it is JUnit");
    let suites: Vec<_> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(suites, ["project", "api", "jobs", "web"]);
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (8, 3, 0, 1));
}

#[test]
fn gitlab_gets_a_violation_each() {
    assert_fixture(
        "storefront-gitlab.json",
        &render(&storefront(), Format::Gitlab, &TextOptions::default()),
    );
    let mut report = storefront();
    report.findings = [storefront().findings, storefront().findings].concat();
    let violations = json(&report, Format::Gitlab);
    let violations = violations.as_array().expect("a list");
    let fingerprints: HashSet<_> = violations.iter().map(|v| v["fingerprint"].as_str()).collect();
    assert_eq!(fingerprints.len(), report.findings.len());
}

#[test]
fn github_gets_an_annotation_each() {
    let text = render(&storefront(), Format::Github, &TextOptions::default());
    insta::assert_snapshot!(text, @r#"
    ::error file=apps/api/wrangler.jsonc,line=2,col=10,endLine=2,endColumn=19,title=services/same-worker-twice::two services deploy the Worker `shop-eu`%0Awrangler: fails when it deploys%0Afix: give one of the two another name
    ::error file=apps/api/wrangler.jsonc,line=3,col=24,endLine=3,endColumn=32,title=config/wrong-type::`compatibility_date` must be a string, not a number%0Awrangler: rejects it%0Afix: write%0A  "compatibility_date": "2026-01-31"
    ::error file=apps/web/wrangler.toml,line=4,col=1,endLine=4,endColumn=66,title=env/takes-the-domain::staging takes shop.example.com away from production%0Ain: staging%0Awhy: custom domains belong to one Worker. Deploying staging moves this one, and its DNS record, to web-staging.%0Awrangler: warns, then does it%0Afix: add to [env.staging]   routes = []
    ::warning file=apps/jobs/wrangler.toml,line=1,col=1,endLine=1,endColumn=1,title=crons/more-than-the-plan::6 crons, and the free plan allows 5%0Awrangler: says nothing
    ::notice file=apps/web/wrangler.toml,line=6,endLine=7,title=workers-dev/public-too::the Worker is public at workers.dev too%0Ain: staging, production%0Awrangler: says nothing
    "#);
}

#[test]
fn github_lists_what_it_would_drop() {
    let mut report = storefront();
    let message = |n: usize| format!("number {n}\n::error::not ours");
    report.findings = (1..=12)
        .map(|n| finding("config/wrong-type", Severity::Error, &message(n), None))
        .collect();
    let text = render(&report, Format::Github, &TextOptions::default());
    let lines: Vec<_> = text.lines().skip(8).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    ::error file=clodo.yml,line=1,col=1,endLine=1,endColumn=1,title=config/wrong-type::number 9%0A: :error::not ours%0Awrangler: says nothing
    ::error title=clodo::3 more errors, listed in the log
    ::group::3 more findings
    error[config/wrong-type]: clodo.yml:1: number 10 ::error::not ours
    error[config/wrong-type]: clodo.yml:1: number 11 ::error::not ours
    error[config/wrong-type]: clodo.yml:1: number 12 ::error::not ours
    ::endgroup::
    ");
}
