//! Any finding at any place of any file, in every format.

#![no_main]

use clodo::core::model::{
    EnvironmentReport, Evidence, FileId, Finding, Place, Report, ServiceReport, Severity, Source,
    Span, WranglerSays,
};
use clodo::core::report::{Format, TextOptions, render};
use libfuzzer_sys::arbitrary::{self, Arbitrary};

#[derive(Arbitrary, Debug)]
struct Input {
    name: String,
    files: Vec<(String, String)>,
    findings: Vec<Found>,
    services: Vec<(String, String, Vec<Option<String>>)>,
    put_aside: usize,
    color: bool,
    width: u8,
}

#[derive(Arbitrary, Debug)]
struct Found {
    rule: u8,
    severity: u8,
    wrangler: u8,
    message: String,
    label: Option<String>,
    why: Option<String>,
    help: Option<String>,
    service: Option<String>,
    environments: Vec<Option<String>>,
    path: String,
    place: Option<(u8, u32, u32)>,
    related: Vec<((u8, u32, u32), String)>,
    live: bool,
}

libfuzzer_sys::fuzz_target!(|input: Input| {
    let mut report = Report {
        name: input.name,
        files: input.files.into_iter().map(|(path, text)| Source { path, text }).collect(),
        services: input.services.into_iter().map(service).collect(),
        put_aside: input.put_aside,
        ..Report::default()
    };
    let files = report.files.len();
    report.findings = input.findings.into_iter().map(|found| finding(found, files)).collect();
    report.sort();
    let options =
        TextOptions { color: input.color, width: input.width.into(), quiet: false, verbose: true };
    for format in Format::ALL {
        render(&report, format, &options);
    }
});

fn service((name, config, environments): (String, String, Vec<Option<String>>)) -> ServiceReport {
    let environments = environments
        .into_iter()
        .map(|name| EnvironmentReport { name, worker: None, bindings: Vec::new() })
        .collect();
    ServiceReport { name, config, environments }
}

fn finding(found: Found, files: usize) -> Finding {
    let rules = clodo::core::rules::ALL;
    // A finding never points into a file that was not read; where it points in there is free.
    let place = |(file, start, end): (u8, u32, u32)| {
        let file = usize::from(file).checked_rem(files)?;
        Some(Place { file: FileId(u32::try_from(file).ok()?), span: Span { start, end } })
    };
    Finding {
        rule: rules[usize::from(found.rule) % rules.len()].id,
        severity: [Severity::Error, Severity::Warning, Severity::Note]
            [usize::from(found.severity % 3)],
        wrangler: [
            WranglerSays::Rejects,
            WranglerSays::Fails,
            WranglerSays::Warns,
            WranglerSays::Silent,
        ][usize::from(found.wrangler % 4)],
        message: found.message,
        label: found.label,
        why: found.why.map(Into::into),
        help: found.help.map(Into::into),
        service: found.service.map(Into::into),
        environments: found.environments.into_iter().map(|name| name.map(Into::into)).collect(),
        path: found.path,
        place: found.place.and_then(place),
        related: found
            .related
            .into_iter()
            .filter_map(|(at, words)| Some((place(at)?, words)))
            .collect(),
        repair: Vec::new(),
        evidence: if found.live { Evidence::Live } else { Evidence::Static },
    }
}
