//! # Placement is set in a way that does not fit together
//!
//! ## What it checks
//!
//! `placement`: either `mode` (`off`, `smart`), with `hint` only beside `smart`, or exactly one of
//! `region`, `host` and `hostname`, with no mode or `targeted`.
//!
//! ## Why it matters
//!
//! Wrangler stops before it uploads anything.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [placement]
//! mode = "fast"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [placement]
//! mode = "smart"
//! ```
//!
//! ## How to fix
//!
//! Choose one of the two forms.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/placement/>

use crate::core::config::wrangler::Level;
use crate::core::model::{Object, Span, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/placement",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("placement.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for level in cx.levels() {
        for (value, path) in level.with_previews("placement") {
            match value.as_object() {
                Some(table) => {
                    for problem in problems(table, value.span) {
                        report(out, &level, &path, problem);
                    }
                }
                None => report(
                    out,
                    &level,
                    &path,
                    Problem {
                        span: value.span,
                        key: "",
                        message: format!("`{path}` must be a table, not {}", value.describe()),
                    },
                ),
            }
        }
    }
}

struct Problem {
    span: Span,
    key: &'static str,
    message: String,
}

fn report(out: &mut Findings<'_>, level: &Level<'_>, path: &str, problem: Problem) {
    let path = crate::core::config::shape::join(path, problem.key);
    let _ = out
        .at(problem.span)
        .say(problem.message)
        .path(path.trim_end_matches("[\"\"]"))
        .help("use mode = \"smart\", or one of region, host and hostname")
        .written_in(level);
}

/// The keys of the targeted form.
const TARGETS: [&str; 3] = ["region", "host", "hostname"];

fn problems(table: &Object, whole: Span) -> Vec<Problem> {
    let mut found = Vec::new();
    let targets: Vec<&'static str> =
        TARGETS.into_iter().filter(|key| table.get(key).is_some()).collect();
    let hint = table.entry("hint");
    let mode = table.get("mode");
    let word = mode.and_then(Value::as_str);
    let mut say = |span: Span, key: &'static str, message: &str| {
        found.push(Problem { span, key, message: message.to_owned() });
    };
    let mode_span = mode.map_or(whole, |mode| mode.span);
    match (hint, targets.as_slice()) {
        (Some(hint), [_, ..]) => {
            say(
                hint.key_span,
                "hint",
                "`hint` and `region`, `host` or `hostname` exclude each other",
            );
        }
        (Some(hint), []) => {
            if !matches!(word, Some("off" | "smart")) {
                say(
                    mode_span,
                    "mode",
                    "`placement.mode` must be \"off\" or \"smart\" where there is a `hint`",
                );
            }
            if hint.value.as_str().is_none() {
                say(hint.value.span, "hint", "`placement.hint` must be a string");
            }
            if !hint.value.is_falsy() && word != Some("smart") {
                say(hint.key_span, "hint", "`placement.hint` works only with mode = \"smart\"");
            }
        }
        (None, []) => {
            if !matches!(word, Some("off" | "smart" | "targeted")) {
                say(
                    mode_span,
                    "mode",
                    "`placement.mode` must be \"off\", \"smart\" or \"targeted\"",
                );
            }
            if word == Some("targeted") {
                say(
                    mode_span,
                    "region",
                    "mode = \"targeted\" needs one of `region`, `host` and `hostname`",
                );
            }
        }
        (None, [first, rest @ ..]) => {
            if mode.is_some() && word != Some("targeted") {
                say(
                    mode_span,
                    "mode",
                    "`placement.mode` must be \"targeted\" beside `region`, `host` or `hostname`",
                );
            }
            for key in &targets {
                let value = table.get(key);
                if let Some(value) = value.filter(|value| value.as_str().is_none_or(str::is_empty))
                {
                    say(
                        value.span,
                        key,
                        &format!("`placement.{key}` must be a string that is not empty"),
                    );
                }
            }
            if !rest.is_empty() {
                let span = table.entry(first).map_or(whole, |entry| entry.key_span);
                say(span, first, "`region`, `host` and `hostname` exclude each other; keep one");
            }
        }
    }
    found
}
