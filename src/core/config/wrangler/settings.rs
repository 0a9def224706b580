//! The shapes of everything that is not a binding.

use super::bindings as b;
use super::containers as c;
use crate::core::config::shape::{
    Field, Other, Shape, Switch, Table, Test, Unknown, optional, required, table,
};
use crate::core::model::{Data, Value};

const fn tolerant(fields: &'static [Field]) -> Table {
    Table { fields, unknown: Unknown::Warn, other: Other::AcceptList }
}

/// A table in whose place Wrangler accepts anything without a word.
const fn careless(fields: &'static [Field], unknown: Unknown) -> Table {
    Table { fields, unknown, other: Other::Accept }
}

/// `isValidName`, cli.js:25583. Empty is allowed here; `deploy` asks for a name later.
pub(super) const NAME: Shape = Shape::Test(
    &Shape::String,
    &Test {
        rule: "config/worker-name",
        accepts: |value| {
            let first = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_';
            value.as_str().map(str::as_bytes).is_some_and(|name| {
                name.first().is_none_or(first) && name.iter().all(|b| first(b) || *b == b'-')
            })
        },
        expects: "lowercase letters, digits, underscores and dashes only",
        help: "the name becomes part of an address: lowercase letters, digits and dashes, \
               and no dash first",
    },
);

pub(super) const ROUTE: Shape = Shape::Test(&Shape::Any, &ROUTE_TEST);

pub(super) const ROUTES: Shape = Shape::List(&ROUTE_ITEM);

const ROUTE_ITEM: Shape = Shape::Test(&Shape::Any, &ROUTE_ITEM_TEST);

const ROUTE_EXPECTS: &str = "a pattern such as \"example.com/*\", or a table with `pattern` and one of `zone_name`, \
     `zone_id` or `custom_domain`";

const ROUTE_HELP: &str = "a table may hold pattern, zone_name or zone_id (not both), custom_domain, and with \
     custom_domain also enabled and previews_enabled; nothing else";

/// An empty `route` is a warning of its own, `config/empty-value`.
const ROUTE_TEST: Test = Test {
    rule: "routes/invalid-route",
    accepts: |value| value.as_str() == Some("") || is_route(value),
    expects: ROUTE_EXPECTS,
    help: ROUTE_HELP,
};

const ROUTE_ITEM_TEST: Test = Test {
    rule: "routes/invalid-route",
    accepts: is_route,
    expects: ROUTE_EXPECTS,
    help: ROUTE_HELP,
};

/// `isValidRouteValue`, cli.js:26228.
fn is_route(value: &Value) -> bool {
    let route = match &value.data {
        Data::String(text) => return !text.is_empty(),
        Data::Object(route) => route,
        _ => return false,
    };
    let text = |key: &str| route.get(key).is_some_and(|v| v.as_str().is_some());
    let flag = |key: &str| route.get(key).is_some_and(|v| v.as_bool().is_some());
    let zone_id = text("zone_id");
    let zone_name = text("zone_name");
    let custom_domain = flag("custom_domain");
    let (enabled, previews) = (flag("enabled"), flag("previews_enabled"));
    let known = [zone_id, zone_name, custom_domain, enabled, previews];
    let mut keys: Vec<&str> = route.keys().collect();
    keys.sort_unstable();
    keys.dedup();
    text("pattern")
        && known.iter().filter(|is| **is).count() == keys.len() - 1
        && !(zone_id && zone_name)
        && !((enabled || previews) && !custom_domain)
        && (zone_id || zone_name || custom_domain)
}

pub(super) const ASSETS: Shape = Shape::Table(&tolerant(&[
    optional("directory", Shape::String),
    optional("binding", Shape::String),
    optional(
        "html_handling",
        Shape::Choice(&[
            "auto-trailing-slash",
            "force-trailing-slash",
            "drop-trailing-slash",
            "none",
        ]),
    ),
    optional("not_found_handling", Shape::Choice(&["single-page-application", "404-page", "none"])),
    optional("base_path", Shape::String),
    optional(
        "run_worker_first",
        Shape::Either(
            &[Shape::Boolean, Shape::List(&Shape::String)],
            "true, false or a list of patterns",
        ),
    ),
]));

pub(super) const BUILD: Shape = Shape::Nullable(&Shape::Table(&careless(
    &[
        optional("command", Shape::String),
        optional("cwd", Shape::String),
        optional(
            "watch_dir",
            Shape::Either(
                &[Shape::String, Shape::List(&Shape::String)],
                "a folder or a list of folders",
            ),
        ),
    ],
    Unknown::Warn,
)));

pub(super) const CACHE: Shape = Shape::Table(&tolerant(&[
    required("enabled", Shape::Boolean),
    optional("cross_version_cache", Shape::Boolean),
]));

