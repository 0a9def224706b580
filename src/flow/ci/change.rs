//! What a pull request is told of its future: what a deployment of it would change, and who would have
//! to approve that. People who approve what they see there have approved what is deployed after the
//! merge, as long as it is the same.

use std::cell::RefCell;

use super::{Means, Wishes};
use crate::core::config::clodo_yml::{EnvironmentSettings, Gate, is_production};
use crate::core::model::GateReport;
use crate::core::model::context::{CiContext, EventKind, Known};
use crate::core::plan::Plan;
use crate::core::report::gate::{headline, section, unasked};
use crate::flow::deploy::{DeployError, News, Origin, Tools, judge};
use crate::flow::plan::{Building, PlanError, plans};
use crate::flow::project::Request;

/// What is foreseen.
#[derive(Default)]
pub(super) struct Foreseen {
    /// What would change, by environment.
    pub(super) plans: Vec<Plan>,
    /// What gates say of it.
    pub(super) gates: Vec<GateReport>,
}

/// A change, and where it would be deployed.
pub(super) struct Change<'a> {
    pub(super) request: &'a Request,
    pub(super) context: &'a CiContext,
    pub(super) means: &'a Means<'a>,
    /// The environments that `clodo.yml` declares.
    pub(super) declared: &'a [EnvironmentSettings],
    /// Those of the configurations, as Wrangler names them.
    pub(super) configured: &'a [String],
    /// Those that were asked for; all where there is none.
    pub(super) asked: &'a [String],
}

impl Change<'_> {
    /// What is foreseen of a pull request. Nothing beside pull requests and without an account, where
    /// nobody expects anything; what cannot be foreseen is noted. `stands`: whether the check lets it
    /// be deployed at all.
    pub(super) fn foresee(
        &self,
        wishes: &Wishes,
        stands: bool,
        notes: &mut Vec<String>,
    ) -> Foreseen {
        // A comment is about what was merged already.
        let is_change =
            self.context.pull_request.is_some() && !self.context.is_for(&EventKind::IssueComment);
        let expected = wishes.plans && is_change;
        let has_account = self.means.live.is_some() || self.request.account.is_some();
        if !expected || !has_account {
            return Foreseen::default();
        }
        let gated = if stands && self.may_ask() { self.gated() } else { Vec::new() };
        let mut foreseen = Foreseen::default();
        let mut asked = Vec::new();
        for environment in gated {
            let gate = match self.ask(environment) {
                Ok((plan, gate)) => {
                    foreseen.plans.extend(plan);
                    asked.push(environment);
                    gate
                }
                // What would change is worth knowing all the same.
                Err(error) => {
                    let (name, fix) = (&environment.name, error.hint());
                    notes.push(format!("nobody is asked about {name} yet: {error}; fix: {fix}"));
                    unasked(name, &error.to_string(), &fix)
                }
            };
            foreseen.gates.push(gate);
        }
        foreseen.plans.extend(self.rest(&asked, notes));
        // As in a deployment, production comes last.
        let name = |plan: &Plan| plan.environment.clone().unwrap_or_default();
        foreseen.plans.sort_by_key(|plan| is_production(&name(plan)));
        foreseen
    }

    /// Whether the run is one of ours, for a pull request of ours.
    fn may_ask(&self) -> bool {
        let is_not = |known: &Option<Known<bool>>| known.as_ref().map(|known| known.value);
        self.context.is_for(&EventKind::PullRequest)
            && is_not(&self.context.fork) == Some(false)
            && is_not(&self.context.restricted) != Some(true)
            && self.means.live.is_some()
    }

    /// The environments that ask for people.
    fn gated(&self) -> Vec<&EnvironmentSettings> {
        let asks = |gate: &Gate| !gate.policy.requirements.is_empty();
        let meant = |name: &String| self.asked.is_empty() || self.asked.contains(name);
        let declared = self.declared.iter().filter(|one| meant(&one.name));
        declared.filter(|one| one.gate.as_ref().is_some_and(asks)).collect()
    }

    /// Asks the gate of an environment. Its plan is the one that people approve.
    fn ask(
        &self,
        environment: &EnvironmentSettings,
    ) -> Result<(Option<Plan>, GateReport), DeployError> {
        let planned = RefCell::new(None);
        let tell = |news: News<'_>| {
            if let News::Planned(plan, ..) = news {
                planned.replace(Some(plan.clone()));
            }
        };
        let tools = Tools { tell: &tell, ..self.means.tools };
        let origin = Origin {
            actor: self.means.actor.clone(),
            context: self.context,
            variable: self.means.variable,
        };
        let environments = vec![environment.name.clone()];
        let request = Request { environments, account: None, ..self.request.clone() };
        let live = self.means.live.as_ref().ok_or(PlanError::NoAccount)?;
        let judged = judge(&request, live, &self.means.deployment, &origin, tools)?;
        let gate = GateReport {
            environment: environment.name.clone(),
            headline: headline(&judged),
            markdown: section(&judged),
        };
        Ok((planned.into_inner(), gate))
    }

    /// The plans of the environments of which nobody was asked.
    fn rest(&self, asked: &[&EnvironmentSettings], notes: &mut Vec<String>) -> Vec<Plan> {
        let was_asked = |name: &&String| asked.iter().any(|one| one.wrangler == **name);
        let mut request = Request { live: self.means.live.clone(), ..self.request.clone() };
        if !asked.is_empty() {
            let is_top = |name: &&String| name.is_empty() && self.configured.len() > 1;
            let all = match self.request.environments.as_slice() {
                [] => self.configured.iter().filter(|name| !is_top(name)).collect(),
                chosen => chosen.iter().collect::<Vec<_>>(),
            };
            request.environments =
                all.into_iter().filter(|name| !was_asked(name)).cloned().collect();
            // None would mean all of them.
            if request.environments.is_empty() {
                return Vec::new();
            }
        }
        // Here a stranger's code would run beside a token that can do more than read.
        let foreign = [EventKind::PullRequestTarget, EventKind::WorkflowRun];
        let foreign = foreign.iter().any(|event| self.context.is_for(event));
        let building =
            Building { wrangler: self.means.tools.wrangler, progress: self.means.progress };
        plans(&request, (!foreign).then_some(&building)).unwrap_or_else(|error| {
            notes.push(format!("the comment shows no plan: {error}; fix: {}", error.hint()));
            Vec::new()
        })
    }
}
