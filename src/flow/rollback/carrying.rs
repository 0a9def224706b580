//! The rollback itself, under the lock: traffic first, then what no version has, then a look.

use std::collections::BTreeSet;
use std::time::Instant;

use super::ground::Ground;
use super::holds::hold;
use super::locked::Found;
use super::{Errand, News, RollbackError, Tools, Wishes};
use crate::core::model::deployment::{
    Base, Cause, Hold, HoldReport, Kind, Planned, Progress, Start, State, Step,
};
use crate::core::model::journal::Fence;
use crate::core::rollback::{Back, Going, RolledBack, Route, Settled, Taken};
use crate::core::verify::{Outcome, healthy};
use crate::flow::fail_point::{When, reach};
use crate::flow::record::Record;
use crate::flow::restoration::{RestoreError, Shift, shift, unversioned};
use crate::world::store::{Held, Store, new_deployment};

/// What is said of a service whose checks fail although it is back.
pub(super) const UNHEALTHY: &str = "it is not healthy after the rollback either";

/// What the steps of a rollback need.
pub(super) struct Stage<'a> {
    pub(super) ground: &'a Ground,
    store: &'a Store,
    wishes: &'a Wishes,
    pub(super) tools: Tools<'a>,
    /// What is held, as it was read under the lock.
    holds: &'a [Hold],
    record: Record,
    held: &'a Held,
    started: Instant,
}

/// Does what the route says, under the lock.
pub(super) async fn carry_out(
    errand: Errand<'_>,
    found: &Found,
    (held, fence): (&Held, Fence),
    started: Instant,
) -> Result<RolledBack, RollbackError> {
    let Errand { ground, store, wishes, tools } = errand;
    let Found { route, known } = found;
    let place = (ground.account.clone(), ground.environment.name.clone());
    let id = route.left.as_ref().map_or_else(new_deployment, |left| left.0.clone());
    let record = Record::new(store.clone(), tools.actor.clone(), place, id, fence);
    match &route.left {
        Some((id, state)) => {
            (tools.tell)(News::Resumed(id));
            record.resume(*state).await?;
        }
        None => record.start(&start(wishes, route, tools)).await?,
    }
    let holds = &known.holds;
    Stage { ground, store, wishes, tools, holds, record, held, started }.all(route).await
}

fn start(wishes: &Wishes, route: &Route, tools: Tools<'_>) -> Start {
    let Tools { context, .. } = tools;
    Start {
        cause: Cause {
            kind: Kind::Rollback,
            branch: context.branch.as_ref().map(|branch| branch.value.clone()),
            run_url: context.run_url.as_ref().map(|url| url.value.to_string()),
            reason: wishes.reason.clone(),
            emergency: wishes.emergency,
            of: route.of.clone(),
            to: route.to.clone(),
            ..Cause::default()
        },
        services: route.services.iter().map(|going| going.planned.clone()).collect(),
    }
}

