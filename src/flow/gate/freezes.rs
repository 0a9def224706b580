//! Freezes, from everywhere: the journal, `clodo.yml` and its calendars, and GitLab.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Ground;
use super::policy::{PolicyError, asks};
use super::reach::Reach;
use crate::core::config::clodo_yml::{CalendarFile, Gate};
use crate::core::gate::{
    CalendarError, Found, Freeze, PeriodError, RecordedError, Recurrence, Whence,
};
use crate::core::model::Actor;
use crate::core::model::context::{CiContext, ForgeKind};
use crate::core::model::journal::{Action, Entry};
use crate::exit::Exit;
use crate::flow::project::{Project, ProjectError, Request, settings};
use crate::world::forge::ForgeError;
use crate::world::forge::evidence::Evidence;
use crate::world::store::{EntryFilter, Store, StoreError, event};

/// The place of an event that concerns the whole state.
const EVERYWHERE: (&str, &str) = ("", "");

/// How far back what has just ended is still looked at: clocks differ, and the one of the store decides.
const BACK: SignedDuration = SignedDuration::from_hours(24);

/// Why it cannot be told what is frozen. Whatever it is, the gate stays closed.
#[derive(Debug, thiserror::Error)]
pub enum FreezesError {
    /// The journal cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A freeze of the journal cannot be kept.
    #[error("the freeze {id} of the journal cannot be kept: {error}")]
    Recorded {
        /// By which it is ended.
        id: String,
        /// What is wrong with it.
        error: RecordedError,
    },
    /// A calendar cannot be counted.
    #[error("{path}: {error}")]
    Calendar {
        /// The file.
        path: String,
        /// What is wrong with it.
        error: CalendarError,
    },
    /// Nobody has read a calendar.
    #[error("the calendar {0} was not read")]
    Unread(String),
    /// The forge does not tell.
    #[error("the freeze periods of the project cannot be read: {0}")]
    Forge(#[from] ForgeError),
    /// A freeze period of the forge cannot be kept.
    #[error(transparent)]
    Period(#[from] PeriodError),
}

impl FreezesError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Store(error) => error.hint(),
            Self::Recorded { id, .. } => {
                format!("end it, and set it anew: clodo freeze end {id} --reason TEXT")
            }
            Self::Calendar { .. } | Self::Unread(_) => {
                "correct the calendar; see docs/freezes.md".to_owned()
            }
            Self::Forge(error) => error.hint(),
            Self::Period(_) => {
                "correct it in the project's settings: CI/CD, Deploy freezes".to_owned()
            }
        }
    }

    /// How a command ends with it.
    pub fn exit(&self) -> Exit {
        Exit::Denied
    }
}

/// Why the freezes cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The project cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The gate of an environment cannot be read.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The freezes cannot be read.
    #[error(transparent)]
    Freezes(#[from] FreezesError),
}

impl ListError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Project(error) => error.hint().into_owned(),
            Self::Policy(error) => error.hint(),
            Self::Freezes(error) => error.hint(),
        }
    }
}

/// Every freeze that can concern a deployment through a gate.
///
/// # Errors
/// Where one of the places cannot be read. Then nothing may be deployed.
pub async fn freezes(
    store: &Store,
    gate: Option<&Gate>,
    context: &CiContext,
    forge: Option<&dyn Evidence>,
) -> Result<Vec<Freeze>, FreezesError> {
    let mut freezes = kept(store).await?;
    if let Some(gate) = gate {
        let found = of_gate(gate, context, forge).await?;
        freezes.extend(found.into_iter().map(|found| found.freeze));
    }
    freezes.extend(of_run(context));
    Ok(freezes)
}

/// What the gate of an environment names, and the forge behind it.
///
/// # Errors
/// Where a calendar or the forge cannot be read.
async fn of_gate(
    gate: &Gate,
    context: &CiContext,
    forge: Option<&dyn Evidence>,
) -> Result<Vec<Found>, FreezesError> {
    let since = Timestamp::now().checked_sub(BACK).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut found = Vec::new();
    let mut add = |whence, freezes: Vec<Freeze>| {
        found.extend(freezes.into_iter().map(|freeze| Found { freeze, whence }));
    };
    add(Whence::Settings, gate.freezes.clone());
    for file in &gate.calendars {
        add(Whence::Calendar, of_calendar(file, since)?);
    }
    if let Some(forge) = forge.filter(|_| on_gitlab(context)) {
        for period in forge.freeze_periods().await? {
            add(Whence::GitLab, period.freezes(since)?);
        }
    }
    Ok(found)
}

/// The freezes that are known.
#[derive(Debug, Default)]
pub struct Listed {
    /// Each with where it stands.
    pub found: Vec<Found>,
    /// Why those of the forge are not among them, where it should tell.
    pub untold: Option<ForgeError>,
}

/// Every freeze that is known here, with where it stands: for people who want to see them. A forge
/// that has freezes is asked for them where there is a token, and nobody waits for its answer to the
/// other questions.
///
/// # Errors
/// Where one of the places cannot be read.
pub async fn listed(store: Option<&Store>, ground: &Ground<'_>) -> Result<Listed, ListError> {
    let Ground { request, context, .. } = *ground;
    let mut found: Vec<Found> = Vec::new();
    if let Some(store) = store {
        let kept = kept(store).await?.into_iter();
        found.extend(kept.map(|freeze| Found { freeze, whence: Whence::Journal }));
    }
    let run = of_run(context).into_iter();
    found.extend(run.map(|freeze| Found { freeze, whence: Whence::GitLab }));
    let mut gated = Vec::new();
    for environment in settings(request)?.environments {
        let asks = asks(request, context, None, &environment.name, None).await?;
        let Some(gate) = asks.gate else { continue };
        for mut one in of_gate(&gate, context, None).await? {
            one.freeze.environments = vec![environment.name.clone()];
            found.push(one);
        }
        gated.push(environment.name);
    }
    let untold = match of_forge(ground, &gated).await {
        Ok(more) => {
            found.extend(more);
            None
        }
        Err(FreezesError::Forge(error)) => Some(error),
        Err(error) => return Err(error.into()),
    };
    Ok(Listed { found, untold })
}

