//! `clodo deploy`: check, plan, take the lock, look again, deploy in waves, look at what came of it,
//! and write down every step before it is taken and after.
//!
//! ```text
//! prepare     the files, the account, the rules                     preparation.rs
//! decide      what is built, planned, unchanged, in which order     decision.rs
//! carry out   lock, what was left, base, migrations, waves          mod.rs
//!   service   one service, by Wrangler or by the API                service.rs, migrations.rs
//!   ending    what is put back where something failed               ending.rs, resume.rs
//!   state     whether it knows who deployed what serves              unrecorded.rs
//! ```
//!
//! What a kill leaves is in the journal: a step that began and has no end. Whoever comes next looks
//! at the account to tell what became of it.

mod base;
mod commands;
mod decision;
mod ending;
mod error;
mod health;
mod migrations;
mod preparation;
mod resume;
mod service;
mod settings;
mod stub;
mod unrecorded;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};

pub use error::DeployError;
pub use service::Ended;

use self::decision::{Decided, decide};
use self::preparation::{Prepared, prepare};
use self::resume::{Resumed, unfinished};
use super::announce::{self, Notice};
use super::downgrade;
use super::fail_point;
use super::project::Request;
use super::publish::Missed;
use super::record::Record;
use super::sight::Live;
use super::turn::{self, Manner, Wait};
use crate::core::config::clodo_yml::{EnvironmentSettings, Migrations, Queueing};
use crate::core::config::wrangler::flags::Passed;
use crate::core::deployment::{Course, Marker, Work, base_difference};
use crate::core::downgrade::Verdict;
use crate::core::model::Workspace;
use crate::core::model::account::Account;
use crate::core::model::context::CiContext;
use crate::core::model::deployment::{
    self, Cause, Planned, Progress, Start, State, Step, Strategy,
};
use crate::core::model::journal::Actor;
use crate::core::model::lock::{self, Info, Mode};
use crate::core::plan::Plan;
use crate::core::rollback::{held, refusal};
use crate::core::verify::Outcome;
use crate::world::cloudflare::Cloudflare;
use crate::world::http::block_on;
use crate::world::probe::{EDGE_URL, Prober};
use crate::world::store::{Claim, DeploymentFilter, Held, Store, new_deployment};
use crate::world::wrangler::{Interrupt, Line, Wrangler, WranglerError};

/// What somebody wants of a deployment, beside what is deployed.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// A saved plan: exactly this one is deployed.
    pub plan: Option<PathBuf>,
    /// Rules whose findings do not stand in the way.
    pub force_rules: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Flags for Wrangler.
    pub flags: Vec<OsString>,
    /// How many services of a wave go at once.
    pub jobs: Option<usize>,
    /// How long to wait for the lock.
    pub wait: Option<Duration>,
    /// Whether to go on with a deployment that was left.
    pub resume: bool,
    /// Whether older code may go over newer.
    pub allow_downgrade: bool,
}

/// Who deploys, and what for.
#[derive(Clone)]
pub struct Origin<'a> {
    /// Who.
    pub actor: Actor,
    /// Where it runs, and for which commit.
    pub context: &'a CiContext,
    /// The variables of our environment.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// What a deployment uses, and whom it tells.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// The Wrangler of a service's folder.
    pub wrangler: &'a dyn Fn(&Path) -> Result<Wrangler, WranglerError>,
    /// Hears how it goes on.
    pub tell: &'a dyn Fn(News<'_>),
    /// Says whether to go on, when it is known what would be done.
    pub agree: &'a dyn Fn(&Plan, &Course) -> bool,
}

