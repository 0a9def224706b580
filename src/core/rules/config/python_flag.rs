//! # A Python Worker lacks its compatibility flag
//!
//! ## What it checks
//!
//! A `main` that ends in `.py` without `python_workers` among the `compatibility_flags`.
//!
//! ## Why it matters
//!
//! Wrangler stops before it uploads anything.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/entry.py"
//! compatibility_date = "2026-01-31"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/entry.py"
//! compatibility_date = "2026-01-31"
//! compatibility_flags = ["python_workers"]
//! ```
//!
//! ## How to fix
//!
//! Add the flag.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/languages/python/>

use crate::core::model::Value;
use crate::core::model::{Edit, Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/python-flag",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &[],
    page: include_str!("python_flag.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for environment in cx.environments() {
        let main = environment
            .get("main")
            .filter(|main| main.value().as_str().is_some_and(|path| path.ends_with(".py")));
        let flags = environment.get("compatibility_flags");
        let flags_path = flags.map_or_else(|| "compatibility_flags".to_owned(), |f| f.path());
        let flags = flags.map(|flags| flags.value().items()).unwrap_or_default();
        let flagged = flags.iter().filter_map(Value::as_str).any(|flag| flag == "python_workers");
        if let Some(main) = main.filter(|_| !flagged) {
            let _ = out
                .at(main.span())
                .say("a Python Worker needs the compatibility flag `python_workers`")
                .path("compatibility_flags")
                .help("add compatibility_flags = [\"python_workers\"]")
                .fix(Edit::Append { path: flags_path, value: "python_workers".into() })
                .on(&environment);
        }
    }
}
