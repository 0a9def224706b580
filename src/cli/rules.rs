//! `clodo rules`

use clap::{Args, ValueEnum};
use serde_json::json;

use super::console::Console;
use crate::core::rules::ALL;
use crate::exit::Exit;

/// List every rule
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  clodo rules\n  clodo rules env\n  clodo rules --format json")]
pub(super) struct Rules {
    /// Only the rules of this family, or whose id holds this text
    #[arg(value_name = "TEXT")]
    filter: Option<String>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Listing,
}

/// How to print a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Listing {
    /// A table for people.
    Text,
    /// An array of objects.
    Json,
}

impl Rules {
    pub(super) fn run(self, console: &Console) -> anyhow::Result<Exit> {
        let wanted = |id: &str| self.filter.as_deref().is_none_or(|text| id.contains(text));
        let rules: Vec<_> = ALL.iter().filter(|rule| wanted(rule.id)).collect();
        let text = match self.format {
            Listing::Json => {
                let list: Vec<_> = rules
                    .iter()
                    .map(|rule| {
                        json!({
                            "id": rule.id,
                            "severity": rule.severity,
                            "summary": rule.page().title(),
                            "needs": rule.needs.as_str(),
                            "wrangler": rule.wrangler,
                            "catalogue": rule.catalogue,
                            "since": rule.since,
                            "docs": rule.url(),
                        })
                    })
                    .collect();
                format!("{}\n", serde_json::to_string_pretty(&list)?)
            }
            Listing::Text => {
                let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
                rules
                    .iter()
                    .map(|rule| {
                        let (id, severity) = (rule.id, rule.severity.as_str());
                        format!("{id:width$}  {severity:7}  {}\n", rule.page().title())
                    })
                    .collect()
            }
        };
        console.out(&text)?;
        Ok(Exit::Ok)
    }
}
