//! The guard of an environment: knows what it asks for, and judges plans.

use std::collections::BTreeSet;

use futures_util::future::{try_join, try_join4};
use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::case::{Case, Judgement, Plea};
use super::claim;
use super::evidence::{Asking, Found};
use super::freezes::freezes;
use super::people::principals;
use super::policy::{Asks, asks};
use super::precedent::Precedent;
use super::reach::Reach;
use super::record::{self, overdue, used, used_by};
use super::released::released;
use super::request::{self, Request, hash, requests, superseded};
use super::subject::{Source, source, subject};
use super::{GateError, Ground};
use crate::core::config::clodo_yml::Gate;
use crate::core::gate::{
    Claim, ClaimKind, Decision, Freeze, Judged, Policy, Question, Subject, Waits, decide,
};
use crate::core::model::gate::{Asked, Released};
use crate::core::plan::{Bound, Plan, SHORT_HASH};
use crate::core::report::gate::{headline, named};
use crate::flow::publish::Missed;
use crate::world::forge::{ForgeError, Stands};
use crate::world::store::Store;

/// What to say where the record is gone with the run.
const FORGETS: &str = "nothing remembers here which plan was shown: a comment must name all digits, and \
                       neither reviews nor environments count; `state: { d1: NAME }` in clodo.yml \
                       cures it";

/// The guard of an environment.
pub struct Guard<'a> {
    ground: Ground<'a>,
    environment: String,
    asks: Asks,
    /// The forge; why there is none does not matter where nobody is asked.
    reach: Result<Reach<'a>, GateError>,
    source: Source,
    bound: Option<Bound>,
    released: OnceCell<Vec<Released>>,
}

/// The guard of an environment. Where it asks for nobody, nobody is asked. `before` is what it let
/// through before: see [`super::precedent`].
///
/// # Errors
/// Where it cannot be told what the environment asks for, or where the deployment comes from.
pub async fn guard<'a>(
    ground: Ground<'a>,
    environment: &str,
    before: Option<&Precedent>,
) -> Result<Guard<'a>, GateError> {
    let reach = Reach::of(&ground);
    let (asks, source) = {
        let forge = reach.as_ref().ok().map(Reach::forge);
        let evidence = forge.as_ref().and_then(|forge| forge.evidence());
        let (request, context) = (ground.request, ground.context);
        let since = before.map(|before| &before.gate);
        let asks = asks(request, context, evidence, environment, since).await?;
        let live = before.map(|before| &before.live);
        let source = match &asks.gate {
            Some(gate) if asks_people(gate) => source(&ground, evidence, live).await?,
            _ => Source::default(),
        };
        (asks, source)
    };
    let bound = asks.gate.as_ref().filter(|gate| asks_people(gate)).map(|gate| Bound {
        repository: ground.context.repository.as_ref().map(|known| known.value.clone()),
        head: source.head.clone(),
        environment: environment.to_owned(),
        policy: gate.digest.clone(),
    });
    let (environment, released) = (environment.to_owned(), OnceCell::new());
    Ok(Guard { ground, environment, asks, reach, source, bound, released })
}

/// Whether a gate asks for people.
fn asks_people(gate: &Gate) -> bool {
    gate.policy.all().any(|policy| !policy.requirements.is_empty())
}

