//! A look at what came of a rollback: the health checks of the environment, against what serves again.

use std::collections::BTreeMap;

use super::carrying::{Stage, UNHEALTHY};
use super::ground::Ground;
use super::{News, RollbackError};
use crate::core::model::Kind as Project;
use crate::core::model::account::Share;
use crate::core::model::deployment::{Planned, State, Strategy};
use crate::core::rollback::{Back, Route, Settled};
use crate::core::verify::address::{addresses, pages_addresses};
use crate::core::verify::{Outcome, healthy, private_hosts};
use crate::flow::fail_point::{When, reach};
use crate::flow::verify::{Checker, Subject, health};
use crate::world::probe::{EDGE_URL, Prober};

impl Stage<'_> {
    /// Looks whether what serves now is healthy.
    pub(super) async fn look(
        &self,
        route: &Route,
        settled: &[Settled],
        services: &mut [Back],
    ) -> Result<Vec<Outcome>, RollbackError> {
        let Ground { cloudflare, root, environment, .. } = self.ground;
        if environment.verify.is_empty() {
            return Ok(Vec::new());
        }
        let account = &self.ground.account;
        let subdomain = cloudflare.workers_subdomain(account).await.ok().and_then(|one| one.name);
        let serve = |one: &&Settled| !one.serves.is_empty();
        let settled = settled.iter().filter(serve).map(|one| (&one.planned, &one.serves));
        let served = route.services.iter().zip(&*services);
        let served = served.filter(|(_, back)| back.state != State::Unknown);
        let served = served.map(|(going, _)| (&going.planned, &going.choice.shares));
        let served: Vec<(&Planned, &Vec<Share>)> = served.chain(settled).collect();
        let pages = self.pages_domains(&served).await;
        let subject = |(planned, shares): &(&Planned, &Vec<Share>)| {
            let Planned { service, worker, strategy } = (*planned).clone();
            let configured = self.ground.of(&service);
            let addresses = match strategy.project() {
                Project::Worker => {
                    configured.map(|found| addresses(&found, &worker, subdomain.as_deref()))
                }
                Project::Pages => pages.get(&worker).map(|domains| pages_addresses(domains)),
            };
            let version = match (strategy.project(), shares.as_slice()) {
                (Project::Worker, [one]) => Some(one.version_id.clone()),
                _ => None,
            };
            let addresses = addresses.unwrap_or_default();
            Subject { service, worker, addresses, version, staged: false }
        };
        let subjects: Vec<Subject> = served.iter().map(subject).collect();
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
        reach(When::Before, "checks");
        let checks = health(&checker, &subjects).await;
        reach(When::After, "checks");
        for check in &checks {
            (self.tools.tell)(News::Checked(check));
        }
        for back in services.iter_mut() {
            if healthy(&checks, &back.service) == Some(false) && back.state == State::Succeeded {
                back.state = State::NeedsPerson;
                back.error = Some(UNHEALTHY.to_owned());
            }
        }
        Ok(checks)
    }

    /// The domains of the Pages projects that went back.
    async fn pages_domains(
        &self,
        served: &[(&Planned, &Vec<Share>)],
    ) -> BTreeMap<String, Vec<String>> {
        if !served.iter().any(|(planned, _)| planned.strategy == Strategy::Pages) {
            return BTreeMap::new();
        }
        let projects = self.ground.cloudflare.pages_projects(&self.ground.account).await;
        let projects = projects.unwrap_or_default().into_iter();
        projects.map(|project| (project.name, project.domains)).collect()
    }
}
