//! The gate of the environment: before the lock is taken, so that nobody waits for it in vain; under
//! the lock, where nobody else can use the same approvals; and once more before each further wave and
//! each promotion, as times can end meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::decision::{Decided, account};
use super::permission::commit;
use super::preparation::Prepared;
use super::resume::unfinished;
use super::{DeployError, News, Origin, Stage, Tools, Wishes};
use crate::core::gate::{ClaimKind, Decision, Judged};
use crate::core::model::deployment::Deployment;
use crate::core::plan::{Built, SHORT_HASH};
use crate::core::report::gate::{headline, wait};
use crate::flow::gate::{Case, Ground, Guard, guard, precedent};
use crate::world::store::{Place, Store};

/// How soon to ask again at first.
const SOON: Duration = Duration::from_secs(2);

/// How soon to ask again at last: a forge counts requests.
const LATER: Duration = Duration::from_secs(30);

/// What wants to pass the gate.
pub(super) struct Entry<'a> {
    guard: &'a Guard<'a>,
    case: Case<'a>,
    /// What was built when people were asked: the digests, by service.
    codes: &'a BTreeMap<String, String>,
    /// The commit that is deployed.
    commit: Option<String>,
    /// How long to wait for people.
    wait: Duration,
}

impl<'a> Entry<'a> {
    pub(super) fn new(
        guard: &'a Guard<'a>,
        prepared: &Prepared,
        store: &'a Store,
        wishes: &'a Wishes,
        origin: &'a Origin<'a>,
        decided: &'a Decided,
    ) -> Self {
        // A file of a pipeline is gone with it.
        let lasting = matches!(prepared.place, Place::D1 { .. }) || origin.context.ci.is_none();
        let case = Case {
            store,
            lasting,
            account: &decided.account.id,
            plan: &decided.plan,
            resumes: None,
            plea: wishes.plea.as_ref(),
            actor: &origin.actor,
        };
        let commit = commit(origin.context);
        Self { guard, case, codes: &decided.codes, commit, wait: wishes.wait_for_gate }
    }

    /// What is judged where a deployment was left. One of the same commit goes on under the approvals
    /// that it had.
    fn after<'c>(&'c self, left: Option<&'c Deployment>) -> Case<'c> {
        let left = left.filter(|left| left.cause.commit == self.commit);
        Case { resumes: left.and_then(|left| left.cause.plan.as_deref()), ..self.case }
    }

    /// Whether the gate is passed in an emergency.
    pub(super) fn is_emergency(&self) -> bool {
        self.case.plea.is_some_and(|plea| plea.kind == ClaimKind::Emergency)
    }
}

/// The guard of the environment that is to be deployed.
pub(super) async fn guarded<'a>(
    prepared: &Prepared,
    store: &Store,
    ground: Ground<'a>,
) -> Result<Guard<'a>, DeployError> {
    let name = &prepared.environment.name;
    let before = precedent(store, &account(prepared)?.id, name).await?;
    Ok(guard(ground, name, before.as_ref()).await?)
}

/// Asks the gate, and waits for it as long as somebody wants to. People are asked for what is missing.
///
/// # Errors
/// [`DeployError::Closed`] where it does not open in time.
pub(super) async fn let_through(
    entry: &Entry<'_>,
    tools: Tools<'_>,
) -> Result<Judged, DeployError> {
    let Entry { guard, wait, .. } = entry;
    let Case { store, account, .. } = entry.case;
    let left = unfinished(store, account, guard.environment()).await?;
    let case = &entry.after(left.as_ref());
    let until = Instant::now() + *wait;
    let mut pause = SOON;
    let mut told = String::new();
    loop {
        let judgement = guard.judge(case).await?;
        let says = headline(&judgement.judged);
        if says != told {
            (tools.tell)(News::Judged(&judgement.judged));
            told = says;
        }
        match judgement.judged.verdict.decision {
            Decision::Open => return Ok(judgement.judged),
            Decision::Denied(_) => guard.write(case, &judgement, None).await?,
            Decision::Waiting(_) => {
                guard.ask(case, &judgement).await?;
                let left = until.saturating_duration_since(Instant::now());
                if !left.is_zero() {
                    sleep(pause.min(left)).await;
                    pause = (pause * 2).min(LATER);
                    continue;
                }
            }
        }
        show(guard, &judgement.judged, tools).await;
        return Err(DeployError::Closed(Box::new(judgement.judged)));
    }
}

/// Shows at the commit what the gate says.
async fn show(guard: &Guard<'_>, judged: &Judged, tools: Tools<'_>) {
    if let Some(missed) = guard.show(judged).await {
        (tools.tell)(News::Missed(&missed));
    }
}

impl Stage<'_> {
    /// Asks the gate under the lock, and writes down what it says.
    pub(super) async fn admit(&mut self, left: Option<&Deployment>) -> Result<(), DeployError> {
        let guard = self.entry.guard;
        let case = self.entry.after(left);
        let judgement = guard.judge(&case).await?;
        let open = judgement.judged.verdict.is_open();
        let deployment = open.then_some(self.record.deployment.as_str());
        guard.write(&case, &judgement, deployment).await?;
        show(guard, &judgement.judged, self.tools).await;
        if !open {
            return Err(DeployError::Closed(Box::new(judgement.judged)));
        }
        self.admitted = Some(judgement);
        Ok(())
    }

    /// Why it must not go on, where a window has closed or a freeze has begun since it was let in.
    pub(super) async fn closed_meanwhile(&self) -> Result<Option<String>, DeployError> {
        let Some(admitted) = &self.admitted else { return Ok(None) };
        let waits = self.entry.guard.closed_meanwhile(self.entry.case.store, admitted).await?;
        Ok(waits
            .first()
            .map(|waits| format!("the gate closed meanwhile: it waits for {}", wait(waits))))
    }

    /// Why what was uploaded is not what people approved: a build that gives something else every time
    /// cannot be approved. Where nobody is asked, nobody compares.
    pub(super) fn unlike_approved(&self, service: &str, built: Option<&Built>) -> Option<String> {
        self.entry.guard.bound()?;
        let approved = self.entry.codes.get(service);
        let uploaded = built.and_then(Built::digest);
        (uploaded.as_ref() != approved).then(|| {
            let short = |digest: Option<&String>, none: &str| match digest {
                Some(digest) => digest.chars().take(SHORT_HASH).collect(),
                None => none.to_owned(),
            };
            let (was, is) =
                (short(approved, "nothing"), short(uploaded.as_ref(), "something else"));
            format!("what was approved is {was}, and what was built now is {is}")
        })
    }
}
