//! What an environment asks for before it is deployed.

use globset::GlobSet;
use jiff::SignedDuration;

use super::people::{Part, Person, Principal};
use super::window::Window;
use super::{Claim, ClaimKind, Subject};

/// How long an approval counts where the policy does not say.
pub const USUAL_EXPIRY: SignedDuration = SignedDuration::from_hours(24);

/// Until when somebody else must have looked at a deployment that was made in an emergency.
pub const REVIEW_DUE: SignedDuration = SignedDuration::from_hours(24);

/// What an environment asks for.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Who must agree. Each requirement that applies must be met, by different people.
    pub requirements: Vec<Requirement>,
    /// Whose approval does not count, by what they had to do with the change.
    pub excluded: Vec<Part>,
    /// How long an approval counts.
    pub expires: SignedDuration,
    /// Changes that need no approval, if they are nothing else.
    pub automatic: Vec<Risk>,
    /// When it may be deployed; at any time where the list is empty.
    pub windows: Vec<Window>,
    /// Who may deploy outside of these times, with a reason.
    pub overriders: Vec<Principal>,
    /// What counts in an emergency.
    pub emergencies: Emergencies,
    /// Another policy that must let it through as well: the one that counted before it was changed.
    pub also: Option<Box<Policy>>,
}

/// What counts in an emergency.
#[derive(Clone, Debug, Default)]
pub struct Emergencies {
    /// Who may declare one.
    pub any_of: Vec<Principal>,
    /// Whether nothing else is deployed while one was not looked at in time.
    pub block_when_overdue: bool,
}

/// Who must agree.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Of whom.
    pub any_of: Vec<Principal>,
    /// How many.
    pub count: usize,
    /// When it applies.
    pub when: When,
}

/// When a requirement applies: everything that is named must be so.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// The change is of this kind.
    pub risk: Option<Risk>,
    /// It touches a file that matches.
    pub paths: Option<GlobSet>,
    /// It changes one of these services.
    pub services: Vec<String>,
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Nothing changes.
    NoChanges,
    /// Static assets change.
    Assets,
    /// Code, bindings or variables change.
    Code,
    /// Settings outside of versions, routes, domains, crons or consumers change.
    Triggers,
    /// Migrations of D1 run.
    Migrations,
    /// A migration of D1 drops or rewrites data.
    DestructiveMigrations,
    /// Classes of Durable Objects come, go or are renamed.
    DurableObjects,
    /// Secrets are replaced.
    Secrets,
}

impl Risk {
    /// Every kind, with its word in clodo.yml.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::NoChanges, "no-changes"),
        (Self::Assets, "assets"),
        (Self::Code, "code"),
        (Self::Triggers, "triggers"),
        (Self::Migrations, "migrations"),
        (Self::DestructiveMigrations, "migrations.destructive"),
        (Self::DurableObjects, "durable-objects"),
        (Self::Secrets, "secrets"),
    ];

    /// The kind of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(risk, _)| *risk)
    }

    /// The word of a kind.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(risk, _)| *risk == self).map_or("", |(_, word)| word)
    }
}

impl Default for Policy {
    /// Nothing is asked for, and those who made a change do not count.
    fn default() -> Self {
        Self {
            requirements: Vec::new(),
            excluded: Part::ALL.map(|(part, _)| part).to_vec(),
            expires: USUAL_EXPIRY,
            automatic: Vec::new(),
            windows: Vec::new(),
            overriders: Vec::new(),
            emergencies: Emergencies::default(),
            also: None,
        }
    }
}

impl Policy {
    /// The other policies that must let it through as well.
    pub fn others(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(self.also.as_deref(), |policy| policy.also.as_deref())
    }

    /// All policies that must let it through.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.others())
    }

    /// The same without people: what is left of it once they have been asked.
    #[must_use]
    pub fn times(&self) -> Self {
        let also = self.also.as_ref().map(|also| Box::new(also.times()));
        Self { requirements: Vec::new(), also, ..self.clone() }
    }

    /// The policy, with another one that must let it through as well.
    pub fn and(self, other: Self) -> Self {
        let also = match self.also {
            Some(also) => also.and(other),
            None => other,
        };
        Self { also: Some(Box::new(also)), ..self }
    }

    /// The requirements that apply to a subject; none where every kind of change in it is automatic.
    pub(super) fn applying(&self, subject: &Subject) -> impl Iterator<Item = &Requirement> {
        let automatic = !subject.risks.is_empty()
            && subject.risks.iter().all(|risk| self.automatic.contains(risk));
        let applying = self.requirements.iter().filter(|one| one.when.applies(subject));
        applying.filter(move |_| !automatic)
    }

    /// Why a claim does not count.
    pub(super) fn refuses(&self, claim: &Claim) -> Option<String> {
        let (who, what) = match claim.kind {
            ClaimKind::Emergency => (&self.emergencies.any_of, "declare an emergency"),
            ClaimKind::Override => (&self.overriders, "deploy outside of the times"),
        };
        let Person { login, bot, .. } = &claim.person;
        if claim.reason.trim().is_empty() {
            return Some(format!("to {what} takes a reason"));
        }
        let named = who.iter().any(|principal| principal.means(&claim.person));
        (*bot || !named).then(|| format!("{login} may not {what}"))
    }
}

impl When {
    fn applies(&self, subject: &Subject) -> bool {
        self.risk.is_none_or(|risk| subject.risks.contains(&risk))
            && self
                .paths
                .as_ref()
                .zip(subject.paths.as_ref())
                .is_none_or(|(globs, paths)| paths.iter().any(|path| globs.is_match(path)))
            && (self.services.is_empty()
                || self.services.iter().any(|service| subject.services.contains(service)))
    }
}