pub(super) const ACCESS: Shape = Shape::Table(&tolerant(&[optional(
    "dev",
    Shape::Nullable(&Shape::Table(&tolerant(&[
        required("aud", Shape::String),
        optional("identity", Shape::AnyObject),
    ]))),
)]));

pub(super) const CLOUDCHAMBER: Shape = Shape::Table(&Table {
    fields: &[
        optional("memory", Shape::String),
        optional("image", Shape::String),
        optional("location", Shape::String),
        optional("ipv4", Shape::Boolean),
        optional("vcpu", Shape::Number),
        optional("instance_type", Shape::Choice(c::INSTANCE_TYPES)),
    ],
    unknown: Unknown::Ignore,
    other: Other::Reject,
});

const CONNECT_PROTOCOL: Field = required("protocol", Shape::Any);
const CONNECT_PORT: Field = required("port", Shape::Test(&Shape::Number, &c::PORT));
const CONNECT_ADDRESS: Field = optional("address", Shape::String);

pub(super) const CONNECT: Shape = Shape::List(&Shape::Switch(&Switch {
    key: "protocol",
    cases: &[
        ("tcp", Shape::Table(&table(&[CONNECT_PROTOCOL, CONNECT_PORT, CONNECT_ADDRESS]))),
        (
            "udp",
            Shape::Table(&table(&[
                CONNECT_PROTOCOL,
                CONNECT_PORT,
                CONNECT_ADDRESS,
                optional("idle_timeout_ms", UNSIGNED),
                optional("max_pending_bytes", UNSIGNED),
            ])),
        ),
    ],
    missing: None,
    other: None,
}));

const UNSIGNED: Shape = Shape::Test(
    &Shape::Number,
    &Test {
        rule: "config/invalid-value",
        accepts: |value| {
            let fits = |n: f64| n.fract() == 0.0 && (0.0..=4_294_967_295.0).contains(&n);
            value.as_number().is_some_and(fits)
        },
        expects: "a whole number from 0 to 4294967295",
        help: "write a whole number",
    },
);

/// `wasm_modules`, `text_blobs`, `data_blobs`: Wrangler looks only at tables and lists.
pub(super) const MODULE_PATHS: Shape = Shape::Either(
    &[Shape::Map(&Shape::String), Shape::String, Shape::Number, Shape::Boolean],
    "a table of paths",
);

pub(super) const DEPENDENCIES_INSTRUMENTATION: Shape = Shape::Table(&tolerant(&[
    optional("enabled", Shape::Boolean),
    optional("exclude_packages", Shape::List(&Shape::String)),
]));

pub(super) const DEV: Shape = Shape::Nullable(&Shape::Table(&careless(
    &[
        optional("ip", Shape::String),
        optional("port", Shape::Number),
        optional("inspector_port", Shape::Number),
        optional("inspector_ip", Shape::String),
        optional("local_protocol", Shape::Choice(&["http", "https"])),
        optional("upstream_protocol", Shape::Choice(&["http", "https"])),
        optional("host", Shape::String),
        optional("enable_containers", Shape::Boolean),
        optional("container_engine", Shape::String),
        optional("generate_types", Shape::Boolean),
    ],
    Unknown::Warn,
)));

/// Each entry depends on its `type`, and a Durable Object on its `state` (cli.js:28482).
pub(super) const EXPORTS: Shape = Shape::Nullable(&Shape::Test(
    &Shape::Map(&Shape::Switch(&EXPORT)),
    &Test {
        rule: "config/wrong-type",
        accepts: |value| value.as_array().is_none(),
        expects: "a table, with the names of classes as keys",
        help: "write [exports.ClassName]",
    },
));

const EXPORT: Switch = Switch {
    key: "type",
    cases: &[
        ("durable-object", Shape::Switch(&DURABLE_OBJECT_EXPORT)),
        ("worker", Shape::Table(&WORKER_EXPORT)),
        ("workflow", Shape::Table(&WORKFLOW_EXPORT)),
    ],
    missing: None,
    other: None,
};

const TYPE: Field = required("type", Shape::Any);
const STATE: Field = optional("state", Shape::Any);
const STORAGE: Field = required("storage", Shape::Choice(&["sqlite", "legacy-kv"]));
const CONTAINER_OF_EXPORT: Field = optional("container", Shape::NonEmptyString);

/// No state means `created`.
const CREATED: Shape = Shape::Table(&strict(&[TYPE, STATE, STORAGE, CONTAINER_OF_EXPORT]));

