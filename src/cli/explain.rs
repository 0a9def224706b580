//! `clodo explain`

use clap::Args;

use super::Mistake;
use super::console::Console;
use crate::core::config::shape::closest;
use crate::core::rules::{ALL, Rule, find};
use crate::exit::Exit;

/// Show the page of a rule: what it checks, why it matters, and how to fix what it finds
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo explain env/inherits-custom-domain\n  \
    clodo explain config/unknown-key")]
pub(super) struct Explain {
    /// The rule's id, as `clodo rules` lists it
    #[arg(value_name = "RULE")]
    rule: String,
}

impl Explain {
    pub(super) fn run(self, console: &Console) -> anyhow::Result<Exit> {
        let rule = find(&self.rule).ok_or_else(|| unknown(&self.rule))?;
        console.out(&page(rule))?;
        Ok(Exit::Ok)
    }
}

fn unknown(id: &str) -> anyhow::Error {
    let meant = closest(id, ALL.iter().map(|rule| rule.id));
    let by_name =
        || ALL.iter().map(|rule| rule.id).find(|known| known.ends_with(&format!("/{id}")));
    let hint = match meant.or_else(by_name) {
        Some(meant) => format!("did you mean `clodo explain {meant}`?"),
        None => "`clodo rules` lists them all".to_owned(),
    };
    Mistake::error(format!("there is no rule {id}"), Some(hint))
}

/// The page, headed by what the metadata says.
fn page(rule: &Rule) -> String {
    let page = rule.page().markdown();
    let (title, rest) = page.split_once('\n').unwrap_or((&page, ""));
    let catalogue = match rule.catalogue {
        [] => String::new(),
        ids => format!(" · {}", ids.join(", ")),
    };
    format!(
        "{title}\n\n{} · {} · Wrangler {}{catalogue} · since {}\n{rest}",
        rule.id,
        rule.severity.as_str(),
        match rule.wrangler.as_str() {
            "silent" => "says nothing",
            says => says,
        },
        rule.since,
    )
}
