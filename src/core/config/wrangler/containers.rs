//! The shapes of containers (`validateContainerApp`, cli.js:27060 and on).
//!
//! A container with `scheduling_policy = "durable_object"` is another thing than the rest, with
//! keys of its own.

use crate::core::config::shape::{
    Field, Other, Shape, Switch, Table, Test, Unknown, optional, required, table,
};
use crate::core::model::{Data, Value};

/// `ALLOWED_INSTANCE_TYPES`, cli.js:28413. The last two are old names.
pub(super) const INSTANCE_TYPES: &[&str] =
    &["lite", "basic", "standard-1", "standard-2", "standard-3", "standard-4", "dev", "standard"];

pub(super) const PORT: Test = Test {
    rule: "config/invalid-value",
    accepts: |value| {
        value.as_number().is_some_and(|n| n.fract() == 0.0 && (1.0..=65_535.0).contains(&n))
    },
    expects: "a port from 1 to 65535",
    help: "write a whole number",
};

pub(super) const CONTAINERS: Shape = Shape::Falsy(&Shape::List(&Shape::Switch(&Switch {
    key: "scheduling_policy",
    cases: &[("durable_object", Shape::Table(&MANAGED))],
    missing: Some(Shape::Table(&CONTAINER)),
    other: Some(Shape::Table(&CONTAINER)),
})));

const fn open(fields: &'static [Field]) -> Table {
    Table { fields, unknown: Unknown::Ignore, other: Other::AcceptList }
}

/// The image is looked at by `config/container-image`, the rollout by `config/container-rollout`,
/// observability by `config/container-observability`.
const CONTAINER: Table = table(&[
    optional("name", Shape::String),
    optional("class_name", Shape::String),
    optional("image", Shape::Any),
    optional("image_build_context", Shape::String),
    optional("image_vars", Shape::AnyObject),
    optional("observability", Shape::Any),
    optional("scheduling_policy", Shape::Choice(&["regional", "moon", "default"])),
    optional("instances", Shape::Any),
    optional("max_instances", Shape::Test(&Shape::Number, &NOT_NEGATIVE)),
    optional("rollout_step_percentage", Shape::Any),
    optional("rollout_kind", Shape::Choice(&["full_auto", "full_manual", "none"])),
    optional("rollout_active_grace_period", Shape::Test(&Shape::Number, &NOT_NEGATIVE)),
    optional("ssh", SSH),
    optional("wrangler_ssh", SSH),
    optional("authorized_keys", Shape::List(&Shape::Table(&AUTHORIZED_KEY))),
    optional("trusted_user_ca_keys", Shape::List(&Shape::Table(&CA_KEY))),
    optional("configuration", Shape::Table(&CONFIGURATION)),
    optional("constraints", Shape::Nullable(&Shape::Table(&CONSTRAINTS))),
    optional("affinities", Shape::Any),
    optional("durable_objects", Shape::Any),
    optional("instance_type", INSTANCE_TYPE),
    optional("unsafe", Shape::Falsy(&Shape::Table(&table_of_anything()))),
]);

const fn table_of_anything() -> Table {
    Table { fields: &[], unknown: Unknown::Ignore, other: Other::Reject }
}

const NOT_NEGATIVE: Test = Test {
    rule: "config/invalid-value",
    accepts: |value| value.as_number().is_some_and(|n| n >= 0.0),
    expects: "zero or more",
    help: "write a number that is not negative",
};

const SSH: Shape = Shape::Table(&Table {
    fields: &[
        required("enabled", Shape::Boolean),
        optional("port", Shape::Test(&Shape::Number, &PORT)),
    ],
    unknown: Unknown::Ignore,
    other: Other::Reject,
});

const PUBLIC_KEY: Field = required(
    "public_key",
    Shape::Test(
        &Shape::String,
        &Test {
            rule: "config/invalid-value",
            accepts: |value| {
                value.as_str().is_some_and(|key| key.to_lowercase().starts_with("ssh-ed25519"))
            },
            expects: "an Ed25519 public key",
            help: "make one with `ssh-keygen -t ed25519`",
        },
    ),
);

const AUTHORIZED_KEY: Table = Table {
    fields: &[required("name", Shape::String), PUBLIC_KEY],
    unknown: Unknown::Ignore,
    other: Other::Reject,
};

const CA_KEY: Table = Table {
    fields: &[optional("name", Shape::String), PUBLIC_KEY],
    unknown: Unknown::Ignore,
    other: Other::Reject,
};

const CONFIGURATION: Table = table(&[
    optional("image", Shape::Any),
    optional("secrets", Shape::Any),
    optional("labels", Shape::Any),
    optional("disk", Shape::Any),
    optional("vcpu", Shape::Any),
    optional("memory_mib", Shape::Any),
]);

