//! # The Node of the pipeline is too old for Wrangler
//!
//! ## What it checks
//!
//! The Node of a job (`actions/setup-node`, the image of its container) against what the Wrangler
//! that it calls needs, where both are known: the version of the call, else that of the project's
//! lock file.
//!
//! ## Why it matters
//!
//! Wrangler looks at the version of Node first, says that it is too old, and ends with exit code 1.
//! Wrangler 4.160 and later needs Node 22.12; 4.87 needs 22.0, 4.77 needs 20.3, 4.49 needs 20.0, 4.0
//! needs 18.0.
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
//!       - uses: actions/setup-node@v5
//!         with: { node-version: 20 }
//!       - run: npx wrangler@4.164.0 deploy
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
//!       - uses: actions/setup-node@v5
//!         with: { node-version: 22 }
//!       - run: npx wrangler@4.164.0 deploy
//!         env:
//!           CLOUDFLARE_API_TOKEN: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           CLOUDFLARE_ACCOUNT_ID: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//! ```
//!
//! ## How to fix
//!
//! Set `node-version: 22` in the step, or use an image with that Node.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/ci-cd/external-cicd/github-actions/>

use std::collections::BTreeSet;

use semver::Version;

use crate::core::model::{Severity, WranglerSays};
use crate::core::pipeline::{Call, Program};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/node-too-old",
    severity: Severity::Error,
    wrangler: WranglerSays::Fails,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-02"],
    page: include_str!("node_too_old.rs"),
    check: Check::Workspace(check),
};

/// The oldest Node of each Wrangler, the newest first. Source: `engines` of the published packages
/// (npm registry, 2026-11), which its `bin/wrangler.js` enforces.
static NEEDED: [(Version, [u64; 3]); 7] = [
    (Version::new(4, 160, 0), [22, 12, 0]),
    (Version::new(4, 87, 0), [22, 0, 0]),
    (Version::new(4, 77, 0), [20, 3, 0]),
    (Version::new(4, 49, 0), [20, 0, 0]),
    (Version::new(4, 0, 0), [18, 0, 0]),
    (Version::new(3, 15, 0), [16, 17, 0]),
    (Version::new(3, 0, 0), [16, 13, 0]),
];

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut said = BTreeSet::new();
    for (_, _, call) in cx.pipelines.calls() {
        let Some(node) = &call.node else { continue };
        let Some((name, needed)) = needs(cx, call) else { continue };
        if !is_older(&node.version, needed) || !said.insert((node.place, needed)) {
            continue;
        }
        let [major, minor, _] = needed;
        let _ = out
            .in_file(node.place.file, node.place.span)
            .path(&*node.path)
            .say(format!(
                "{name} needs Node {major}.{minor} or newer, and this job has Node {}",
                node.version
            ))
            .label("too old")
            .why("Wrangler ends before it does anything")
            .help(format!("use Node {major}"))
            .see(call.place, "called here");
    }
}

/// What is called, and the Node that it needs.
fn needs(cx: &Context<'_>, call: &Call<'_>) -> Option<(String, [u64; 3])> {
    let asked = match (&call.version, &call.installed) {
        (Some(version), _) => Some(version.known()?),
        (None, Some(installed)) => {
            Some(installed.known()?.split_once('@').map_or("latest", |(_, v)| v))
        }
        (None, None) => None,
    };
    match asked {
        Some("latest" | "*") => Some(("the newest Wrangler".to_owned(), NEEDED[0].1)),
        // What npx has installed wins over a newer one of the same range.
        Some("4") if call.pinned(cx.workspace).is_none() => {
            Some(("the newest Wrangler 4".to_owned(), NEEDED[0].1))
        }
        Some(version) => of(&Version::parse(version).ok()?),
        // Without a word the action may install another than the project's.
        None if call.program == Program::Action => None,
        None => of(&call.pinned(cx.workspace)?.version),
    }
}

fn of(version: &Version) -> Option<(String, [u64; 3])> {
    let (_, needed) = NEEDED.iter().find(|(since, _)| version >= since)?;
    Some((format!("Wrangler {version}"), *needed))
}

/// Whether every Node that `20`, `20.x` or `20.1` may stand for is older.
fn is_older(node: &str, needed: [u64; 3]) -> bool {
    let parts = node.trim_start_matches('v').split('.').map(|part| part.parse::<u64>().ok());
    let known: Vec<u64> = parts.map_while(|part| part).collect();
    !known.is_empty() && known.as_slice() < &needed[..known.len().min(needed.len())]
}
