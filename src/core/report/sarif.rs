//! SARIF 2.1.0, for GitHub's code scanning and every viewer that reads it.
//!
//! The model below is the part of the format that viewers show, see
//! <https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support>.

use std::collections::BTreeMap;

use serde::Serialize;

use super::places::{Places, Region};
use super::{sight, words};
use crate::core::model::{Finding, Position, Report};
use crate::core::rules::{self, Rule};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    /// Only where there is something to say of the run itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    invocations: Option<[Invocation; 1]>,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Descriptor<'a>>,
}

/// SARIF's `reportingDescriptor`: a rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    name: String,
    short_description: Text,
    #[serde(flatten)]
    page: Option<Page>,
}

/// What only a rule with a page has.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    full_description: Text,
    help_uri: String,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

/// SARIF's `result`: a finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, &'a str>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Properties<'a> {
    wrangler: &'static str,
    /// `null` is the top level.
    environments: Vec<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Columns,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Columns {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// Renders a report as SARIF.
pub(super) fn render(report: &Report) -> String {
    let places = Places::new(report);
    let fingerprints = report.fingerprints();
    let mut rules: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();

    let results = report.findings.iter().zip(&fingerprints).map(|(finding, fingerprint)| Outcome {
        rule_id: finding.rule,
        rule_index: rules.binary_search(&finding.rule).unwrap_or_default(),
        level: finding.severity.as_str(),
        message: Text { text: message(report, finding) },
        locations: [location(places.or_start(finding), None)],
        related_locations: related(&places, finding),
        partial_fingerprints: BTreeMap::from([("clodo/v1", fingerprint.as_str())]),
        properties: Properties {
            wrangler: finding.wrangler.as_str(),
            environments: finding.environments.iter().map(Option::as_deref).collect(),
            service: finding.service.as_deref(),
        },
    });
    let run = Run {
        // Clodo counts columns in characters; the format's default is UTF-16 code units.
        column_kind: "unicodeCodePoints",
        invocations: invocation(report).map(|one| [one]),
        results: results.collect(),
        tool: Tool {
            driver: Driver {
                name: "clodo",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_HOMEPAGE"),
                rules: rules.iter().map(|id| descriptor(id)).collect(),
            },
        },
    };
    super::to_json(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

/// What could not be seen of the account.
fn invocation(report: &Report) -> Option<Invocation> {
    let unknown = report.coverage.sight.iter().flat_map(|sight| &sight.unknown);
    let notes: Vec<_> = unknown
        .map(|unknown| Notification {
            level: "note",
            message: Text { text: sight::unknown(unknown) },
        })
        .collect();
    let (execution_successful, tool_execution_notifications) = (true, notes);
    (!tool_execution_notifications.is_empty())
        .then_some(Invocation { execution_successful, tool_execution_notifications })
}

fn descriptor(id: &str) -> Descriptor<'_> {
    let rule = rules::find(id);
    let title = rule.map_or(id, |rule| rule.page().title());
    Descriptor {
        id,
        name: pascal_case(id),
        short_description: Text { text: title.to_owned() },
        page: rule.map(page),
    }
}

fn page(rule: &Rule) -> Page {
    let markdown = rule.page().markdown();
    Page {
        full_description: Text { text: rule.page().section("Why it matters") },
        help_uri: rule.url(),
        help: Help { text: markdown.clone(), markdown },
        default_configuration: Configuration { level: rule.severity.as_str() },
    }
}

/// Viewers show the message alone, so it says all that the terminal does. They make links of
/// `[text](target)`, which text from a file may not.
fn message(report: &Report, finding: &Finding) -> String {
    words::plain(report, finding).replace("](", "] (")
}

fn related(places: &Places<'_>, finding: &Finding) -> Vec<Location> {
    let related = finding.related.iter();
    related
        .filter_map(|(place, words)| Some(location(places.region(*place)?, Some(words))))
        .collect()
}

fn location(region: Region<'_>, words: Option<&str>) -> Location {
    let Region { path, start: Position { line, column }, end } = region;
    Location {
        message: words.map(|words| Text { text: words.to_owned() }),
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(path), uri_base_id: "%SRCROOT%" },
            region: Columns {
                start_line: line,
                start_column: column,
                end_line: end.line,
                end_column: end.column,
            },
        },
    }
}

/// A relative path as a URI reference: everything but RFC 3986's unreserved characters and the
/// slash is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// `EnvInheritsCustomDomain`: the form that the format wants for a rule's name.
fn pascal_case(id: &str) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("apps/my api/é#1.toml"), "apps/my%20api/%C3%A9%231.toml");
        assert_eq!(pascal_case("env/inherits-custom-domain"), "EnvInheritsCustomDomain");
    }
}
