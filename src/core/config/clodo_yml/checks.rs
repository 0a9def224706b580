//! Health checks: `environments.NAME.verify`.

use std::time::Duration;

use serde_json::json;

use super::shapes::{DURATION, STATUS, closed, duration};
use crate::core::config::shape::{Field, INVALID_VALUE, Shape, Table, Test, optional};
use crate::core::model::{Data, Value};
use crate::core::verify::{Asked, Command, HealthCheck, Probe, VersionAt};

/// One check.
pub(super) const CHECK: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Table(&TABLE),
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.get("url").is_some() != value.get("command").is_some(),
            expects: "a table with either `url` or `command`",
            help: "write `url: /healthz`, or `command: [node, smoke.mjs]`",
        },
    ),
    || json!({ "oneOf": [{ "required": ["url"] }, { "required": ["command"] }] }),
);

static TABLE: Table = closed(FIELDS);

const FIELDS: &[Field] = &[
    optional("url", Shape::NonEmptyString)
        .doc("A path on the service's own address, such as `/healthz`, or an address: https://…"),
    optional("service", Shape::NonEmptyString)
        .doc("The service that it is about. Default for a path: every service."),
    optional(
        "method",
        Shape::Choice(&["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    )
    .doc("The method. Default: GET."),
    optional("headers", Shape::Map(&Shape::String)).doc(
        "Headers of the request. `$NAME` in a value stands for a variable of the environment; \
         secrets are named so, never written.",
    ),
    optional("status", STATUSES).doc("The status that is expected, or several. Default: 200."),
    optional("contains", Shape::NonEmptyString).doc("A text that the body must contain."),
    optional("json", Shape::Map(&EXPECTED)).doc(
        "What the body, as JSON, must say: paths of keys and indexes, `checks.db` or `items.0.id`, \
         and the value of each.",
    ),
    optional("within", BUDGET).doc("How long the answer may take: `500ms`."),
    optional("version", VERSION_AT).doc(
        "Where the answer says which version gave it (its version metadata): asserted, so that an \
         older version cannot answer in place of the new one.",
    ),
    optional("allow-hosts", Shape::List(&Shape::NonEmptyString))
        .doc("Hosts beyond the service's own that may be asked."),
    optional("private-hosts", Shape::List(&Shape::NonEmptyString)).doc(
        "The same, of hosts that lead to private addresses: of your network or of the machine. \
         Addresses that describe a machine to itself (169.254.169.254) stay closed.",
    ),
    optional("command", ARGV)
        .doc("A program and its arguments, in place of a request. It is well if it ends with 0."),
    optional("env", Shape::List(&NAME))
        .doc("The variables of the environment that the command may see."),
    optional("timeout", DURATION).doc("How long the command may run. Default: 1m."),
    optional("retries", RETRIES).doc("How often it is tried again. Default: 5."),
    optional("deadline", DURATION).doc(
        "After what time it has failed, all attempts together. Default: 30s; of a command no less \
         than its timeout.",
    ),
];

const VERSION_AT: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Table(&VERSION),
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.get("header").is_some() != value.get("json").is_some(),
            expects: "a table with either `header` or `json`",
            help: "write `header: x-version`, or `json: version.id`",
        },
    ),
    || json!({ "oneOf": [{ "required": ["header"] }, { "required": ["json"] }] }),
);

static VERSION: Table = closed(&[
    optional("header", Shape::NonEmptyString).doc("In this header."),
    optional("json", Shape::NonEmptyString).doc("In the body, as JSON, at this path."),
]);

const STATUSES: Shape = Shape::Either(&[STATUS, STATUS_LIST], "an HTTP status or a list of them");

const STATUS_LIST: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::List(&STATUS),
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| !value.items().is_empty(),
            expects: "an HTTP status or a list of them",
            help: "name one at least: `[200, 204]`",
        },
    ),
    || json!({ "minItems": 1 }),
);

/// The whole numbers that a 64-bit float tells from their neighbours: JavaScript's
/// `Number.MAX_SAFE_INTEGER`. Configurations hold numbers as floats, so that a larger one would pass
/// for another.
const EXACT: f64 = 9_007_199_254_740_991.0;

const EXPECTED: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Any,
        &Test {
            rule: INVALID_VALUE,
            accepts: is_exact,
            expects: "a value without whole numbers beyond 2^53",
            help: "such numbers cannot be told apart: look for the digits with `contains`",
        },
    ),
    || json!({ "minimum": -EXACT, "maximum": EXACT }),
);

