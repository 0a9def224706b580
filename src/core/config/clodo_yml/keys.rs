//! The one table of the keys of `clodo.yml`, with what each is for. The reader and the JSON
//! Schema are both made of it.
//!
//! What later versions will read (rollouts, notifications) is compared by its shape
//! already, so that a mistake is found when it is made; inside those tables keys that are not
//! known yet are left alone.

use serde_json::json;

use super::RefGlob;
use super::checks::CHECK;
use super::gate::GATE;
use super::pattern::{FORM, RulePattern};
use super::shapes::{DURATION, GLOB, GLOB_HELP, REASON, closed, is_glob, open};
use crate::core::config::discover::ServiceGlobs;
use crate::core::config::shape::{
    INVALID_VALUE, Shape, Table, Test, WRONG_TYPE, optional, required,
};
use crate::core::model::Value;
use crate::core::rules::ALL;

pub(super) static ROOT: Table = closed(&[
    optional("$schema", Shape::String).doc("The JSON Schema of this file, for editors."),
    optional("version", VERSION).doc("The version of this file's form: 1."),
    optional("services", Shape::List(&FOLDER)).doc(
        "Which services belong to the project: patterns for the folders of their Wrangler \
         configurations; `!` takes folders away. Default: every configuration found.",
    ),
    optional("external-workers", Shape::List(&WORKER)).doc(
        "Which Workers other repositories deploy: names, or patterns for them. With this list, a \
         binding to a Worker that is neither here nor in the list is an error.",
    ),
    optional("checks", Shape::Table(&CHECKS)).doc("What `clodo check` reports, and how."),
    optional("state", STATE).doc(
        "Where history, locks and approvals are kept. Default: in the file .clodo/state.db at the \
         root of the repository.",
    ),
    optional("environments", ENVIRONMENTS).doc("Where the project is deployed to, by name."),
    optional("notify", Shape::List(&Shape::Table(&CHANNEL)))
        .doc("Who is told what. Secrets are named (`$NAME`), never written."),
]);

static CHECKS: Table = closed(&[
    optional("fail-level", Shape::Choice(&["error", "warning", "never"]))
        .doc("The least severity that makes the check fail. Default: error."),
    optional("rules", RULES).doc(
        "How bad a finding is, by the rule's id or by family (`d1/*`). `off` drops it. An id \
         counts more than its family.",
    ),
    optional("ignore", Shape::List(&Shape::Table(&IGNORE)))
        .doc("Findings to put aside, each with the reason."),
    optional("baseline", Shape::NonEmptyString)
        .doc("A file of known findings, made by `clodo check --write-baseline`: only new ones are reported."),
]);

static IGNORE: Table = closed(&[
    required("rule", RULE).doc("The rule's id, or a family: `d1/*`."),
    optional("path", GLOB)
        .doc("Only findings in files that match, or that lie in a folder that matches."),
    optional("service", Shape::NonEmptyString).doc("Only findings about this service."),
    optional("environment", Shape::String)
        .doc("Only for this environment of the Wrangler configuration; \"\" is its top level."),
    required("reason", REASON).doc("Why the finding is no problem here."),
    optional("until", DATE).doc("The last day on which this counts, as YYYY-MM-DD."),
]);

