//! Markdown for comments, and its verdict.

use clodo::core::model::{Finding, Report, ServiceReport, Severity};
use clodo::core::report::{Format, TextOptions, markdown, render};

use super::{clean, environment, finding, storefront, text};

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
