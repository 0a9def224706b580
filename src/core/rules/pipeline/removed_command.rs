//! # The pipeline calls a command that Wrangler no longer has
//!
//! ## What it checks
//!
//! Commands and flags that Wrangler 4 has removed, where the Wrangler of the call is known to be 4 or
//! newer: `publish`, `generate`, `config`, `route`, `subdomain`, `kv:namespace`, `kv:key`, `kv:bulk`,
//! `secret:bulk`, `d1 backup`, `deployments view`, and `--node-compat`. In pipelines, and in scripts
//! of `package.json`.
//!
//! ## Why it matters
//!
//! Wrangler ends with `Unknown argument: publish`, and exit code 1.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 publish
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! ```
//!
//! ```yaml .github/workflows/deploy.yml
//! on: { push: { branches: [main] } }
//! concurrency: deploy
//! jobs:
//!   deploy:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/checkout@v5
//!       - run: npx wrangler@4.164.0 deploy
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## How to fix
//!
//! Write the command of today: `deploy`, `kv namespace`, `kv key`, `kv bulk`, `secret bulk`, `d1
//! time-travel`, `deployments status`. In place of `--node-compat` set the compatibility flag
//! `nodejs_compat`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/migration/update-v3-to-v4/>

use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Call, Program};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/removed-command",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-01"],
    page: include_str!("removed_command.rs"),
    check: Check::Workspace(check),
};

/// What Wrangler 4.0.0 and 4.164.0 both refuse (recorded), and what to write instead.
const REMOVED: [(&[&str], Option<&str>); 13] = [
    (&["publish"], Some("deploy")),
    (&["generate"], None),
    (&["config"], None),
    (&["route"], None),
    (&["subdomain"], None),
    (&["kv:namespace"], Some("kv namespace")),
    (&["kv:key"], Some("kv key")),
    (&["kv:bulk"], Some("kv bulk")),
    (&["secret:bulk"], Some("secret bulk")),
    (&["d1", "backup"], Some("d1 time-travel")),
    (&["deployments", "view"], Some("deployments status")),
    (&["r2", "object", "list"], None),
    (&["pages", "generate-config"], None),
];

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls().filter(|(_, _, call)| is_version_4(cx, call)) {
        let gone = REMOVED.iter().find(|(command, _)| call.is(command));
        if let Some((command, instead)) = gone {
            let place = call.arguments.words.first().map_or(call.place, |word| word.place);
            let draft = out
                .at_call(call, place)
                .say(format!("Wrangler 4 has no command {}", command.join(" ")))
                .label("removed");
            let _ = match instead {
                Some(instead) => draft.help(format!("write {instead}")),
                None => draft.help("remove the call"),
            };
        } else if let Some(flag) = call.arguments.flag("node-compat").filter(|flag| !flag.off) {
            let _ = out
                .at_call(call, flag.word.place)
                .say("Wrangler 4 refuses --node-compat")
                .label("removed")
                .help("set compatibility_flags = [\"nodejs_compat\"] instead");
        }
    }
}

/// Whether a call runs Wrangler 4 or newer for sure.
fn is_version_4(cx: &Context<'_>, call: &Call<'_>) -> bool {
    let asked = match (&call.version, &call.installed) {
        (Some(version), _) => Some(&*version.text),
        (None, Some(installed)) => {
            Some(installed.text.split_once('@').map_or("latest", |(_, v)| v))
        }
        (None, None) => None,
    };
    let pinned = || call.pinned(cx.workspace).is_some_and(|pinned| pinned.version.major >= 4);
    match asked.map(|asked| asked.trim_start_matches(['^', '~', 'v'])) {
        Some("latest") => true,
        Some(version) => {
            let major = version.split('.').next().and_then(|major| major.parse::<u64>().ok());
            major.is_some_and(|major| major >= 4)
        }
        // Without a word the action may install another than the project's.
        None => call.program != Program::Action && pinned(),
    }
}
