//! The gate of an environment: `environments.NAME.gate`.
//!
//! The tables are closed: a key that is not known, a principal that is none and a count that nobody
//! can reach are errors, so that a mistake never makes the gate wider than somebody meant it.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::SignedDuration;
use serde_json::json;

use super::Problem;
use super::keys::{COUNT, GLOB, REASON};
use super::shapes::{DURATION, closed, duration};
use crate::core::canonical::digest_of;
use crate::core::config::shape::{INVALID_VALUE, Shape, Table, Test, join, optional, required};
use crate::core::gate::{
    Emergencies, Freeze, Method, Part, Policy, Principal, Recurrence, Requirement, Risk, When,
    Window, beginning, ending, zone_named,
};
use crate::core::model::Value;

/// What an environment asks for before it is deployed.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Who must agree, and when it may be deployed.
    pub policy: Policy,
    /// When it may not.
    pub freezes: Vec<Freeze>,
    /// Files of iCalendar whose events are freezes too, relative to the `clodo.yml`.
    pub calendars: Vec<String>,
    /// Where approvals may be given.
    pub evidence: Vec<Method>,
    /// SHA-256 of all that is said of the gate: 64 hexadecimal digits.
    pub digest: String,
}

pub(super) static GATE: Table = closed(&[
    optional("approvals", Shape::List(&Shape::Table(&APPROVAL))).doc(
        "Who must agree. Every entry that applies must be fulfilled, each by different people.",
    ),
    optional("exclude", Shape::List(&Shape::Choice(&PARTS))).doc(
        "Whose approval does not count, by what they had to do with the change. Default: all of \
         them. An empty list lets people approve their own work.",
    ),
    optional("expires", EXPIRY).doc("How long an approval counts. Default: 24h."),
    optional("auto-approve", Shape::List(&Shape::Choice(&RISKS))).doc(
        "Kinds of change that need no approval, where a deployment is nothing else: `no-changes`, \
         `assets` …",
    ),
    optional("evidence", METHODS)
        .doc("Where approvals may be given. Default: everywhere that the forge has."),
    optional("windows", Shape::List(&WINDOW))
        .doc("When it may be deployed: `Mon-Thu 09:00-16:00 Europe/Berlin`. Default: at any time."),
    optional("freezes", Shape::List(&FREEZE))
        .doc("When it may not be deployed: times, or calendars. See docs/freezes.md."),
    optional("override", PRINCIPALS).doc(
        "Who may deploy outside of the windows and in a freeze, with a reason. Default: nobody.",
    ),
    optional("emergency", Shape::Table(&EMERGENCY))
        .doc("Who may deploy without approvals, and what that costs."),
]);

static APPROVAL: Table = closed(&[
    required("any-of", PRINCIPALS)
        .doc("Who can agree: people, teams and roles of the forge: `user:ana`, `team:sre`."),
    optional("count", COUNT).doc("How many of them. Default: 1."),
    optional("when", WHEN).doc("When they are asked: at these changes only. Default: always."),
]);

const WHEN: Shape = Shape::Either(
    &[Shape::Choice(&RISKS), Shape::Table(&WHEN_TABLE)],
    "a kind of change, or a table of `change`, `paths` and `services`",
);

static WHEN_TABLE: Table = closed(&[
    optional("change", Shape::Choice(&RISKS)).doc("The change is of this kind."),
    optional("paths", Shape::List(&GLOB))
        .doc("It touches one of these files, or one below these folders of the repository."),
    optional("services", Shape::List(&Shape::NonEmptyString))
        .doc("It changes one of these services."),
]);

static EMERGENCY: Table = closed(&[
    required("any-of", PRINCIPALS).doc("Who may declare one."),
    optional("block-when-overdue", Shape::Boolean).doc(
        "Whether nothing else is deployed while an emergency deployment was not reviewed within 24 \
         hours. Default: false.",
    ),
]);

const FREEZE: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Table(&FREEZE_TABLE),
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| match value.get("calendar") {
                Some(_) => value.entries().len() == 1,
                None => value.get("from").is_some() && value.get("reason").is_some(),
            },
            expects: "a table with `from` and `reason`, or with `calendar` alone",
            help: "write `{ from: 2026-12-20, to: 2027-01-02, reason: the holidays }`, or \
                   `{ calendar: ops/freezes.ics }`",
        },
    ),
    || {
        json!({ "oneOf": [
            { "required": ["calendar"], "maxProperties": 1 },
            { "required": ["from", "reason"], "not": { "required": ["calendar"] } },
        ] })
    },
);

static FREEZE_TABLE: Table = closed(&[
    optional("from", TIME).doc("The first day, or the time at which it begins."),
    optional("to", TIME).doc(
        "The last day, or the time at which it ends. Without it, it lasts until it is taken out.",
    ),
    optional("zone", Shape::NonEmptyString)
        .doc("The time zone of both: `Europe/Berlin`. Default: UTC."),
    optional("reason", REASON).doc("Why nothing is deployed."),
    optional("repeat", Shape::Choice(&REPEATS)).doc("How often it comes. Default: once."),
    optional("services", Shape::List(&Shape::NonEmptyString))
        .doc("Only these services. Default: all."),
    optional("calendar", PATH)
        .doc("A file of iCalendar, relative to this file: every event in it is a freeze."),
]);

