//! How the commands look at the account: flags, and what they say of it.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::Mistake;
use super::console::Console;
use crate::core::model::Sight;
use crate::core::report::sight;
use crate::exit::Exit;
use crate::flow::project::Request;
use crate::flow::sight::{Live, Looked, Parts};
use crate::world::cloudflare::{Access, CloudflareError};

/// How to look at the account.
#[derive(Clone, Debug, Args)]
pub(super) struct Looking {
    /// Look at files only, and never at the account
    #[arg(long, env = "CLODO_OFFLINE", value_parser = FalseyValueParser::new())]
    offline: bool,

    /// Use a saved picture of the account, made by `clodo snapshot`, and ask for nothing
    #[arg(long, value_name = "FILE")]
    account: Option<PathBuf>,
}

impl Looking {
    /// Completes a request: with the saved picture, or else with the account itself where a token is
    /// there.
    pub(super) fn complete(&self, request: Request, parts: Parts) -> anyhow::Result<Request> {
        let account = self.account.clone();
        let asks = account.is_none() && !self.offline;
        let live = if asks { live(parts)? } else { None };
        let lacks_token = asks && live.is_none();
        Ok(Request { account, live, lacks_token, ..request })
    }
}

/// How to look at the account itself; `None` where there is no token.
pub(super) fn live(parts: Parts) -> anyhow::Result<Option<Live>> {
    let access = Access::of(&|name: &str| std::env::var(name).ok());
    let access = access.map_err(|error| cloudflare_error(&error))?;
    Ok(access.map(|access| Live::new(&access, parts)))
}

/// What to say where the account cannot be looked at at all.
pub(super) fn cloudflare_error(error: &CloudflareError) -> anyhow::Error {
    let exit = match error {
        CloudflareError::Account(_) => Exit::Usage,
        _ => Exit::Network,
    };
    Mistake { message: error.to_string(), hint: Some(error.hint()), exit }.into()
}

/// Says what a picture cost, and whether it is old.
pub(super) fn say(seen: Option<&Sight>, looked: Option<&Looked>, console: &Console) {
    if let Some(seen) = seen.filter(|seen| seen.is_old()) {
        console.note(&format!(
            "the picture of the account is {} old; make a new one: clodo snapshot --output FILE",
            sight::age(seen.age)
        ));
    }
    if let Some(Looked::Asked { requests, budget }) = looked {
        let each = requests.iter().map(|(product, number)| format!("{number} {product}"));
        let each: Vec<_> = each.collect();
        let all: usize = requests.values().sum();
        let left = budget
            .map(|budget| format!("; {} more in the next {} s", budget.remaining, budget.seconds));
        console.detail(&format!(
            "{all} requests to Cloudflare: {}{}",
            each.join(", "),
            left.unwrap_or_default()
        ));
    }
}