const DURABLE_OBJECT_EXPORT: Switch = Switch {
    key: "state",
    cases: &[
        ("created", CREATED),
        ("deleted", Shape::Table(&strict(&[TYPE, STATE]))),
        (
            "renamed",
            Shape::Table(&strict(&[
                TYPE,
                STATE,
                required("renamed_to", Shape::Test(&Shape::NonEmptyString, &IDENTIFIER)),
            ])),
        ),
        (
            "transferred",
            Shape::Table(&strict(&[
                TYPE,
                STATE,
                required("transferred_to", Shape::NonEmptyString),
            ])),
        ),
        (
            "expecting-transfer",
            Shape::Table(&strict(&[
                TYPE,
                STATE,
                STORAGE,
                required("transfer_from", Shape::NonEmptyString),
                CONTAINER_OF_EXPORT,
            ])),
        ),
    ],
    missing: Some(CREATED),
    other: None,
};

const fn strict(fields: &'static [Field]) -> Table {
    Table { fields, unknown: Unknown::Reject, other: Other::Reject }
}

const IDENTIFIER: Test = Test {
    rule: "config/invalid-value",
    accepts: |value| {
        value.as_str().is_some_and(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
        })
    },
    expects: "the name of a class",
    help: "use a JavaScript identifier",
};

const WORKER_EXPORT: Table =
    table(&[TYPE, optional("cache", Shape::Table(&table(&[required("enabled", Shape::Boolean)])))]);

const WORKFLOW_EXPORT: Table = table(&[
    TYPE,
    required("name", Shape::Test(&Shape::String, &b::WORKFLOW_NAME)),
    b::WORKFLOW_LIMITS,
    b::CONCURRENCY,
    b::SCHEDULES,
    b::RETENTION,
    b::JURISDICTION,
]);

pub(super) const LIMITS: Shape = Shape::Falsy(&Shape::Table(&careless(
    &[optional("cpu_ms", Shape::Number), optional("subrequests", Shape::Number)],
    Unknown::Ignore,
)));

const fn pairs(fields: &'static [Field]) -> Table {
    Table { fields, unknown: Unknown::Ignore, other: Other::AcceptList }
}

pub(super) const MIGRATIONS: Shape = Shape::Nullable(&Shape::List(&Shape::Table(&tolerant(&[
    required("tag", Shape::String),
    optional("new_classes", Shape::List(&Shape::String)),
    optional("new_sqlite_classes", Shape::List(&Shape::String)),
    optional(
        "renamed_classes",
        Shape::List(&Shape::Table(&pairs(&[
            required("from", Shape::String),
            required("to", Shape::String),
        ]))),
    ),
    optional("deleted_classes", Shape::List(&Shape::String)),
    optional(
        "transferred_classes",
        Shape::List(&Shape::Table(&pairs(&[
            required("from", Shape::String),
            required("from_script", Shape::String),
            required("to", Shape::String),
        ]))),
    ),
]))));

/// A share from 0 to 1; nothing (0, not a number) is fine.
const RATE: Test = Test {
    rule: "config/invalid-value",
    accepts: |value| value.as_number().is_some_and(|n| n.is_nan() || (0.0..=1.0).contains(&n)),
    expects: "between 0 and 1",
    help: "1 samples everything, 0.1 a tenth",
};

/// `enabled` is looked at by `config/observability`: Wrangler wants one of the switches.
pub(super) const OBSERVABILITY: Shape = Shape::Table(&tolerant(&[
    optional("enabled", Shape::Any),
    optional("head_sampling_rate", Shape::Test(&Shape::Number, &RATE)),
    optional("redact_query_string", Shape::Boolean),
    optional("issues", Shape::Table(&table(&[optional("enabled", Shape::Boolean)]))),
    optional(
        "logs",
        Shape::Table(&tolerant(&[
            optional("enabled", Shape::Boolean),
            optional("head_sampling_rate", Shape::Test(&Shape::Number, &RATE)),
            optional("invocation_logs", Shape::Boolean),
            optional("destinations", Shape::List(&Shape::String)),
            optional("persist", Shape::Boolean),
        ])),
    ),
    optional(
        "traces",
        Shape::Table(&tolerant(&[
            optional("enabled", Shape::Boolean),
            optional("head_sampling_rate", Shape::Test(&Shape::Number, &RATE)),
            optional("destinations", Shape::List(&Shape::String)),
            optional("persist", Shape::Boolean),
        ])),
    ),
]));

pub(super) const PYTHON_MODULES: Shape = Shape::Table(&Table {
    fields: &[optional("exclude", Shape::List(&Shape::String))],
    unknown: Unknown::Ignore,
    other: Other::Reject,
});

pub(super) const RULES: Shape = Shape::Falsy(&Shape::List(&Shape::Table(&Table {
    fields: &[
        required("type", Shape::Choice(&["ESModule", "CommonJS", "CompiledWasm", "Text", "Data"])),
        required("globs", Shape::List(&Shape::String)),
        optional("fallthrough", Shape::Boolean),
    ],
    unknown: Unknown::Ignore,
    other: Other::AcceptList,
})));

