//! The matrix of capabilities and environments: as text, Markdown and JSON.

use std::collections::BTreeSet;

use serde_json::json;

use super::{EnvironmentNeeds, Need, Permission, ServiceNeeds, State, token_link};

/// How a need reads in a matrix: its state, and whether the account was looked at.
fn word(cell: Option<(State, bool)>) -> &'static str {
    match cell {
        Some((State::Present, _)) => "ok",
        Some((State::Unknown, false)) => "declared",
        Some((State::Unknown, true)) => "unknown",
        Some((State::Missing, _)) => "missing",
        None => "-",
    }
}

fn label(environment: &EnvironmentNeeds) -> &str {
    environment.name.as_deref().unwrap_or("top level")
}

/// The capabilities of a service, in the order in which they were found, each with how it reads in
/// every environment.
fn rows(service: &ServiceNeeds) -> Vec<(&str, Vec<&'static str>)> {
    let mut seen = BTreeSet::new();
    let all = service.environments.iter().flat_map(|environment| &environment.needs);
    // The Worker has another name in each environment; its row would hold one cell each.
    let shared = all.filter(|need| !is_worker(&need.capability));
    let row = |is: &dyn Fn(&Need) -> bool| {
        let cell = |environment: &EnvironmentNeeds| {
            let found = environment.needs.iter().find(|need| is(need));
            word(found.map(|need| (need.state, environment.live)))
        };
        service.environments.iter().map(cell).collect()
    };
    let mut rows = vec![("deployed", row(&|need| is_worker(&need.capability)))];
    for need in shared.filter(|need| seen.insert(need.capability.as_str())) {
        rows.push((&*need.title, row(&|other| other.capability == need.capability)));
    }
    rows
}

fn is_worker(capability: &str) -> bool {
    capability.starts_with("workers:") || capability.starts_with("pages:")
}

/// What can be done about the needs of a service that are in one state: each command once, with
/// the environments it is for.
fn ways(service: &ServiceNeeds, state: State) -> Vec<(&str, &str, Vec<&str>)> {
    let mut ways: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for environment in &service.environments {
        let needs = environment.needs.iter().filter(|need| need.state == state);
        for need in needs.filter(|need| !is_worker(&need.capability) && !need.close.is_empty()) {
            let (title, close) = (need.title.as_str(), need.close.as_str());
            match ways.iter_mut().find(|way| (way.0, way.1) == (title, close)) {
                Some((.., environments)) => environments.push(label(environment)),
                None => ways.push((title, close, vec![label(environment)])),
            }
        }
    }
    ways
}

/// The environments of all services, each once, with what a token for it must be allowed to do.
fn tokens(services: &[ServiceNeeds]) -> Vec<(&str, BTreeSet<&Permission>)> {
    let mut tokens: Vec<(&str, BTreeSet<&Permission>)> = Vec::new();
    for environment in services.iter().flat_map(|service| &service.environments) {
        let name = label(environment);
        let index = tokens.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            tokens.push((name, BTreeSet::new()));
            tokens.len() - 1
        });
        tokens[index].1.extend(&environment.permissions);
    }
    tokens
}

/// Permissions and environments: the environments, and who needs which.
fn token_rows<'p>(
    tokens: &[(&str, BTreeSet<&'p Permission>)],
) -> Vec<(String, Vec<&'static str>, &'p Permission)> {
    let all: BTreeSet<&Permission> = tokens.iter().flat_map(|(_, needed)| needed.clone()).collect();
    let row = |permission: &'p Permission| {
        let needs = |needed: &BTreeSet<_>| if needed.contains(permission) { "needed" } else { "-" };
        let cells = tokens.iter().map(|(_, needed)| needs(needed)).collect();
        (format!("{}: {}", permission.group, permission.level), cells, permission)
    };
    all.into_iter().map(row).collect()
}

/// The links for tokens: one for all environments that need the same.
fn links(tokens: &[(&str, BTreeSet<&Permission>)]) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = Vec::new();
    for (name, needed) in tokens {
        let link = token_link(needed.iter().copied());
        match links.iter_mut().find(|(_, known)| *known == link) {
            Some((names, _)) => *names += &format!(", {name}"),
            None => links.push(((*name).to_owned(), link)),
        }
    }
    links
}

/// The groups that a link cannot name, in words; none where it names all.
fn by_hand(tokens: &[(&str, BTreeSet<&Permission>)]) -> Option<String> {
    let all = tokens.iter().flat_map(|(_, needed)| needed);
    let groups: BTreeSet<&str> = all.filter(|one| !one.is_in_link()).map(|one| one.group).collect();
    let groups: Vec<&str> = groups.into_iter().collect();
    (!groups.is_empty()).then(|| groups.join(", "))
}

/// A matrix in columns.
fn columns(labels: &[&str], rows: &[(&str, Vec<&str>)]) -> String {
    let length = |text: &str| text.chars().count();
    let first = rows.iter().map(|(title, _)| length(title)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..labels.len())
        .map(|column| rows.iter().map(|(_, cells)| length(cells[column])).max().unwrap_or(0))
        .zip(labels)
        .map(|(cells, label)| cells.max(length(label)))
        .collect();
    let line = |head: &str, cells: &[&str]| {
        let cells = cells.iter().zip(&widths);
        let cells: String = cells.map(|(cell, width)| format!("   {cell:width$}")).collect();
        format!("  {head:first$}{cells}").trim_end().to_owned() + "\n"
    };
    let body: String = rows.iter().map(|(title, cells)| line(title, cells)).collect();
    line("", labels) + &body
}

