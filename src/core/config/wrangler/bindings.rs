//! The shapes of bindings.
//!
//! Where a table carries a flag that looks odd, it is Wrangler's own oddness, kept because a
//! finding that Wrangler does not share would be a false one.

use crate::core::config::shape::{
    Field, Other, Shape, Table, Test, Unknown, optional, required, table,
};
use crate::core::model::Value;

const BINDING: Field = required("binding", Shape::String);
const REMOTE: Field = optional("remote", Shape::Boolean);

/// A binding whose unknown keys Wrangler does not look for.
const fn open(fields: &'static [Field]) -> Table {
    Table { fields, unknown: Unknown::Ignore, other: Other::Reject }
}

pub(super) const KV: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    optional("id", Shape::NonEmptyString),
    optional("preview_id", Shape::String),
    REMOTE,
])));

pub(super) const SEND_EMAIL: Shape = Shape::List(&Shape::Table(&table(&[
    required("name", Shape::String),
    optional("destination_address", Shape::String),
    optional("allowed_destination_addresses", Shape::AnyObject),
    optional("allowed_sender_addresses", Shape::AnyObject),
    optional("binding", Shape::Any),
    REMOTE,
])));

pub(super) const QUEUES: Shape = Shape::Table(&table(&[
    optional("producers", Shape::List(&Shape::Table(&QUEUE_PRODUCER))),
    optional("consumers", Shape::List(&Shape::Table(&QUEUE_CONSUMER))),
]));

const QUEUE_PRODUCER: Table = Table {
    fields: &[
        BINDING,
        optional("queue", Shape::NonEmptyString),
        optional("delivery_delay", Shape::Number),
        REMOTE,
    ],
    unknown: Unknown::WarnAndStop,
    other: Other::AcceptList,
};

const QUEUE_CONSUMER: Table = table(&[
    required("queue", Shape::String),
    optional("type", Shape::Choice(&["worker"])),
    optional("max_batch_size", Shape::Number),
    optional("max_batch_timeout", Shape::Number),
    optional("max_retries", Shape::Number),
    optional("dead_letter_queue", Shape::String),
    optional("max_concurrency", Shape::Number),
    optional("visibility_timeout_ms", Shape::Number),
    optional("retry_delay", Shape::Number),
]);

pub(super) const R2: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    optional("bucket_name", Shape::Test(&Shape::NonEmptyString, &BUCKET_NAME)),
    optional("preview_bucket_name", Shape::Test(&Shape::String, &BUCKET_NAME)),
    optional("jurisdiction", Shape::String),
    REMOTE,
    optional("local_dev", Shape::Table(&LOCAL_DEV)),
])));

const LOCAL_DEV: Table = Table {
    fields: &[optional(
        "experimental_s3_credentials",
        Shape::Table(&open(&[
            required("accessKeyId", Shape::String),
            required("secretAccessKey", Shape::String),
        ])),
    )],
    unknown: Unknown::Warn,
    other: Other::AcceptList,
};

/// `isValidR2BucketName`, cli.js:25841.
const BUCKET_NAME: Test = Test {
    rule: "r2/bucket-name",
    accepts: |value| {
        let edge = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        value.as_str().map(str::as_bytes).is_some_and(|name| {
            (3..=63).contains(&name.len())
                && name.iter().all(|b| edge(*b) || *b == b'-')
                && edge(name[0])
                && edge(name[name.len() - 1])
        })
    },
    expects: "a bucket name",
    help: "use 3 to 63 lowercase letters, digits and hyphens, and no hyphen at either end",
};

pub(super) const D1: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    optional("database_id", Shape::String),
    optional("database_name", Shape::String),
    optional("database_internal_env", Shape::String),
    optional("jurisdiction", Shape::String),
    optional("migrations_dir", Shape::String),
    optional("migrations_pattern", Shape::String),
    optional("migrations_table", Shape::String),
    optional("preview_database_id", Shape::String),
    REMOTE,
])));

pub(super) const VECTORIZE: Shape =
    Shape::List(&Shape::Table(&table(&[BINDING, required("index_name", Shape::String), REMOTE])));

const NAMESPACE: Table = table(&[BINDING, required("namespace", Shape::String), REMOTE]);

pub(super) const AGENT_MEMORY: Shape = Shape::List(&Shape::Table(&NAMESPACE));
pub(super) const AI_SEARCH_NAMESPACES: Shape = Shape::List(&Shape::Table(&NAMESPACE));
pub(super) const ARTIFACTS: Shape = Shape::List(&Shape::Table(&NAMESPACE));

