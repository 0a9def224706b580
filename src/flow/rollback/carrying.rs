//! The rollback itself, under the lock: traffic first, then what no version has, then a look.

use std::collections::BTreeMap;
use std::time::Instant;

use super::ground::Ground;
use super::holds::hold;
use super::{News, RollbackError, Tools, Wishes, story};
use crate::core::model::Kind as Project;
use crate::core::model::deployment::{
    Base, Cause, HoldReport, Kind, Planned, Progress, Start, State, Step, Strategy,
};
use crate::core::model::lock::{self, Info, Mode};
use crate::core::rollback::{Back, Going, RolledBack, Route, Settled};
use crate::core::verify::address::{addresses, pages_addresses};
use crate::core::verify::{Outcome, healthy, private_hosts};
use crate::flow::announce::{self, Notice};
use crate::flow::fail_point::{When, reach};
use crate::flow::publish::Missed;
use crate::flow::record::Record;
use crate::flow::restoration::{RestoreError, Shift, shift, unversioned};
use crate::flow::turn::{self, Manner};
use crate::flow::verify::{Checker, Subject, health};
use crate::world::probe::{EDGE_URL, Prober};
use crate::world::store::{Claim, Held, Store, new_deployment, new_op};

/// What the steps of a rollback need.
struct Stage<'a> {
    ground: &'a Ground,
    wishes: &'a Wishes,
    tools: Tools<'a>,
    record: Record,
    held: &'a Held,
    started: Instant,
}

/// Takes the lock, and does what the route says.
pub(super) async fn carry_out(
    ground: &Ground,
    store: &Store,
    wishes: &Wishes,
    tools: Tools<'_>,
    route: &Route,
    started: Instant,
) -> Result<RolledBack, RollbackError> {
    let (account, environment) = (ground.account.clone(), ground.environment.name.clone());
    let left = &route.left;
    let id = left.as_ref().map_or_else(new_deployment, |left| left.0.clone());
    let key = lock::key(&account, &environment, None);
    let run_url = tools.context.run_url.as_ref().map(|url| url.value.to_string());
    let claim = Claim {
        keys: vec![key.clone()],
        op: new_op(),
        holder: tools.actor.id.clone(),
        info: Info { run_url: run_url.clone() },
    };
    let manner = Manner { mode: Mode::Fifo, wait: wishes.wait, ..Manner::default() };
    let held = turn::take(store, &claim, manner, &|wait| (tools.tell)(News::Waiting(wait))).await?;
    let Some(fence) = held.fence(&key) else { return Err(RollbackError::NotAgreed) };
    (tools.tell)(News::Locked(&key, fence.token));
    let place = (account.clone(), environment.clone());
    let record = Record::new(store.clone(), tools.actor.clone(), place, id.clone(), fence);
    match left {
        Some((id, state)) => {
            (tools.tell)(News::Resumed(id));
            record.resume(*state).await?;
        }
        None => record.start(&start(wishes, route, tools, run_url)).await?,
    }
    let stage = Stage { ground, wishes, tools, record, held: &held, started };
    let done = stage.all(store, route).await?;
    held.release().await?;
    announce(ground, tools, wishes, &id, &done).await;
    Ok(RolledBack { id: Some(id), ..done })
}

/// Tells the forge, when all is done: nobody who waits for the traffic waits for that.
async fn announce(ground: &Ground, tools: Tools<'_>, wishes: &Wishes, id: &str, done: &RolledBack) {
    let http = ground.cloudflare.http();
    let services: Vec<String> = done.services.iter().map(|back| back.service.clone()).collect();
    let notice = Notice {
        deployment: id,
        environment: &ground.environment.name,
        commit: done.route.commit(),
        rollback: true,
        services: &services,
    };
    let announced = announce::open(http, tools.context, &tools.variable, &notice).await;
    let end = match done.state {
        State::Succeeded => announce::End::Success,
        State::Failed | State::Restored => announce::End::Failure,
        _ => announce::End::Error,
    };
    let missed = |missed: &[Missed]| missed.iter().for_each(|one| (tools.tell)(News::Missed(one)));
    missed(&announced.notes);
    if let (State::Succeeded, Some((id, commit))) = (done.state, done.route.taken_back()) {
        missed(&announced.retire(http, id, commit).await);
        let environment = &ground.environment.name;
        let told = story::tell(http, tools, wishes, environment, (id, commit)).await;
        missed(told.as_slice());
    }
    missed(&announced.close(http, end, None).await);
}