static ENVIRONMENT: Table = closed(&[
    optional("wrangler-env", Shape::String)
        .doc("The environment's name in the Wrangler configuration. Default: the top level."),
    optional("on", Shape::Table(&ON)).doc(
        "What deploys it in a pipeline, by `clodo ci`. Default: the default branch deploys `staging`, \
         then production.",
    ),
    optional("gate", Shape::Table(&GATE)).doc("What must be fulfilled before it is deployed."),
    optional("rollout", Shape::Table(&ROLLOUT)).doc("How traffic moves to the new version."),
    optional("verify", Shape::List(&CHECK)).doc(
        "What must hold after a deployment: requests and their answers, or commands. See \
         docs/verify.md.",
    ),
    optional("rollback", Shape::Choice(&["automatic", "manual"])).doc(
        "Whether what a failed deployment left half done is put back without asking. Default: \
         automatic.",
    ),
    optional("strategy", Shape::Choice(&["automatic", "direct", "staged"])).doc(
        "How Workers are deployed: `direct` uploads and serves at once, `staged` uploads a version, \
         looks at it and then promotes it. Default: automatic.",
    ),
    optional("migrations", Shape::Choice(&["before", "after"])).doc(
        "When pending D1 migrations run: before the code that needs them, or after it. Default: \
         before.",
    ),
    optional("jobs", JOBS).doc("How many services of a wave are deployed at once. Default: 4."),
    optional("break", Shape::List(&Shape::Table(&BREAK))).doc(
        "Where services need each other: which one goes first, before what it needs.",
    ),
    optional("lock", Shape::Table(&LOCK)).doc("What happens while another deployment runs."),
    optional("allow-create", Shape::Boolean).doc(
        "Whether Wrangler may create what a binding does not name: an empty database, bucket or \
         namespace. Default: false.",
    ),
]);

static BREAK: Table = closed(&[
    required("service", Shape::NonEmptyString).doc("The service that goes first."),
    required("before", Shape::NonEmptyString).doc("The service that it needs, and that follows."),
]);

static LOCK: Table = closed(&[
    optional("mode", Shape::Choice(&["fifo", "latest", "reject"])).doc(
        "Who comes next: the first in the queue, the latest (the others are superseded), or nobody. \
         Default: fifo.",
    ),
    optional("wait", DURATION).doc("How long to wait for it: `10m`. Default: 10m."),
]);

static ON: Table = closed(&[
    optional("branch", REFS).doc(
        "Pushes to a branch, or to several: `*` stands for anything but a slash, `**` for anything.",
    ),
    optional("tag", REFS).doc("A tag, or several, with the same patterns."),
    optional("pull-request", Shape::Boolean).doc(
        "Whether pull requests get a preview of it. They never deploy it. Default: false.",
    ),
    optional("schedule", Shape::Boolean).doc(
        "Whether the clock deploys it, from one of its branches or else the default one. Default: \
         false.",
    ),
]);

static ROLLOUT: Table = open(&[
    optional("steps", Shape::List(&PERCENT)).doc("Shares of the traffic in percent, in order."),
    optional("soak", DURATION).doc("How long each step is watched: `10m`."),
]);

static CHANNEL: Table = open(&[
    optional("slack", Shape::Table(&WEBHOOK)).doc("A Slack channel."),
    optional("discord", Shape::Table(&WEBHOOK)).doc("A Discord channel."),
    optional("on", Shape::List(&Shape::NonEmptyString))
        .doc("What is told: `started`, `failed`, `needs-approval` …"),
]);

static WEBHOOK: Table = open(&[optional("webhook", SECRET)
    .doc("The environment variable that holds the webhook's address: `$SLACK_WEBHOOK`.")]);

const REFS: Shape =
    Shape::Either(&[REF, Shape::List(&REF)], "a name, a pattern, or a list of them");

const REF: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::NonEmptyString,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_str().is_some_and(|text| RefGlob::new(text).is_some()),
            expects: "a name or a pattern",
            help: "write the name without refs/heads/ or refs/tags/; close every bracket",
        },
    ),
    || json!({ "examples": ["main", "release/*", "v*"] }),
);

const VERSION: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Number,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_number() == Some(1.0),
            expects: "1",
            help: "write `version: 1`; a file for a later version needs a later clodo",
        },
    ),
    || json!({ "const": 1 }),
);

const FOLDER: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::NonEmptyString,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| {
                value.as_str().is_some_and(|text| ServiceGlobs::new(&[text.into()]).is_ok())
            },
            expects: "a pattern for folders",
            help: GLOB_HELP,
        },
    ),
    || json!({ "examples": ["apps/*", "!apps/legacy"] }),
);

