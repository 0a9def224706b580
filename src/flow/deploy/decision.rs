//! What is decided before the lock is taken: what has to be built to know it, the plan, and its
//! course.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde_json::Value;

use super::preparation::Prepared;
use super::resume::unfinished;
use super::{DeployError, News, Tools, Wishes};
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::flags::{self, Passed};
use crate::core::deployment::{Course, Decisions, course, differences};
use crate::core::model::Service;
use crate::core::model::account::Account;
use crate::core::model::deployment::{Deployment, Hold, State};
use crate::core::plan::{self, Basis, Bound, Build, Builds, Plan, Records};
use crate::core::report::plan::json;
use crate::flow::builds::{Progress, build};
use crate::flow::plan::PlanError;
use crate::flow::sources::sources;
use crate::flow::state;
use crate::world::files;
use crate::world::store::Store;

/// What is to be done.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) plan: Plan,
    pub(super) course: Course,
    /// The account that is deployed to.
    pub(super) account: Account,
    /// The flags for Wrangler.
    pub(super) flags: Passed,
    /// The digests of what was built, by service.
    pub(super) codes: BTreeMap<String, String>,
    /// What was taken back, and must not come back by itself.
    pub(super) holds: Vec<Hold>,
}

/// Decides what is to be done.
pub(super) async fn decide(
    prepared: &mut Prepared,
    store: &Store,
    wishes: &Wishes,
    tools: Tools<'_>,
    bound: Option<&Bound>,
) -> Result<Decided, DeployError> {
    let started = Instant::now();
    let flags = flags::read(&wishes.flags)?;
    let account = account(prepared)?;
    let records = state::records(store, &account.id).await?;
    let saved = wishes.plan.as_ref().map(|path| saved(prepared, path)).transpose()?;
    let holds = store.holds(&account.id, &prepared.environment.name).await?;
    // What people approve must say what is in it.
    let all = saved.is_some() || bound.is_some();
    let left = unfinished(store, &account.id, &prepared.environment.name).await?;
    let builds = builds(prepared, all, left.as_ref(), &records, &holds, tools).await?;
    let basis = Basis { builds: builds.as_ref(), bound, ..basis(prepared, &records)? };
    let plan = plan::plan(&basis, &prepared.environment.wrangler);
    if let Some(saved) = saved {
        compare(&saved, &plan)?;
    }
    let decisions = Decisions {
        settings: &prepared.environment,
        flags: &flags,
        checks: !prepared.environment.verify.is_empty(),
        approved: bound.is_some(),
    };
    let course = course(&basis, &plan, &decisions)?;
    (tools.tell)(News::Planned(&plan, &course, started.elapsed()));
    let built = |service: &plan::ServicePlan| {
        let built = builds.as_ref()?.get(&service.config)?.built()?;
        Some((service.service.clone(), built.digest()?))
    };
    let codes = plan.services.iter().filter_map(built).collect();
    Ok(Decided { plan, course, account, flags, codes, holds })
}

/// The one account that is deployed to.
pub(super) fn account(prepared: &Prepared) -> Result<Account, DeployError> {
    let snapshot = prepared.project.snapshot.as_ref().ok_or(PlanError::NoAccount)?;
    match snapshot.accounts.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(PlanError::NoAccount.into()),
        several => {
            Err(DeployError::Accounts(several.iter().map(|account| account.id.clone()).collect()))
        }
    }
}

/// What the plan is made of, before anything is built.
fn basis<'a>(prepared: &'a Prepared, records: &'a Records) -> Result<Basis<'a>, PlanError> {
    let snapshot = prepared.project.snapshot.as_ref().ok_or(PlanError::NoAccount)?;
    let workspace = &prepared.project.workspace;
    Ok(Basis { workspace, snapshot, builds: None, records: Some(records), bound: None })
}

/// Builds what has to be built to decide: all for a plan that says what is in it; else those of which
/// something was taken back, and those that the record knows and of which nothing else tells that
/// they are to be deployed and will build. Of a single service nobody needs to know: deploying it
/// costs no more than finding out, unless a deployment was left that is done with it.
async fn builds(
    prepared: &mut Prepared,
    all: bool,
    left: Option<&Deployment>,
    records: &Records,
    holds: &[Hold],
    tools: Tools<'_>,
) -> Result<Option<Builds>, DeployError> {
    let root = &prepared.request.root;
    let workspace = &prepared.project.workspace;
    let name = Some(prepared.environment.wrangler.clone()).filter(|name| !name.is_empty());
    let several = workspace.services.len() > 1;
    let is_done = |name: &str| {
        let mut services = left.into_iter().flat_map(|left| &left.services);
        services
            .any(|one| one.planned.service == name && one.progress.state == Some(State::Succeeded))
    };
    let basis = basis(prepared, records)?;
    let mut wanted = BTreeSet::new();
    let mut builds = Builds::new();
    for service in plan::plan(&basis, &prepared.environment.wrangler).services {
        let is_held = holds.iter().any(|hold| hold.service == service.service);
        if all || is_held {
            wanted.insert(service.service);
        } else if (several || is_done(&service.service)) && basis.knows(&service) {
            let environment = Environment::find(workspace, &service.config, name.as_deref());
            let sources = environment.and_then(|one| sources(root, workspace, &one));
            match sources {
                Some(sources) if basis.has_other_sources(&service, &sources) => {
                    builds.insert(service.config, Build::Left);
                }
                Some(_) if service.changes() => {}
                _ => drop(wanted.insert(service.service)),
            }
        }
    }
    if !wanted.is_empty() {
        let wanted = |service: &Service| wanted.contains(&*service.name);
        let progress = |progress: Progress<'_>| {
            if let Progress::Started(service) = progress {
                (tools.tell)(News::Building(service));
            }
        };
        let request = &prepared.request;
        let workspace = &mut prepared.project.workspace;
        let name = name.as_deref();
        builds.extend(build(request, workspace, name, &wanted, tools.wrangler, &progress).await?);
    }
    Ok(Some(builds).filter(|builds| !builds.is_empty()))
}

/// A plan that was saved.
fn saved(prepared: &Prepared, path: &std::path::Path) -> Result<Value, DeployError> {
    let path = prepared.request.root.join(path);
    let shown = prepared.request.shown(&path);
    let refuse = |why: String| DeployError::SavedPlan { path: shown.clone(), why };
    let text = files::read_text(&path).map_err(|error| refuse(error.why()))?;
    let plan: Value = serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?;
    match plan["schema"] == plan::SCHEMA {
        true => Ok(plan),
        false => {
            Err(refuse(format!("its schema is {}, and not {:?}", plan["schema"], plan::SCHEMA)))
        }
    }
}

/// Whether a plan is the one that was saved.
fn compare(saved: &Value, plan: &Plan) -> Result<(), DeployError> {
    let was = saved["hash"].as_str().unwrap_or_default();
    if was == plan.hash {
        return Ok(());
    }
    let short = |hash: &str| hash.chars().take(plan::SHORT_HASH).collect::<String>();
    Err(DeployError::OtherPlan {
        was: short(was),
        is: short(&plan.hash),
        differences: differences(saved, &json(plan)),
    })
}
