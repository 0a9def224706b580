//! What the output formats look like, and what their readers make of them.

use std::collections::HashSet;

use clodo::core::model::{
    BindingReport, Coverage, EnvironmentReport, Evidence, FileId, Finding, Gap, Place, Report,
    ServiceReport, Severity, Source, Span, WranglerSays,
};
use clodo::core::report::{Format, TextOptions, markdown, render};
use proptest::prelude::*;
use serde_json::Value;

const WEB: &str = include_str!("../fixtures/reports/web.toml");
const API: &str = include_str!("../fixtures/reports/api.jsonc");

/// A shop of three services with something of every kind to say about them.
pub(crate) fn storefront() -> Report {
    let files = vec![
        Source { path: "apps/api/wrangler.jsonc".into(), text: API.into() },
        Source { path: "apps/web/wrangler.toml".into(), text: WEB.into() },
    ];
    let (api, web) = (FileId(0), FileId(1));
    let findings = vec![
        Finding {
            wrangler: WranglerSays::Fails,
            related: vec![(place(&files, web, "\"shop-eu\""), "and here".into())],
            help: Some("give one of the two another name".into()),
            ..finding(
                "services/same-worker-twice",
                Severity::Error,
                "two services deploy the Worker `shop-eu`",
                Some(place(&files, api, "\"shop-eu\"")),
            )
        },
        Finding {
            service: Some("jobs".into()),
            ..finding(
                "crons/more-than-the-plan",
                Severity::Warning,
                "6 crons, and the free plan allows 5",
                None,
            )
        },
        Finding {
            label: Some("expected a string".into()),
            wrangler: WranglerSays::Rejects,
            help: Some("write\n  \"compatibility_date\": \"2026-01-31\"".into()),
            service: Some("api".into()),
            environments: vec![None, Some("staging".into()), Some("production".into())],
            path: "compatibility_date".into(),
            ..finding(
                "config/wrong-type",
                Severity::Error,
                "`compatibility_date` must be a string, not a number",
                Some(place(&files, api, "20260131")),
            )
        },
        Finding {
            label: Some("env.staging inherits this".into()),
            why: Some("custom domains belong to one Worker. Deploying staging moves this one, and its DNS record, to web-staging.".into()),
            help: Some("add to [env.staging]   routes = []".into()),
            wrangler: WranglerSays::Warns,
            service: Some("web".into()),
            environments: vec![Some("staging".into())],
            path: "env.staging.routes".into(),
            related: vec![(place(&files, web, "[env.staging]"), "there are no routes of its own here".into())],
            ..finding(
                "env/takes-the-domain",
                Severity::Error,
                "staging takes shop.example.com away from production",
                Some(place(&files, web, "routes = [{ pattern = \"shop.example.com\", custom_domain = true }]")),
            )
        },
        Finding {
            service: Some("web".into()),
            environments: vec![Some("staging".into()), Some("production".into())],
            evidence: Evidence::Live,
            repair: Vec::new(),
            ..finding(
                "workers-dev/public-too",
                Severity::Note,
                "the Worker is public at workers.dev too",
                Some(place(&files, web, "[env.staging]\nvars = { LEVEL = \"é\" }")),
            )
        },
    ];
    let service = |name: &str, config: &str, environments: &[Option<&str>]| ServiceReport {
        name: name.into(),
        config: config.into(),
        environments: environments.iter().map(|e| environment(name, *e)).collect(),
    };
    let all = [None, Some("staging"), Some("production")];
    Report {
        prefix: String::new(),
        name: "storefront".into(),
        files,
        findings,
        services: vec![
            service("api", "apps/api/wrangler.jsonc", &all),
            service("jobs", "apps/jobs/wrangler.toml", &all[..1]),
            service("web", "apps/web/wrangler.toml", &all),
        ],
        gaps: vec![Gap {
            service: "api".into(),
            capability: "d1_databases:DB".into(),
            environment: Some("staging".into()),
            state: "missing",
            close: "wrangler d1 create shop-staging".into(),
        }],
        coverage: Coverage { rules: 164, environments: 3, ..Coverage::default() },
        put_aside: 1,
        ..Report::default()
    }
}

