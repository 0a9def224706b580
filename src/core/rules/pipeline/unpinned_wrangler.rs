//! # The pipeline takes whatever Wrangler is newest
//!
//! ## What it checks
//!
//! Calls of Wrangler in pipelines that name a tag (`npx wrangler@latest`), or no version where the
//! project has none either: no lock file and no `package.json` from its folder upwards knows
//! Wrangler. `cloudflare/wrangler-action` without `wranglerVersion`, where it stands at a moving tag
//! such as `v4`. Dependencies on Wrangler by tag without a lock file.
//!
//! ## Why it matters
//!
//! The same commit is deployed by another program tomorrow. New versions of Wrangler have changed
//! what a deployment does: they began to create missing resources, and to need a newer Node.
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
//!       - run: npx wrangler@latest deploy
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
//!       - uses: cloudflare/wrangler-action@v4
//!         with:
//!           apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
//!           accountId: ${{ secrets.CLOUDFLARE_ACCOUNT_ID }}
//!           wranglerVersion: "4.164.0"
//! ```
//!
//! ## How to fix
//!
//! Add Wrangler to the `devDependencies`, commit the lock file, and call `npx wrangler` after `npm
//! ci`. With the action, set `wranglerVersion`.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/ci-cd/external-cicd/github-actions/>
//! - <https://github.com/cloudflare/wrangler-action>

use std::collections::BTreeSet;

use crate::core::model::{Place, Severity, WranglerSays};
use crate::core::pipeline::{Call, Job, Package, Program, System, WRANGLER_ACTION};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/unpinned-wrangler",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CI-01"],
    page: include_str!("unpinned_wrangler.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut said = BTreeSet::new();
    for (pipeline, job, call) in cx.pipelines.calls() {
        if pipeline.system == System::Scripts {
            continue;
        }
        let Some((place, message)) = unpinned(cx, job, call) else { continue };
        // Once in a file is enough to know it.
        if said.insert((place.file, message)) {
            let _ = out
                .in_file(place.file, place.span)
                .say(message)
                .path(&*call.path)
                .why("the same commit may be deployed differently tomorrow")
                .help(match call.program {
                    Program::Action => "set wranglerVersion, or add wrangler to package.json",
                    _ => "add wrangler to package.json and commit the lock file",
                });
        }
    }
    for package in cx.pipelines.packages.all() {
        dependency(cx, package, out);
    }
}

fn unpinned(cx: &Context<'_>, job: &Job<'_>, call: &Call<'_>) -> Option<(Place, &'static str)> {
    if let Some(version) = &call.version {
        let tag = version.known().is_some_and(is_tag);
        return tag.then_some((version.place, "this takes the newest Wrangler of the day"));
    }
    if let Some(installed) = &call.installed {
        let version = installed.text.split_once('@').map(|(_, version)| version);
        // Without a version, the range of a package.json may count.
        let tag = version.map_or(call.pinned(cx.workspace).is_none(), is_tag) && installed.literal;
        return tag.then_some((installed.place, "this installs the newest Wrangler of the day"));
    }
    let message = match call.program {
        Program::Registry => {
            return Some((call.place, "this takes the newest Wrangler of the day"));
        }
        Program::InstalledOrRegistry => {
            "no package.json asks for Wrangler, so npx takes the newest"
        }
        Program::Action if is_moving(job, call) => {
            "neither the action nor a package.json says which Wrangler to use"
        }
        Program::Action | Program::Installed => return None,
    };
    // The manifests are known in and above the folders of services.
    let known = call.service.is_some() && call.pinned(cx.workspace).is_none();
    let folder = call.folder.as_deref().filter(|_| known)?;
    let asked =
        cx.pipelines.packages.above(folder).any(|package| package.dependency("wrangler").is_some());
    (!asked).then_some((call.place, message))
}

/// Whether the action stands at a tag that is moved with every release.
fn is_moving(job: &Job<'_>, call: &Call<'_>) -> bool {
    let step = job.steps.get(call.step);
    let version = step.and_then(|step| step.action(WRANGLER_ACTION));
    version.is_some_and(|version| {
        let number = version.trim_start_matches('v');
        !number.contains('.') && number.len() < 3 || matches!(version, "main" | "master")
    })
}

/// Whether a version is the name of a tag, or any version at all.
fn is_tag(version: &str) -> bool {
    matches!(version, "*" | "x" | "")
        || version.starts_with(|c: char| c.is_ascii_alphabetic() && c != 'v')
}

fn dependency(cx: &Context<'_>, package: Package<'_>, out: &mut Findings<'_>) {
    let Some((field, entry)) = package.dependency("wrangler") else { return };
    let Some(range) =
        entry.value.as_str().filter(|range| matches!(*range, "latest" | "*" | "x" | ""))
    else {
        return;
    };
    let mut services = cx.workspace.services.iter();
    if services.any(|service| *service.folder == *package.folder && service.wrangler.is_none()) {
        let _ = out
            .in_file(package.file, entry.value.span)
            .say(format!(
                "package.json asks for wrangler {range:?}, and no lock file says which that is"
            ))
            .path(format!("{field}.wrangler"))
            .why("the same commit may be deployed differently tomorrow")
            .help("name a version, and commit the lock file");
    }
}
