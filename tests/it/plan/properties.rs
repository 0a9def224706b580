//! What holds for every project: the hash of a plan is that of what would happen, however the files
//! are written and whenever somebody looks; and whatever of it is another makes it another.

use clodo::core::model::account::read;
use clodo::core::plan::{Assets, Basis, Build, Builds, Built, Bundle, plan};
use clodo::world::files;
use proptest::prelude::*;
use proptest::test_runner::TestRng;
use serde_json::{Map, Value, json};

use crate::work_tree::WorkTree;

/// A project that uses a bit of everything.
fn config() -> Value {
    json!({
        "name": "shop", "main": "index.js", "compatibility_date": "2026-01-01",
        "compatibility_flags": ["nodejs_als", "global_navigator"],
        "workers_dev": false, "preview_urls": false, "logpush": true, "minify": true,
        "vars": { "CURRENCY": "EUR", "TABLE": { "b": [1, 2], "a": true }, "N": 3 },
        "kv_namespaces": [{ "binding": "A", "id": "1" }, { "binding": "B", "id": "2" }],
        "d1_databases": [{ "binding": "DB", "database_id": "d", "database_name": "orders" }],
        "r2_buckets": [{ "binding": "FILES", "bucket_name": "files", "jurisdiction": "eu" }],
        "queues": {
            "producers": [{ "binding": "OUT", "queue": "jobs" }, { "binding": "OUT2", "queue": "more" }],
            "consumers": [{ "queue": "jobs", "max_batch_size": 5, "dead_letter_queue": "dead" }],
        },
        "services": [{ "binding": "API", "service": "api", "entrypoint": "Rpc" }],
        "durable_objects": { "bindings": [{ "name": "ROOMS", "class_name": "Room" }] },
        "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Room", "Hall"] }],
        "hyperdrive": [{ "binding": "PG", "id": "h" }],
        "routes": ["example.com/a", { "pattern": "example.com/b", "zone_name": "example.com" }],
        "triggers": { "crons": ["0 * * * *", "17 3 * * *"] },
        "observability": { "enabled": true, "head_sampling_rate": 0.5 },
        "tail_consumers": [{ "service": "logs" }, { "service": "more-logs" }],
        "limits": { "cpu_ms": 50 }, "placement": { "mode": "smart" },
        "assets": { "directory": "public", "binding": "ASSETS", "html_handling": "none" },
        "rules": [{ "type": "Text", "globs": ["**/*.txt", "**/*.md"] }],
        "define": { "DEBUG": "false" }, "build": { "command": "true" },
    })
}

/// Keys under which a list is a set. The order of all others matters.
const SETS: [&str; 10] = [
    "/compatibility_flags",
    "/kv_namespaces",
    "/d1_databases",
    "/r2_buckets",
    "/queues/producers",
    "/queues/consumers",
    "/services",
    "/routes",
    "/triggers/crons",
    "/tail_consumers",
];

fn account() -> Value {
    json!({
        "schema": "clodo.account/1", "taken_at": "2026-11-22T12:00:00Z", "default_account": "acme",
        "accounts": [
            { "id": "acme", "name": "acme", "custom_domains": [],
              "workers": {
                "shop": { "compatibility_date": "2026-01-01", "compatibility_flags": ["nodejs_als"],
                    "workers_dev": { "enabled": true }, "logpush": false,
                    "deployments": [{ "id": "1", "versions": [
                        { "version_id": "v-one", "percentage": 90.0 }, { "version_id": "v-two", "percentage": 10.0 }] }],
                    "crons": ["5 5 * * *", "0 * * * *"],
                    "settings": { "bindings": [
                        { "name": "A", "type": "kv_namespace", "target": { "namespace_id": "1" } },
                        { "name": "OLD", "type": "kv_namespace", "target": { "namespace_id": "2" } },
                        { "name": "CURRENCY", "type": "plain_text", "digest": "0f2a" },
                        { "name": "KEY", "type": "secret_text" }] } },
                "api": {}, "logs": {} },
              "kv_namespaces": [{ "id": "1", "title": "a" }, { "id": "2", "title": "b" }],
              "d1_databases": [{ "id": "d", "name": "orders", "migrations": { "d1_migrations": [] } }],
              "queues": [{ "id": "q", "name": "jobs" }, { "id": "r", "name": "more" }],
              "zones": [{ "id": "z", "name": "example.com", "dns": [], "routes": [
                  { "id": "r1", "pattern": "example.com/a", "script": "other" },
                  { "id": "r2", "pattern": "example.com/gone", "script": "shop" }] }] },
            { "id": "beta", "name": "beta" },
        ],
    })
}

fn builds(built: Built) -> Builds {
    Builds::from([("wrangler.jsonc".to_owned(), Build::Built(built))])
}

