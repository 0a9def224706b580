//! What the output formats look like, and what their readers make of them.

mod comments;
mod formats;
mod terminal;
mod untrusted;

use clodo::core::model::{
    BindingReport, Coverage, EnvironmentReport, Evidence, FileId, Finding, Gap, Place, Report,
    ServiceReport, Severity, Source, Span, WranglerSays,
};
use clodo::core::report::{Format, TextOptions, render};
use serde_json::Value;

const WEB: &str = include_str!("../../fixtures/reports/web.toml");

const API: &str = include_str!("../../fixtures/reports/api.jsonc");

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

fn json(report: &Report, format: Format) -> Value {
    let text = render(report, format, &TextOptions::default());
    serde_json::from_str(&text).expect("it is JSON")
}
