//! What is decided before the lock is taken: what has to be built to know it, the plan, and its
//! course.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde_json::Value;

use super::preparation::Prepared;
use super::{DeployError, News, Tools, Wishes};
use crate::core::config::wrangler::flags::{self, Passed};
use crate::core::deployment::{Course, Decisions, course, differences, is_unchanged};
use crate::core::model::Service;
use crate::core::model::account::Account;
use crate::core::model::deployment::{DeployedService, Hold, State};
use crate::core::plan::{self, Basis, Build, Builds, Plan};
use crate::core::report::plan::json;
use crate::flow::builds::{Progress, build};
use crate::flow::plan::PlanError;
use crate::flow::state;
use crate::world::files;
use crate::world::store::{DeploymentFilter, Store, StoreError};

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
}

/// How many deployments are read back to find what serves of each service.
const READ_BACK: u64 = 50;

/// Decides what is to be done.
pub(super) async fn decide(
    prepared: &mut Prepared,
    store: &Store,
    wishes: &Wishes,
    tools: Tools<'_>,
) -> Result<Decided, DeployError> {
    let started = Instant::now();
    let flags = flags::read(&wishes.flags)?;
    let account = account(prepared)?;
    let known = last(store, &account.id, &prepared.environment.name).await?;
    let saved = wishes.plan.as_ref().map(|path| saved(prepared, path)).transpose()?;
    let holds = store.holds(&account.id, &prepared.environment.name).await?;
    let builds = builds(prepared, saved.is_some(), &known, &holds, tools).await?;
    let snapshot = prepared.project.snapshot.as_ref().ok_or(PlanError::NoAccount)?;
    let workspace = &prepared.project.workspace;
    let records = state::records(store, &account.id).await?;
    let records = Some(&records);
    let basis = Basis { workspace, snapshot, builds: builds.as_ref(), records };
    let plan = plan::plan(&basis, &prepared.environment.wrangler);
    if let Some(saved) = saved {
        compare(&saved, &plan)?;
    }
    let unchanged: BTreeSet<String> = plan
        .services
        .iter()
        .filter(|service| match builds.as_ref().and_then(|all| all.get(&service.config)) {
            Some(Build::Built(built)) => {
                is_unchanged(service, built, known.get(&service.service).map(|one| &one.progress))
            }
            _ => false,
        })
        .map(|service| service.service.clone())
        .collect();
    let decisions = Decisions {
        settings: &prepared.environment,
        direct_flag: flags.only_direct(),
        staged_flag: flags.only_staged(),
        checks: !prepared.environment.verify.is_empty(),
        unchanged: &unchanged,
    };
    let course = course(&basis, &plan, &decisions)?;
    (tools.tell)(News::Planned(&plan, &course, started.elapsed()));
    let built = |service: &plan::ServicePlan| match builds.as_ref()?.get(&service.config)? {
        Build::Built(built) => Some((service.service.clone(), built.digest()?)),
        Build::Failed(_) => None,
    };
    let codes = plan.services.iter().filter_map(built).collect();
    Ok(Decided { plan, course, account, flags, codes })
}

/// The one account that is deployed to.
fn account(prepared: &Prepared) -> Result<Account, DeployError> {
    let snapshot = prepared.project.snapshot.as_ref().ok_or(PlanError::NoAccount)?;
    match snapshot.accounts.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(PlanError::NoAccount.into()),
        several => {
            Err(DeployError::Accounts(several.iter().map(|account| account.id.clone()).collect()))
        }
    }
}

/// What the record tells of each service: the last time that it was deployed and stayed.
async fn last(
    store: &Store,
    account: &str,
    environment: &str,
) -> Result<BTreeMap<String, DeployedService>, StoreError> {
    let filter = DeploymentFilter {
        account: Some(account.to_owned()),
        environment: Some(environment.to_owned()),
        limit: Some(READ_BACK),
        ..DeploymentFilter::default()
    };
    let mut known = BTreeMap::new();
    for deployment in store.deployments(&filter).await? {
        for service in deployment.services {
            if service.progress.state == Some(State::Succeeded) {
                known.entry(service.planned.service.clone()).or_insert(service);
            }
        }
    }
    Ok(known)
}

/// Builds what has to be built to decide: all for a saved plan, which says what is in it; else
/// those that the record may tell to be unchanged, and those of which some code is held. Of a single
/// service nobody else needs to know: deploying it costs no more than finding out.
async fn builds(
    prepared: &mut Prepared,
    all: bool,
    known: &BTreeMap<String, DeployedService>,
    holds: &[Hold],
    tools: Tools<'_>,
) -> Result<Option<Builds>, DeployError> {
    let services = &prepared.project.workspace.services;
    let several = services.len() > 1;
    let wanted = |service: &Service| {
        let record = known.get(&*service.name).and_then(|one| one.progress.code.as_ref());
        let is_held = |hold: &Hold| hold.service == *service.name && hold.what.code.is_some();
        all || (several && record.is_some()) || holds.iter().any(is_held)
    };
    if !services.iter().any(wanted) {
        return Ok(None);
    }
    let name = Some(prepared.environment.wrangler.clone()).filter(|name| !name.is_empty());
    let progress = |progress: Progress<'_>| {
        if let Progress::Started(service) = progress {
            (tools.tell)(News::Building(service));
        }
    };
    let workspace = &mut prepared.project.workspace;
    let request = &prepared.request;
    let built =
        build(request, workspace, name.as_deref(), &wanted, tools.wrangler, &progress).await?;
    Ok(Some(built))
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
