//! Pages projects: whether they exist, and how the account has set them up.
//!
//! A configuration with `pages_build_output_dir` replaces what the dashboard says of the environment
//! that is deployed. What changes of the files only `wrangler pages deploy` tells.

use super::bindings;
use super::change::{Aspect, Change, Changes};
use super::settings::{Versioned, compare_versioned};
use super::target::Target;
use crate::core::model::account::{PagesBuild, PagesProject};

/// What a project calls the deployments of its production branch.
const PRODUCTION: &str = "production";

/// What it calls all others.
const PREVIEW: &str = "preview";

/// Compares a Pages project.
pub(super) fn compare(target: &Target<'_>, out: &mut Changes) {
    let Some(account) = target.account else {
        return out.blind(Aspect::Worker, "nobody looked at its account", true);
    };
    let Some(projects) = out.see(Aspect::Worker, &account.pages_projects, true) else { return };
    let Some(project) = projects.iter().find(|project| project.name == target.worker) else {
        let why = "there is no such Pages project";
        return out.push(Change::refused(Aspect::Worker, target.worker.as_str(), why));
    };
    let stage = match target.environment.name {
        None | Some(PRODUCTION) => PRODUCTION,
        Some(_) => PREVIEW,
    };
    let live = project.bindings.get(stage).map(Vec::as_slice).unwrap_or_default();
    bindings::compare(target, account, live, true, out);
    if let Some(runtime) = project.runtime.get(stage) {
        compare_versioned(target, &Versioned::of_pages(runtime), out);
    }
    branch(project, stage, out);
    if project.git_connected {
        build(target, &project.build, out);
    }
    out.push(Change::unknown(Aspect::Assets, "files", "what changes of them cannot be told"));
}

/// Which branch makes a deployment the production one: `wrangler pages deploy` compares `--branch`,
/// or the branch of the work tree, with it (cli.js:303423).
fn branch(project: &PagesProject, stage: &str, out: &mut Changes) {
    if project.production_branch.is_empty() {
        return;
    }
    let note = match stage {
        PRODUCTION => {
            format!("{}: what is deployed from it is production", project.production_branch)
        }
        _ => format!("{}: what is deployed from another is a preview", project.production_branch),
    };
    out.push(Change::keep(Aspect::Settings, "production branch", note));
}

/// What Cloudflare does with the connected repository, beside a deployment of ours.
fn build(target: &Target<'_>, build: &PagesBuild, out: &mut Changes) {
    let command = build.command.as_deref().unwrap_or("no command");
    let place = build.root_dir.as_deref().map(|folder| format!(" in {folder}")).unwrap_or_default();
    let note = format!("Cloudflare builds each push by itself: {command}{place}");
    out.push(Change::keep(Aspect::Settings, "build", note));
    let wanted = target.environment.text("pages_build_output_dir").map(bare);
    let live = build.output_dir.as_deref().map(bare);
    if let (Some(wanted), Some(live)) = (wanted, live)
        && wanted != live
    {
        out.push(Change::replace(Aspect::Settings, "build output", live, wanted));
    }
}

/// A folder without what may stand around it: `./dist/` and `dist` are the same.
fn bare(folder: &str) -> &str {
    folder.trim_start_matches("./").trim_matches('/')
}
