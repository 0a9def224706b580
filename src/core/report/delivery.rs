//! What a run delivered, for a comment and for one line.

use std::fmt::Write as _;

use super::commonmark::{code, link_target, plain, prose};
use super::{moment, words};
use crate::core::model::{Delivery, DeliveryReport, GateReport, PreviewReport, Report};

/// The limits of what is said of one environment, in characters.
const MAX_WORDS: usize = 2_000;

/// How many addresses of one environment are shown.
const MAX_URLS: usize = 3;

/// What became of every environment, in one line: `staging is deployed, production waits`. `None`
/// where nothing is deployed.
pub(super) fn headline(report: &Report) -> Option<String> {
    let alike = report.deliveries.chunk_by(|one, next| one.state == next.state);
    let said: Vec<String> = alike.map(sentence).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// `staging and production are deployed`, of environments that stand alike.
fn sentence(alike: &[DeliveryReport]) -> String {
    let names: Vec<String> = alike.iter().map(|one| name(&one.environment)).collect();
    let state = alike.first().map_or(Delivery::Next, |one| one.state);
    match names.as_slice() {
        [most @ .., last] if !most.is_empty() => {
            format!("{} and {last} {}", most.join(", "), predicate(state, true))
        }
        names => format!("{} {}", names.join(""), predicate(state, false)),
    }
}

/// The gates, previews and deployments, as Markdown, of which the gates fill at most what the others
/// leave of so many bytes. Empty where there are none.
pub(super) fn markdown(report: &Report, max_bytes: usize) -> String {
    let rest = previews(&report.previews) + &deliveries(&report.deliveries);
    gates(&report.gates, max_bytes.saturating_sub(rest.len())) + &rest
}

/// The gates in at most so many bytes: of one that does not fit, the headline alone is told.
fn gates(gates: &[GateReport], max_bytes: usize) -> String {
    let mut text = String::new();
    for gate in gates {
        let told = |body: &str| format!("\n**{}**\n\n{body}\n", plain(&gate.headline));
        let whole = told(gate.markdown.trim());
        text += &match text.len() + whole.len() <= max_bytes {
            true => whole,
            false => told("Too long for a comment: `clodo gate` shows it."),
        };
    }
    text
}

fn previews(previews: &[PreviewReport]) -> String {
    let mut text = String::new();
    // What can be looked at comes first.
    let (made, not_made): (Vec<_>, Vec<_>) = previews.iter().partition(|one| one.made.is_ok());
    for PreviewReport { service, environment, made } in made.into_iter().chain(not_made) {
        let service = plain(&words::name(service));
        let _ = match made {
            Ok(url) => {
                let bound = plain(&name(environment));
                write!(text, "\n**Preview** of {service}: {}, on the data of {bound}\n", link(url))
            }
            Err(why) => {
                let why = prose(&words::shortened(why, MAX_WORDS));
                write!(text, "\n**No preview** of {service}: {why}\n")
            }
        };
    }
    text
}

fn deliveries(deliveries: &[DeliveryReport]) -> String {
    if deliveries.is_empty() {
        return String::new();
    }
    let mut text = "\n| environment | state | since | where |\n|---|---|---|---|\n".to_owned();
    for one in deliveries {
        let state = match (word(one.state), &one.deployment) {
            (word, Some(id)) => format!("{word} ({})", code(id)),
            (word, None) => word.to_owned(),
        };
        let at = one.at.map(moment).unwrap_or_default();
        let urls: Vec<String> = one.urls.iter().take(MAX_URLS).map(|url| link(url)).collect();
        let environment = plain(&name(&one.environment));
        let _ = writeln!(text, "| {environment} | {state} | {at} | {} |", urls.join(" "));
    }
    for one in deliveries {
        let head = sentence(std::slice::from_ref(one));
        if let Some(gate) = &one.gate {
            let _ = write!(text, "\n**{}**\n\n{}\n", plain(&head), gate.trim());
            continue;
        }
        let said = [("why", &one.why), ("fix", &one.fix)];
        let lines = said.into_iter().filter_map(|(word, text)| {
            let text = words::shortened(text.as_ref()?, MAX_WORDS);
            let lines: Vec<String> = text.lines().map(prose).collect();
            Some(format!("{word}: {}", lines.join("\\\n> ")))
        });
        let lines: Vec<String> = lines.collect();
        if !lines.is_empty() {
            let _ = write!(text, "\n**{}**\n> {}\n", plain(&head), lines.join("\\\n> "));
        }
    }
    let live = deliveries.iter().filter(|one| one.state == Delivery::Deployed);
    let back: Vec<String> = live.filter_map(|one| Some(code(&back(&one.environment)?))).collect();
    if !back.is_empty() {
        let _ = write!(text, "\nBack: {}\n", back.join(" or "));
    }
    text
}

/// The command that takes back the last deployment of an environment. None for a name that a shell
/// would read as more than a word: somebody may copy the line.
fn back(environment: &str) -> Option<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match environment {
        "" => Some("clodo rollback -e \"\"".to_owned()),
        name => name.chars().all(is_word).then(|| format!("clodo rollback -e {name}")),
    }
}