pub(super) const AI_SEARCH: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    required("instance_name", Shape::String),
    REMOTE,
])));

pub(super) const HYPERDRIVE: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    required("id", Shape::String),
    optional("localConnectionString", Shape::Any),
    REMOTE,
])));

pub(super) const VPC_SERVICES: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    required("service_id", Shape::String),
    optional("remote", Shape::Any),
])));

pub(super) const VPC_NETWORKS: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    optional("tunnel_id", Shape::Any),
    optional("network_id", Shape::Any),
    optional("remote", Shape::Any),
])));

pub(super) const SERVICES: Shape = Shape::List(&Shape::Table(&open(&[
    BINDING,
    required("service", Shape::String),
    optional("environment", Shape::String),
    optional("entrypoint", Shape::String),
    optional(
        "dev",
        Shape::Table(&open(&[
            required(
                "plugin",
                Shape::Table(&open(&[
                    required("package", Shape::String),
                    required("name", Shape::String),
                ])),
            ),
            optional("options", Shape::Table(&open(&[]))),
        ])),
    ),
    REMOTE,
])));

pub(super) const ANALYTICS_ENGINE: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    optional("dataset", Shape::NonEmptyString),
    REMOTE,
])));

pub(super) const DISPATCH: Shape = Shape::List(&Shape::Table(&open(&[
    BINDING,
    optional("namespace", Shape::String),
    optional(
        "outbound",
        Shape::Table(&open(&[
            required("service", Shape::String),
            optional("environment", Shape::String),
            optional("parameters", Shape::List(&Shape::String)),
        ])),
    ),
    REMOTE,
])));

pub(super) const MTLS: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    required("certificate_id", Shape::NonEmptyString),
    REMOTE,
])));

pub(super) const PIPELINES: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    optional("stream", Shape::Any),
    optional("pipeline", Shape::Any),
    REMOTE,
])));

pub(super) const K2: Shape =
    Shape::List(&Shape::Table(&table(&[BINDING, required("stream", Shape::String), REMOTE])));

pub(super) const SECRETS_STORE: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    required("store_id", Shape::String),
    required("secret_name", Shape::String),
])));

pub(super) const HELLO_WORLD: Shape =
    Shape::List(&Shape::Table(&table(&[BINDING, optional("enable_timer", Shape::Boolean)])));

pub(super) const FLAGSHIP: Shape =
    Shape::List(&Shape::Table(&table(&[BINDING, optional("app_id", Shape::String), REMOTE])));

pub(super) const WORKER_LOADERS: Shape = Shape::List(&Shape::Table(&table(&[BINDING])));

pub(super) const RATELIMITS: Shape = Shape::List(&Shape::Table(&table(&[
    required("name", Shape::String),
    required("namespace_id", Shape::String),
    required(
        "simple",
        Shape::Table(&table(&[
            required("limit", Shape::Number),
            required("period", Shape::Test(&Shape::Number, &PERIOD)),
        ])),
    ),
])));

const PERIOD: Test = Test {
    rule: "config/invalid-value",
    accepts: |value| value.as_number().is_some_and(|period| period == 10.0 || period == 60.0),
    expects: "10 or 60",
    help: "Cloudflare counts over 10 or 60 seconds",
};

pub(super) const WORKFLOWS: Shape = Shape::List(&Shape::Table(&table(&[
    BINDING,
    required("name", Shape::Test(&Shape::String, &WORKFLOW_NAME)),
    required("class_name", Shape::String),
    optional("script_name", Shape::String),
    SCHEDULES,
    WORKFLOW_LIMITS,
    RETENTION,
    CONCURRENCY,
    JURISDICTION,
])));

/// `isValidWorkflowName`: 64 characters, cli.js:24964.
pub(super) const WORKFLOW_NAME: Test = Test {
    rule: "config/invalid-value",
    accepts: |value| {
        let first = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        value.as_str().map(str::as_bytes).is_some_and(|name| {
            name.len() <= 64
                && name.first().is_some_and(first)
                && name.iter().all(|b| first(b) || *b == b'-')
        })
    },
    expects: "a workflow name",
    help: "use 1 to 64 letters, digits, underscores and hyphens, and no hyphen first",
};

