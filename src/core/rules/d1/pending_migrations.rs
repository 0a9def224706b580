//! # A D1 database has not run all migrations
//!
//! ## What it checks
//!
//! The files in the folder of migrations of each D1 binding against what its database remembers.
//!
//! It is a note where a pipeline of the repository runs `wrangler d1 migrations apply --remote`, and
//! in an environment that `clodo.yml` declares, since `clodo deploy` runs them. It is a warning where
//! the environment may be one for development, where several bindings share the folder, and where the
//! database of a Worker that is live remembers no migration at all: another tool may have made its
//! schema.
//!
//! ## Why it matters
//!
//! A deployment neither runs migrations nor looks at them. The new code meets a database without
//! the tables and columns that it was written for: `no such table`, at run time. `wrangler d1
//! migrations list --remote` shows the same, and writes to the database while it does.
//!
//! ## Bad
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "orders"
//! database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//! migrations_dir = "migrations"
//! ```
//!
//! ```sql migrations/0001_orders.sql
//! CREATE TABLE orders (id TEXT PRIMARY KEY, note TEXT);
//! ```
//!
//! ```sql migrations/0002_refunds.sql
//! CREATE TABLE refunds (id TEXT PRIMARY KEY);
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "d1_databases": [
//!         {
//!           "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0",
//!           "name": "orders",
//!           "migrations": { "d1_migrations": ["0001_orders.sql"] }
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## Good
//!
//! ```toml wrangler.toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [[d1_databases]]
//! binding = "DB"
//! database_name = "orders"
//! database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"
//! migrations_dir = "migrations"
//! ```
//!
//! ```sql migrations/0001_orders.sql
//! CREATE TABLE orders (id TEXT PRIMARY KEY, note TEXT);
//! ```
//!
//! ```sql migrations/0002_refunds.sql
//! CREATE TABLE refunds (id TEXT PRIMARY KEY);
//! ```
//!
//! ```json account.json
//! {
//!   "schema": "clodo.account/1",
//!   "taken_at": "2026-11-20T08:00:00Z",
//!   "accounts": [
//!     {
//!       "id": "0123456789abcdef0123456789abcdef",
//!       "d1_databases": [
//!         {
//!           "id": "3eaa1eaf-c1cd-430f-ba12-a93a77542df0",
//!           "name": "orders",
//!           "migrations": { "d1_migrations": ["0001_orders.sql", "0002_refunds.sql"] }
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! ## How to fix
//!
//! Run them before the deployment: `wrangler d1 migrations apply DATABASE --remote`, after a look
//! at the bookmark that `wrangler d1 time-travel info` shows.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/d1/reference/migrations/>
//! - <https://developers.cloudflare.com/d1/reference/time-travel/>

use crate::core::config::d1_ledger::{Ledger, ledgers};
use crate::core::config::d1_migrations::histories;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::config::wrangler::{Binding, Environment};
use crate::core::model::account::Part;
use crate::core::model::{Migration, Place, Severity, Value, WranglerSays};
use crate::core::pipeline::{System, Word};
use crate::core::rules::resources::at_migration;
use crate::core::rules::{Check, Context, Findings, Needs, Rule, ServiceContext};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "d1/pending-migrations",
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[Part::D1Databases, Part::D1Migrations]),
    catalogue: &["D1-05"],
    page: include_str!("pending_migrations.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    for (environment, account) in cx.live() {
        for ledger in ledgers(cx.run.workspace, &environment, account) {
            // What has run under another name is another rule's business.
            let pending: Vec<&Migration> =
                ledger.pending().filter(|file| !ledger.is_renamed(file)).collect();
            let (Some(first), Some(last)) = (pending.first(), pending.last()) else { continue };
            let database = &ledger.database.name;
            let fact = match pending.len() {
                1 => format!("{database} has not run the migration {}", first.name),
                count => {
                    format!(
                        "{database} has not run {count} migrations: {} to {}",
                        first.name, last.name
                    )
                }
            };
            let binding = &ledger.history.binding;
            let apply = format!("wrangler d1 migrations apply {database} --remote");
            let draft = at_migration(&ledger.history, first, out)
                .say(fact)
                .why("a deployment does not run them, and the new code meets the old schema");
            let _ = match applies(cx.run, &environment, binding) {
                Some(place) => draft
                    .severity(Severity::Note)
                    .help("the pipeline runs them: it must do so before the deployment")
                    .see(place, "run here"),
                None if is_doubtful(cx.run, &environment, &ledger) => {
                    draft.severity(Severity::Warning).help(format!("run `{apply}`"))
                }
                None => draft.help(format!("run `{apply}` before the deployment")),
            };
        }
    }
}

/// Whether the files may not be meant for this database, or it may have its schema without them.
fn is_doubtful<'a>(cx: &Context<'a>, environment: &Environment<'a>, ledger: &Ledger<'a>) -> bool {
    let folder = ledger.history.folder;
    let shared = histories(cx.workspace, environment)
        .iter()
        .any(|other| other.folder == folder && other.binding.path != ledger.history.binding.path);
    let live = cx.deployed(environment).is_some_and(|worker| worker.live.is_some());
    may_be_local(environment) || shared || (live && ledger.applied.is_empty())
}

/// Where a pipeline runs the migrations of a binding's database.
fn applies(
    cx: &Context<'_>,
    environment: &Environment<'_>,
    binding: &Binding<'_>,
) -> Option<Place> {
    let names = [binding.name, binding.value.get("database_name").and_then(Value::as_str)];
    let found = cx.pipelines.calls().find(|(pipeline, _, call)| {
        let words = call.arguments.after(&["d1", "migrations", "apply"]);
        let named = words.is_some_and(|words| match words.first().and_then(Word::known) {
            Some(name) => names.contains(&Some(name)),
            None => true,
        });
        let own = call.service.is_none_or(|service| std::ptr::eq(service, environment.service));
        let chosen = call.environment().is_none_or(|chosen| chosen.is(environment));
        named && own && chosen && call.arguments.has("remote") && pipeline.system != System::Scripts
    });
    found.map(|(_, _, call)| call.place)
}
