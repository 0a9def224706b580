//! What is seen of an account: the sandbox, as a token with more or fewer permissions sees it.

use clodo::core::model::account::{
    Account, Part, Seen, Snapshot, TokenKind, TokenStatus, Why, read,
};
use clodo::world::cloudflare::CloudflareError;
use serde_json::json;

use super::{gather, gather_in, wanted};
use crate::sandbox::stand::Stand;
use crate::work_tree::WorkTree;

/// A project that uses a bit of everything.
const PROJECT: &str = r#"
name = "shop"
main = "src/index.ts"
compatibility_date = "2026-01-31"
workers_dev = false
preview_urls = false
routes = [
  { pattern = "shop.example.com", custom_domain = true },
  "www.example.com/shop/*",
]

[triggers]
crons = ["0 3 * * *"]

[vars]
REGION = "eu"

[[kv_namespaces]]
binding = "CACHE"
id = "0f2ac74b498b48028cb68387c421e279"

[[d1_databases]]
binding = "DB"
database_name = "orders"
database_id = "3eaa1eaf-c1cd-430f-ba12-a93a77542df0"

[[d1_databases]]
binding = "LOGS"
database_name = "logs"
database_id = "4eaa1eaf-c1cd-430f-ba12-a93a77542df0"
migrations_table = "done"

[[r2_buckets]]
binding = "FILES"
bucket_name = "files"

[[r2_buckets]]
binding = "EU_FILES"
bucket_name = "eu-files"
jurisdiction = "eu"

[[queues.producers]]
binding = "JOBS"
queue = "jobs"

[[hyperdrive]]
binding = "PG"
id = "1f2ac74b498b48028cb68387c421e279"

[[vectorize]]
binding = "INDEX"
index_name = "products"

[[workflows]]
binding = "FLOW"
name = "billing"
class_name = "Billing"

[[secrets_store_secrets]]
binding = "KEY"
store_id = "2f2ac74b498b48028cb68387c421e279"
secret_name = "stripe"

[[dispatch_namespaces]]
binding = "TENANTS"
namespace = "tenants"

[[mtls_certificates]]
binding = "CERT"
certificate_id = "5eaa1eaf-c1cd-430f-ba12-a93a77542df0"

[[durable_objects.bindings]]
name = "ROOM"
class_name = "Room"
"#;

const PAGES: &str = "name = \"docs\"\npages_build_output_dir = \"dist\"\n";

/// An account in which all of that exists.
const ACCOUNT: &str = r#"
account: { name: acme }
subdomain: acme
tokens:
  - { name: all, value: all-token }
  - { name: owned, value: owned-token, account-owned: true, expires-on: "2027-01-01T00:00:00Z" }
  - { name: few, value: few-token, permissions: [Workers Scripts Read, Zone Read] }
  - { name: none, value: none-token, permissions: [] }
  - { name: expired, value: expired-token, status: expired }
zones:
  - name: example.com
    dns:
      - { name: www, type: CNAME, content: elsewhere.example.net, proxied: true }
      - { name: "*", type: A, content: 192.0.2.1 }
      - { name: mail, type: A, content: 192.0.2.2 }
      - { name: www, type: TXT, content: verification-that-nobody-needs }
  - name: example.org
