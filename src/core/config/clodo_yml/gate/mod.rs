//! The gate of an environment: `environments.NAME.gate`.
//!
//! The tables are closed: a key that is not known, a principal that is none and a count that nobody
//! can reach are errors, so that a mistake never makes the gate wider than somebody meant it.

mod keys;

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::tz::TimeZone;
use serde_json::json;

pub(super) use self::keys::GATE;
use self::keys::{expiry, principal};
use super::Problem;
use crate::core::canonical::digest_of;
use crate::core::config::shape::join;
use crate::core::gate::{
    Calendar, Emergencies, Freeze, Method, Part, Policy, Principal, Recurrence, Requirement, Risk,
    When, Window, beginning, ending, zone_named,
};
use crate::core::model::Value;

/// What an environment asks for before it is deployed.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Who must agree, and when it may be deployed.
    pub policy: Policy,
    /// When it may not.
    pub freezes: Vec<Freeze>,
    /// Files whose events are freezes too.
    pub calendars: Vec<CalendarFile>,
    /// Where approvals may be given.
    pub evidence: Vec<Method>,
    /// SHA-256 of all that is said of the gate: 64 hexadecimal digits.
    pub digest: String,
}

impl Gate {
    /// This gate and another, both of which must be open: the one that counted before it was changed.
    pub fn and(self, other: Self) -> Self {
        if self.digest == other.digest {
            return self;
        }
        Self {
            digest: digest_of(&json!([self.digest, other.digest])),
            policy: self.policy.and(other.policy),
            freezes: [self.freezes, other.freezes].concat(),
            calendars: [self.calendars, other.calendars].concat(),
            evidence: self
                .evidence
                .into_iter()
                .filter(|one| other.evidence.contains(one))
                .collect(),
        }
    }
}

/// A file of iCalendar whose events are freezes.
#[derive(Clone, Debug)]
pub struct CalendarFile {
    /// Its path, relative to the `clodo.yml`.
    pub path: String,
    /// The zone of days and times that say none; `None` where the file says it.
    pub zone: Option<TimeZone>,
    /// The services that it is for; all of them where the list is empty.
    pub services: Vec<String>,
    /// What it says, once it was read.
    pub calendar: Option<Calendar>,
}

/// Reads a gate that has the shape of the table. `environment` is the name of the one whose it is.
pub(super) fn gate(environment: &str, value: &Value, problems: &mut Vec<Problem>) -> Gate {
    let path = join(&join("environments", environment), "gate");
    let items = |key| value.get(key).map(Value::items).unwrap_or_default();
    let mut gate = Gate {
        policy: Policy {
            requirements: (items("approvals").iter().enumerate())
                .map(|(index, one)| {
                    requirement(&format!("{path}.approvals[{index}]"), one, problems)
                })
                .collect(),
            automatic: listed(value, "auto-approve", Risk::of),
            windows: windows(&format!("{path}.windows"), items("windows"), problems),
            overriders: listed(value, "override", principal),
            emergencies: value.get("emergency").map(emergencies).unwrap_or_default(),
            ..Policy::default()
        },
        freezes: Vec::new(),
        calendars: Vec::new(),
        evidence: Method::ALL.map(|(method, _)| method).to_vec(),
        digest: digest_of(&value.to_json()),
    };
    if value.get("exclude").is_some() {
        gate.policy.excluded = listed(value, "exclude", |word| of_word(&Part::ALL, word));
    }
    if let Some(expires) = value.get("expires").and_then(expiry) {
        gate.policy.expires = expires;
    }
    if value.get("evidence").is_some() {
        gate.evidence = listed(value, "evidence", |word| of_word(&Method::ALL, word));
    }
    for (index, entry) in items("freezes").iter().enumerate() {
        let path = format!("{path}.freezes[{index}]");
        let zone = zone(&path, entry, problems);
        if let Some(calendar) = entry.get("calendar").and_then(Value::as_str) {
            let (path, services) = (calendar.to_owned(), listed(entry, "services", text));
            gate.calendars.push(CalendarFile { path, zone, services, calendar: None });
        } else {
            let zone = zone.unwrap_or(TimeZone::UTC);
            gate.freezes.extend(freeze(environment, &path, entry, zone, problems));
        }
    }
    gate
}

/// The things that a list names, none where there is no list.
fn listed<T>(value: &Value, key: &str, of: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let items = value.get(key).map(Value::items).unwrap_or_default();
    items.iter().filter_map(|item| of(item.as_str()?)).collect()
}