/// How a deployment goes on.
#[derive(Debug)]
pub enum News<'a> {
    /// The rules have looked: how many there are, and how long it took.
    Checked(usize, Duration),
    /// A service is being built, to see whether it changed.
    Building(&'a str),
    /// It is known what will be done.
    Planned(&'a Plan, &'a Course, Duration),
    /// Somebody else has the lock, or had it.
    Waiting(Wait<'a>),
    /// The lock was taken, under this number.
    Locked(&'a str, u64),
    /// A deployment of clodo's serves that is not recorded here: a service, and its id.
    Unrecorded(&'a str, &'a str),
    /// A deployment that was left is gone on with, or taken back.
    Left(&'a str, &'static str),
    /// A step begins.
    Began {
        /// Of which service.
        service: &'a str,
        /// Which.
        step: Step,
    },
    /// A step is done.
    Done {
        /// Of which service.
        service: &'a str,
        /// Which.
        step: Step,
        /// What is new.
        progress: &'a Progress,
    },
    /// A step failed.
    Failed {
        /// Of which service.
        service: &'a str,
        /// Which.
        step: Step,
        /// Why.
        error: &'a str,
    },
    /// Wrangler printed a line.
    Line(&'a str, Line<'a>),
    /// A check was made.
    Probed(&'a Outcome),
    /// The forge does not show something.
    Missed(&'a Missed),
    /// A service has its outcome.
    Ended(&'a Ended),
}

/// What came of a deployment.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// Its id; `None` where nothing was to be deployed.
    pub id: Option<String>,
    /// The environment, as people name it.
    pub environment: String,
    /// The hash of the plan.
    pub plan: String,
    /// Where it stands.
    pub state: State,
    /// The services, in the order in which they ended.
    pub services: Vec<Ended>,
    /// The services that are as they would be.
    pub unchanged: Vec<String>,
    /// The services that were not begun because something failed before.
    pub not_begun: Vec<String>,
    /// Why it is not as it should be.
    pub reason: Option<String>,
    /// The bookmarks of databases that were migrated: by id.
    pub bookmarks: BTreeMap<String, String>,
    /// How long it took.
    pub took: Duration,
}

/// Everything that the steps of a deployment need.
pub(super) struct Stage<'a> {
    root: &'a Path,
    workspace: &'a Workspace,
    /// The account, as it was before.
    account: &'a Account,
    /// Wrangler's name of the environment.
    wrangler_environment: Option<&'a str>,
    settings: &'a EnvironmentSettings,
    client: &'a Cloudflare,
    tools: Tools<'a>,
    interrupt: Interrupt,
    flags: &'a Passed,
    cause: &'a Cause,
    record: Record,
    held: &'a Held,
    resumed: Resumed,
    /// What makes the checks; none where there are none.
    prober: Option<Prober>,
    variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// Deploys an environment.
///
/// # Errors
/// Where nothing was deployed, or it cannot be told any more what was: then the journal and
/// `--resume` tell. What was deployed and failed is no error of this.
pub fn deploy(
    request: &Request,
    live: &Live,
    wishes: &Wishes,
    origin: &Origin<'_>,
    tools: Tools<'_>,
) -> Result<Deployed, DeployError> {
    let started = Instant::now();
    let deployed = match attempt(request, live, wishes, origin, tools) {
        // What it was planned on has been taken back: it is planned anew.
        Err(DeployError::TakenBack(_)) => attempt(request, live, wishes, origin, tools),
        result => result,
    };
    deployed.map(|deployed| Deployed { took: started.elapsed(), ..deployed })
}

fn attempt(
    request: &Request,
    live: &Live,
    wishes: &Wishes,
    origin: &Origin<'_>,
    tools: Tools<'_>,
) -> Result<Deployed, DeployError> {
    let mut prepared = prepare(request, live, wishes, tools)?;
    block_on(async {
        let interrupt = Interrupt::listen()?;
        let store = Store::open(&prepared.place).await?;
        let decided = tokio::select! {
            decided = decide(&mut prepared, &store, wishes, tools) => decided?,
            () = interrupt.asked() => return Err(DeployError::Interrupted),
        };
        permitted(&prepared, &store, wishes, origin, &decided).await?;
        if decided.course.waves.is_empty() && decided.course.databases.is_empty() {
            return Ok(nothing(&prepared, &decided));
        }
        if !(tools.agree)(&decided.plan, &decided.course) {
            return Err(DeployError::NotAgreed);
        }
        locked(&prepared, &store, wishes, origin, tools, &decided, interrupt).await
    })?
}

/// The plan itself says that nothing changes.
fn nothing(prepared: &Prepared, decided: &Decided) -> Deployed {
    Deployed {
        id: None,
        environment: prepared.environment.name.clone(),
        plan: decided.plan.hash.clone(),
        state: State::Succeeded,
        services: Vec::new(),
        unchanged: decided.course.unchanged.clone(),
        not_begun: Vec::new(),
        reason: None,
        bookmarks: BTreeMap::new(),
        took: Duration::ZERO,
    }
}

/// Whether it may be deployed: nothing of it was taken back before, and what is live is not newer.
async fn permitted(
    prepared: &Prepared,
    store: &Store,
    wishes: &Wishes,
    origin: &Origin<'_>,
    decided: &Decided,
) -> Result<(), DeployError> {
    let (account, environment) = (&decided.account.id, &prepared.environment.name);
    let holds = store.holds(account, environment).await?;
    let commit = commit(origin.context);
    for work in decided.course.waves.iter().flatten() {
        let code = decided.codes.get(&work.service).map(String::as_str);
        if let Some(hold) = held(&holds, &work.service, commit.as_deref(), code, None) {
            return Err(DeployError::Held(refusal(hold)));
        }
    }
    if wishes.allow_downgrade || wishes.resume {
        return Ok(());
    }
    let filter = DeploymentFilter {
        account: Some(account.clone()),
        environment: Some(environment.clone()),
        state: Some(State::Succeeded),
        limit: Some(1),
        ..DeploymentFilter::default()
    };
    let Some(live) = store.deployments(&filter).await?.pop() else { return Ok(()) };
    let shown = || {
        let commit = live.cause.commit.as_deref().unwrap_or_default();
        format!("{} of {}", live.id, commit.get(..7).unwrap_or(commit))
    };
    match downgrade::look(&prepared.request.root, &live, origin.context)? {
        None | Some(Verdict::Forward(_)) => Ok(()),
        Some(Verdict::Backward(_)) => Err(DeployError::Older(shown())),
        Some(Verdict::Unclear) => Err(DeployError::Unclear(shown())),
    }
}

/// The commit that is deployed.
fn commit(context: &CiContext) -> Option<String> {
    let head = context.head_sha.as_ref().or(context.checkout_sha.as_ref());
    head.map(|known| known.value.to_string())
}

/// Takes the lock, deploys, and gives it back.
async fn locked(
    prepared: &Prepared,
    store: &Store,
    wishes: &Wishes,
    origin: &Origin<'_>,
    tools: Tools<'_>,
    decided: &Decided,
    interrupt: Interrupt,
) -> Result<Deployed, DeployError> {
    let id = new_deployment();
    let account = &decided.account.id;
    let environment = &prepared.environment;
    let key = lock::key(account, &environment.name, None);
    let context = origin.context;
    let run_url = context.run_url.as_ref().map(|known| known.value.clone());
    let claim = Claim {
        keys: vec![key.clone()],
        op: id.clone(),
        holder: origin.actor.id.clone(),
        info: Info { run_url: run_url.clone() },
    };
    let manner = Manner {
        mode: mode(environment.lock),
        wait: wishes.wait.unwrap_or(environment.wait),
        ..Manner::default()
    };
    let told = |wait: Wait<'_>| (tools.tell)(News::Waiting(wait));
    let held = tokio::select! {
        held = turn::take(store, &claim, manner, &told) => held?,
        () = interrupt.asked() => return Err(DeployError::Interrupted),
    };
    let fence = held.fence(&key).ok_or(DeployError::NoFence)?;
    (tools.tell)(News::Locked(&key, fence.token));
    let branch = context.branch.as_ref().or(context.tag.as_ref());
    let cause = Cause {
        commit: commit(context),
        branch: branch.map(|known| known.value.clone()),
        run_url,
        plan: Some(decided.plan.hash.clone()),
        reason: wishes.reason.clone(),
        ..Cause::default()
    };
    let place = (account.clone(), environment.name.clone());
    let record = |id: String| {
        Record::new(store.clone(), origin.actor.clone(), place.clone(), id, fence.clone())
    };
    let http = prepared.live.client.http();
    let edge = (origin.variable)(EDGE_URL);
    let checks = !environment.verify.is_empty();
    let prober = checks.then(|| Prober::new(http, edge.as_deref())).transpose()?;
    let mut stage = Stage {
        root: &prepared.request.root,
        workspace: &prepared.project.workspace,
        account: &decided.account,
        wrangler_environment: decided.plan.environment.as_deref(),
        settings: environment,
        client: &prepared.live.client,
        tools,
        interrupt,
        flags: &decided.flags,
        cause: &cause,
        record: record(id),
        held: &held,
        resumed: Resumed::default(),
        prober,
        variable: origin.variable,
    };
    let left = unfinished(store, account, &environment.name).await?;
    let resumes = match &left {
        None if wishes.resume => {
            held.release().await?;
            return Err(DeployError::NothingToResume);
        }
        None => false,
        Some(left) => {
            wishes.resume || (left.cause.commit.is_some() && left.cause.commit == cause.commit)
        }
    };
    match left {
        Some(left) if resumes => {
            (tools.tell)(News::Left(&left.id, "went on with"));
            stage.record = record(left.id.clone());
            stage.record.resume(left.state).await?;
            stage.resumed = Resumed(Some(left));
        }
        Some(left) => {
            (tools.tell)(News::Left(&left.id, "took back"));
            let undoing = Stage { record: record(left.id.clone()), ..stage };
            undoing.undo(&left).await?;
            // What was planned was planned on what has been taken back.
            held.release().await?;
            return Err(DeployError::TakenBack(left.id));
        }
        None => {
            let marks = match stage.compare_base(&decided.course).await {
                Ok(marks) => marks,
                Err(error) => {
                    held.release().await?;
                    return Err(error);
                }
            };
            stage.record.start(&start(&cause, &decided.course)).await?;
            stage.note_unrecorded(store, &marks).await?;
        }
    }
    let works = decided.course.waves.iter().flatten();
    let services: Vec<String> = works.map(|work| work.service.clone()).collect();
    let notice = Notice {
        deployment: &stage.record.deployment,
        environment: &environment.name,
        commit: None,
        rollback: false,
        services: &services,
    };
    let announced = announce::open(http, context, &origin.variable, &notice).await;
    let missed = |missed: &[Missed]| missed.iter().for_each(|one| (tools.tell)(News::Missed(one)));
    missed(&announced.notes);
    let deployed = stage.carry_out(&decided.course).await;
    let end = match deployed.as_ref().map(|deployed| deployed.state) {
        Ok(State::Succeeded) => announce::End::Success,
        Ok(State::Failed | State::Restored) => announce::End::Failure,
        _ => announce::End::Error,
    };
    missed(&announced.close(http, end, None).await);
    let deployed = deployed?;
    held.release().await?;
    Ok(Deployed { plan: decided.plan.hash.clone(), ..deployed })
}

fn mode(queueing: Queueing) -> Mode {
    match queueing {
        Queueing::Fifo => Mode::Fifo,
        Queueing::Latest => Mode::Latest,
        Queueing::Reject => Mode::Reject,
    }
}

/// What is written down when it begins.
fn start(cause: &Cause, course: &Course) -> Start {
    let planned = |work: &Work| Planned {
        service: work.service.clone(),
        worker: work.worker.clone(),
        strategy: work.choice.strategy,
    };
    let mut services: Vec<Planned> = course.waves.iter().flatten().map(planned).collect();
    for database in &course.databases {
        // A database can be all that changes of a service.
        if !services.iter().any(|one| one.service == database.service) {
            let (service, worker) = (database.service.clone(), String::new());
            services.push(Planned { service, worker, strategy: Strategy::Direct });
        }
    }
    Start { cause: cause.clone(), services }
}

impl Stage<'_> {
    /// Compares what serves now with what served when the plan was made. Gives the marks of clodo's
    /// that it has, by service.
    async fn compare_base(&self, course: &Course) -> Result<Vec<(String, Marker)>, DeployError> {
        let works = course.waves.iter().flatten();
        let workers = works.filter(|work| work.choice.strategy != Strategy::Pages);
        let look = async |work: &Work| {
            let active = self.client.active_deployment(&self.account.id, &work.worker).await?;
            match base_difference(&work.base, active.as_ref()) {
                None => {
                    let mark = active.and_then(|active| Marker::of(&active.message?));
                    Ok(mark.map(|mark| (work.service.clone(), mark)))
                }
                Some(difference) => {
                    Err(DeployError::Stale { service: work.service.clone(), difference })
                }
            }
        };
        let looks = stream::iter(workers).map(look).buffer_unordered(LOOKS);
        let looks: Vec<Result<_, DeployError>> = looks.collect().await;
        looks.into_iter().filter_map(Result::transpose).collect()
    }

    /// Does what is to be done, and puts back what must not stay.
    async fn carry_out(&self, course: &Course) -> Result<Deployed, DeployError> {
        let mut ended = Vec::new();
        let mut reason = None;
        if course.migrations == Migrations::Before {
            reason = self.migrate_all(course).await?;
        }
        if reason.is_none() {
            reason = self.make_stubs(course).await?;
        }
        let mut waves = course.waves.iter();
        for wave in waves.by_ref() {
            if reason.is_none() && self.interrupt.is_asked() {
                reason = Some("it was interrupted".to_owned());
            }
            if reason.is_some() {
                break;
            }
            ended.extend(self.wave(wave).await?);
            reason = ended.iter().find_map(|one: &Ended| {
                let error = one.error.as_ref()?;
                Some(format!("{}: {error}", one.service))
            });
        }
        if reason.is_none() && course.migrations == Migrations::After {
            reason = self.migrate_all(course).await?;
        }
        let state = match &reason {
            None => State::Succeeded,
            Some(_) => self.take_back(&mut ended).await?,
        };
        self.record.finish(state, reason.as_deref()).await?;
        let all = course.waves.iter().flatten().map(|work| &work.service);
        let begun = |name: &&String| ended.iter().any(|one| one.service == **name);
        let not_begun = all.filter(|name| !begun(name) && !self.resumed.is_done(name)).cloned();
        Ok(Deployed {
            id: Some(self.record.deployment.clone()),
            environment: self.settings.name.clone(),
            plan: String::new(),
            state,
            not_begun: not_begun.collect(),
            services: ended,
            unchanged: course.unchanged.clone(),
            reason,
            bookmarks: self.bookmarks().await?,
            took: Duration::ZERO,
        })
    }

    /// The services of a wave, a few at a time.
    async fn wave(&self, wave: &[Work]) -> Result<Vec<Ended>, DeployError> {
        let left = wave.iter().filter(|work| !self.resumed.is_done(&work.service));
        let deploy = async |work: &Work| {
            let ended = self.deploy(work).await?;
            (self.tools.tell)(News::Ended(&ended));
            Ok(ended)
        };
        let running = stream::iter(left).map(deploy).buffer_unordered(self.settings.jobs);
        running.collect::<Vec<_>>().await.into_iter().collect()
    }

    /// Migrates the databases, one after the other. `Some`: why it stopped.
    async fn migrate_all(&self, course: &Course) -> Result<Option<String>, DeployError> {
        for database in &course.databases {
            if let Some(failure) = self.migrate(database).await? {
                return Ok(Some(failure));
            }
        }
        Ok(None)
    }

    /// The bookmarks that were noted.
    async fn bookmarks(&self) -> Result<BTreeMap<String, String>, DeployError> {
        let found = self.record.read().await?;
        let services = found.into_iter().flat_map(|found: deployment::Deployment| found.services);
        Ok(services.flat_map(|service| service.progress.bookmarks).collect())
    }

    /// What Cloudflare's own record says of what this deployment made.
    fn message(&self) -> String {
        let commit = self.cause.commit.as_deref().map(|commit| commit.get(..7).unwrap_or(commit));
        let branch = self.cause.branch.as_deref();
        let given = self.flags.message.as_deref();
        let words: Vec<&str> = commit.into_iter().chain(branch).chain(given).collect();
        self.record.marker().message(&words.join(" "))
    }
}

/// How many Workers are looked at at once.
const LOOKS: usize = 16;
