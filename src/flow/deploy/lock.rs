//! Under the lock: what was left of another run, a last look at what serves, and then the work.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};

use super::decision::Decided;
use super::gate::Entry;
use super::permission::commit;
use super::preparation::Prepared;
use super::resume::{Resumed, unfinished};
use super::stage::Seen;
use super::{DeployError, Deployed, News, Origin, Stage, Tools, Wishes};
use crate::core::config::clodo_yml::Queueing;
use crate::core::deployment::{Course, Work, base_difference};
use crate::core::model::deployment::{Cause, Deployment, Kind, Planned, Start, State, Strategy};
use crate::core::model::lock::{self, Info, Mode};
use crate::core::verify::private_hosts;
use crate::flow::addresses::urls;
use crate::flow::announce::{self, End, Notice, Past};
use crate::flow::publish::Missed;
use crate::flow::record::Record;
use crate::flow::turn::{self, Manner, Wait};
use crate::world::probe::{EDGE_URL, Prober};
use crate::world::store::{Claim, Store, new_deployment};
use crate::world::wrangler::{CompileCache, Interrupt};

/// How many Workers are looked at at once.
const LOOKS: usize = 16;

const SECOND: Duration = Duration::from_secs(1);

/// What somebody wants, who, and with what.
#[derive(Clone, Copy)]
pub(super) struct Errand<'a> {
    pub(super) wishes: &'a Wishes,
    pub(super) origin: &'a Origin<'a>,
    pub(super) tools: Tools<'a>,
}

/// Takes the lock, deploys, and gives it back. `None`: what had been left has been taken back, or
/// something is held that was not, so that what was planned was planned on something else.
pub(super) async fn locked(
    prepared: &Prepared,
    store: &Store,
    errand: Errand<'_>,
    decided: &Decided,
    entry: &Entry<'_>,
    interrupt: Interrupt,
) -> Result<Option<Deployed>, DeployError> {
    let Errand { wishes, origin, tools } = errand;
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
        emergency: entry.is_emergency(),
        ..Cause::default()
    };
    let place = (account.clone(), environment.name.clone());
    let record = Record::new(store.clone(), origin.actor.clone(), place, id, fence);
    let http = prepared.live.client.http();
    let edge = (origin.variable)(EDGE_URL);
    let checks = !environment.verify.is_empty();
    let prober = checks
        .then(|| Prober::new(http, edge.as_deref(), &private_hosts(&environment.verify)))
        .transpose()?;
    let mut stage = Stage {
        root: &prepared.request.root,
        workspace: &prepared.project.workspace,
        account: &decided.account,
        wrangler_environment: decided.plan.environment.as_deref(),
        settings: environment,
        client: &prepared.live.client,
        course: &decided.course,
        tools,
        interrupt,
        flags: &decided.flags,
        entry,
        admitted: None,
        cause: &cause,
        record,
        held: &held,
        resumed: Resumed::default(),
        seen: BTreeMap::new(),
        cache: CompileCache::for_runs(decided.course.waves.iter().map(Vec::len).sum()),
        prober,
        variable: origin.variable,
    };
    let begun = async {
        // Whoever had the lock before may have taken back what would be deployed.
        let is_same = store.holds(account, &environment.name).await? == decided.holds;
        Ok(is_same && stage.begun(store, origin, wishes.resume).await?)
    };
    match begun.await {
        Ok(true) => {}
        // Nothing of ours is on its way. A lock that cannot be given back runs out.
        Ok(false) => {
            held.release().await?;
            return Ok(None);
        }
        Err(error) => {
            let _ = held.release().await;
            return Err(error);
        }
    }
    let deployed = stage.announced(origin).await.map_err(DeployError::left)?;
    held.release().await?;
    Ok(Some(deployed))
}

fn mode(queueing: Queueing) -> Mode {
    match queueing {
        Queueing::Fifo => Mode::Fifo,
        Queueing::Latest => Mode::Latest,
        Queueing::Reject => Mode::Reject,
    }
}

