//! The matrix of capabilities and environments: as text, Markdown and JSON.

use std::collections::BTreeSet;

use serde_json::json;

use super::{EnvironmentNeeds, Permission, ServiceNeeds, State, token_link};

/// How a state reads in a matrix.
fn word(state: Option<State>) -> &'static str {
    match state {
        Some(State::Present) => "ok",
        Some(State::Unknown) => "declared",
        Some(State::Missing) => "missing",
        None => "-",
    }
}

fn label(environment: &EnvironmentNeeds) -> &str {
    environment.name.as_deref().unwrap_or("top level")
}

/// The capabilities of a service, in the order in which they were found, each with its state in
/// every environment.
fn rows(service: &ServiceNeeds) -> Vec<(&str, Vec<Option<State>>)> {
    let mut seen = BTreeSet::new();
    let all = service.environments.iter().flat_map(|environment| &environment.needs);
    // The Worker has another name in each environment; its row would hold one cell each.
    let shared = all.filter(|need| !is_worker(&need.capability));
    let mut rows = vec![(
        "deployed",
        service
            .environments
            .iter()
            .map(|e| e.needs.iter().find(|n| is_worker(&n.capability)).map(|n| n.state))
            .collect(),
    )];
    for need in shared.filter(|need| seen.insert(need.capability.as_str())) {
        let state = |environment: &EnvironmentNeeds| {
            let found = environment.needs.iter().find(|n| n.capability == need.capability);
            found.map(|need| need.state)
        };
        rows.push((&need.title, service.environments.iter().map(state).collect()));
    }
    rows
}

fn is_worker(capability: &str) -> bool {
    capability.starts_with("workers:") || capability.starts_with("pages:")
}

fn permissions(services: &[ServiceNeeds]) -> Vec<Permission> {
    let all = services.iter().flat_map(|service| &service.environments);
    let all: BTreeSet<&Permission> = all.flat_map(|environment| &environment.permissions).collect();
    all.into_iter().cloned().collect()
}

/// For people.
pub fn text(services: &[ServiceNeeds]) -> String {
    let mut text = String::new();
    for service in services {
        text += &format!("{} ({})\n\n", service.service, service.config);
        let labels: Vec<&str> = service.environments.iter().map(label).collect();
        let rows = rows(service);
        let first = rows.iter().map(|(title, _)| title.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = labels.iter().map(|label| label.chars().count().max(8)).collect();
        let line = |head: &str, cells: Vec<&str>| {
            let cells: String = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("   {cell:width$}"))
                .collect();
            format!("  {head:first$}{cells}").trim_end().to_owned() + "\n"
        };
        text += &line("", labels);
        for (title, states) in rows {
            text += &line(title, states.into_iter().map(word).collect());
        }
        text += "\n";
        for environment in &service.environments {
            for need in environment.needs.iter().filter(|need| need.state == State::Missing) {
                text += &format!(
                    "  missing in {}: {}\n    {}\n",
                    label(environment),
                    need.title,
                    need.close
                );
            }
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
    let needed = permissions(services);
    let width = needed.iter().map(|p| p.group.len() + p.level.len() + 2).max().unwrap_or(0);
    let mut text = String::from("The token needs\n\n");
    for permission in &needed {
        let name = format!("{}: {}", permission.group, permission.level);
        text += &format!("  {name:width$}   {}\n", permission.why);
    }
    text + &format!("\n  {}\n\n", token_link(&needed))
}

/// For a comment or a job summary.
pub fn markdown(services: &[ServiceNeeds]) -> String {
    let mut text = String::new();
    let cell = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    for service in services {
        text += &format!("### {}\n\n", cell(&service.service));
        let labels: Vec<String> = service.environments.iter().map(|e| cell(label(e))).collect();
        text += &format!("| | {} |\n|---|{}\n", labels.join(" | "), "---|".repeat(labels.len()));
        for (title, states) in rows(service) {
            let states: Vec<&str> = states.into_iter().map(word).collect();
            text += &format!("| `{}` | {} |\n", cell(title).replace('`', "'"), states.join(" | "));
        }
        text += "\n";
    }
    for permission in permissions(services) {
        text += &format!("- {}: {} ({})\n", permission.group, permission.level, permission.why);
    }
    text + &format!(
        "\n[Create a token with these permissions]({})\n",
        token_link(&permissions(services))
    )
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
                .map(|p| json!({ "group": p.group, "level": p.level, "why": p.why }))
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
