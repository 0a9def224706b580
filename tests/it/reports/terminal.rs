//! Text for people in a terminal.

use clodo::core::model::{FileId, Finding, Report, ServiceReport, Severity, Source};
use clodo::core::report::{Format, TextOptions, render};

use super::{clean, environment, finding, place, storefront, text};

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