const REGIONS: &[&str] = &["ENAM", "WNAM", "EEUR", "WEUR", "APAC", "SAM", "ME", "OC", "AFR"];

const CONSTRAINTS: Table = open(&[
    optional("tiers", Shape::List(&Shape::Number)),
    optional("jurisdiction", Shape::Choice(&["eu", "fedramp", "us", ""])),
    optional(
        "regions",
        Shape::List(&Shape::Test(
            &Shape::String,
            &Test {
                rule: "config/invalid-value",
                accepts: |value| {
                    value.as_str().is_some_and(|r| REGIONS.contains(&r.to_uppercase().as_str()))
                },
                expects: "one of ENAM, WNAM, EEUR, WEUR, APAC, SAM, ME, OC and AFR",
                help: "use a region of the list",
            },
        )),
    ),
]);

const INSTANCE_TYPE: Shape = Shape::Nullable(&Shape::Either(
    &[
        Shape::Choice(INSTANCE_TYPES),
        Shape::Table(&Table {
            fields: &[
                optional("vcpu", Shape::Number),
                optional("memory_mib", Shape::Number),
                optional("disk_mb", Shape::Number),
            ],
            unknown: Unknown::Warn,
            other: Other::AcceptList,
        }),
    ],
    "the name of an instance type, or a table with vcpu, memory_mib and disk_mb",
));

const MANAGED: Table = Table {
    fields: &[
        optional("name", Shape::String),
        optional("class_name", Shape::NonEmptyString),
        required("scheduling_policy", Shape::Any),
        optional("images", Shape::Test(&Shape::Map(&IMAGE), &IMAGES)),
        optional("observability", Shape::Any),
        optional("ssh", SSH),
        optional("authorized_keys", Shape::List(&Shape::Table(&AUTHORIZED_KEY))),
        optional("unsafe", Shape::Table(&MANAGED_UNSAFE)),
    ],
    unknown: Unknown::Reject,
    other: Other::Reject,
};

const MANAGED_UNSAFE: Table = strict(&[optional(
    "configuration",
    Shape::Table(&strict(&[optional("experimental_flags", Shape::List(&Shape::String))])),
)]);

const fn strict(fields: &'static [Field]) -> Table {
    Table { fields, unknown: Unknown::Reject, other: Other::Reject }
}

/// 1 to 100 images, with names of 1 to 128 characters.
const IMAGES: Test = Test {
    rule: "config/invalid-value",
    accepts: |value| {
        value.as_object().is_some_and(|images| {
            (1..=100).contains(&images.entries.len())
                && images.keys().all(|name| (1..=128).contains(&name.encode_utf16().count()))
        })
    },
    expects: "a table of 1 to 100 images, with names of 1 to 128 characters",
    help: "add an image, or remove the key",
};

const IMAGE: Shape = Shape::Test(
    &Shape::Table(&strict(&[
        optional("dockerfile", Shape::NonEmptyString),
        optional("image", Shape::Test(&Shape::NonEmptyString, &DIGEST)),
        optional("build_context", Shape::NonEmptyString),
        optional("build_vars", Shape::Map(&Shape::String)),
    ])),
    &Test {
        rule: "config/invalid-value",
        accepts: |value| {
            let has = |key: &str| value.get(key).is_some();
            let lists = value.get("build_vars").is_some_and(|v| v.as_array().is_some());
            has("dockerfile") != has("image")
                && !(has("image") && (has("build_context") || has("build_vars")))
                && !lists
        },
        expects: "a table with `dockerfile`, or with `image` alone",
        help: "keep one of dockerfile and image; build_context and build_vars go with dockerfile",
    },
);

const DIGEST: Test = Test {
    rule: "config/invalid-value",
    accepts: is_pinned_image,
    expects: "an image of the managed registry that is pinned by its digest",
    help: "write registry.cloudflare.com/ACCOUNT/REPOSITORY@sha256:DIGEST",
};

/// `registry.cloudflare.com/<account>/<repository>@sha256:<64 hex>`; with the compliance region
/// FedRAMP High the registry has another name, so only its ends are compared.
fn is_pinned_image(value: &Value) -> bool {
    let Data::String(image) = &value.data else { return false };
    let Some((path, digest)) = image.split_once("@sha256:") else { return false };
    let Some((registry, repository)) = path.split_once('/') else { return false };
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let part = |part: &str| {
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(word)
            && part.ends_with(word)
            && part.chars().all(|c| word(c) || matches!(c, '.' | '_' | '-'))
            && !["..", "._", "_.", "-.", ".-", "-_", "_-", "___"]
                .iter()
                .any(|bad| part.contains(bad))
    };
    registry.starts_with("registry.")
        && registry.ends_with("cloudflare.com")
        && digest.len() == 64
        && digest.bytes().all(hex)
        && repository.split('/').count() >= 2
        && repository.split('/').all(part)
}
