//! Who may let a deployment through, and when.
//!
//! [`decide`] is a pure function of a [`Question`]: what would be deployed (a plan's hash and what kind
//! of change it is), the [`Policy`] of the environment, the approvals that were found and verified,
//! the people who made the change, the freezes, and the time. It answers with a [`Verdict`] that says
//! not only yes or no, but which approvals count, which do not and why, and what is missing.
//!
//! An approval is for one hash. Another plan has another hash, and nobody has approved it.
//!
//! The order in which things decide: an empty deployment and a rejection deny; a freeze and a closed
//! window wait; then the approvals that the policy asks for are counted. An emergency passes over all
//! but the first; a rollback passes over the times.

mod approval;
mod calendar;
mod command;
mod counting;
mod freeze;
mod judged;
mod people;
mod period;
mod policy;
mod risk;
mod signature;
mod statement;
#[cfg(test)]
mod tests;
mod verdict;
mod whence;
mod window;

pub use approval::{Approval, Choice, Method, Void};
pub use calendar::{AHEAD, Calendar, CalendarError};
pub use command::{Command, CommandError, Shown};
pub use freeze::{Freeze, FreezeFault, RecordedError, Recurrence, beginning, ending};
pub use judged::Judged;
pub use people::{Hand, Involved, Part, Person, Principal, co_authors};
pub use period::{FreezePeriod, PeriodError};
pub use policy::{Emergencies, Policy, REVIEW_DUE, Requirement, Risk, USUAL_EXPIRY, When};
pub use risk::risks;
pub use signature::is_signed;
pub use statement::{NAMESPACE, Statement};
pub use verdict::{Decision, Met, Verdict, Waits};
pub use whence::{Found, Whence};
pub use window::{Window, WindowError, zone_named};

use jiff::Timestamp;

use self::counting::count;

/// What is asked of the gate.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What would be deployed.
    pub subject: &'a Subject,
    /// What the environment asks for: of the base branch, never of the pull request.
    pub policy: &'a Policy,
    /// Who has to do with the change.
    pub involved: &'a [Involved],
    /// Every approval and rejection that was found, each verified where it was given.
    pub approvals: &'a [Approval],
    /// Every freeze that is known.
    pub freezes: &'a [Freeze],
    /// What somebody claims beyond an approval.
    pub claim: Option<&'a Claim>,
    /// Deployments in an emergency that nobody has looked at in time.
    pub overdue_reviews: usize,
    /// The time, of a clock that all who ask share.
    pub now: Timestamp,
}

/// What would be deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The hash of the plan.
    pub hash: String,
    /// The environment, as clodo.yml names it.
    pub environment: String,
    /// The services that change.
    pub services: Vec<String>,
    /// The files that the change touches, by their path in the repository. `None` where nobody can
    /// tell: then it may have touched any.
    pub paths: Option<Vec<String>>,
    /// What kinds of change it is.
    pub risks: Vec<Risk>,
    /// Whether it takes the environment back to what it was.
    pub rollback: bool,
}

/// What somebody claims, with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What.
    pub kind: ClaimKind,
    /// Who, as the forge knows the person now.
    pub person: Person,
    /// Why, in the person's words.
    pub reason: String,
    /// The incident that it is about.
    pub incident: Option<String>,
}

/// What can be claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// An emergency: no approval and no time counts.
    Emergency,
    /// An exception from the times, and only from them.
    Override,
}

/// Decides. Where several policies have a say, each must let it through.
pub fn decide(question: &Question<'_>) -> Verdict {
    let mut verdict = by_one(question);
    for policy in question.policy.others() {
        if !verdict.is_open() {
            break;
        }
        let other = by_one(&Question { policy, ..*question });
        let closes = [verdict.closes, other.closes].into_iter().flatten().min();
        verdict = Verdict { closes, ..if other.is_open() { verdict } else { other } };
    }
    verdict
}

/// What one policy says, whatever others there are.
fn by_one(question: &Question<'_>) -> Verdict {
    let Question { subject, policy, now, .. } = *question;
    let counted = count(question);
    let mut verdict = Verdict {
        decision: Decision::Open,
        met: counted.met,
        void: counted.void,
        claim: None,
        emergency: false,
        closes: None,
    };
    let changes_nothing = subject.risks == [Risk::NoChanges];
    if subject.services.is_empty() && !changes_nothing {
        return verdict.denied("the deployment has no service, and its plan does not say why");
    }
    let accepted = match question.claim.map(|claim| (claim, policy.refuses(claim))) {
        Some((_, Some(why))) => return verdict.denied(why),
        Some((claim, None)) => Some(claim),
        None => None,
    };
    verdict.claim = accepted.cloned();
    if accepted.is_some_and(|claim| claim.kind == ClaimKind::Emergency) {
        verdict.emergency = true;
        return verdict;
    }
    if let Some(rejection) = counted.rejection {
        let who = rejection.person.login;
        return verdict.denied(format!("{who} rejected it"));
    }
    if policy.emergencies.block_when_overdue && question.overdue_reviews > 0 && !subject.rollback {
        return verdict.denied("an emergency deployment was not reviewed in time");
    }
    let timeless = subject.rollback || accepted.is_some();
    let mut waits = Vec::new();
    if !timeless {
        let frozen = question.freezes.iter().filter(|freeze| freeze.concerns(subject));
        waits.extend(frozen.filter_map(|freeze| {
            let until = freeze.active(now)?;
            Some(Waits::Freeze { reason: freeze.reason.clone(), until })
        }));
        match window::open_until(&policy.windows, now) {
            Ok(closes) => verdict.closes = closes,
            Err(opens) => waits.push(Waits::Window { opens }),
        }
    }
    let lacking = verdict.met.iter().filter(|met| met.given.len() < met.needed);
    waits.extend(lacking.map(|met| Waits::Approvals {
        missing: met.needed - met.given.len(),
        of: met.any_of.clone(),
    }));
    if !waits.is_empty() {
        verdict.decision = Decision::Waiting(waits);
    }
    verdict
}
