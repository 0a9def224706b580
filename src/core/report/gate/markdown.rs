//! For a comment on the pull request, and the summary of a job.

use std::fmt::Write as _;

use super::{headline, length, moment, named, people, said, waits_for_people, ways};
use crate::core::gate::{Approval, Judged};
use crate::core::model::GateReport;
use crate::core::report::commonmark::{code, plain, prose};

/// The verdict on one environment, with its headline.
pub fn markdown(judged: &Judged) -> String {
    format!("### clodo: {}\n\n{}", plain(&headline(judged)), section(judged))
}

/// The same without the headline, for a comment that has one.
pub fn section(judged: &Judged) -> String {
    let mut out = String::new();
    let verdict = &judged.verdict;
    let mut facts = vec![format!("Plan {}", code(judged.short()))];
    facts.extend(verdict.met.iter().map(|met| {
        let given: Vec<String> = met.given.iter().map(given).collect();
        let who = if given.is_empty() { String::new() } else { format!(" ({})", given.join(", ")) };
        let (count, needed) = (met.given.len(), met.needed);
        format!("{count} of {needed} from {}{who}", plain(&people(&met.any_of)))
    }));
    facts.push(format!("approvals count for {}", length(judged.expires)));
    let _ = writeln!(out, "{}", facts.join(" · "));
    for (approval, why) in &verdict.void {
        let (what, who) = (said(approval.choice), given(approval));
        let _ = writeln!(out, "- {what} of {who} does not count: {}", plain(&why.why()));
    }
    if waits_for_people(judged) {
        let ways: Vec<String> = ways(judged).iter().map(|way| prose(way)).collect();
        let _ = writeln!(out, "\nTo approve exactly this plan: {}", ways.join(", or "));
    }
    if !verdict.is_open() && !judged.differences.is_empty() {
        let _ =
            writeln!(out, "\n<details><summary>Changed since people were last asked</summary>\n");
        for line in &judged.differences {
            let _ = writeln!(out, "- {}", code(line));
        }
        let _ = writeln!(out, "\n</details>");
    }
    for note in &judged.notes {
        let _ = writeln!(out, "\n> {}", plain(note));
    }
    out
}

/// What a pull request is told of an environment whose gate could not be asked. The plan that is
/// shown beside it is bound to nothing.
pub fn unasked(environment: &str, why: &str, fix: &str) -> GateReport {
    let said = [("why", why), ("fix", fix)].map(|(word, text)| {
        let lines: Vec<String> = text.lines().map(prose).collect();
        format!("> {word}: {}", lines.join("\\\n> "))
    });
    GateReport {
        environment: environment.to_owned(),
        headline: format!("nobody is asked about {} yet", named(environment)),
        markdown: format!(
            "{}\n\nNobody can approve the plan below: it is bound to no gate.\n",
            said.join("\\\n")
        ),
    }
}

/// `ana, 2026-11-23 11:58 UTC`
fn given(approval: &Approval) -> String {
    format!("{}, {}", plain(&approval.person.login), moment(approval.at))
}
