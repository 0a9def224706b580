//! The words that several formats share, so that the same finding reads the same everywhere.

use super::safe;
use crate::core::model::{Finding, Report, ServiceReport, Severity, Sight, Summary, WranglerSays};

/// How many accounts are named.
const MAX_ACCOUNTS: usize = 3;

/// `1 error`, `2 errors`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// `2 errors, 1 warning`, and the notes where there are some.
pub(super) fn counts(summary: Summary) -> String {
    let mut words =
        format!("{}, {}", count(summary.errors, "error"), count(summary.warnings, "warning"));
    if summary.notes > 0 {
        words = format!("{words}, {}", count(summary.notes, "note"));
    }
    words
}

/// The most severe that there is, counted: `1 error`. `None` where nobody needs to act.
pub(super) fn worst(summary: Summary) -> Option<(Severity, String)> {
    match summary {
        Summary { errors: 1.., .. } => Some((Severity::Error, count(summary.errors, "error"))),
        Summary { warnings: 1.., .. } => {
            Some((Severity::Warning, count(summary.warnings, "warning")))
        }
        Summary { .. } => None,
    }
}

/// What Wrangler does about it, as the end of a sentence that starts with its name.
pub(super) fn wrangler(says: WranglerSays) -> &'static str {
    match says {
        WranglerSays::Rejects => "rejects it",
        WranglerSays::Fails => "fails when it deploys",
        WranglerSays::Warns => "warns, then does it",
        WranglerSays::Silent => "says nothing",
    }
}

/// A name, which can be as long as a file, as one that fits on a line.
pub(super) fn name(name: &str) -> String {
    shortened(&safe::line(name), 60)
}

/// Text of at most `length` characters.
pub(super) fn shortened(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// An environment's name; what stands outside of every `env.NAME` is the top level.
pub(super) fn environment(environment: Option<&str>) -> String {
    environment.map_or_else(|| "top level".to_owned(), name)
}

/// The environments that a finding concerns: `staging, production`. `None` where it is about all
/// of them, or not about environments.
pub(super) fn environments(report: &Report, finding: &Finding) -> Option<String> {
    let concerned = &finding.environments;
    let is_concerned = |name: Option<&str>| concerned.iter().any(|known| known.as_deref() == name);
    let of_its_own = |service: &&ServiceReport| {
        finding.service.as_deref().is_none_or(|name| service.name == name)
    };
    let known = report.services.iter().filter(of_its_own).flat_map(|service| &service.environments);
    let mut known = known.peekable();
    let are_known = known.peek().is_some();
    let concerns_all = known.all(|known| is_concerned(known.name.as_deref()));
    if concerned.is_empty() || (are_known && concerns_all) {
        return None;
    }
    let names: Vec<_> = concerned.iter().map(|name| environment(name.as_deref())).collect();
    Some(names.join(", "))
}

/// What there is to say below the fact, each with the word that introduces it, in the order in
/// which every format says it.
pub(super) fn details(report: &Report, finding: &Finding) -> Vec<(&'static str, String)> {
    let details = [
        ("in", environments(report, finding)),
        ("why", finding.why.as_deref().map(str::to_owned)),
        ("wrangler", Some(wrangler(finding.wrangler).to_owned())),
        ("fix", finding.help.as_deref().map(str::to_owned)),
    ];
    details.into_iter().filter_map(|(word, text)| Some((word, text?))).collect()
}

/// The fact and its details in plain lines.
pub(super) fn plain(report: &Report, finding: &Finding) -> String {
    let details =
        details(report, finding).into_iter().map(|(word, text)| format!("{word}: {text}"));
    let lines: Vec<_> = std::iter::once(finding.message.clone()).chain(details).collect();
    safe::lines(&lines.join("\n"))
}

/// `storefront: 3 services, 3 environments, files and account (acme)`. `when` adds to the account
/// when it was seen.
pub(super) fn headline(report: &Report, when: impl Fn(&Sight) -> Option<String>) -> String {
    let services = count(report.services.len(), "service");
    let environments = count(report.coverage.environments, "environment");
    let asked = match &report.coverage.sight {
        None if report.coverage.live => "files and account".to_owned(),
        None if report.coverage.lacks_token => "files only (no API token)".to_owned(),
        None => "files only".to_owned(),
        Some(sight) => {
            let names: Vec<String> = sight.accounts.iter().map(|account| name(account)).collect();
            let noun = if names.len() == 1 { "account" } else { "accounts" };
            let known = some_of(&names, MAX_ACCOUNTS);
            let when = when(sight).map(|when| format!(", {when}")).unwrap_or_default();
            format!("files and {noun} ({known}{when})")
        }
    };
    match name(&report.name).as_str() {
        "" => format!("{services}, {environments}, {asked}"),
        name => format!("{name}: {services}, {environments}, {asked}"),
    }
}

/// A list that is cut after `shown` items: `a, b and 3 more`.
pub(super) fn some_of(items: &[String], shown: usize) -> String {
    match items.len().saturating_sub(shown) {
        0 => items.join(", "),
        more => format!("{} and {more} more", items[..shown].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(count(0, "error"), "0 errors");
        assert_eq!(counts(Summary { errors: 1, warnings: 2, notes: 0 }), "1 error, 2 warnings");
        assert_eq!(
            counts(Summary { errors: 0, warnings: 1, notes: 1 }),
            "0 errors, 1 warning, 1 note"
        );
        let items = ["a", "b", "c"].map(String::from);
        assert_eq!(some_of(&items, 3), "a, b, c");
        assert_eq!(some_of(&items, 1), "a and 2 more");
    }
}