pub(super) const SECRETS: Shape =
    Shape::Table(&table(&[optional("required", Shape::List(&Shape::String))]));

/// `site.include` and its siblings; `config/site` looks at the entry point.
pub(super) const SITE: Shape = Shape::Table(&tolerant(&[
    required("bucket", Shape::String),
    optional("include", Shape::List(&Shape::String)),
    optional("exclude", Shape::List(&Shape::String)),
    optional("entry-point", Shape::String),
]));

/// `ARTIFACTS_EVENT_TYPES`, cli.js:193.
const EVENT_TYPES: &[&str] = &[
    "cf.artifacts.repo.created",
    "cf.artifacts.repo.deleted",
    "cf.artifacts.repo.forked",
    "cf.artifacts.repo.imported",
    "cf.artifacts.repo.pushed",
    "cf.artifacts.repo.cloned",
    "cf.artifacts.repo.fetched",
    "cf.artifacts.repo.token.created",
    "cf.artifacts.repo.token.revoked",
];

pub(super) const TRIGGERS: Shape = Shape::Nullable(&Shape::Table(&table(&[
    optional("crons", Shape::List(&Shape::Any)),
    optional(
        "events",
        Shape::List(&Shape::Table(&table(&[
            required("type", Shape::Choice(EVENT_TYPES)),
            optional(
                "filter",
                Shape::Table(&strict(&[
                    optional("namespace", Shape::NonEmptyString),
                    optional("repo_name", Shape::NonEmptyString),
                ])),
            ),
            required("targets", Shape::Test(&Shape::List(&EVENT_TARGET), &b::NOT_EMPTY)),
        ]))),
    ),
])));

const EVENT_TARGET: Shape = Shape::Table(&table(&[
    required("type", Shape::Choice(&["workflow"])),
    required("workflow_name", Shape::NonEmptyString),
]));

pub(super) const VARS: Shape = Shape::Map(&Shape::Test(
    &Shape::Any,
    &Test {
        rule: "config/date-in-vars",
        accepts: |value| !matches!(value.data, Data::Date(_)),
        expects: "text; a bare TOML date is not supported there",
        help: "put the date into quotes",
    },
));

/// `previews` takes the shapes of the keys it repeats (cli.js:31378); containers and placement
/// are looked at by their own rules.
pub(super) const PREVIEWS: Shape = Shape::Table(&table(&[
    optional("vars", VARS),
    optional("define", Shape::Map(&Shape::String)),
    optional(
        "durable_objects",
        Shape::Table(&table(&[required("bindings", b::DURABLE_OBJECT_BINDINGS)])),
    ),
    optional("workflows", b::WORKFLOWS),
    optional("kv_namespaces", b::KV),
    optional("send_email", b::SEND_EMAIL),
    optional("queues", b::QUEUES),
    optional("d1_databases", b::D1),
    optional("r2_buckets", b::R2),
    optional("vectorize", b::VECTORIZE),
    optional("ai_search_namespaces", b::AI_SEARCH_NAMESPACES),
    optional("ai_search", b::AI_SEARCH),
    optional("hyperdrive", b::HYPERDRIVE),
    optional("services", b::SERVICES),
    optional("analytics_engine_datasets", b::ANALYTICS_ENGINE),
    optional("dispatch_namespaces", b::DISPATCH),
    optional("mtls_certificates", b::MTLS),
    optional("tail_consumers", b::TAIL_CONSUMERS),
    optional("streaming_tail_consumers", b::STREAMING_TAIL_CONSUMERS),
    optional("unsafe", b::UNSAFE),
    optional("browser", b::SIMPLE),
    optional("analytics", b::SIMPLE),
    optional("ai", b::AI),
    optional("images", b::SIMPLE),
    optional("stream", b::SIMPLE),
    optional("media", b::SIMPLE),
    optional("pipelines", b::PIPELINES),
    optional("k2", b::K2),
    optional("secrets_store_secrets", b::SECRETS_STORE),
    optional("artifacts", b::ARTIFACTS),
    optional("unsafe_hello_world", b::HELLO_WORLD),
    optional("flagship", b::FLAGSHIP),
    optional("worker_loaders", b::WORKER_LOADERS),
    optional("ratelimits", b::RATELIMITS),
    optional("vpc_services", b::VPC_SERVICES),
    optional("version_metadata", b::VERSION_METADATA),
    optional("containers", c::CONTAINERS),
    optional("logpush", Shape::Boolean),
    optional("observability", OBSERVABILITY),
    optional("limits", LIMITS),
    optional("placement", Shape::Any),
    optional("cache", CACHE),
]));