/// The freeze periods of the project on GitLab: they hold for environments with a gate.
async fn of_forge(ground: &Ground<'_>, gated: &[String]) -> Result<Vec<Found>, FreezesError> {
    if gated.is_empty() || !on_gitlab(ground.context) {
        return Ok(Vec::new());
    }
    // Without a token nobody can be asked.
    let Ok(reach) = Reach::of(ground) else { return Ok(Vec::new()) };
    let forge = reach.forge();
    let Some(evidence) = forge.evidence() else { return Ok(Vec::new()) };
    let since = Timestamp::now().checked_sub(BACK).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut found = Vec::new();
    for period in evidence.freeze_periods().await? {
        let freezes = period.freezes(since)?.into_iter();
        found.extend(freezes.map(|freeze| Found {
            freeze: Freeze { environments: gated.to_vec(), ..freeze },
            whence: Whence::GitLab,
        }));
    }
    Ok(found)
}

fn on_gitlab(context: &CiContext) -> bool {
    context.forge.as_ref().is_some_and(|known| known.value == ForgeKind::Gitlab)
}

fn of_calendar(file: &CalendarFile, since: Timestamp) -> Result<Vec<Freeze>, FreezesError> {
    let path = || file.path.clone();
    let calendar = file.calendar.as_ref().ok_or_else(|| FreezesError::Unread(path()))?;
    let freezes = calendar.freezes(since);
    let freezes = freezes.map_err(|error| FreezesError::Calendar { path: path(), error })?;
    let services = |freeze| Freeze { services: file.services.clone(), ..freeze };
    Ok(freezes.into_iter().map(services).collect())
}

/// What the run itself says. GitLab sets `CI_DEPLOY_FREEZE` when a pipeline is made
/// (<https://docs.gitlab.com/ci/variables/predefined_variables/>).
fn of_run(context: &CiContext) -> Option<Freeze> {
    let frozen = context.deploy_freeze.as_ref().is_some_and(|known| known.value);
    frozen.then(|| Freeze {
        id: "CI_DEPLOY_FREEZE".to_owned(),
        reason: "the pipeline was made in a deploy freeze of the project on GitLab".to_owned(),
        environments: Vec::new(),
        services: Vec::new(),
        from: DateTime::MIN,
        to: None,
        zone: TimeZone::UTC,
        recurrence: Recurrence::Once,
    })
}

/// The freezes of the journal that nobody has ended, the oldest first.
///
/// # Errors
/// Where the journal cannot be read, or one of them cannot be kept.
pub async fn kept(store: &Store) -> Result<Vec<Freeze>, FreezesError> {
    let read = |entry: Entry| {
        let id = entry.event.op;
        let freeze = Freeze::recorded(&id, Value::Object(entry.event.details));
        freeze.map_err(|error| FreezesError::Recorded { id, error })
    };
    open(store).await?.into_iter().map(read).collect()
}

/// The entries of the freezes that nobody has ended, also of those that cannot be kept.
///
/// # Errors
/// Where the journal cannot be read.
pub async fn open(store: &Store) -> Result<Vec<Entry>, StoreError> {
    let entries = async |action| {
        let filter = EntryFilter { action: Some(action), ..EntryFilter::default() };
        store.entries(&filter).await
    };
    let mut set = entries(Action::FreezeSet).await?;
    let ended = entries(Action::FreezeEnded).await?;
    let ended: BTreeSet<&str> = ended
        .iter()
        .filter_map(|entry| entry.event.details.get("freeze").and_then(Value::as_str))
        .collect();
    set.retain(|entry| !ended.contains(entry.event.op.as_str()));
    Ok(set)
}

/// Writes freezes into the journal; gives the ids by which they are ended.
///
/// # Errors
/// Where the journal cannot be written.
pub async fn set(
    store: &Store,
    actor: &Actor,
    freezes: &[Freeze],
) -> Result<Vec<String>, StoreError> {
    let mut ids = Vec::new();
    for freeze in freezes {
        let event = event(Action::FreezeSet, actor, EVERYWHERE, &freeze.report());
        store.append(&event).await?;
        ids.push(event.op);
    }
    Ok(ids)
}

/// Those of some names that are no services of the project: a freeze of them never holds. Where nothing
/// can be read here, as on a machine without the project, every name is believed.
pub fn strangers<'s>(request: &Request, services: &'s [String]) -> Vec<&'s str> {
    let Ok(project) = Project::read(request) else { return Vec::new() };
    let known =
        |name: &&String| project.workspace.services.iter().any(|service| *service.name == ***name);
    services.iter().filter(|name| !known(name)).map(String::as_str).collect()
}

/// Ends a freeze of the journal.
///
/// # Errors
/// Where the journal cannot be written.
pub async fn end(store: &Store, actor: &Actor, id: &str, reason: &str) -> Result<(), StoreError> {
    let details = json!({ "freeze": id, "reason": reason });
    store.append(&event(Action::FreezeEnded, actor, EVERYWHERE, &details)).await?;
    Ok(())
}
