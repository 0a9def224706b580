//! What to read, and the conditions of SQL that say it.

use jiff::Timestamp;

use crate::core::model::deployment::State;
use crate::core::model::journal::{Action, written};

/// Which deployments to read. What is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeploymentFilter {
    /// Of this account.
    pub account: Option<String>,
    /// Of this environment; `Some("")` is the top level.
    pub environment: Option<String>,
    /// With this service.
    pub service: Option<String>,
    /// Begun by this person: [`crate::core::model::Actor::id`].
    pub actor: Option<String>,
    /// In this state.
    pub state: Option<State>,
    /// Of this commit.
    pub commit: Option<String>,
    /// Begun at this time or later.
    pub since: Option<Timestamp>,
    /// Begun before this time.
    pub until: Option<Timestamp>,
    /// At most so many, the newest; all where it is `None`.
    pub limit: Option<u64>,
}

/// Which entries to read. What is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Of this deployment.
    pub deployment: Option<String>,
    /// That say this.
    pub action: Option<Action>,
    /// Written at this time or later.
    pub since: Option<Timestamp>,
    /// Written before this time.
    pub until: Option<Timestamp>,
    /// After the entry with this number.
    pub after: Option<u64>,
    /// At most so many; all where it is `None`.
    pub limit: Option<u64>,
    /// The newest first.
    pub newest_first: bool,
}

/// Conditions of a statement, with their parameters.
#[derive(Default)]
pub(super) struct Conditions {
    /// From `WHERE` to `LIMIT`.
    pub(super) sql: String,
    params: Vec<String>,
}

impl Conditions {
    /// Adds a condition if there is something to compare with; `?` in it stands for that.
    pub(super) fn add(&mut self, condition: &str, param: Option<impl Into<String>>) {
        let Some(param) = param else { return };
        self.params.push(param.into());
        let place = format!("?{}", self.params.len());
        self.sql += if self.sql.is_empty() { " WHERE " } else { " AND " };
        self.sql += &condition.replace('?', &place);
    }

    fn limit(&mut self, limit: Option<u64>) {
        if let Some(limit) = limit {
            // SQLite counts no further, and nothing has so many rows.
            self.sql += &format!(" LIMIT {}", limit.min(i64::MAX.unsigned_abs()));
        }
    }

    pub(super) fn params(&self) -> Vec<&str> {
        self.params.iter().map(String::as_str).collect()
    }
}

impl DeploymentFilter {
    /// What to select from, and on which conditions.
    pub(super) fn conditions(&self) -> (&'static str, Conditions) {
        let mut which = Conditions::default();
        which.add("deployments.account = ?", self.account.as_deref());
        which.add("deployments.environment = ?", self.environment.as_deref());
        which.add("deployments.actor_id = ?", self.actor.as_deref());
        which.add("deployments.state = ?", self.state.map(State::as_str));
        which.add("deployments.commit_sha = ?", self.commit.as_deref());
        let since = first_from("deployments", "started_at");
        which.add(&format!("deployments.seq >= {since}"), self.since.map(written));
        which.add(&format!("deployments.seq < {since}"), self.until.map(written));
        // The index of services is walked, in the order that is wanted.
        let (from, seq) = match &self.service {
            None => ("deployments", "deployments.seq"),
            Some(_) => (
                "deployment_services AS of CROSS JOIN deployments ON deployments.seq = of.deployment",
                "of.deployment",
            ),
        };
        which.add("of.service = ?", self.service.as_deref());
        which.sql += &format!(" ORDER BY {seq} DESC");
        which.limit(self.limit);
        (from, which)
    }
}

impl EntryFilter {
    /// On which conditions to select from the journal.
    pub(super) fn conditions(&self) -> Conditions {
        let mut which = Conditions::default();
        which.add("deployment = ?", self.deployment.as_deref());
        which.add("action = ?", self.action.map(Action::as_str));
        let since = first_from("journal", "at");
        which.add(&format!("seq >= {since}"), self.since.map(written));
        which.add(&format!("seq < {since}"), self.until.map(written));
        which.add("seq > CAST(? AS INTEGER)", self.after.map(|seq| seq.to_string()));
        which.sql += if self.newest_first { " ORDER BY seq DESC" } else { " ORDER BY seq" };
        which.limit(self.limit);
        which
    }
}

/// The number of the first row from a time on, so that a range of times is a range of numbers: times
/// never go back in the journal. Where there is none, a number that none has.
fn first_from(table: &str, time: &str) -> String {
    format!(
        "COALESCE((SELECT seq FROM {table} WHERE {time} >= ? ORDER BY {time}, seq LIMIT 1), {})",
        i64::MAX
    )
}