impl Stage<'_> {
    /// Begins the deployment, or goes on with the one that was left. `false`: it has to be planned anew,
    /// as what was left was another's and has been taken back, or one that held the lock before has
    /// deployed the same services.
    async fn begun(
        &mut self,
        store: &Store,
        origin: &Origin<'_>,
        resume: bool,
    ) -> Result<bool, DeployError> {
        let left = unfinished(store, &self.account.id, &self.settings.name).await?;
        let Some(left) = left else {
            if resume {
                return Err(DeployError::NothingToResume);
            }
            self.seen = match self.compare_base().await {
                Err(DeployError::Stale { service, by: Some(by), .. })
                    if self.is_recorded(store, &by).await? =>
                {
                    (self.tools.tell)(News::Overtaken(&service, &by));
                    return Ok(false);
                }
                seen => seen?,
            };
            self.admit(None).await?;
            self.record.start(&start(self.cause, self.course)).await?;
            self.note_unrecorded(store).await?;
            return Ok(true);
        };
        // What served before a rollback is what it takes back.
        if left.cause.kind == Kind::Rollback {
            return Err(DeployError::RollbackLeft(left.id));
        }
        let goes_on = self.goes_on_with(&left, resume)?;
        let what = if goes_on { "went on with" } else { "took back" };
        (self.tools.tell)(News::Left(&left.id, what));
        self.record = self.record.of_another(&left.id);
        if goes_on {
            self.admit(Some(&left)).await?;
            self.record.resume(left.state).await?;
            self.resumed = Resumed(Some(left));
        } else {
            let state = self.undo(&left).await?;
            self.amend(origin, &left, state).await;
        }
        Ok(goes_on)
    }

    /// Compares what serves now with what served when the plan was made. Gives what serves.
    async fn compare_base(&self) -> Result<BTreeMap<String, Seen>, DeployError> {
        let works = self.course.waves.iter().flatten();
        let workers = works.filter(|work| work.choice.strategy != Strategy::Pages);
        let look = async |work: &Work| {
            let active = self.client.active_deployment(&self.account.id, &work.worker).await?;
            match base_difference(&work.base, active.as_ref()) {
                None => Ok((work.service.clone(), Seen { at: Instant::now(), active })),
                Some(difference) => {
                    let by = self.deployed_by(&work.worker, active.as_ref()).await;
                    Err(DeployError::Stale { service: work.service.clone(), difference, by })
                }
            }
        };
        let looks = stream::iter(workers).map(look).buffer_unordered(LOOKS);
        looks.collect::<Vec<_>>().await.into_iter().collect()
    }

    /// Whether a deployment is of this environment, by our own record.
    async fn is_recorded(&self, store: &Store, id: &str) -> Result<bool, DeployError> {
        let found = store.deployment(id).await?;
        Ok(found.is_some_and(|found| {
            found.account == self.account.id && found.environment == self.settings.name
        }))
    }

    /// Does the work, and lets the forge show it.
    async fn announced(&self, origin: &Origin<'_>) -> Result<Deployed, DeployError> {
        let works = self.course.waves.iter().flatten();
        let services: Vec<String> = works.map(|work| work.service.clone()).collect();
        let notice = Notice {
            deployment: &self.record.deployment,
            environment: &self.settings.name,
            commit: None,
            rollback: false,
            services: &services,
        };
        let http = self.client.http();
        let shown = announce::open(http, origin.context, &origin.variable, &notice).await;
        self.missed(&shown.notes);
        let deployed = tokio::select! {
            deployed = self.carry_out() => deployed,
            never = self.beat() => match never {},
        };
        let end = deployed.as_ref().map_or(End::Error, |deployed| End::from(deployed.state));
        let urls = urls(self.workspace, self.wrangler_environment, |_| Some(self.account));
        self.missed(&shown.close(http, end, urls.first().map(String::as_str)).await);
        deployed
    }

    /// Lets the forge show how a deployment ended whose own run could not say so.
    async fn amend(&self, origin: &Origin<'_>, left: &Deployment, state: State) {
        let Some(commit) = &left.cause.commit else { return };
        let past = Past { id: &left.id, environment: &self.settings.name, commit };
        let (context, variable) = (origin.context, &origin.variable);
        let missed =
            announce::amend(self.client.http(), context, variable, &past, state.into()).await;
        self.missed(&missed);
    }

    /// Says every second how long the work goes on.
    async fn beat(&self) -> Infallible {
        let began = Instant::now();
        loop {
            tokio::time::sleep(SECOND).await;
            (self.tools.tell)(News::Beat(began.elapsed()));
        }
    }

    fn missed(&self, missed: &[Missed]) {
        missed.iter().for_each(|one| (self.tools.tell)(News::Missed(one)));
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