pub(super) const SCHEDULES: Field = optional(
    "schedules",
    Shape::Either(
        &[Shape::NonEmptyString, Shape::Test(&Shape::List(&Shape::NonEmptyString), &NOT_EMPTY)],
        "a cron expression or a list of them",
    ),
);

pub(super) const NOT_EMPTY: Test = Test {
    rule: "config/invalid-value",
    accepts: |value| value.as_array().is_some_and(|items| !items.is_empty()),
    expects: "a list with at least one item",
    help: "add an item, or remove the key",
};

pub(super) const WORKFLOW_LIMITS: Field = optional(
    "limits",
    Shape::Table(&table(&[optional("steps", Shape::Test(&Shape::Number, &POSITIVE_INTEGER))])),
);

/// An integer of at least 1, as `Number.isInteger` sees it.
pub(super) const POSITIVE_INTEGER: Test = Test {
    rule: "config/invalid-value",
    accepts: |value| value.as_number().is_some_and(|n| n >= 1.0 && n.fract() == 0.0),
    expects: "a positive integer",
    help: "write a whole number, 1 or more",
};

const RETENTION_TIME: Shape = Shape::Either(
    &[Shape::NonEmptyString, Shape::Test(&Shape::Number, &POSITIVE_INTEGER)],
    "a duration such as \"3 days\" or a number of milliseconds",
);

pub(super) const RETENTION: Field = optional(
    "default_retention",
    Shape::Table(&table(&[
        optional("success_retention", RETENTION_TIME),
        optional("error_retention", RETENTION_TIME),
    ])),
);

pub(super) const CONCURRENCY: Field = optional(
    "concurrency",
    Shape::Table(&table(&[optional("limit", Shape::Test(&Shape::Number, &POSITIVE_INTEGER))])),
);

pub(super) const JURISDICTION: Field =
    optional("jurisdiction", Shape::Choice(&["eu", "fedramp", "us"]));

pub(super) const DURABLE_OBJECTS: Shape = Shape::Table(&table(&[
    optional("bindings", DURABLE_OBJECT_BINDINGS),
    optional(
        "code_update_strategy",
        Shape::Table(&table(&[
            required("mode", Shape::Choice(&["immediate", "deferred"])),
            optional("max_delay", Shape::Test(&Shape::Number, &MAX_DELAY)),
        ])),
    ),
]));

pub(super) const DURABLE_OBJECT_BINDINGS: Shape = Shape::List(&Shape::Table(&table(&[
    required("name", Shape::String),
    required("class_name", Shape::String),
    optional("script_name", Shape::String),
    optional("environment", Shape::String),
])));

/// Up to a day, in whole milliseconds (cli.js:29420).
const MAX_DELAY: Test = Test {
    rule: "config/invalid-value",
    accepts: |value: &Value| {
        value.as_number().is_some_and(|seconds| {
            let milliseconds = seconds * 1000.0;
            (0.0..=86_400.0).contains(&seconds)
                && (milliseconds - milliseconds.round()).abs() <= 1e-6
                && (seconds == 0.0 || milliseconds.round() != 0.0)
        })
    },
    expects: "a number of seconds from 0 to 86400, in whole milliseconds",
    help: "write at most one day, 86400",
};

pub(super) const UNSAFE: Shape = Shape::Table(&table(&[
    optional(
        "bindings",
        Shape::List(&Shape::Table(&open(&[
            required("name", Shape::String),
            required("type", Shape::String),
        ]))),
    ),
    optional("metadata", Shape::Table(&open(&[]))),
    optional("capnp", Shape::Table(&open(&[]))),
]));

pub(super) const LOGFWDR: Shape = Shape::Table(&open(&[required(
    "bindings",
    Shape::List(&Shape::Table(&table(&[
        required("name", Shape::String),
        required("destination", Shape::String),
    ]))),
)]));

pub(super) const TAIL_CONSUMERS: Shape = Shape::Falsy(&Shape::List(&Shape::Table(&open(&[
    required("service", Shape::String),
    optional("environment", Shape::String),
]))));

pub(super) const STREAMING_TAIL_CONSUMERS: Shape =
    Shape::Falsy(&Shape::List(&Shape::Table(&open(&[required("service", Shape::String)]))));

/// `browser`, `images` … : one binding.
pub(super) const SIMPLE: Shape = Shape::Table(&table(&[BINDING, REMOTE]));

pub(super) const AI: Shape = Shape::Table(&open(&[BINDING, REMOTE]));

pub(super) const VERSION_METADATA: Shape = Shape::Table(&open(&[BINDING]));