workers:
  - name: shop
    vars: { REGION: eu, API_KEY: abc }
    secrets: { STRIPE: s3cret-value-of-a-secret }
    crons: ["0 3 * * *"]
    domains: [shop.example.com]
    routes: [www.example.com/shop/*]
    workers-dev: true
    tags: [shop]
  - name: other
    vars: { X: y }
resources:
  kv: [{ title: shop-cache, id: 0f2ac74b498b48028cb68387c421e279 }]
  d1:
    - name: orders
      id: 3eaa1eaf-c1cd-430f-ba12-a93a77542df0
      sql: >-
        CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
        applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);
        INSERT INTO d1_migrations (name) VALUES ('0001_init.sql')
    - { name: logs, id: 4eaa1eaf-c1cd-430f-ba12-a93a77542df0 }
  r2: { buckets: [{ name: files }, { name: eu-files, jurisdiction: eu }] }
  queues: [{ name: jobs, consumers: [{ worker: shop }] }]
  hyperdrive: [{ name: pg, id: 1f2ac74b498b48028cb68387c421e279 }]
  vectorize: [{ name: products, dimensions: 3, metric: cosine }]
  workflows: [{ name: billing, class: Billing, worker: shop }]
  secrets-stores: [{ name: store, id: 2f2ac74b498b48028cb68387c421e279, secrets: [stripe] }]
  dispatch-namespaces: [{ name: tenants }]
  certificates: [{ name: cert, id: 5eaa1eaf-c1cd-430f-ba12-a93a77542df0 }]
  pages: [{ name: docs, production-branch: main }]
"#;

fn project() -> WorkTree {
    WorkTree::of(&[
        ("shop/wrangler.toml", PROJECT),
        ("shop/migrations/0001_init.sql", "CREATE TABLE t (x);"),
        ("docs/wrangler.toml", PAGES),
    ])
}

fn account(snapshot: &Snapshot) -> &Account {
    let [account] = snapshot.accounts.as_slice() else { panic!("{snapshot:#?}") };
    account
}

fn known<T: std::fmt::Debug>(seen: &Seen<T>) -> &T {
    seen.known().unwrap_or_else(|| panic!("{seen:?}"))
}

#[test]
fn everything_that_a_project_uses_is_seen() {
    let stand = Stand::seeded(ACCOUNT);
    let snapshot = gather(&stand, "all-token", &project()).expect("a picture");
    let account = account(&snapshot);
    assert_eq!(snapshot.default_account.as_deref(), Some(&*stand.account()));
    assert_eq!(known(&account.name), "acme");
    assert_eq!(known(&account.token).kind, TokenKind::User);
    assert_eq!(known(&account.subdomain).name.as_deref(), Some("acme"));
    assert_eq!(known(&account.kv_namespaces)[0].title, "shop-cache");
    let [orders, logs] = known(&account.d1_databases).as_slice() else { panic!("two") };
    assert_eq!(known(&orders.migrations["d1_migrations"]), &["0001_init.sql"]);
    assert!(known(&logs.migrations["done"]).is_empty(), "a table that is not there remembers none");
    let r2 = known(&account.r2);
    assert!(r2.enabled);
    assert_eq!((known(&r2.buckets["default"])[0].as_str(), r2.buckets.len()), ("files", 2));
    assert_eq!(known(&r2.buckets["eu"]), &["eu-files"]);
    let queue = &known(&account.queues)[0];
    assert_eq!(queue.consumers[0].script.as_deref(), Some("shop"));
    assert_eq!(known(&account.hyperdrive)[0].name, "pg");
    assert_eq!(known(&account.vectorize)[0].name, "products");
    assert_eq!(known(&account.workflows)[0].class_name, "Billing");
    assert_eq!(known(&known(&account.secrets_stores)[0].secrets), &["stripe"]);
    assert_eq!(known(&account.dispatch_namespaces)[0].name, "tenants");
    assert_eq!(known(&account.mtls_certificates)[0].name.as_deref(), Some("cert"));
    assert_eq!(known(&account.pages_projects)[0].production_branch, "main");
    assert_eq!(account.unseen(), [], "{account:#?}");
}

#[test]
fn workers_are_looked_into_where_a_service_deploys_them() {
    let stand = Stand::seeded(ACCOUNT);
    let snapshot = gather(&stand, "all-token", &project()).expect("a picture");
    let workers = known(&account(&snapshot).workers);
    let shop = &workers["shop"];
    assert_eq!(known(&shop.crons), &["0 3 * * *"]);
    assert_eq!(known(&shop.deployments).len(), 1);
    assert!(known(&shop.workers_dev).enabled);
    let settings = known(&shop.settings);
    let names: Vec<_> = settings.bindings.iter().map(|binding| binding.name.as_str()).collect();
    assert_eq!(names, ["API_KEY", "REGION", "STRIPE"]);
    let region = &settings.bindings[1];
    assert_eq!(region.value, Some(json!("eu")));
    assert!(region.digest.is_some() && settings.bindings[0].digest.is_none());
    assert!(settings.bindings[2].is_secret());
    let other = &workers["other"];
    assert!(other.settings.is_not_asked() && other.deployments.is_not_asked());
}

#[test]
fn zones_are_those_of_the_hosts() {
    let stand = Stand::seeded(ACCOUNT);
    let snapshot = gather(&stand, "all-token", &project()).expect("a picture");
    let account = account(&snapshot);
    let [zone] = known(&account.zones).as_slice() else { panic!("{:?}", account.zones) };
    assert_eq!(zone.name, "example.com");
    assert_eq!(known(&zone.routes)[0].script.as_deref(), Some("shop"));
    let records: Vec<_> = known(&zone.dns).iter().map(|r| (r.name.as_str(), &*r.kind)).collect();
    assert!(records.contains(&("*.example.com", "A")), "{records:?}");
    assert!(records.contains(&("www.example.com", "CNAME")), "{records:?}");
    assert!(!records.iter().any(|(name, kind)| *name == "mail.example.com" || *kind == "TXT"));
    assert_eq!(known(&account.custom_domains)[0].hostname, "shop.example.com");
}

/// Of an account with more zones than a few pages hold, those of the hosts are asked for by their
/// names, and nobody reads through all of them.
#[test]
fn among_very_many_zones_they_are_asked_for_by_name() {
    let mut seed = String::from("tokens: [{ name: all, value: all-token }]\nzones:\n");
    for number in 0..205 {
        seed += &format!("  - {{ name: z{number}.example }}\n");
    }
    seed += "  - { name: example.com }\n  - { name: eu.example.com }\nworkers: [{ name: shop }]\n";
    let stand = Stand::seeded(&seed);
    let tree = WorkTree::of(&[(
        "wrangler.toml",
        "name = \"shop\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-31\"\n\
         workers_dev = false\nroutes = [\"shop.eu.example.com/*\", \"*.z7.example/*\"]\n",
    )]);
    let snapshot = gather(&stand, "all-token", &tree).expect("a picture");
    let zones = known(&account(&snapshot).zones);
    let mut names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
    names.sort_unstable();
    // The zone above is one of the host's as well, and has routes of its own.
    assert_eq!(names, ["eu.example.com", "example.com", "z7.example"]);
    assert!(zones.iter().all(|zone| zone.routes.is_known() && zone.dns.is_known()));

    let exchanges = stand.sandbox.record.exchanges();
    let lists = exchanges.iter().filter(|one| one.path.ends_with("/zones"));
    let mut asked: Vec<&str> = lists.filter_map(|one| one.query.as_deref()).collect();
    asked.sort_unstable();
    assert_eq!(
        asked,
        [
            "name=eu.example.com",
            "name=example.com",
            "name=shop.eu.example.com",
            "name=z7.example",
            "per_page=50&page=1",
        ]
    );
}

#[test]
fn what_the_token_may_not_see_is_unknown_and_its_permission_is_named() {
    let stand = Stand::seeded(ACCOUNT);
    let snapshot = gather_in(&stand, "few-token", &project(), true).expect("a picture");
    let account = account(&snapshot);
    assert!(account.workers.is_known() && account.zones.is_known());
    let unseen = account.unseen();
    let needs = |part: Part| {
        let (_, unseen) = unseen.iter().find(|(known, _)| *known == part)?;
        assert_eq!(unseen.why, Why::Forbidden);
        unseen.needs.as_deref()
    };
    assert_eq!(needs(Part::D1Databases), Some("D1 Read"));
    assert_eq!(needs(Part::KvNamespaces), Some("Workers KV Storage Read"));
    assert_eq!(needs(Part::Routes), Some("Workers Routes Read"));
    assert_eq!(needs(Part::Dns), Some("DNS Read"));
    assert_eq!(needs(Part::Workers), None);
}

#[test]
fn a_token_that_sees_no_account_is_one_clear_error() {
    let stand = Stand::seeded(ACCOUNT);
    let error = gather(&stand, "none-token", &project()).expect_err("it may see nothing");
    assert!(matches!(error, CloudflareError::Account(_)), "{error:?}");
    assert!(error.hint().contains("CLOUDFLARE_ACCOUNT_ID"));
}

#[test]
fn a_dead_token_is_one_clear_error() {
    let stand = Stand::seeded(ACCOUNT);
    for (token, expected) in
        [("nobody-knows-it", TokenStatus::Invalid), ("expired-token", TokenStatus::Expired)]
    {
        let error = gather(&stand, token, &project()).expect_err("it is dead");
        let CloudflareError::DeadToken { status, .. } = error else { panic!("{error:?}") };
        assert_eq!(status, expected);
    }
}

#[test]
fn a_token_of_the_account_is_one() {
    let stand = Stand::seeded(ACCOUNT);
    let snapshot = gather(&stand, "owned-token", &project()).expect("a picture");
    let token = known(&account(&snapshot).token);
    assert_eq!(token.kind, TokenKind::Account);
    assert!(token.expires_on.is_some());
}

#[test]
fn a_picture_is_the_same_each_time_and_holds_no_secret() {
    let (stand, project) = (Stand::seeded(ACCOUNT), project());
    let saved = || {
        let snapshot = gather(&stand, "all-token", &project).expect("a picture");
        serde_json::to_string_pretty(&snapshot).expect("plain data")
    };
    let text = saved();
    assert_eq!(text, saved());
    for secret in ["all-token", "s3cret-value-of-a-secret", "\"abc\"", "verification"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    let read = read(&text).expect("a picture");
    assert_eq!(serde_json::to_string_pretty(&read).expect("plain data"), text);
}

#[test]
fn r2_that_is_off_is_known_to_be_off() {
    let off = ACCOUNT.replace("r2: { buckets:", "r2: { enabled: false, buckets:");
    let snapshot = gather(&Stand::seeded(&off), "all-token", &project()).expect("a picture");
    let r2 = known(&account(&snapshot).r2);
    assert!(!r2.enabled && r2.buckets.is_empty());
}

#[test]
fn an_account_without_a_subdomain_is_known_to_have_none() {
    let none = ACCOUNT.replace("subdomain: acme", "subdomain: false");
    let snapshot = gather(&Stand::seeded(&none), "all-token", &project()).expect("a picture");
    assert_eq!(known(&account(&snapshot).subdomain).name, None);
}

#[test]
fn products_that_nobody_uses_are_not_asked() {
    let stand = Stand::seeded(ACCOUNT);
    let tree = WorkTree::of(&[("wrangler.toml", "name = \"other\"\n")]);
    let snapshot = gather(&stand, "all-token", &tree).expect("a picture");
    let account = account(&snapshot);
    assert!(account.d1_databases.is_not_asked() && account.pages_projects.is_not_asked());
    assert!(account.zones.is_not_asked() && account.r2.is_not_asked());
    let asked: Vec<_> = stand.sandbox.record.exchanges().into_iter().map(|e| e.path).collect();
    let products = ["/d1/", "/r2/", "/queues", "/zones", "/pages/", "/storage/"];
    let foreign = |path: &&String| products.iter().any(|product| path.contains(product));
    assert_eq!(asked.iter().find(foreign), None);
    // It has no cron trigger, so nobody asks for them.
    assert!(!asked.iter().any(|path| path.ends_with("/schedules")), "{asked:?}");
}

#[test]
fn a_table_of_migrations_cannot_smuggle_in_another_statement() {
    let stand = Stand::seeded(ACCOUNT);
    let config = PROJECT.replace("\"done\"", "'x\"; DROP TABLE d1_migrations; --'");
    let tree =
        WorkTree::of(&[("wrangler.toml", &config), ("migrations/0001_init.sql", "SELECT 1;")]);
    for _ in 0..2 {
        let snapshot = gather(&stand, "all-token", &tree).expect("a picture");
        let orders = &known(&account(&snapshot).d1_databases)[0];
        assert_eq!(known(&orders.migrations["d1_migrations"]), &["0001_init.sql"]);
    }
}

#[test]
fn nothing_is_written() {
    let (stand, project) = (Stand::seeded(ACCOUNT), project());
    let before = stand.sandbox.state().revision;
    gather(&stand, "all-token", &project).expect("a picture");
    assert_eq!(stand.sandbox.state().revision, before);
    for exchange in stand.sandbox.record.exchanges() {
        let reads = exchange.method == "GET" || exchange.path.ends_with("/query");
        assert!(reads, "{} {}", exchange.method, exchange.path);
        assert!(exchange.template.is_some(), "{} is nothing that the API has", exchange.path);
    }
}

#[test]
fn bad_days_cost_only_what_they_hit() {
    // A page of a firewall says nothing about the token.
    for status in [200, 403, 503] {
        let (stand, project) = (Stand::seeded(ACCOUNT), project());
        let fault =
            json!({ "path": "*/d1/database", "what": { "malformed": { "status": status } } });
        stand.sandbox.faults.add(serde_json::from_value(fault).expect("a fault"));
        let snapshot = gather(&stand, "all-token", &project).expect("a picture");
        let account = account(&snapshot);
        let unseen = account.d1_databases.unseen().expect("no answer");
        assert!(unseen.why == Why::Failed && unseen.ray.is_some(), "{status}: {unseen:?}");
        assert_eq!(account.unseen().len(), 1, "{:?}", account.unseen());
    }
}

#[test]
fn only_hosts_and_tables_in_use_are_wanted() {
    let wanted = wanted(&project());
    let account = wanted.accounts.values().next().expect("an account");
    assert!(account.hosts.iter().eq(["shop.example.com", "www.example.com"]));
    assert_eq!(account.migrations.len(), 2);
}
