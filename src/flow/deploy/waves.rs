//! The work itself: databases, the waves of services, and what all of it comes to.

use std::cell::Cell;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};

use super::{DeployError, Deployed, Ended, News, Stage};
use crate::core::config::clodo_yml::Migrations;
use crate::core::deployment::Work;
use crate::core::model::deployment::State;

impl Stage<'_> {
    /// Does what is to be done, and puts back what must not stay.
    pub(super) async fn carry_out(&self) -> Result<Deployed, DeployError> {
        let course = self.course;
        let is_left =
            |one: &Ended| !course.waves.iter().flatten().any(|w| w.service == one.service);
        // What is to be deployed again is not done: it is other code, or nobody knows which.
        let mut ended: Vec<Ended> = self.resumed.done().filter(is_left).collect();
        let mut reason = None;
        if course.migrations == Migrations::Before {
            reason = self.migrate_all().await?;
        }
        if reason.is_none() {
            reason = self.make_stubs().await?;
        }
        for (number, wave) in course.waves.iter().enumerate() {
            if reason.is_none() && number > 0 {
                reason = self.closed_meanwhile().await?;
            }
            if reason.is_some() {
                break;
            }
            ended.extend(self.wave(wave).await?);
            reason = ended.iter().find_map(failure);
        }
        let all = course.waves.iter().flatten().map(|work| &work.service);
        let begun = |name: &&String| ended.iter().any(|one| one.service == **name);
        let mut not_begun: Vec<String> = all.filter(|name| !begun(name)).cloned().collect();
        if reason.is_none() && !not_begun.is_empty() {
            reason = Some("it was interrupted".to_owned());
        }
        if reason.is_none() && course.migrations == Migrations::After {
            reason = self.migrate_all().await?;
        }
        let state = match &mut reason {
            None => State::Succeeded,
            Some(reason) => {
                let is_left = |one: &Ended| !ended.iter().any(|known| known.service == one.service);
                let left: Vec<Ended> = self.resumed.touched().filter(is_left).collect();
                ended.extend(left);
                not_begun.retain(|name| !ended.iter().any(|one| one.service == *name));
                let mut state = self.take_back(&mut ended).await?;
                for left in self.remove_stubs().await? {
                    state = state.max(State::NeedsPerson);
                    *reason += &format!("; {left}");
                }
                state
            }
        };
        self.record.finish(state, reason.as_deref()).await?;
        let is_other = |name: &&String| !ended.iter().any(|one| one.service == **name);
        Ok(Deployed {
            id: Some(self.record.deployment.clone()),
            environment: self.settings.name.clone(),
            plan: self.cause.plan.clone().unwrap_or_default(),
            state,
            unchanged: course.unchanged.iter().filter(is_other).cloned().collect(),
            services: ended,
            not_begun,
            reason,
            bookmarks: self.bookmarks().await?,
            took: Duration::ZERO,
        })
    }

    /// The services of a wave, a few at a time. Where one fails or a signal comes, those that run come
    /// to their end, and no other begins.
    async fn wave(&self, wave: &[Work]) -> Result<Vec<Ended>, DeployError> {
        let stops = Cell::new(false);
        let deploy = async |work: &Work| {
            if stops.get() || self.interrupt.is_asked() {
                return Ok(None);
            }
            let ended = self.deploy(work).await?;
            stops.set(stops.get() || ended.error.is_some());
            (self.tools.tell)(News::Ended(&ended));
            Ok(Some(ended))
        };
        let running = stream::iter(wave).map(deploy).buffer_unordered(self.settings.jobs);
        let ended: Vec<Result<Option<Ended>, DeployError>> = running.collect().await;
        ended.into_iter().filter_map(Result::transpose).collect()
    }

    /// Migrates the databases, one after the other. `Some`: why it stopped.
    async fn migrate_all(&self) -> Result<Option<String>, DeployError> {
        for database in &self.course.databases {
            if let Some(failure) = self.migrate(database).await? {
                return Ok(Some(failure));
            }
        }
        Ok(None)
    }
}

/// Why a service is not as it should be, with its name.
fn failure(ended: &Ended) -> Option<String> {
    Some(format!("{}: {}", ended.service, ended.error.as_ref()?))
}