fn environment(service: &str, name: Option<&str>) -> EnvironmentReport {
    EnvironmentReport {
        name: name.map(Into::into),
        worker: Some(name.map_or_else(|| service.into(), |name| format!("{service}-{name}"))),
        bindings: vec![BindingReport { kind: "kv_namespaces", binding: "KV".into(), id: None }],
    }
}

pub(crate) fn finding(
    rule: &'static str,
    severity: Severity,
    message: &str,
    place: Option<Place>,
) -> Finding {
    let message = message.into();
    Finding { message, ..Finding::new(rule, severity, WranglerSays::Silent, place) }
}

pub(crate) fn place(files: &[Source], file: FileId, text: &str) -> Place {
    let start = files[file.0 as usize].text.find(text).expect("the fixture has it");
    Place { file, span: Span::new(start, start + text.len()) }
}

fn text(report: &Report) -> String {
    render(report, Format::Text, &TextOptions::default())
}

/// The same shop without a fault.
pub(crate) fn clean() -> Report {
    Report { findings: Vec::new(), put_aside: 0, ..storefront() }
}

#[test]
fn text_for_people() {
    insta::assert_snapshot!(text(&storefront()), @r#"
    storefront: 3 services, 3 environments, files only

    error[services/same-worker-twice]: two services deploy the Worker `shop-eu`
     --> apps/api/wrangler.jsonc:2:10
      |
    2 |     "name": "shop-eu", // shared with the web service
      |             ^^^^^^^^^
      |
     ::: apps/web/wrangler.toml:1:8
      |
    1 | name = "shop-eu"
      |        --------- and here
      |
      = wrangler: fails when it deploys
      = fix: give one of the two another name
      = more: clodo explain services/same-worker-twice

    error[config/wrong-type]: `compatibility_date` must be a string, not a number
     --> apps/api/wrangler.jsonc:3:24
      |
    3 |     "compatibility_date": 20260131
      |                           ^^^^^^^^ expected a string
      |
      = wrangler: rejects it
      = fix: write
               "compatibility_date": "2026-01-31"
      = more: clodo explain config/wrong-type

    warning[crons/more-than-the-plan]: 6 crons, and the free plan allows 5
    --> apps/jobs/wrangler.toml
     = wrangler: says nothing
     = more: clodo explain crons/more-than-the-plan

    error[env/takes-the-domain]: staging takes shop.example.com away from production
     --> apps/web/wrangler.toml:4:1
      |
    4 | routes = [{ pattern = "shop.example.com", custom_domain = true }]
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env.staging inherits this
    5 |
    6 | [env.staging]
      | ------------- there are no routes of its own here
      |
      = in: staging
      = why: custom domains belong to one Worker. Deploying staging moves this one, and its DNS record, to web-staging.
      = wrangler: warns, then does it
      = fix: add to [env.staging]   routes = []
      = more: clodo explain env/takes-the-domain

    note[workers-dev/public-too]: the Worker is public at workers.dev too
     --> apps/web/wrangler.toml:6:1
      |
    6 | [env.staging]
      | ^^^^^^^^^^^^^
      |
      = in: staging, production
      = wrangler: says nothing
      = more: clodo explain workers-dev/public-too

      service   top level   staging   production
      api       1 error     1 error   1 error
      jobs      1 warning   -         -
      web       ok          1 error   ok

    3 errors, 1 warning, 1 note. Not ready: top level (api), staging (api, web), production (api), the project. 1 finding put aside.
    "#);
}

#[test]
fn text_of_a_clean_project_is_one_line() {
    insta::assert_snapshot!(text(&clean()), @"storefront: 3 services, 3 environments, files only. Ready: nothing to say.");
    let quiet = TextOptions { quiet: true, ..TextOptions::default() };
    assert_eq!(render(&clean(), Format::Text, &quiet), "");
    insta::assert_snapshot!(text(&Report::default()), @"0 services, 0 environments, files only. No service was found, so nothing was checked.");
}

#[test]
fn markdown_for_comments() {
    insta::assert_snapshot!(render(&storefront(), Format::Markdown, &TextOptions::default()), @r#"
    ### clodo: not ready for top level (api), staging (api, web), production (api), the project — 3 errors, 1 warning, 1 note

    | service | top level | staging | production |
    |---|---|---|---|
    | api | **1 error** | **1 error** | **1 error** |
    | web | ready | **1 error** | ready |
    | jobs | 1 warning | – | – |

    **error: services/same-worker-twice** — two services deploy the Worker `shop-eu`\
    `apps/api/wrangler.jsonc:2` · Wrangler fails when it deploys
    > fix: give one of the two another name

    <details><summary><code>apps/api/wrangler.jsonc:2</code></summary>

    ```jsonc
        "name": "shop-eu", // shared with the web service
    ```

    </details>

    **error: [config/wrong-type](https://github.com/tamyla/clodo-orchestration/blob/main/docs/rules/config/wrong-type.md)** — `compatibility_date` must be a string, not a number\
    `apps/api/wrangler.jsonc:3` · Wrangler rejects it
    > fix: write\
    >   "compatibility\_date": "2026-01-31"

    <details><summary><code>apps/api/wrangler.jsonc:3</code></summary>

    ```jsonc
        "compatibility_date": 20260131
    ```

    </details>

    **error: env/takes-the-domain** — staging takes shop.example.com away from production\
    `apps/web/wrangler.toml:4` · in staging · Wrangler warns, then does it
    > why: custom domains belong to one Worker. Deploying staging moves this one, and its DNS record, to web-staging.\
    > fix: add to \[env.staging\]   routes = \[\]

    <details><summary><code>apps/web/wrangler.toml:4</code></summary>

    ```toml
    routes = [{ pattern = "shop.example.com", custom_domain = true }]
    ```

    </details>

    **warning: crons/more-than-the-plan** — 6 crons, and the free plan allows 5\
    `apps/jobs/wrangler.toml` · Wrangler says nothing

    **note: workers-dev/public-too** — the Worker is public at workers.dev too\
    `apps/web/wrangler.toml:6` · in staging, production · Wrangler says nothing

    <details><summary><code>apps/web/wrangler.toml:6</code></summary>

    ```toml
    [env.staging]
    vars = { LEVEL = "é" }
    ```

    </details>

    <sub>storefront: 3 services, 3 environments, files only, 164 rules, 1 finding put aside</sub>
    "#);
    insta::assert_snapshot!(render(&clean(), Format::Markdown, &TextOptions::default()), @"
    ### clodo: ready — nothing to say

    | service | top level | staging | production |
    |---|---|---|---|
    | api | ready | ready | ready |
    | jobs | ready | – | – |
    | web | ready | ready | ready |

    <sub>storefront: 3 services, 3 environments, files only, 164 rules</sub>
    ");
}

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

fn json(report: &Report, format: Format) -> Value {
    let text = render(report, format, &TextOptions::default());
    serde_json::from_str(&text).expect("it is JSON")
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
    let schema = include_str!("../fixtures/schemas/sarif-2.1.0.json").replace("{2}]?$", "{2}$");
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

#[test]
fn markdown_says_what_it_leaves_out() {
    let mut report = clean();
    report.findings = (0..1000)
        .map(|n| finding("config/wrong-type", Severity::Error, &format!("number {n}"), None))
        .collect();
    report.findings.push(finding("made/up", Severity::Warning, "the last", None));
    let text = markdown(&report, 3_000);
    assert!((2_000..=3_000).contains(&text.len()), "{}", text.len());
    let left_out = text.lines().rev().nth(2).expect("there are more lines");
    insta::assert_snapshot!(left_out, @"**985 more findings left out here: 984 errors, 1 warning.** `clodo check` shows all of them.");
}

#[test]
fn a_big_table_shows_the_worst() {
    let environment = |n: usize| environment("w", (n > 0).then_some(format!("env-{n}")).as_deref());
    let service = |n: usize| ServiceReport {
        name: format!("service-{n}"),
        config: format!("service-{n}/wrangler.toml"),
        environments: (0..30).map(environment).collect(),
    };
    let report = Report {
        name: "big".into(),
        findings: vec![Finding {
            service: Some("service-150".into()),
            environments: vec![Some("env-28".into())],
            ..finding("made/up", Severity::Error, "a fault", None)
        }],
        services: (0..200).map(service).collect(),
        ..Report::default()
    };
    let text = text(&report);
    let table: Vec<_> = text.lines().skip(7).filter(|l| !l.contains("service-1 ")).collect();
    insta::assert_snapshot!(table.join("\n"), @"
      service       top level   env-1   env-2   env-3   env-28
      service-150   ok          ok      ok      ok      1 error
      service-0     ok          ok      ok      ok      ok
      service-2     ok          ok      ok      ok      ok
      service-3     ok          ok      ok      ok      ok
      service-4     ok          ok      ok      ok      ok
      service-5     ok          ok      ok      ok      ok
      service-6     ok          ok      ok      ok      ok
      service-7     ok          ok      ok      ok      ok
      service-8     ok          ok      ok      ok      ok
      service-9     ok          ok      ok      ok      ok
      service-10    ok          ok      ok      ok      ok
      service-11    ok          ok      ok      ok      ok
      service-12    ok          ok      ok      ok      ok
      service-13    ok          ok      ok      ok      ok
      service-14    ok          ok      ok      ok      ok
      service-15    ok          ok      ok      ok      ok
      service-16    ok          ok      ok      ok      ok
      service-17    ok          ok      ok      ok      ok
      service-18    ok          ok      ok      ok      ok
      and 180 more services, all ok
      and 25 more environments, all ok

    1 error, 0 warnings. Not ready: env-28 (service-150).
    ");
}

#[test]
fn the_verdict_names_what_is_not_ready() {
    let verdict = |services: &[(&str, &[Option<&str>])], about: &[(&str, &[Option<&str>])]| {
        let report = Report {
            services: services
                .iter()
                .map(|(name, environments)| ServiceReport {
                    name: (*name).into(),
                    config: format!("{name}/wrangler.toml"),
                    environments: environments.iter().map(|e| environment(name, *e)).collect(),
                })
                .collect(),
            findings: about
                .iter()
                .map(|(service, environments)| Finding {
                    service: (!service.is_empty()).then(|| (*service).into()),
                    environments: environments.iter().map(|e| e.map(Into::into)).collect(),
                    ..finding("made/up", Severity::Error, "wrong", None)
                })
                .collect(),
            ..Report::default()
        };
        let text = text(&report);
        text.trim_end().rsplit(". ").next().expect("there is a verdict").to_owned()
    };
    let both: &[Option<&str>] = &[None, Some("staging")];
    let staging = &both[1..];

    // One environment needs no name; a configuration that could not be read has none.
    assert_eq!(verdict(&[("a", &[None])], &[("a", &[None])]), "Not ready: a.");
    assert_eq!(verdict(&[("a", &[])], &[("a", &[])]), "Not ready: a.");
    assert_eq!(
        verdict(&[("a", both), ("b", &[])], &[("b", &[])]),
        "Not ready: top level (b), staging (b)."
    );
    // About all environments of a service, about one of the project, about the project.
    assert_eq!(verdict(&[("a", both)], &[("a", &[])]), "Not ready: top level (a), staging (a).");
    assert_eq!(verdict(&[("a", both)], &[("", staging)]), "Not ready: staging.");
    assert_eq!(verdict(&[("a", both)], &[("", &[])]), "Not ready: the project.");
    // Names that the report does not know.
    assert_eq!(verdict(&[("a", both)], &[("x", &[Some("y")])]), "Not ready: y.");
    // Many of them.
    let all: &[(&str, &[Option<&str>])] = &[("a", both), ("b", both), ("c", both), ("d", both)];
    assert_eq!(
        verdict(all, &[("a", staging), ("b", staging), ("c", staging), ("d", staging)]),
        "Not ready: staging (a, b, c and 1 more)."
    );
}

#[test]
fn services_of_one_name_are_told_apart_by_their_file() {
    let service = |folder: &str| ServiceReport {
        name: "shop".into(),
        config: format!("{folder}/wrangler.toml"),
        environments: vec![environment("shop", None)],
    };
    let files = vec![Source { path: "b/wrangler.toml".into(), text: "x".into() }];
    let about_b = Finding {
        service: Some("shop".into()),
        ..finding("made/up", Severity::Error, "wrong", Some(place(&files, FileId(0), "x")))
    };
    let services = vec![service("a"), service("b")];
    let report = Report { services, files, findings: vec![about_b], ..Report::default() };
    let xml = render(&report, Format::Junit, &TextOptions::default());
    let suites = quick_junit::Report::deserialize_from_str(&xml).expect("it is JUnit").test_suites;
    assert_eq!((suites[0].failures, suites[1].failures), (0, 1));
}

#[test]
fn a_long_line_is_cut_around_the_mark() {
    let long = format!("{{\"a\":\"{}\",\"b\":1,\"c\":\"{}\"}}", "x".repeat(500), "y".repeat(500));
    let files = vec![Source { path: "wrangler.json".into(), text: long }];
    let place = place(&files, FileId(0), "\"b\":1");
    let report = Report {
        findings: vec![finding("made/up", Severity::Error, "b is 1", Some(place))],
        files,
        ..Report::default()
    };
    let quiet = TextOptions { quiet: true, ..TextOptions::default() };
    insta::assert_snapshot!(render(&report, Format::Text, &quiet), @r#"
    error[made/up]: b is 1
     --> wrangler.json:1:509
      |
    1 | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","b":1,"c":"yyyyyyyyyyyyyyyyyyyyyyyyyyy...
      |                                    ^^^^^
      |
      = wrangler: says nothing
      = more: clodo explain made/up
    "#);
}

#[test]
fn places_far_apart_are_shown_apart() {
    let minified = format!("{{\"a\":1,{}\"b\":2}}", "\"x\":0,".repeat(5_000));
    let lines = format!("name = \"a\"\n{}name = \"b\"\n", "x = 0\n".repeat(5_000));
    let files = vec![
        Source { path: "lines.toml".into(), text: lines },
        Source { path: "minified.json".into(), text: minified },
    ];
    let related = vec![
        (place(&files, FileId(0), "\"b\""), "again here".into()),
        (place(&files, FileId(1), "\"b\":2"), "and here".into()),
    ];
    let own = place(&files, FileId(0), "\"a\"");
    let own = Finding { related, ..finding("made/up", Severity::Error, "twice", Some(own)) };
    let report = Report { findings: vec![own], files, ..Report::default() };
    let quiet = TextOptions { quiet: true, ..TextOptions::default() };
    let text = render(&report, Format::Text, &quiet);
    insta::assert_snapshot!(text, @r#"
    error[made/up]: twice
        --> lines.toml:1:8
         |
       1 | name = "a"
         |        ^^^
         |
        ::: lines.toml:5002:8
         |
    5002 | name = "b"
         |        --- again here
        ::: minified.json:1:30008
         = and here
         = wrangler: says nothing
         = more: clodo explain made/up
    "#);
}

#[test]
fn a_finding_without_a_place_shows_what_explains_it() {
    let files = vec![Source { path: "apps/b/wrangler.toml".into(), text: "name = \"b\"\n".into() }];
    let related = vec![(place(&files, FileId(0), "\"b\""), "named here".into())];
    let service = Some("a".into());
    let made_up = finding("made/up", Severity::Warning, "a needs b", None);
    let config = "apps/a/wrangler.toml".into();
    let report = Report {
        services: vec![ServiceReport { name: "a".into(), config, environments: Vec::new() }],
        findings: vec![Finding { related, service, ..made_up }],
        files,
        ..Report::default()
    };
    let quiet = TextOptions { quiet: true, ..TextOptions::default() };
    insta::assert_snapshot!(render(&report, Format::Text, &quiet), @r#"
    warning[made/up]: a needs b
     --> apps/a/wrangler.toml
      |
     ::: apps/b/wrangler.toml:1:8
      |
    1 | name = "b"
      |        --- named here
      |
      = wrangler: says nothing
      = more: clodo explain made/up
    "#);
}

#[test]
fn colours_are_only_colours() {
    let options = TextOptions { color: true, ..TextOptions::default() };
    let coloured = render(&storefront(), Format::Text, &options);
    assert!(coloured.contains("\u{1b}["));
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, text(&storefront()));
}

/// Any text, among it what terminals, runners, Markdown and HTML take for more than text.
fn any_text() -> impl Strategy<Value = String> {
    let orders = prop::sample::select(vec![
        "::error::x",
        "\n::set-output name=a::b",
        "\r::add-mask::e",
        "##[group]",
        "##vso[task.x]",
        "\u{1b}[2J",
        "\u{9b}31m",
        "\u{202e}",
        "\u{2028}",
        "\r\n",
        "\n",
        "\t",
        "`",
        "```",
        "|",
        "<!-- clodo:v1",
        "-->",
        "@ana",
        "](https://x)",
        "<img>",
        "]]>",
        "&",
        "日本",
        "é",
        "\u{301}",
        "😀",
        "\0",
        "%",
        "%0A",
    ]);
    let part =
        prop_oneof![3 => orders.prop_map(String::from), 2 => "[a-z =\"]{0,6}", 1 => ".{0,4}"];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn any_place() -> impl Strategy<Value = Place> {
    let offset = || prop_oneof![8 => 0_u32..60, 1 => any::<u32>()];
    (0_u32..4, offset(), offset())
        .prop_map(|(file, start, end)| Place { file: FileId(file), span: Span { start, end } })
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let severity = prop::sample::select(vec![Severity::Error, Severity::Warning, Severity::Note]);
    let rule = prop::sample::select(vec!["config/wrong-type", "made/up"]);
    let texts = (any_text(), any_text(), prop::option::of(any_text()));
    let name = prop::option::of(any_text());
    let environments = prop::collection::vec(prop::option::of(any_text()), 0..3);
    let related = prop::collection::vec((any_place(), any_text()), 0..3);
    let place = prop::option::of(any_place());
    ((severity, rule, texts), (name, environments), (related, place)).prop_map(
        |((severity, rule, (message, path, more)), (service, environments), (related, place))| {
            Finding {
                label: more.clone(),
                why: more.clone().map(Into::into),
                help: more.map(Into::into),
                service: service.map(Into::into),
                environments: environments.into_iter().map(|name| name.map(Into::into)).collect(),
                path,
                related,
                ..finding(rule, severity, &message, place)
            }
        },
    )
}

prop_compose! {
    fn any_report()(
        name in any_text(),
        files in prop::collection::vec((any_text(), any_text()), 0..3),
        mut findings in prop::collection::vec(any_finding(), 0..25),
        services in prop::collection::vec((any_text(), prop::collection::vec(prop::option::of(any_text()), 0..3)), 0..25),
    ) -> Report {
        // Some findings belong to a service that is there.
        for (finding, (name, _)) in findings.iter_mut().zip(&services).step_by(2) {
            finding.service = Some(name.as_str().into());
        }
        let services = services.into_iter().map(|(name, environments)| ServiceReport {
            config: format!("{name}/wrangler.toml"),
            environments: environments.iter().map(|e| environment(&name, e.as_deref())).collect(),
            name,
        });
        Report {
            name,
            files: files.into_iter().map(|(path, text)| Source { path, text }).collect(),
            services: services.collect(),
            findings,
            ..Report::default()
        }
    }
}

/// The lines as a runner splits them: at a carriage return too.
fn runner_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).map(str::trim_start)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_and_no_span_can_break_a_format(report in any_report(), width in 0_usize..100) {
        for format in Format::ALL {
            let options = TextOptions { width, verbose: true, ..TextOptions::default() };
            let text = render(&report, format, &options);
            prop_assert!(!text.contains("##["), "{format}: {text}");
            prop_assert!(!text.contains("##vso["), "{format}: {text}");
            prop_assert!(!text.contains('\u{1b}'), "{format}: {text}");
        }
        render(&report, Format::Text, &TextOptions { color: true, ..TextOptions::default() });
    }

    #[test]
    fn runners_obey_only_our_own_commands(report in any_report()) {
        let ours = ["::error ", "::warning ", "::notice ", "::group::", "::endgroup::"];
        for format in Format::ALL {
            for line in runner_lines(&render(&report, format, &TextOptions::default())) {
                let is_ours = format == Format::Github && ours.iter().any(|o| line.starts_with(o));
                // How an excerpt of another file starts: to a runner, a command of the name `:`.
                let is_origin = format == Format::Text && line.starts_with("::: ");
                prop_assert!(is_ours || is_origin || !line.starts_with("::"), "{format}: {line}");
            }
        }
    }

    #[test]
    fn markdown_keeps_to_its_limit(report in any_report(), limit in 0_usize..3000) {
        let text = markdown(&report, limit);
        prop_assert!(text.len() <= limit);
        prop_assert!(!text.contains("<!--"));
    }
}