fn name(environment: &str) -> String {
    words::environment(Some(environment).filter(|name| !name.is_empty()))
}

/// A link whose text is the address without its scheme; the bare text where it is no address.
fn link(url: &str) -> String {
    let shown = url.strip_prefix("https://").unwrap_or(url);
    let shown = plain(&words::shortened(shown, 100));
    link_target(url).map_or_else(|| shown.clone(), |target| format!("[{shown}]({target})"))
}

fn word(state: Delivery) -> &'static str {
    match state {
        Delivery::Next => "follows",
        Delivery::Running => "is being deployed",
        Delivery::Deployed => "deployed",
        Delivery::Unchanged => "unchanged",
        Delivery::Waiting => "**waits**",
        Delivery::Denied => "**denied**",
        Delivery::Stopped => "**stopped**",
        Delivery::Failed => "**failed**, the version before serves",
        Delivery::NeedsPerson => "**needs a person**",
        Delivery::NotBegun => "not begun",
    }
}

fn predicate(state: Delivery, several: bool) -> &'static str {
    let (one, more) = match state {
        Delivery::Next => ("follows", "follow"),
        Delivery::Running => ("is being deployed", "are being deployed"),
        Delivery::Deployed => ("is deployed", "are deployed"),
        Delivery::Unchanged => ("is unchanged", "are unchanged"),
        Delivery::Waiting => ("waits", "wait"),
        Delivery::Denied => ("is denied", "are denied"),
        Delivery::Stopped => ("is stopped", "are stopped"),
        Delivery::Failed => ("failed", "failed"),
        Delivery::NeedsPerson => ("needs a person", "need a person"),
        Delivery::NotBegun => ("is not begun", "are not begun"),
    };
    if several { more } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(environment: &str, state: Delivery) -> DeliveryReport {
        DeliveryReport {
            environment: environment.into(),
            state,
            at: "2026-11-22T12:04:31Z".parse().ok(),
            deployment: None,
            urls: Vec::new(),
            why: None,
            fix: None,
            gate: None,
        }
    }

    #[test]
    fn the_story_is_told_in_one_place() {
        let staging = DeliveryReport {
            deployment: Some("d-01J".into()),
            urls: vec!["https://staging.example.com".into()],
            ..delivery("staging", Delivery::Deployed)
        };
        let production = DeliveryReport {
            why: Some("1 more approval of team:sre is missing".into()),
            fix: Some("comment `/clodo approve production 9f3c41d07b2a`".into()),
            ..delivery("production", Delivery::Waiting)
        };
        let deliveries = vec![staging, production];
        let report = Report { deliveries, ..Report::default() };
        assert_eq!(headline(&report).as_deref(), Some("staging is deployed, production waits"));
        let both = ["staging", "production"].map(|name| delivery(name, Delivery::Deployed));
        let both = Report { deliveries: both.into(), ..Report::default() };
        assert_eq!(headline(&both).as_deref(), Some("staging and production are deployed"));
        assert_eq!(headline(&Report::default()), None);
        assert_eq!(
            markdown(&report, usize::MAX),
            "\n| environment | state | since | where |\n|---|---|---|---|\n\
             | staging | deployed (`d-01J`) | 2026-11-22 12:04 UTC | \
             [staging.example.com](https://staging.example.com) |\n\
             | production | **waits** | 2026-11-22 12:04 UTC |  |\n\
             \n**production waits**\n\
             > why: 1 more approval of team:sre is missing\\\n\
             > fix: comment `/clodo approve production 9f3c41d07b2a`\n\
             \nBack: `clodo rollback -e staging`\n"
        );
    }

    #[test]
    fn what_strangers_wrote_stays_words() {
        let evil = "x](javascript:a) @ana <!-- clodo:v1 -->\n::error::x\n/merge `rm` $(id)";
        let preview = |made| PreviewReport { service: evil.into(), environment: evil.into(), made };
        let delivery = DeliveryReport {
            urls: vec![evil.into()],
            why: Some(evil.into()),
            fix: Some(evil.into()),
            ..delivery(evil, Delivery::Deployed)
        };
        let report = Report {
            previews: vec![preview(Ok(evil.into())), preview(Err(evil.into()))],
            deliveries: vec![delivery],
            ..Report::default()
        };
        let text = markdown(&report, usize::MAX);
        for order in ["@ana", "x](javascript", "<!--", "\n::", "\n/merge"] {
            assert!(!text.contains(order), "{order}: {text}");
        }
    }
}