fn of_word<T: Copy>(pairs: &[(T, &str)], word: &str) -> Option<T> {
    pairs.iter().find(|(_, known)| *known == word).map(|(thing, _)| *thing)
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn emergencies(value: &Value) -> Emergencies {
    Emergencies {
        any_of: listed(value, "any-of", principal),
        block_when_overdue: value.get("block-when-overdue").and_then(Value::as_bool) == Some(true),
    }
}

fn requirement(path: &str, entry: &Value, problems: &mut Vec<Problem>) -> Requirement {
    let any_of = listed(entry, "any-of", principal);
    let count = entry.get("count");
    // The shape says that it is a whole number from 1 on.
    let needed = count.and_then(Value::as_number).map_or(1, |count| count as usize);
    if let (Some(count), Some(people)) = (count, people(&any_of))
        && needed > people
    {
        let people = if people == 1 { "1 person".into() } else { format!("{people} people") };
        problems.push(Problem {
            span: count.span,
            path: join(path, "count"),
            message: format!("`{path}` asks for {needed} approvals of {people}"),
            label: Some("nobody can fulfil this".into()),
            help: Some("a person counts once: name more people, or ask for fewer".into()),
        });
    }
    Requirement { any_of, count: needed, when: entry.get("when").map(when).unwrap_or_default() }
}

/// How many people are named. How many are in a team or have a role is not known here.
fn people(any_of: &[Principal]) -> Option<usize> {
    let login = |one: &Principal| match one {
        Principal::User(login) => Some(login.to_ascii_lowercase()),
        Principal::Team(_) | Principal::Role(_) => None,
    };
    let people: Option<BTreeSet<String>> = any_of.iter().map(login).collect();
    people.map(|people| people.len())
}

fn when(value: &Value) -> When {
    if let Some(word) = value.as_str() {
        return When { risk: Risk::of(word), ..When::default() };
    }
    let paths = listed(value, "paths", text);
    When {
        risk: value.get("change").and_then(Value::as_str).and_then(Risk::of),
        paths: if paths.is_empty() { None } else { globs(&paths) },
        services: listed(value, "services", text),
    }
}

/// Patterns over paths, each of which covers what lies below a folder that it matches. `None`, which
/// stands for every path, where they are too many for one set.
fn globs(patterns: &[String]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let plain = pattern.trim_start_matches("./").trim_matches('/');
        for pattern in [plain.to_owned(), format!("{plain}/**")] {
            set.add(GlobBuilder::new(&pattern).literal_separator(true).build().ok()?);
        }
    }
    set.build().ok()
}

fn windows(path: &str, items: &[Value], problems: &mut Vec<Problem>) -> Vec<Window> {
    let mut windows = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match item.as_str().unwrap_or_default().parse() {
            Ok(window) => windows.push(window),
            Err(error) => problems.push(Problem {
                span: item.span,
                path: format!("{path}[{index}]"),
                message: format!("`{path}[{index}]` is no window: {error}"),
                label: None,
                help: Some(
                    "write days, times and a zone: Mon-Thu 09:00-16:00 Europe/Berlin".into(),
                ),
            }),
        }
    }
    windows
}

/// The zone that an entry names.
fn zone(path: &str, entry: &Value, problems: &mut Vec<Problem>) -> Option<TimeZone> {
    let named = entry.get("zone")?;
    let zone = zone_named(named.as_str()?);
    if zone.is_none() {
        problems.push(Problem {
            span: named.span,
            path: join(path, "zone"),
            message: format!("`{path}.zone` must be a time zone, not {named}"),
            label: None,
            help: Some("write it as the time zone database has it: Europe/Berlin, UTC".into()),
        });
    }
    zone
}

fn freeze(
    environment: &str,
    path: &str,
    entry: &Value,
    zone: TimeZone,
    problems: &mut Vec<Problem>,
) -> Option<Freeze> {
    let word = |key| entry.get(key).and_then(Value::as_str);
    let freeze = Freeze {
        id: path.to_owned(),
        reason: word("reason").unwrap_or_default().to_owned(),
        environments: vec![environment.to_owned()],
        services: listed(entry, "services", text),
        from: word("from").and_then(beginning)?,
        to: word("to").and_then(ending),
        zone,
        recurrence: word("repeat").and_then(Recurrence::of).unwrap_or(Recurrence::Once),
    };
    if let Some(fault) = freeze.fault() {
        problems.push(Problem {
            span: entry.span_of("to"),
            path: path.to_owned(),
            message: format!("`{path}` cannot be kept: {fault}"),
            label: None,
            help: Some(fault.hint().into()),
        });
        return None;
    }
    Some(freeze)
}
