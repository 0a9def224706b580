//! Shapes that several tables of keys are made of.

use std::time::Duration;

use serde_json::json;

use super::PathGlob;
use crate::core::config::shape::{Field, INVALID_VALUE, Other, Shape, Table, Test, Unknown};
use crate::core::model::Value;

/// A table that is finished: a key that is not known is a mistake.
pub(super) const fn closed(fields: &'static [Field]) -> Table {
    Table { fields, unknown: Unknown::Reject, other: Other::Reject }
}

/// A table that later versions will know more of.
pub(super) const fn open(fields: &'static [Field]) -> Table {
    Table { fields, unknown: Unknown::Ignore, other: Other::Reject }
}

pub(super) const STATUS: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::Number,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| {
                value.as_number().is_some_and(|n| (100.0..=599.0).contains(&n) && n.fract() == 0.0)
            },
            expects: "an HTTP status",
            help: "write a number from 100 to 599",
        },
    ),
    || json!({ "type": "integer", "minimum": 100, "maximum": 599 }),
);

pub(super) const DURATION: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::String,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| duration(value).is_some(),
            expects: "a duration such as \"10m\"",
            help: "write numbers with `s`, `m`, `h` or `d`: `90s`, `1h30m`",
        },
    ),
    || json!({ "pattern": "^([0-9]+[smhd])+$" }),
);

/// A duration as numbers with units, `1h30m`, and nothing else.
pub(super) fn duration(value: &Value) -> Option<Duration> {
    let mut seconds = 0_u64;
    let mut number = None;
    for c in value.as_str()?.chars() {
        if let Some(digit) = c.to_digit(10) {
            let so_far: u64 = number.unwrap_or_default();
            number = Some(so_far.checked_mul(10)?.checked_add(digit.into())?);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (number.is_none() && seconds > 0).then(|| Duration::from_secs(seconds))
}

pub(super) const GLOB: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::NonEmptyString,
        &Test {
            rule: INVALID_VALUE,
            accepts: is_glob,
            expects: "a pattern for paths",
            help: GLOB_HELP,
        },
    ),
    || json!({ "examples": ["apps/legacy", "**/wrangler.toml"] }),
);

pub(super) fn is_glob(value: &Value) -> bool {
    value.as_str().is_some_and(|text| PathGlob::new(text).is_ok())
}

pub(super) const GLOB_HELP: &str =
    "`*` stands for any name, `**` for any folders; close every bracket";

pub(super) const REASON: Shape = Shape::Schema(
    &Shape::Test(
        &Shape::String,
        &Test {
            rule: INVALID_VALUE,
            accepts: |value| value.as_str().is_some_and(|text| !text.trim_ascii().is_empty()),
            expects: "a few words",
            help: "say why, for whoever reads this next",
        },
    ),
    || json!({ "pattern": r"[^ \t\n\r\f]" }),
);