impl Stage<'_> {
    async fn all(&self, route: &Route) -> Result<RolledBack, RollbackError> {
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
            if back.state == State::Succeeded {
                let (parts, error) = self.rest(&going.planned, going.base.as_ref()).await?;
                back.parts = parts;
                if error.is_some() {
                    back.state = State::NeedsPerson;
                    back.error = error;
                }
            }
        }
        let settled = route.settled();
        let mut errors = Vec::new();
        for one in settled {
            errors.push(self.rest(&one.planned, one.base.as_ref()).await?.1);
        }
        let left = if self.wishes.restore_d1 { self.databases(route).await? } else { Vec::new() };
        let databases_restored =
            self.wishes.restore_d1 && left.is_empty() && !route.bookmarks().is_empty();
        let checks = self.look(route, settled, &mut services).await?;
        let mut state = if left.is_empty() { State::Succeeded } else { State::NeedsPerson };
        for (going, back) in route.services.iter().zip(&services) {
            self.finish(going, back, &checks).await?;
            state = state.max(back.state);
        }
        for (one, error) in settled.iter().zip(&errors) {
            state = state.max(self.settle(one, error.clone(), &checks).await?);
        }
        let reason = services.iter().find_map(|back| back.error.clone());
        let reason = reason.or_else(|| errors.into_iter().flatten().next());
        let reason = reason.or_else(|| left.first().cloned());
        self.record.finish(state, reason.as_deref()).await?;
        let id = &self.record.deployment;
        // A deployment that had no outcome, or a bad one, and is taken back has one now.
        if let (State::Succeeded, Some(open)) = (state, &route.open) {
            self.close(open, State::Restored, &format!("it was taken back by {id}")).await?;
        }
        for left in &route.given_up {
            let reason = format!("it was left on the way, and {id} took its place");
            self.close(left, State::NeedsPerson, &reason).await?;
        }
        Ok(RolledBack {
            id: Some(id.clone()),
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

    /// Requests go to the versions of before. What is taken back is held by then: whoever plans a
    /// deployment on what serves afterwards knows of it, though this program be killed in between.
    async fn traffic(&self, going: &Going) -> Result<Back, RollbackError> {
        let shares = &going.choice.shares;
        let before = Base {
            deployment: Some(going.live.id.clone()),
            versions: going.live.versions.clone(),
            ..Base::default()
        };
        let progress = Progress { before: Some(before), ..Progress::default() };
        self.record.begin(&going.planned.service, Step::Restore, progress).await?;
        self.hold(&going.planned, &going.taken).await?;
        self.held.check().await?;
        let words = self.wishes.reason.as_deref().unwrap_or("rollback");
        let wish = Shift {
            shares,
            message: &self.record.marker().message(words),
            // In an emergency what serves now matters to nobody.
            expected: (!self.wishes.emergency).then_some(going.live.id.as_str()),
            force: self.wishes.force || self.wishes.emergency,
        };
        let shifted = shift(self.ground.at(&going.planned), &wish).await;
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

    /// What no version has is as it was, where that is recorded. Gives what was put back, and why not
    /// all of it was.
    async fn rest(
        &self,
        planned: &Planned,
        base: Option<&Base>,
    ) -> Result<(Vec<String>, Option<String>), RollbackError> {
        let Some(base) = base else { return Ok((Vec::new(), None)) };
        let (name, step) = (&planned.service, Step::Triggers);
        self.record.begin(name, step, Progress::default()).await?;
        self.held.check().await?;
        let (parts, missed) = unversioned(self.ground.at(planned), base).await;
        for part in &parts {
            (self.tools.tell)(News::Part(name, part));
        }
        if missed.is_empty() {
            self.record.done(name, step, Progress::default()).await?;
            return Ok((parts, None));
        }
        let error = RestoreError::Incomplete(missed).to_string();
        self.record.failed(name, step, Progress::default(), &error).await?;
        (self.tools.tell)(News::Failed(name, &error));
        Ok((parts, Some(error)))
    }

    /// Databases are put back to their bookmarks, unless an earlier run of this rollback has done so:
    /// what was written since then stays. Answers why some were not.
    async fn databases(&self, route: &Route) -> Result<Vec<String>, RollbackError> {
        let Ground { cloudflare, account, .. } = self.ground;
        let mut left = Vec::new();
        let done = match route.left {
            Some(_) => self.record.restored().await?,
            None => BTreeSet::new(),
        };
        for (database, bookmark) in route.bookmarks() {
            if done.contains(&database) {
                continue;
            }
            self.held.check().await?;
            let name = route.database(&database);
            reach(When::Before, "cloudflare restore database");
            let restored = cloudflare.d1_restore(account, &database, &bookmark).await;
            reach(When::After, "cloudflare restore database");
            match restored {
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

    /// A deployment or a rollback that was left gets its outcome.
    async fn close(
        &self,
        (id, from): &(String, State),
        to: State,
        reason: &str,
    ) -> Result<(), RollbackError> {
        let of = self.record.of_another(id);
        of.resume(*from).await?;
        Ok(of.finish(to, Some(reason)).await?)
    }

    /// What an earlier run of this rollback had brought back has its outcome too.
    async fn settle(
        &self,
        settled: &Settled,
        error: Option<String>,
        checks: &[Outcome],
    ) -> Result<State, RollbackError> {
        let Settled { planned, taken, .. } = settled;
        let healthy = healthy(checks, &planned.service);
        let error = error.or((healthy == Some(false)).then(|| UNHEALTHY.to_owned()));
        let state = if error.is_none() { State::Succeeded } else { State::NeedsPerson };
        let progress = Progress { state: Some(state), healthy, ..Progress::default() };
        self.record.service(&planned.service, progress, error).await?;
        self.hold(planned, taken).await?;
        Ok(state)
    }

    /// What is taken back must not come back with the next pipeline. An earlier run of this rollback
    /// may have said so already.
    async fn hold(&self, planned: &Planned, taken: &[Taken]) -> Result<(), RollbackError> {
        let place = (self.ground.account.as_str(), self.ground.environment.name.as_str());
        let deployment = Some(self.record.deployment.as_str());
        let Planned { service, worker, .. } = planned;
        let is_held = |taken: &&Taken| {
            self.holds.iter().any(|hold| {
                hold.deployment.as_deref() == deployment
                    && hold.service == *service
                    && hold.what.version.as_ref() == Some(&taken.version)
            })
        };
        for taken in taken.iter().filter(|taken| !is_held(taken)) {
            let Taken { version, commit, code } = taken.clone();
            let reason = self.wishes.reason.clone();
            let reason = reason.unwrap_or_else(|| "it was rolled back".to_owned());
            let version = Some(version);
            let what = HoldReport { worker: worker.clone(), version, code, commit, reason };
            hold(self.store, self.tools.actor, place, deployment, service, &what).await?;
        }
        Ok(())
    }
}
