//! Which approvals count, and for what.
//!
//! A person counts once. Where one could meet several requirements, whoever can do nothing else is
//! put there first: the requirements are filled as a whole, so that the order in which people approve
//! decides nothing.

use super::Question;
use super::approval::{Approval, Choice, SKEW, Void};
use super::people::Person;
use super::policy::Requirement;
use super::verdict::Met;

/// What was counted.
pub(super) struct Counted {
    pub(super) met: Vec<Met>,
    pub(super) void: Vec<(Approval, Void)>,
    /// A rejection that counts.
    pub(super) rejection: Option<Approval>,
}

pub(super) fn count(question: &Question<'_>) -> Counted {
    let requirements: Vec<&Requirement> = question.policy.applying(question.subject).collect();
    let mut void = Vec::new();
    let mut valid: Vec<&Approval> = Vec::new();
    let mut rejection = None;
    for approval in question.approvals {
        match objection(question, approval) {
            Some(why) => void.push((approval.clone(), why)),
            None if approval.choice == Choice::Reject => rejection = Some(approval.clone()),
            // A person counts once, however often and wherever the word was given.
            None if valid.iter().any(|known| same(&known.person, &approval.person)) => {
                void.push((approval.clone(), Void::Repeated));
            }
            None => valid.push(approval),
        }
    }
    let places = fill(&requirements, &valid);
    let met = requirements.iter().enumerate().map(|(index, requirement)| Met {
        any_of: requirement.any_of.clone(),
        needed: requirement.count,
        given: valid
            .iter()
            .zip(&places)
            .filter(|(_, place)| **place == Some(index))
            .map(|(approval, _)| (*approval).clone())
            .collect(),
    });
    Counted { met: met.collect(), void, rejection }
}

/// Why an approval or a rejection does not count.
fn objection(question: &Question<'_>, approval: &Approval) -> Option<Void> {
    let Question { subject, policy, now, .. } = *question;
    let Approval { person, choice, .. } = approval;
    if approval.environment != subject.environment {
        return Some(Void::OtherEnvironment);
    }
    if approval.hash != subject.hash {
        return Some(Void::Superseded);
    }
    let latest = now.checked_add(SKEW).unwrap_or(now);
    if approval.at > latest {
        return Some(Void::Early);
    }
    if person.bot {
        return Some(Void::Bot);
    }
    let asked = |requirement: &Requirement| {
        requirement.any_of.iter().any(|principal| principal.means(person))
    };
    if !policy.requirements.iter().any(asked) {
        return Some(Void::Outsider);
    }
    if person.gone {
        return Some(Void::Gone);
    }
    // The last word of a person is the one that counts; a no and a yes of one moment are a no.
    let taken_back = |other: &Approval| {
        let later = match choice {
            Choice::Approve => other.at >= approval.at,
            Choice::Reject => other.at > approval.at && other.at <= latest,
        };
        later
            && other.choice != *choice
            && same(&other.person, person)
            && (&other.hash, &other.environment) == (&approval.hash, &approval.environment)
    };
    if question.approvals.iter().any(taken_back) {
        return Some(Void::TakenBack);
    }
    // Whoever made a change may stop it, and time does not turn a no into a yes.
    if *choice == Choice::Reject {
        return None;
    }
    if approval.used_by.is_some() {
        return Some(Void::Used);
    }
    if now.duration_since(approval.at) >= policy.expires {
        return Some(Void::Expired);
    }
    let own = question
        .involved
        .iter()
        .find(|involved| policy.excluded.contains(&involved.part) && involved.hand.is(person));
    own.map(|involved| Void::Own(involved.part))
}

/// Whether two are the same person. Who has no number is known by name.
fn same(a: &Person, b: &Person) -> bool {
    a.issuer == b.issuer
        && (a.login.eq_ignore_ascii_case(&b.login) || (!a.id.is_empty() && a.id == b.id))
}

/// Puts every person to a requirement, so that as many places as possible are filled: augmenting
/// paths, one person after the other.
fn fill(requirements: &[&Requirement], valid: &[&Approval]) -> Vec<Option<usize>> {
    let mut places = vec![None; valid.len()];
    for person in 0..valid.len() {
        let mut seen = vec![false; requirements.len()];
        settle(person, requirements, valid, &mut places, &mut seen);
    }
    places
}

/// Finds a place for a person, moving others where that makes room.
fn settle(
    person: usize,
    requirements: &[&Requirement],
    valid: &[&Approval],
    places: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    for (index, requirement) in requirements.iter().enumerate() {
        let asked = requirement.any_of.iter().any(|one| one.means(&valid[person].person));
        if !asked || std::mem::replace(&mut seen[index], true) {
            continue;
        }
        let here: Vec<usize> = (0..places.len()).filter(|p| places[*p] == Some(index)).collect();
        let room = here.len() < requirement.count
            || here.into_iter().any(|other| {
                let moved = settle(other, requirements, valid, places, seen);
                moved && places[other] != Some(index)
            });
        if room {
            places[person] = Some(index);
            return true;
        }
    }
    false
}
