//! For people, in a terminal.

use std::fmt::Write as _;

use super::{headline, length, moment, people, said, waits_for_people, ways};
use crate::core::gate::{Approval, Judged};
use crate::core::report::safe;

/// The verdict, and what stands behind it.
pub fn text(judged: &Judged) -> String {
    format!("{}\n{}", safe::line(&headline(judged)), details(judged))
}

/// What stands behind a verdict: who approved, what does not count and why, and what to do.
pub fn details(judged: &Judged) -> String {
    let mut out = String::new();
    let verdict = &judged.verdict;
    let _ = writeln!(out, "  plan {}", judged.short());
    for met in &verdict.met {
        let given: Vec<String> = met.given.iter().map(given).collect();
        let (count, needed) = (met.given.len(), met.needed);
        let line = format!("{count} of {needed} from {}: {}", people(&met.any_of), listed(&given));
        let _ = writeln!(out, "  {}", safe::line(&line));
    }
    for (approval, why) in &verdict.void {
        let (what, who) = (said(approval.choice), given(approval));
        let line = format!("{what} of {who} does not count: {}", why.why());
        let _ = writeln!(out, "  {}", safe::line(&line));
    }
    if !verdict.is_open() && !judged.differences.is_empty() {
        let _ = writeln!(out, "  since people were last asked:");
        for line in &judged.differences {
            let _ = writeln!(out, "    {}", safe::line(line));
        }
    }
    if waits_for_people(judged) {
        let _ = writeln!(out, "To approve exactly this plan:");
        for way in ways(judged) {
            let _ = writeln!(out, "  {}", safe::line(&way));
        }
        let _ = writeln!(out, "Approvals count for {}.", length(judged.expires));
    }
    for note in &judged.notes {
        let _ = writeln!(out, "note: {}", safe::line(note));
    }
    out
}

fn listed(given: &[String]) -> String {
    if given.is_empty() { "nobody yet".to_owned() } else { given.join(", ") }
}

/// `ana (comment, 2026-11-23 11:58 UTC)`
fn given(approval: &Approval) -> String {
    let Approval { person, method, at, .. } = approval;
    format!("{} ({}, {})", person.login, method.as_str(), moment(*at))
}