fn is_exact(value: &Value) -> bool {
    match &value.data {
        Data::Number(number) => number.abs() <= EXACT,
        Data::Array(items) => items.iter().all(is_exact),
        Data::Object(table) => table.entries.iter().all(|entry| is_exact(&entry.value)),
        _ => true,
    }
}

const ARGV: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::List(&Shape::NonEmptyString),
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| !value.items().is_empty(),
            expects: "a program and its arguments",
            help: "write a list: `[node, smoke.mjs]`; there is no shell",
        },
    ),
    || json!({ "minItems": 1 }),
);

const NAME: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::String,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_str().is_some_and(is_name),
            expects: "the name of an environment variable",
            help: "write the name alone: `API_KEY`",
        },
    ),
    || json!({ "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" }),
);

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

const RETRIES: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Number,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| {
                value.as_number().is_some_and(|n| (0.0..=100.0).contains(&n) && n.fract() == 0.0)
            },
            expects: "a whole number from 0 to 100",
            help: "say how often the check is tried again",
        },
    ),
    || json!({ "type": "integer", "minimum": 0, "maximum": 100 }),
);

const BUDGET: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::String,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| budget(value).is_some(),
            expects: "a duration such as \"500ms\"",
            help: "write milliseconds, `500ms`, or seconds, `2s`",
        },
    ),
    || json!({ "pattern": "^([0-9]+ms|([0-9]+[smhd])+)$" }),
);

fn budget(value: &Value) -> Option<Duration> {
    let millis = value.as_str()?.strip_suffix("ms").map(|digits| digits.parse::<u64>());
    match millis {
        Some(millis) => millis.ok().filter(|millis| *millis > 0).map(Duration::from_millis),
        None => duration(value),
    }
}

/// How long one run of a command may take, where nobody says.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// Reads a list of checks that has the shape of the table.
pub(super) fn checks(value: Option<&Value>) -> Vec<HealthCheck> {
    value.map(Value::items).unwrap_or_default().iter().map(check).collect()
}

fn check(value: &Value) -> HealthCheck {
    let text = |key| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let time = |key| value.get(key).and_then(duration);
    let probe = match text("url") {
        Some(url) => Probe::Request(Asked {
            url,
            method: text("method").unwrap_or_else(|| "GET".to_owned()),
            headers: entries(value, "headers", |value| value.as_str().map(str::to_owned)),
            status: value.get("status").map_or_else(|| vec![200], statuses),
            contains: text("contains"),
            json: entries(value, "json", |value| Some(value.to_json())),
            within: value.get("within").and_then(budget),
            version: value.get("version").and_then(version),
            allow_hosts: texts(value, "allow-hosts"),
            private_hosts: texts(value, "private-hosts"),
        }),
        None => Probe::Command(Command {
            argv: texts(value, "command"),
            env: texts(value, "env"),
            timeout: time("timeout").unwrap_or(COMMAND_TIMEOUT),
        }),
    };
    // A run that may take longer than all of them together could not.
    let deadline = match &probe {
        Probe::Command(command) => HealthCheck::DEADLINE.max(command.timeout),
        Probe::Request(_) => HealthCheck::DEADLINE,
    };
    HealthCheck {
        service: text("service"),
        probe,
        // The shape says that it is a small whole number.
        retries: value
            .get("retries")
            .and_then(Value::as_number)
            .map_or(HealthCheck::RETRIES, |retries| retries as u32),
        deadline: time("deadline").unwrap_or(deadline),
    }
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let items = value.get(key).map(Value::items).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn entries<T>(value: &Value, key: &str, of: impl Fn(&Value) -> Option<T>) -> Vec<(String, T)> {
    let entries = value.get(key).map(Value::entries).unwrap_or_default();
    entries.iter().filter_map(|entry| Some((entry.key.to_string(), of(&entry.value)?))).collect()
}

fn statuses(value: &Value) -> Vec<u16> {
    let list = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
    // The shape says that each is a whole number below 600.
    list.into_iter().filter_map(|status| Some(status.as_number()? as u16)).collect()
}

fn version(value: &Value) -> Option<VersionAt> {
    let text = |key| value.get(key).and_then(Value::as_str).map(str::to_owned);
    text("header").map(VersionAt::Header).or_else(|| text("json").map(VersionAt::Json))
}
