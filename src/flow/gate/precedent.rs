//! What the record says of earlier deployments through a gate: which gate counted, and what serves.

use crate::core::model::context::Sha;
use crate::core::model::deployment::{Deployment, Kind, State};
use crate::core::model::journal::Action;
use crate::world::store::{DeploymentFilter, EntryFilter, Store, StoreError};

/// How many deployments are read back. After a rollback it takes more than the newest.
const READ_BACK: u64 = 100;

/// The deployments before, of an environment whose gate ever decided anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precedent {
    /// The commit of the last deployment: its gate counts still. A rollback asks for nobody, and so is
    /// no way around a gate.
    pub gate: Sha,
    /// The commit that serves, or an earlier one: whatever came after it goes live with the next
    /// deployment, also what was taken back.
    pub live: Sha,
}

/// What came before in an environment of an account; `None` where its gate never decided anything.
///
/// # Errors
/// Where the record cannot be read.
pub async fn precedent(
    store: &Store,
    account: &str,
    environment: &str,
) -> Result<Option<Precedent>, StoreError> {
    let decided = EntryFilter { action: Some(Action::GateDecided), ..EntryFilter::default() };
    let decided = store.entries(&decided).await?;
    let place = (account, environment);
    let mut places = decided.iter().map(|entry| (&*entry.event.account, &*entry.event.environment));
    if !places.any(|decided| decided == place) {
        return Ok(None);
    }
    let succeeded = DeploymentFilter {
        account: Some(account.to_owned()),
        environment: Some(environment.to_owned()),
        state: Some(State::Succeeded),
        limit: Some(READ_BACK),
        ..DeploymentFilter::default()
    };
    Ok(of(&store.deployments(&succeeded).await?))
}

/// The precedent in a list of what succeeded, the newest first.
fn of(succeeded: &[Deployment]) -> Option<Precedent> {
    let commit = |one: &Deployment| Sha::parse(one.cause.commit.as_deref()?);
    let gate = succeeded.iter().find_map(commit)?;
    let back = succeeded.first().filter(|newest| newest.cause.kind == Kind::Rollback);
    let live = back.and_then(|back| {
        // It names what it took back, or what it put live again. In doubt it is the former.
        let named = |one: &&Deployment| match &back.cause.of {
            Some(id) => one.id == *id,
            None => one.cause.kind == Kind::Deploy,
        };
        let taken_back = succeeded.iter().position(|one| named(&one))?;
        succeeded[taken_back + 1..].iter().find_map(commit)
    });
    Some(Precedent { live: live.unwrap_or_else(|| gate.clone()), gate })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::core::model::Actor;
    use crate::core::model::deployment::Cause;

    fn sha(digit: char) -> Sha {
        Sha::parse(&digit.to_string().repeat(40)).expect("a commit")
    }

    fn deployment(id: &str, cause: Cause) -> Deployment {
        Deployment {
            id: id.to_owned(),
            account: String::new(),
            environment: "production".to_owned(),
            state: State::Succeeded,
            started_at: Timestamp::UNIX_EPOCH,
            finished_at: None,
            actor: Actor { id: "cy".into(), issuer: "github".into(), method: "pipeline".into() },
            cause,
            services: Vec::new(),
        }
    }

    fn deployed(digit: char) -> Deployment {
        let commit = Some(sha(digit).to_string());
        deployment(&digit.to_string(), Cause { commit, ..Cause::default() })
    }

    fn back(of: Option<&str>) -> Deployment {
        let of = of.map(str::to_owned);
        deployment("r", Cause { kind: Kind::Rollback, of, ..Cause::default() })
    }

    #[test]
    fn a_rollback_hides_neither_the_gate_nor_what_it_took_back() {
        let found = |list: &[Deployment]| of(list).map(|one| (one.gate, one.live));
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[back(None)]), None);
        let [a, b, c] = ['a', 'b', 'c'].map(deployed);
        assert_eq!(found(&[c.clone(), b.clone()]), Some((sha('c'), sha('c'))));
        for (of, live) in [(Some("c"), 'b'), (Some("b"), 'a'), (None, 'b')] {
            let all = [back(of), c.clone(), b.clone(), a.clone()];
            assert_eq!(found(&all), Some((sha('c'), sha(live))), "{of:?}");
        }
        // There is nothing before, or nobody knows of it.
        assert_eq!(found(&[back(Some("a")), a.clone()]), Some((sha('a'), sha('a'))));
        assert_eq!(found(&[back(Some("x")), b, a]), Some((sha('b'), sha('b'))));
        assert_eq!(found(&[c, back(Some("b"))]), Some((sha('c'), sha('c'))));
    }
}