fn built() -> Built {
    Built {
        bundle: Some(Bundle { digest: "c0de".into(), raw_bytes: Some(10), gzip_bytes: Some(5) }),
        assets: Some(Assets { digest: "a55e".into(), files: 1, bytes: 2, ..Assets::default() }),
        wrangler: Some("4.164.0".into()),
    }
}

/// The hash of a project whose configuration is this text, in this account.
fn hash_of(config: &str, account: &Value, builds: &Builds, migration: &str) -> String {
    let tree = WorkTree::of(&[
        ("wrangler.jsonc", config),
        ("index.js", "export class Room {} export default {}"),
        ("public/a.txt", "a"),
        ("migrations/0001_a.sql", migration),
    ]);
    let request = files::Request { root: tree.path(), ..Default::default() };
    let mut workspace = files::read(&request).expect("a work tree");
    files::survey(&tree.path(), &mut workspace);
    let snapshot = read(&account.to_string()).expect("a picture");
    let basis = Basis {
        workspace: &workspace,
        snapshot: &snapshot,
        builds: Some(builds),
        records: None,
        bound: None,
    };
    let plan = plan(&basis, "");
    assert_eq!(plan.services.len(), 1, "{config}");
    plan.hash
}

const MIGRATION: &str = "CREATE TABLE a (id TEXT);";

fn hash(config: &Value, account: &Value) -> String {
    hash_of(&config.to_string(), account, &builds(built()), MIGRATION)
}

/// A number below `end`.
fn below(rng: &mut TestRng, end: usize) -> usize {
    usize::try_from(rng.next_u64() % end.max(1) as u64).unwrap_or_default()
}

fn shuffle<T>(rng: &mut TestRng, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(rng, last + 1));
    }
}

/// The same with its keys in another order, and the lists for which `is_set` holds.
fn shuffled(rng: &mut TestRng, value: &Value, at: &str, is_set: fn(&str) -> bool) -> Value {
    match value {
        Value::Object(table) => {
            let mut entries: Vec<_> = table.iter().collect();
            shuffle(rng, &mut entries);
            let entries = entries.into_iter();
            let entries = entries.map(|(key, value)| {
                (key.clone(), shuffled(rng, value, &format!("{at}/{key}"), is_set))
            });
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> =
                items.iter().map(|item| shuffled(rng, item, &format!("{at}/*"), is_set)).collect();
            if is_set(at) {
                shuffle(rng, &mut items);
            }
            Value::Array(items)
        }
        other => other.clone(),
    }
}

/// JSON with comments and white space wherever they may stand.
fn written(rng: &mut TestRng, value: &Value) -> String {
    fn space(rng: &mut TestRng) -> &'static str {
        ["", " ", "\n", "\t", "\r\n", "/* c */", " // c\n", "/* \" } */"][below(rng, 8)]
    }
    let mut parts: Vec<String> = Vec::new();
    let (open, close) = match value {
        Value::Object(table) => {
            for (key, value) in table {
                let before = space(rng);
                let key = Value::from(key.as_str());
                let (middle, value) = (space(rng), written(rng, value));
                parts.push(format!("{before}{key}{middle}:{value}"));
            }
            ('{', '}')
        }
        Value::Array(items) => {
            parts = items.iter().map(|item| written(rng, item)).collect();
            ('[', ']')
        }
        leaf => return format!("{}{leaf}{}", space(rng), space(rng)),
    };
    format!("{}{open}{}{}{close}{}", space(rng), parts.join(","), space(rng), space(rng))
}

fn is_set_of_config(at: &str) -> bool {
    SETS.contains(&at)
}

/// An account gives nothing in an order that matters, but deployments and their versions.
fn is_set_of_account(at: &str) -> bool {
    !at.ends_with("/deployments") && !at.ends_with("/versions")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Order, white space, comments, the time of the look and what does not reach the deployment.
    #[test]
    fn what_does_not_matter_leaves_the_hash(
        (config, account, size) in any::<u32>().prop_perturb(|size, mut rng| {
            let mut config = shuffled(&mut rng, &config(), "", is_set_of_config);
            config["$schema"] = json!(format!("{size}.json"));
            config["dev"] = json!({ "port": size });
            let mut account = shuffled(&mut rng, &account(), "", is_set_of_account);
            account["taken_at"] = json!(format!("2026-11-22T12:{:02}:00Z", size % 60));
            (written(&mut rng, &config), account, size)
        })
    ) {
        let mut other = built();
        // Wrangler's own words about a size are not the code.
        other.bundle = other.bundle.map(|bundle| Bundle { raw_bytes: Some(size.into()), ..bundle });
        let found = hash_of(&config, &account, &builds(other), MIGRATION);
        prop_assert_eq!(found, hash(&super::properties::config(), &super::properties::account()));
    }
}

