//! Whatever stands in a project, no format breaks.

use clodo::core::model::{FileId, Finding, Place, Report, ServiceReport, Severity, Source, Span};
use clodo::core::report::{Format, TextOptions, markdown, render};
use proptest::prelude::*;

use super::{environment, finding};

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