const WORKER: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::NonEmptyString,
        &Test {
            rule: INVALID_VALUE,
            accepts: is_glob,
            expects: "a pattern for names of Workers",
            help: "`*` stands for any characters; close every bracket",
        },
    ),
    || json!({ "examples": ["auth", "billing-*"] }),
);

const LEVEL: Shape = Shape::Choice(&["error", "warning", "note", "off"]);

const ENVIRONMENTS: Shape = Shape::Test(
    &Shape::Map(&Shape::Nullable(&Shape::Table(&ENVIRONMENT))),
    &Test {
        rule: WRONG_TYPE,
        accepts: is_table,
        expects: "a table of environments by their names",
        help: "write `environments: { production: { … } }`",
    },
);

/// [`Shape::Map`] takes lists as well, as JavaScript does.
fn is_table(value: &Value) -> bool {
    value.as_object().is_some()
}

/// The keys are compared by the reader: [`super::Settings`].
const RULES: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Map(&LEVEL),
        &Test {
            rule: WRONG_TYPE,
            accepts: is_table,
            expects: "a table of levels by rule",
            help: "write `rules: { family/rule: off }`",
        },
    ),
    || json!({ "propertyNames": { "pattern": FORM, "examples": patterns() } }),
);

const RULE: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::String,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_str().is_some_and(|text| RulePattern::parse(text).is_some()),
            expects: "a rule's id, or a family such as \"d1/*\"",
            help: "`clodo rules` lists the rules",
        },
    ),
    || json!({ "pattern": FORM, "examples": patterns() }),
);

/// What can be written where rules are named: every id, and every family.
fn patterns() -> Vec<String> {
    let mut families: Vec<String> = ALL.iter().map(|rule| format!("{}/*", rule.family())).collect();
    families.dedup();
    ALL.iter().map(|rule| rule.id.to_owned()).chain(families).collect()
}

const DATE: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::String,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| date(value).is_some(),
            expects: "a day such as \"2026-12-31\"",
            help: "write the day as YYYY-MM-DD",
        },
    ),
    || json!({ "format": "date", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" }),
);

/// A day as YYYY-MM-DD and nothing else.
pub(super) fn date(value: &Value) -> Option<jiff::civil::Date> {
    let text = value.as_str()?;
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    if parts == [4, 2, 2] { text.parse().ok() } else { None }
}

const STATE: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Table(&STATE_TABLE),
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_object().is_some_and(|table| table.entries.len() == 1),
            expects: "a table with one key, `d1` or `sqlite`",
            help: "write `state: { d1: NAME }` or `state: { sqlite: PATH }`",
        },
    ),
    || json!({ "minProperties": 1, "maxProperties": 1 }),
);

static STATE_TABLE: Table = closed(&[
    optional("d1", Shape::NonEmptyString).doc("The name of a D1 database of the account."),
    optional("sqlite", Shape::NonEmptyString)
        .doc("The path of an SQLite file, relative to this file."),
]);

const JOBS: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Number,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| {
                value.as_number().is_some_and(|n| (1.0..=64.0).contains(&n) && n.fract() == 0.0)
            },
            expects: "a whole number from 1 to 64",
            help: "each runs a Wrangler, which keeps a core busy: two for each core are plenty",
        },
    ),
    || json!({ "type": "integer", "minimum": 1, "maximum": 64 }),
);

const PERCENT: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Number,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_number().is_some_and(|n| (0.0..=100.0).contains(&n)),
            expects: "a share from 0 to 100",
            help: "steps are percent of the traffic",
        },
    ),
    || json!({ "minimum": 0, "maximum": 100 }),
);

const SECRET: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::String,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_str().is_some_and(names_a_variable),
            expects: "the name of an environment variable, such as \"$SLACK_WEBHOOK\"",
            help: "whoever knows a webhook's address can use it: keep it as a secret of the CI \
                   system, and name its variable here",
        },
    ),
    || json!({ "pattern": r"^\$[A-Za-z_][A-Za-z0-9_]*$" }),
);

fn names_a_variable(text: &str) -> bool {
    let Some(name) = text.strip_prefix('$') else { return false };
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
