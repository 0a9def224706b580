//! What a rollback will do, and how it ended.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::verify::check_json;
use super::{safe, words};
use crate::core::model::account::Share;
use crate::core::model::deployment::{State, Strategy};
use crate::core::rollback::{RolledBack, Route, kept};
use crate::core::verify::state::listed;

/// What a rollback will do, for people. `restore_d1`: whether databases are put back as well.
pub fn route(route: &Route, restore_d1: bool) -> String {
    let mut out = String::new();
    let what = match (&route.of, route.recorded) {
        (Some(of), _) => format!("Rollback of {of}"),
        (None, true) => "Rollback".to_owned(),
        (None, false) => {
            "Rollback without a record: what was live before is from Cloudflare's list \
                          of deployments"
                .to_owned()
        }
    };
    let _ = writeln!(out, "{what}\n");
    let names = route.services.iter().map(|going| words::name(&going.planned.service));
    let column = names.map(|name| name.chars().count()).max().unwrap_or_default();
    for going in &route.services {
        let name = words::name(&going.planned.service);
        let moves = moves(&going.live.versions, &going.choice.shares);
        let _ =
            writeln!(out, "  {name:column$}  {moves}, {}", safe::line(&going.choice.source.why()));
        for blocker in &going.blockers {
            let names = safe::line(&blocker.names.join(", "));
            let _ = writeln!(out, "  {:column$}  in the way: {}: {names}", "", blocker.kind.why());
        }
        if going.base.is_none() && going.planned.strategy != Strategy::Pages {
            let kept = "routes, domains, crons and settings stay: what they were is not recorded";
            let _ = writeln!(out, "  {:column$}  {kept}", "");
        }
    }
    for settled in &route.already {
        let name = words::name(&settled.planned.service);
        let _ = writeln!(out, "  {name:column$}  serves something else already");
    }
    let _ = writeln!(out, "\n{}.", kept(restore_d1 && !route.bookmarks().is_empty()));
    out
}

/// From what to what: `7d1e02c4 → 51ac88ab`.
pub fn moves(from: &[Share], to: &[Share]) -> String {
    format!("{} → {}", listed(from), listed(to))
}

/// How a database is put back by hand.
pub fn restore_command(database: &str, bookmark: &str) -> String {
    format!(
        "wrangler d1 time-travel restore {} --bookmark={}",
        safe::line(database),
        safe::line(bookmark)
    )
}

/// The version of the JSON form.
pub const SCHEMA: &str = "clodo.rollback/1";

/// How it ended, for people: one line, and what is left to do.
pub fn ending(back: &RolledBack) -> String {
    let mut out = String::new();
    let names: Vec<String> = back.names().map(|name| words::name(name)).collect();
    let of = words::environment(
        Some(&back.environment).filter(|name| !name.is_empty()).map(|name| name.as_str()),
    );
    let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
    let Some(id) = &back.id else {
        let why = match &back.route.to {
            Some(to) => format!("{} serves already", safe::line(to)),
            None => "what was deployed serves no more".to_owned(),
        };
        return format!("Nothing to roll back in {of}: {why}.\n");
    };
    let _ = match (back.state, back.traffic) {
        (State::Succeeded, Some(traffic)) => writeln!(
            out,
            "Rolled back {} in {of}: traffic in {}, all in {}; recorded as {id}.",
            names.join(", "),
            seconds(traffic),
            seconds(back.took)
        ),
        (State::Succeeded, None) => writeln!(
            out,
            "What was left of the rollback of {} in {of} is done, in {}; recorded as {id}.",
            names.join(", "),
            seconds(back.took)
        ),
        _ => writeln!(
            out,
            "Not all of {} is well in {of}: a person is needed; recorded as {id}. The lines above say \
             what is missing. The same command again goes on: what is back is left alone.",
            names.join(", ")
        ),
    };
    for (database, bookmark) in back.route.bookmarks() {
        let name = back.route.database(&database);
        let _ = match back.databases_restored {
            true => writeln!(out, "{} is back at {bookmark}.", safe::line(name)),
            false => writeln!(
                out,
                "{} keeps what was written since. To put it back: {}",
                safe::line(name),
                restore_command(name, &bookmark)
            ),
        };
    }
    let _ = writeln!(
        out,
        "Held: clodo deploys none of what was taken back. To clear: clodo rollback -e {} --clear-hold \
         --reason TEXT",
        if back.environment.is_empty() { "\"\"" } else { &back.environment }
    );
    out
}

/// For programs.
pub fn json(back: &RolledBack) -> Value {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let services = back.services.iter().zip(&back.route.services).map(|(one, going)| {
        json!({
            "service": one.service,
            "worker": one.worker,
            "from": one.from,
            "to": one.to,
            "because": going.choice.source.why(),
            "state": one.state,
            "restored": one.parts,
            "error": one.error,
        })
    });
    json!({
        "schema": SCHEMA,
        "clodo": env!("CARGO_PKG_VERSION"),
        "id": back.id,
        "environment": back.environment,
        "of": back.route.of,
        "state": back.state,
        "services": services.collect::<Vec<_>>(),
        "already": back.route.already.iter().map(|one| &one.planned.service).collect::<Vec<_>>(),
        "checks": back.checks.iter().map(check_json).collect::<Vec<_>>(),
        "bookmarks": back.route.bookmarks(),
        "databases_restored": back.databases_restored,
        "traffic_milliseconds": back.traffic.map(millis),
        "milliseconds": millis(back.took),
    })
}