/// The leaves of a document, as pointers.
fn leaves(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(table) => {
            table.iter().for_each(|(key, value)| leaves(value, format!("{at}/{key}"), out));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, value)| leaves(value, format!("{at}/{index}"), out));
        }
        _ => out.push(at),
    }
}

/// A document with another value of the same type in one place.
fn changed(document: &Value, pointer: &str) -> Value {
    let mut document = document.clone();
    let leaf = document.pointer_mut(pointer).expect("a leaf");
    *leaf = match leaf {
        Value::String(text) => json!(format!("{text}1")),
        Value::Number(number) => json!(number.as_f64().expect("a number") + 1.0),
        Value::Bool(value) => json!(!*value),
        other => panic!("{pointer} is {other}"),
    };
    document
}

#[test]
fn every_value_of_a_configuration_matters() {
    let (config, account) = (config(), account());
    let base = hash(&config, &account);
    let mut pointers = Vec::new();
    leaves(&config, String::new(), &mut pointers);
    assert!(pointers.len() >= 60, "{}", pointers.len());
    let same = pointers.iter().filter(|pointer| hash(&changed(&config, pointer), &account) == base);
    assert_eq!(same.collect::<Vec<_>>(), Vec::<&String>::new());

    let keys = config.as_object().expect("a table").keys().filter(|key| *key != "name");
    for key in keys {
        let mut less = config.clone();
        less.as_object_mut().expect("a table").remove(key);
        assert_ne!(hash(&less, &account), base, "without {key}");
    }
}

/// What an account says that decides nothing: when somebody looked, names of what has an id, and
/// what the deployment has no part in.
const ASIDE: [&str; 12] = [
    "/taken_at",
    "/accounts/0/name",
    "/accounts/0/workers/shop/deployments/0/id",
    "/accounts/0/workers/shop/settings/bindings/2/digest",
    "/accounts/0/kv_namespaces/0/title",
    "/accounts/0/queues/0/id",
    "/accounts/0/queues/1/id",
    "/accounts/0/zones/0/id",
    "/accounts/0/zones/0/routes/0/id",
    // It belongs to another Worker, and is refused whichever that is.
    "/accounts/0/zones/0/routes/0/script",
    "/accounts/0/zones/0/routes/1/id",
    "/accounts/1",
];

#[test]
fn what_is_live_matters_where_the_deployment_touches_it() {
    let (config, account) = (config(), account());
    let base = hash(&config, &account);
    let mut pointers = Vec::new();
    leaves(&account, String::new(), &mut pointers);
    pointers.retain(|pointer| pointer != "/schema" && pointer != "/default_account");
    let mut wrong = Vec::new();
    for pointer in pointers {
        let aside = ASIDE
            .iter()
            .any(|aside| pointer == *aside || pointer.starts_with(&format!("{aside}/")));
        let is_time = pointer == "/taken_at";
        let other = match is_time {
            true => {
                let mut other = account.clone();
                other["taken_at"] = json!("2026-11-23T12:00:00Z");
                other
            }
            false => changed(&account, &pointer),
        };
        if (hash(&config, &other) == base) != aside {
            wrong.push(pointer);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn code_assets_migrations_and_wrangler_matter() {
    let (config, account) = (config().to_string(), account());
    let hash = |builds: &Builds, migration: &str| hash_of(&config, &account, builds, migration);
    let base = hash(&builds(built()), MIGRATION);
    let bundle = |digest: &str| Bundle { digest: digest.into(), ..built().bundle.expect("code") };
    let assets = |digest: &str| Assets { digest: digest.into(), ..built().assets.expect("assets") };
    let others = [
        builds(Built { bundle: Some(bundle("c0df")), ..built() }),
        builds(Built { bundle: None, ..built() }),
        builds(Built { assets: Some(assets("a55f")), ..built() }),
        builds(Built { assets: None, ..built() }),
        builds(Built { wrangler: Some("4.165.0".into()), ..built() }),
        builds(Built { wrangler: None, ..built() }),
        [("wrangler.jsonc".to_owned(), Build::Failed("no".into()))].into(),
        Builds::new(),
    ];
    let mut hashes: Vec<String> = others.iter().map(|builds| hash(builds, MIGRATION)).collect();
    hashes.push(hash(&builds(built()), "CREATE TABLE b (id TEXT);"));
    hashes.push(base);
    let count = hashes.len();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), count, "two that differ have the same hash");
    // The words of a failure are not what would happen.
    let failed = |words: &str| [("wrangler.jsonc".to_owned(), Build::Failed(words.into()))].into();
    assert_eq!(hash(&failed("no"), MIGRATION), hash(&failed("not at all"), MIGRATION));
}