impl Guard<'_> {
    /// What plans are bound to, where people approve them.
    pub fn bound(&self) -> Option<&Bound> {
        self.bound.as_ref()
    }

    /// The environment, as `clodo.yml` names it.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// Whether the environment asks for anything.
    pub fn has_gate(&self) -> bool {
        self.asks.gate.is_some()
    }

    /// Judges a plan.
    ///
    /// # Errors
    /// Where anything of what decides cannot be told.
    pub async fn judge(&self, case: &Case<'_>) -> Result<Judgement, GateError> {
        let Case { store, account, plea, .. } = *case;
        let place = (account, self.environment.as_str());
        let policy = self.policy();
        let mut requirements = policy.all().flat_map(|one| &one.requirements);
        let looks = requirements.any(|one| one.when.paths.is_some());
        let blocks = policy.all().any(|one| one.emergencies.block_when_overdue);
        let (requests, subject, freezes, now) = try_join4(
            self.requests(store),
            async { Ok(subject(&self.ground, store, place, case.plan, looks).await?) },
            self.freezes(store),
            async { Ok(store.now().await?) },
        )
        .await?;
        let hash = hash(case, place, &requests);
        let subject = Subject { hash: hash.to_owned(), ..subject };
        let (found, claim, overdue, released) = try_join4(
            self.found(case, hash, &requests, now),
            self.claim(plea),
            overdue(store, place, blocks, now),
            async { Ok(self.released().await) },
        )
        .await?;
        let verdict = decide(&Question {
            subject: &subject,
            policy: &policy,
            involved: &found.involved,
            approvals: &found.approvals,
            freezes: &freezes,
            claim: claim.as_ref(),
            overdue_reviews: overdue,
            now,
        });
        let fields = case.plan.fields();
        let differences = superseded(store, &requests, place, hash, &fields).await?;
        let forgets = !case.lasting && self.bound.is_some() && !verdict.is_open();
        let mut notes = found.notes;
        let released = released.unwrap_or_else(|note| {
            notes.push(note);
            Vec::new()
        });
        notes.extend(released.iter().map(|Released { job, by }| {
            format!("{by} let {job} go on at CircleCI, which is written down and no approval")
        }));
        notes.extend(self.unknown_services(case.plan));
        notes.extend(forgets.then(|| FORGETS.to_owned()));
        let judged = Judged {
            environment: self.environment.clone(),
            hash: hash.to_owned(),
            verdict,
            at: now,
            expires: policy.all().map(|one| one.expires).min().unwrap_or(policy.expires),
            digits: if case.lasting { SHORT_HASH } else { hash.len() },
            methods: self.asks.gate.as_ref().map(|gate| gate.evidence.clone()).unwrap_or_default(),
            pull_request: self.source.change.as_ref().map(|change| change.number),
            differences,
            notes,
        };
        // Every attempt of a run shows the plan itself: what is answered to it says nothing of others.
        let here = self.reach.as_ref().map_or((None, None), Reach::attempt);
        let asked = |one: &Request| one.is_of(place) && one.asked.hash == hash && one.is_by(here);
        let asked = requests.iter().any(asked);
        Ok(Judgement { judged, subject, asked, answered: found.answered, released })
    }

    /// The policy; one that asks for nothing where there is no gate.
    fn policy(&self) -> Policy {
        self.asks.gate.as_ref().map(|gate| gate.policy.clone()).unwrap_or_default()
    }

    async fn freezes(&self, store: &Store) -> Result<Vec<Freeze>, GateError> {
        let forge = self.reach.as_ref().ok().map(Reach::forge);
        let evidence = forge.as_ref().and_then(|forge| forge.evidence());
        let mut found =
            freezes(store, self.asks.gate.as_ref(), self.ground.context, evidence).await?;
        // By whichever of its names it is frozen.
        let named =
            |freeze: &Freeze| freeze.environments.iter().any(|name| self.asks.names.contains(name));
        for freeze in found.iter_mut().filter(|freeze| named(freeze)) {
            freeze.environments.push(self.environment.clone());
        }
        Ok(found)
    }

    /// The services that the gate names and the project does not have: what is said of them never
    /// holds.
    fn unknown_services(&self, plan: &Plan) -> Option<String> {
        let gate = self.asks.gate.as_ref()?;
        let requirements = gate.policy.all().flat_map(|policy| &policy.requirements);
        let named = requirements.flat_map(|one| &one.when.services);
        let named = named.chain(gate.freezes.iter().flat_map(|freeze| &freeze.services));
        let named = named.chain(gate.calendars.iter().flat_map(|file| &file.services));
        let known = |name: &String| {
            plan.services.iter().any(|one| one.service == *name) || plan.without.contains(name)
        };
        let unknown: BTreeSet<&str> =
            named.filter(|name| !known(name)).map(String::as_str).collect();
        let list = unknown.into_iter().collect::<Vec<_>>().join(", ");
        (!list.is_empty()).then(|| {
            format!(
                "the gate names services that there are not, so that it never asks for them: {list}"
            )
        })
    }

    async fn requests(&self, store: &Store) -> Result<Vec<Request>, GateError> {
        if self.bound.is_none() {
            return Ok(Vec::new());
        }
        Ok(requests(store).await?)
    }

    /// What people said, where anybody is asked. In an emergency nobody is.
    async fn found(
        &self,
        case: &Case<'_>,
        hash: &str,
        requests: &[Request],
        now: Timestamp,
    ) -> Result<Found, GateError> {
        let emergency = case.plea.is_some_and(|plea| plea.kind == ClaimKind::Emergency);
        let Some(gate) = self.asks.gate.as_ref().filter(|gate| asks_people(gate) && !emergency)
        else {
            return Ok(Found::default());
        };
        let reach = self.reach()?;
        let forge = reach.forge();
        let evidence = forge.evidence().ok_or(GateError::Silent(reach.kind()))?;
        let (run, attempt) = reach.attempt();
        let asking = Asking {
            ground: &self.ground,
            evidence,
            issuer: reach.issuer(),
            run,
            attempt,
            source: &self.source,
            store: case.store,
            requests,
            account: case.account,
            environment: &self.environment,
            hash,
            methods: &gate.evidence,
            principals: &principals(&gate.policy),
        };
        let place = (case.account, self.environment.as_str());
        let longest = gate.policy.all().map(|one| one.expires).max().unwrap_or_default();
        let oldest = now.checked_sub(longest).unwrap_or(Timestamp::UNIX_EPOCH);
        let used = async { Ok(used(case.store, place, hash, oldest).await?) };
        let (mut found, used) = try_join(asking.gather(), used).await?;
        for approval in &mut found.approvals {
            approval.used_by = used_by(approval, &used);
        }
        Ok(found)
    }

    /// Who let the run go on at the CI system. Whoever waits asks many times, and this once.
    async fn released(&self) -> Result<Vec<Released>, String> {
        let ask = || released(&self.ground, self.bound.is_some());
        self.released.get_or_try_init(ask).await.cloned()
    }

    fn reach(&self) -> Result<&Reach<'_>, GateError> {
        self.reach.as_ref().map_err(|error| match error {
            GateError::NoForge { why, fix } => {
                GateError::NoForge { why: why.clone(), fix: fix.clone() }
            }
            other => GateError::NoForge { why: other.to_string(), fix: other.hint() },
        })
    }

    async fn claim(&self, plea: Option<&Plea>) -> Result<Option<Claim>, GateError> {
        match plea {
            Some(plea) => claim::of(plea, self.reach()?, &self.policy()).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the times let what was let through go on. Gives what it would have to wait for.
    ///
    /// # Errors
    /// Where the freezes cannot be read.
    pub async fn closed_meanwhile(
        &self,
        store: &Store,
        let_through: &Judgement,
    ) -> Result<Vec<Waits>, GateError> {
        let now = async { Ok(store.now().await?) };
        let (freezes, now) = try_join(self.freezes(store), now).await?;
        // The people have been asked.
        let policy = self.policy().times();
        let verdict = decide(&Question {
            subject: &let_through.subject,
            policy: &policy,
            involved: &[],
            approvals: &[],
            freezes: &freezes,
            claim: let_through.judged.verdict.claim.as_ref(),
            overdue_reviews: 0,
            now,
        });
        Ok(match verdict.decision {
            Decision::Waiting(waits) => waits,
            Decision::Open | Decision::Denied(_) => Vec::new(),
        })
    }

    /// Shows at the commit where the environment stands: `clodo/production`. What cannot be shown
    /// decides nothing, and is given back.
    pub async fn show(&self, judged: &Judged) -> Option<Missed> {
        let is_pipeline = self.ground.context.ci.is_some();
        let reach = self.reach.as_ref().ok().filter(|_| is_pipeline && self.has_gate())?;
        let at = match judged.verdict.decision {
            Decision::Open => Stands::Passes,
            Decision::Waiting(_) => Stands::Waits,
            Decision::Denied(_) => Stands::Fails,
        };
        let name = format!("clodo/{}", named(&self.environment));
        let shown = reach.forge().stand(&name, at, &headline(judged)).await;
        let what = "status of the environment";
        let missed = |error: ForgeError| Missed {
            what,
            why: error.to_string(),
            fix: error.hint(),
            minor: false,
        };
        shown.err().map(missed)
    }

    /// Writes down that people are asked to approve the plan, unless they were before.
    ///
    /// # Errors
    /// Where the record cannot be written.
    pub async fn ask(&self, case: &Case<'_>, judgement: &Judgement) -> Result<(), GateError> {
        if self.bound.is_none() || judgement.asked {
            return Ok(());
        }
        let (run, attempt) = self.reach.as_ref().map_or((None, None), Reach::attempt);
        let asked = Asked {
            hash: case.plan.hash.clone(),
            repository: self.bound.as_ref().and_then(|bound| bound.repository.clone()),
            commit: self.source.head.clone(),
            pull_request: self.source.change.as_ref().map(|change| change.number),
            run: run.map(str::to_owned),
            attempt,
            answered: judgement.answered.clone(),
            fields: case.plan.fields(),
        };
        let place = (case.account, self.environment.as_str());
        Ok(request::ask(case.store, case.actor, place, &asked).await?)
    }

    /// Writes down what was decided: of a deployment that it let through, or of none. Where there is
    /// no gate, nothing was decided.
    ///
    /// # Errors
    /// Where the record cannot be written.
    pub async fn write(
        &self,
        case: &Case<'_>,
        judgement: &Judgement,
        deployment: Option<&str>,
    ) -> Result<(), GateError> {
        if !self.has_gate() && judgement.judged.verdict.is_open() {
            return Ok(());
        }
        let digest = self.asks.gate.as_ref().map(|gate| gate.digest.clone()).unwrap_or_default();
        Ok(record::write(case, judgement, digest, deployment).await?)
    }
}
