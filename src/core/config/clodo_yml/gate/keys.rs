//! The keys of a gate, and what each may hold.

use jiff::SignedDuration;
use serde_json::json;

use super::super::shapes::{DURATION, GLOB, REASON, closed, duration};
use crate::core::config::shape::{INVALID_VALUE, Shape, Table, Test, optional, required};
use crate::core::gate::{Method, Part, Principal, Recurrence, Risk, beginning};
use crate::core::model::Value;

pub(in crate::core::config::clodo_yml) static GATE: Table = closed(&[
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
                Some(_) => FREEZE_ALONE.iter().all(|key| value.get(key).is_none()),
                None => value.get("from").is_some() && value.get("reason").is_some(),
            },
            expects: "a table with `from` and `reason`, or with `calendar` in their place",
            help: "write `{ from: 2026-12-20, to: 2027-01-02, reason: the holidays }`, or \
                   `{ calendar: ops/freezes.ics }`",
        },
    ),
    || {
        json!({ "oneOf": [
            {
                "required": ["calendar"],
                "not": { "anyOf": FREEZE_ALONE.map(|key| json!({ "required": [key] })) },
            },
            { "required": ["from", "reason"], "not": { "required": ["calendar"] } },
        ] })
    },
);

/// What the events of a calendar say themselves.
const FREEZE_ALONE: [&str; 4] = ["from", "to", "reason", "repeat"];

static FREEZE_TABLE: Table = closed(&[
    optional("from", TIME).doc("The first day, or the time at which it begins."),
    optional("to", TIME).doc(
        "The last day, or the time at which it ends. Without it, it lasts until it is taken out.",
    ),
    optional("zone", Shape::NonEmptyString)
        .doc("The time zone: `Europe/Berlin`. Default: UTC, or what the calendar says."),
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

pub(super) fn expiry(value: &Value) -> Option<SignedDuration> {
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

pub(super) fn principal(text: &str) -> Option<Principal> {
    text.parse().ok().filter(|_| !text.contains(char::is_whitespace))
}

/// What the words of a window mean is told by the reader: see [`super::gate`].
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

const COUNT: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Number,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_number().is_some_and(|n| n >= 1.0 && n.fract() == 0.0),
            expects: "a whole number from 1 on",
            help: "say how many people must approve",
        },
    ),
    || json!({ "type": "integer", "minimum": 1 }),
);