fn start(wishes: &Wishes, route: &Route, tools: Tools<'_>, run_url: Option<String>) -> Start {
    let branch = tools.context.branch.as_ref().map(|branch| branch.value.clone());
    Start {
        cause: Cause {
            kind: Kind::Rollback,
            branch,
            run_url,
            reason: wishes.reason.clone(),
            emergency: wishes.emergency,
            of: route.of.clone(),
            ..Cause::default()
        },
        services: route.services.iter().map(|going| going.planned.clone()).collect(),
    }
}

impl Stage<'_> {
    async fn all(&self, store: &Store, route: &Route) -> Result<RolledBack, RollbackError> {
        let mut services = Vec::new();
        let mut traffic = None;
        for going in &route.services {
            let back = self.traffic(going).await?;
            if back.state == State::Succeeded {
                traffic = Some(self.started.elapsed());
            }
            services.push(back);
        }
        for (going, back) in route.services.iter().zip(&mut services) {
            if let (State::Succeeded, Some(base)) = (back.state, &going.base) {
                self.rest(going, base, back).await?;
            }
        }
        let left = if self.wishes.restore_d1 { self.databases(route).await? } else { Vec::new() };
        let databases_restored =
            self.wishes.restore_d1 && left.is_empty() && !route.bookmarks().is_empty();
        let checks = self.look(route, &mut services).await?;
        let mut state = if left.is_empty() { State::Succeeded } else { State::NeedsPerson };
        for (going, back) in route.services.iter().zip(&services) {
            self.finish(going, back, &checks).await?;
            state = state.max(back.state);
            if back.state != State::Failed {
                self.hold(store, &taken(going)).await?;
            }
        }
        if route.left.is_some() {
            for settled in &route.already {
                self.settle(store, settled).await?;
            }
        }
        let reason = services.iter().find_map(|back| back.error.clone());
        let reason = reason.or_else(|| left.first().cloned());
        self.record.finish(state, reason.as_deref()).await?;
        if state == State::Succeeded
            && let Some(open) = &route.open
        {
            self.close(open).await?;
        }
        Ok(RolledBack {
            id: None,
            environment: self.ground.environment.name.clone(),
            route: route.clone(),
            state,
            services,
            checks,
            databases_restored,
            traffic,
            took: self.started.elapsed(),
        })
    }

    /// Requests go to the versions of before.
    async fn traffic(&self, going: &Going) -> Result<Back, RollbackError> {
        let shares = &going.choice.shares;
        let before = Base {
            deployment: Some(going.live.id.clone()),
            versions: going.live.versions.clone(),
            ..Base::default()
        };
        let progress = Progress { before: Some(before), ..Progress::default() };
        self.record.begin(&going.planned.service, Step::Restore, progress).await?;
        self.held.check().await?;
        let words = self.wishes.reason.as_deref().unwrap_or("rollback");
        let wish = Shift {
            shares,
            message: &self.record.marker().message(words),
            // In an emergency what serves now matters to nobody.
            expected: (!self.wishes.emergency).then_some(going.live.id.as_str()),
            force: self.wishes.force || self.wishes.emergency,
        };
        reach(When::Before, "api rollback");
        let shifted = shift(self.ground.at(&going.planned), &wish).await;
        reach(When::After, "api rollback");
        let mut back = Back {
            service: going.planned.service.clone(),
            worker: going.planned.worker.clone(),
            from: going.live.versions.clone(),
            to: shares.clone(),
            state: State::Succeeded,
            parts: Vec::new(),
            error: None,
        };
        match shifted {
            Ok(deployment) => {
                let version = match shares.as_slice() {
                    [one] => Some(one.version_id.clone()),
                    _ => None,
                };
                let progress =
                    Progress { version, cloudflare_deployment: deployment, ..Progress::default() };
                self.record.done(&going.planned.service, Step::Restore, progress).await?;
                let after = self.started.elapsed();
                let (service, from) = (&going.planned.service, &going.live.versions);
                (self.tools.tell)(News::Traffic { service, from, shares, after });
            }
            Err(error) => {
                back.state = match &error {
                    RestoreError::Unknown(_) => State::Unknown,
                    _ => State::NeedsPerson,
                };
                let error = format!("{error}; {}", error.hint());
                let step = Step::Restore;
                self.record
                    .failed(&going.planned.service, step, Progress::default(), &error)
                    .await?;
                (self.tools.tell)(News::Failed(&going.planned.service, &error));
                back.error = Some(error);
            }
        }
        Ok(back)
    }

    /// What no version has is as it was.
    async fn rest(&self, going: &Going, base: &Base, back: &mut Back) -> Result<(), RollbackError> {
        self.record.begin(&going.planned.service, Step::Triggers, Progress::default()).await?;
        self.held.check().await?;
        let (parts, missed) = unversioned(self.ground.at(&going.planned), base).await;
        for part in &parts {
            (self.tools.tell)(News::Part(&going.planned.service, part));
        }
        back.parts = parts;
        let (step, progress) = (Step::Triggers, Progress::default());
        if missed.is_empty() {
            self.record.done(&going.planned.service, step, progress).await?;
        } else {
            let error = RestoreError::Incomplete(missed).to_string();
            self.record.failed(&going.planned.service, step, progress, &error).await?;
            (self.tools.tell)(News::Failed(&going.planned.service, &error));
            back.state = State::NeedsPerson;
            back.error = Some(error);
        }
        Ok(())
    }

    /// Databases are put back to their bookmarks. Answers why some were not.
    async fn databases(&self, route: &Route) -> Result<Vec<String>, RollbackError> {
        let Ground { cloudflare, account, .. } = self.ground;
        let mut left = Vec::new();
        for (database, bookmark) in route.bookmarks() {
            self.held.check().await?;
            let name = route.database(&database);
            match cloudflare.d1_restore(account, &database, &bookmark).await {
                Ok(_) => {
                    self.record.data(&database, &bookmark).await?;
                    (self.tools.tell)(News::Database(name, &bookmark));
                }
                Err(error) => {
                    let why = format!("it is not known to be back at {bookmark}: {error}");
                    (self.tools.tell)(News::Failed(name, &why));
                    left.push(format!("{name}: {why}"));
                }
            }
        }
        Ok(left)
    }

    /// Looks whether what serves now is healthy.
    async fn look(
        &self,
        route: &Route,
        services: &mut [Back],
    ) -> Result<Vec<Outcome>, RollbackError> {
        let Ground { cloudflare, root, environment, .. } = self.ground;
        if environment.verify.is_empty() {
            return Ok(Vec::new());
        }
        let account = &self.ground.account;
        let subdomain = cloudflare.workers_subdomain(account).await.ok().and_then(|one| one.name);
        let pages = self.pages_domains(route).await;
        let subject = |going: &Going| {
            let Planned { service, worker, strategy } = going.planned.clone();
            let configured = self.ground.of(&service);
            let addresses = match strategy.project() {
                Project::Worker => {
                    configured.map(|found| addresses(&found, &worker, subdomain.as_deref()))
                }
                Project::Pages => pages.get(&worker).map(|domains| pages_addresses(domains)),
            };
            let version = match (strategy.project(), going.choice.shares.as_slice()) {
                (Project::Worker, [one]) => Some(one.version_id.clone()),
                _ => None,
            };
            let addresses = addresses.unwrap_or_default();
            Subject { service, worker, addresses, version, staged: false }
        };
        let served = route.services.iter().zip(&*services);
        let served = served.filter(|(_, back)| back.state != State::Unknown);
        let subjects: Vec<Subject> = served.map(|(going, _)| subject(going)).collect();
        let variable = self.tools.variable;
        let prober = Prober::new(
            cloudflare.http(),
            variable(EDGE_URL).as_deref(),
            &private_hosts(&environment.verify),
        )?;
        let checker = Checker {
            prober: &prober,
            checks: &environment.verify,
            folder: root,
            environment: &environment.name,
            variable,
        };
        let checks = health(&checker, &subjects).await;
        for check in &checks {
            (self.tools.tell)(News::Checked(check));
        }
        for back in services.iter_mut() {
            if healthy(&checks, &back.service) == Some(false) && back.state == State::Succeeded {
                back.state = State::NeedsPerson;
                back.error = Some("it is not healthy after the rollback either".to_owned());
            }
        }
        Ok(checks)
    }

    /// The domains of the Pages projects that went back.
    async fn pages_domains(&self, route: &Route) -> BTreeMap<String, Vec<String>> {
        let is_pages = |going: &Going| going.planned.strategy == Strategy::Pages;
        if !route.services.iter().any(is_pages) {
            return BTreeMap::new();
        }
        let projects = self.ground.cloudflare.pages_projects(&self.ground.account).await;
        let projects = projects.unwrap_or_default().into_iter();
        projects.map(|project| (project.name, project.domains)).collect()
    }

    async fn finish(
        &self,
        going: &Going,
        back: &Back,
        checks: &[Outcome],
    ) -> Result<(), RollbackError> {
        let progress = Progress {
            state: Some(back.state),
            healthy: healthy(checks, &going.planned.service),
            took_ms: u64::try_from(self.started.elapsed().as_millis()).ok(),
            ..Progress::default()
        };
        Ok(self.record.service(&going.planned.service, progress, back.error.clone()).await?)
    }

    /// A deployment that had no outcome, or a bad one, and is taken back has one now.
    async fn close(&self, open: &(String, State)) -> Result<(), RollbackError> {
        let (id, state) = open;
        let of = self.record.of_another(id);
        of.resume(*state).await?;
        let reason = format!("it was taken back by {}", self.record.deployment);
        Ok(of.finish(State::Restored, Some(&reason)).await?)
    }

    /// What an earlier run of this rollback had done has its outcome too.
    async fn settle(&self, store: &Store, settled: &Settled) -> Result<(), RollbackError> {
        let progress = Progress { state: Some(State::Succeeded), ..Progress::default() };
        self.record.service(&settled.service, progress, None).await?;
        self.hold(store, settled).await
    }

    /// What was taken back must not come back with the next pipeline.
    async fn hold(&self, store: &Store, settled: &Settled) -> Result<(), RollbackError> {
        let place = (self.ground.account.as_str(), self.ground.environment.name.as_str());
        let deployment = Some(self.record.deployment.as_str());
        let Settled { service, worker, version, commit, code } = settled.clone();
        let reason = self.wishes.reason.clone();
        let reason = reason.unwrap_or_else(|| "it was rolled back".to_owned());
        let what = HoldReport { worker, version, code, commit, reason };
        hold(store, self.tools.actor, place, deployment, &service, &what).await?;
        Ok(())
    }
}

/// What is taken back of a service.
fn taken(going: &Going) -> Settled {
    Settled {
        service: going.planned.service.clone(),
        worker: going.planned.worker.clone(),
        version: going.live.versions.first().map(|share| share.version_id.clone()),
        commit: going.commit.clone(),
        code: going.code.clone(),
    }
}