/// For people.
pub fn text(services: &[ServiceNeeds]) -> String {
    let mut text = String::new();
    for service in services {
        text += &format!("{} ({})\n\n", service.service, service.config);
        let labels: Vec<&str> = service.environments.iter().map(label).collect();
        text += &columns(&labels, &rows(service));
        text += "\n";
        for (title, close, environments) in ways(service, State::Missing) {
            text += &format!("  missing in {}: {title}\n    {close}\n", environments.join(", "));
        }
        let declared = ways(service, State::Unknown);
        if !declared.is_empty() {
            text += "  what makes it, where the account does not have it yet\n";
            for (title, close, environments) in declared {
                text += &format!("    {title} ({}): {close}\n", environments.join(", "));
            }
            text += "\n";
        }
    }
    text += &token(services);
    let missing = count(services);
    let closing = match missing {
        0 => "Nothing is missing from the files. What is declared only the account can confirm.\n",
        _ => "What is declared only the account can confirm.\n",
    };
    if missing > 0 {
        text += &format!("{missing} missing. ");
    }
    text + closing
}

fn count(services: &[ServiceNeeds]) -> usize {
    let all = services.iter().flat_map(|service| &service.environments);
    all.flat_map(|environment| &environment.needs).filter(|n| n.state == State::Missing).count()
}

fn token(services: &[ServiceNeeds]) -> String {
    let tokens = tokens(services);
    let labels: Vec<&str> = tokens.iter().map(|(name, _)| *name).chain(["for"]).collect();
    let rows = token_rows(&tokens);
    let rows: Vec<(&str, Vec<&str>)> = rows
        .iter()
        .map(|(name, cells, one)| (&**name, cells.iter().copied().chain([one.why]).collect()))
        .collect();
    let mut text = format!("The token needs\n\n{}\n", columns(&labels, &rows));
    for (names, link) in links(&tokens) {
        text += &format!("  A token for {names}:\n  {link}\n\n");
    }
    if let Some(groups) = by_hand(&tokens) {
        text += &format!("  A link cannot name {groups}: add what the table says by hand.\n\n");
    }
    text
}

/// For a comment or a job summary.
pub fn markdown(services: &[ServiceNeeds]) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    let code = |text: &str| format!("`{}`", cell(text).replace('`', "'"));
    let head = |labels: &[String]| {
        format!("| | {} |\n|---|{}\n", labels.join(" | "), "---|".repeat(labels.len()))
    };
    let mut text = String::new();
    for service in services {
        text += &format!("### {}\n\n", code(&service.service));
        text += &head(&service.environments.iter().map(|e| code(label(e))).collect::<Vec<_>>());
        for (title, states) in rows(service) {
            text += &format!("| {} | {} |\n", code(title), states.join(" | "));
        }
        text += "\n";
        for (state, summary) in [
            (State::Missing, "What is missing"),
            (State::Unknown, "What makes it, where the account does not have it yet"),
        ] {
            let ways = ways(service, state);
            if !ways.is_empty() {
                text += &format!("<details><summary>{summary}</summary>\n\n");
                for (title, close, environments) in ways {
                    let environments = code(&environments.join(", "));
                    text += &format!("- {} ({environments}): {}\n", code(title), code(close));
                }
                text += "\n</details>\n\n";
            }
        }
    }
    let tokens = tokens(services);
    let labels = tokens.iter().map(|(name, _)| code(name)).chain(["for".to_owned()]);
    text += &format!("### The token needs\n\n{}", head(&labels.collect::<Vec<_>>()));
    for (name, cells, permission) in token_rows(&tokens) {
        text += &format!("| {name} | {} | {} |\n", cells.join(" | "), permission.why);
    }
    text += "\n";
    for (names, link) in links(&tokens) {
        text += &format!("- [Create a token for {}]({link})\n", code(&names));
    }
    if let Some(groups) = by_hand(&tokens) {
        text += &format!("\nA link cannot name {groups}: add what the table says by hand.\n");
    }
    text
}

/// For programs.
pub fn json(services: &[ServiceNeeds]) -> serde_json::Value {
    let mut gaps = Vec::new();
    let mut tokens = Vec::new();
    for service in services {
        for environment in &service.environments {
            for need in &environment.needs {
                gaps.push(json!({
                    "service": service.service,
                    "environment": environment.name,
                    "capability": need.capability,
                    "state": need.state.as_str(),
                    "close": need.close,
                }));
            }
            let needed: Vec<_> = environment
                .permissions
                .iter()
                .map(|p| {
                    let in_link = p.is_in_link();
                    json!({ "group": p.group, "level": p.level, "why": p.why, "in_link": in_link })
                })
                .collect();
            tokens.push(json!({
                "service": service.service,
                "environment": environment.name,
                "permissions": needed,
                "link": token_link(&environment.permissions),
            }));
        }
    }
    json!({ "schema": "clodo.gaps/1", "gaps": gaps, "tokens": tokens })
}
