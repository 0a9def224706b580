//! # Two connect handlers share a port
//!
//! ## What it checks
//!
//! Entries of `connect` with the same protocol and port.
//!
//! ## Why it matters
//!
//! Wrangler stops: a connection can have one handler.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[connect]]
//! protocol = "tcp"
//! port = 5432
//!
//! [[connect]]
//! protocol = "tcp"
//! port = 5432
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! [[connect]]
//! protocol = "tcp"
//! port = 5432
//!
//! [[connect]]
//! protocol = "tcp"
//! port = 5433
//! ```
//!
//! ## How to fix
//!
//! Give each entry its own port, or remove one.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/configuration/>

use crate::core::model::{Place, Value};
use crate::core::model::{Severity, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "config/connect",
    severity: Severity::Error,
    wrangler: WranglerSays::Rejects,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["CFG-06"],
    page: include_str!("connect.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    let file = cx.service.config.file;
    for level in cx.levels() {
        let Some(list) = level.get("connect") else { continue };
        let mut seen: Vec<(&str, f64, &Value)> = Vec::new();
        for (index, handler) in list.items().iter().enumerate() {
            let protocol = handler.get("protocol").and_then(Value::as_str);
            let port = handler.get("port").and_then(Value::as_number);
            let (Some(protocol), Some(port)) = (protocol, port) else { continue };
            match seen.iter().find(|(p, n, _)| *p == protocol && *n == port) {
                Some((_, _, first)) => {
                    let path = format!("{}[{index}]", level.path("connect"));
                    let _ = out
                        .at(handler.span)
                        .say(format!("`{path}` has the `protocol` and `port` of an earlier entry"))
                        .see(Place { file, span: first.span }, "the earlier one")
                        .path(path)
                        .help("give each entry its own port, or remove one")
                        .written_in(&level);
                }
                None => seen.push((protocol, port, handler)),
            }
        }
    }
}