const PARTS: [&str; 6] = words(&Part::ALL);
const RISKS: [&str; 8] = words(&Risk::ALL);
const REPEATS: [&str; 5] = words(&Recurrence::ALL);
const EVIDENCE: [&str; 6] = words(&Method::ALL);

/// The words of a list of things with their words.
const fn words<T: Copy, const N: usize>(pairs: &[(T, &'static str); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut index = 0;
    while index < N {
        words[index] = pairs[index].1;
        index += 1;
    }
    words
}

/// The longest time for which an approval can count.
const LONGEST_EXPIRY: SignedDuration = SignedDuration::from_hours(366 * 24);

const EXPIRY: Shape = Shape::Test(
    &DURATION,
    &Test {
        rule: INVALID_VALUE,
        accepts: |value| expiry(value).is_some(),
        expects: "a year at most",
        help: "what was agreed to long ago says little of today: write `24h`",
    },
);

fn expiry(value: &Value) -> Option<SignedDuration> {
    let length = SignedDuration::try_from(duration(value)?).ok()?;
    (length <= LONGEST_EXPIRY).then_some(length)
}

const METHODS: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::List(&Shape::Choice(&EVIDENCE)),
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| !value.items().is_empty(),
            expects: "a list that is not empty",
            help: "leave it out to take approvals from everywhere",
        },
    ),
    || json!({ "minItems": 1 }),
);

const PRINCIPALS: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::List(&PRINCIPAL),
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| !value.items().is_empty(),
            expects: "a list that is not empty",
            help: "name people, teams or roles: `[team:sre, user:ana]`",
        },
    ),
    || json!({ "minItems": 1 }),
);

const PRINCIPAL: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::String,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_str().is_some_and(|text| principal(text).is_some()),
            expects: "a person, a team or a role",
            help: "write `user:ana`, `team:sre` or `role:maintainer`",
        },
    ),
    || {
        json!({
            "pattern": r"^((user|team|role):@*[^\s@]\S*|@*[^\s@:][^\s:]*)$",
            "examples": ["user:ana", "team:sre", "role:maintainer"],
        })
    },
);

fn principal(text: &str) -> Option<Principal> {
    text.parse().ok().filter(|_| !text.contains(char::is_whitespace))
}

/// What the words of a window mean is told by the reader: see [`windows`].
const WINDOW: Shape = Shape::Schema(&Shape::NonEmptyString, || {
    json!({
        "pattern": r"^\s*([A-Za-z]{3}([-,][A-Za-z]{3})*\s+)?\d\d:\d\d-\d\d:\d\d\s+\S+\s*$",
        "examples": ["Mon-Thu 09:00-16:00 Europe/Berlin"],
    })
});

const TIME: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::String,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_str().is_some_and(|text| beginning(text).is_some()),
            expects: "a day or a time such as \"2026-12-20\" or \"2026-12-20T18:00\"",
            help: "write the day as YYYY-MM-DD, and the time behind it as THH:MM",
        },
    ),
    || json!({ "pattern": r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d)?$" }),
);

const PATH: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::NonEmptyString,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_str().is_some_and(stays_inside),
            expects: "the path of a file of the repository",
            help: "write a path relative to this file, without `..`: calendars are read from the \
                   commit that the gate is read from",
        },
    ),
    || json!({ "pattern": r"^(?!/)(?!.*(^|/)\.\.(/|$))(?!.*[:\\]).+$" }),
);

fn stays_inside(path: &str) -> bool {
    !path.starts_with('/')
        && !path.contains([':', '\\'])
        && path.split('/').all(|part| part != "..")
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
        match entry.get("calendar").and_then(Value::as_str) {
            Some(calendar) => gate.calendars.push(calendar.to_owned()),
            None => gate.freezes.extend(freeze(environment, &path, entry, problems)),
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

fn freeze(
    environment: &str,
    path: &str,
    entry: &Value,
    problems: &mut Vec<Problem>,
) -> Option<Freeze> {
    let word = |key| entry.get(key).and_then(Value::as_str);
    let mut problem = |key: &str, message: String, help: &str| {
        let (span, path) = (entry.span_of(key), join(path, key));
        problems.push(Problem { span, path, message, label: None, help: Some(help.to_owned()) });
    };
    let named = word("zone").unwrap_or("UTC");
    let Some(zone) = zone_named(named) else {
        problem(
            "zone",
            format!("`{path}.zone` must be a time zone, not {named:?}"),
            "write it as the time zone database has it: Europe/Berlin, UTC",
        );
        return None;
    };
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
        problem("to", format!("`{path}` cannot be kept: {fault}"), fault.hint());
        return None;
    }
    Some(freeze)
}
