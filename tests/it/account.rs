//! No false errors: in an account that has everything a project names, no live rule finds an error;
//! in one that has nothing, each error is about something that is missing, and nothing breaks.
//!
//! With `CLODO_CORPUS` set to a folder of configurations, each of them is looked at as well.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use clodo::core::config::d1_ledger::table;
use clodo::core::config::d1_migrations::histories;
use clodo::core::config::wrangler::lifecycle::{Change, fates, steps};
use clodo::core::config::wrangler::routes::{Route, routes};
use clodo::core::config::wrangler::{Binding, Environment, Purpose, references};
use clodo::core::model::account::{
    Account, Consumer, CustomDomain, D1Database, Deployment, DispatchNamespace, DnsRecord,
    DurableObjectNamespace, Hyperdrive, KvNamespace, LiveBinding, MtlsCertificate, PagesProject,
    Pipeline, Queue, R2, SCHEMA, SecretsStore, Seen, Settings, Share, Snapshot, Subdomain,
    VectorizeIndex, Worker, Workflow, Zone, ZoneRoute,
};
use clodo::core::model::{Evidence, Finding, Kind, Severity, Value, Workspace};
use clodo::core::source::required;
use clodo::flow::check;
use clodo::world::files::{Request, read, survey};
use tempfile::NamedTempFile;

use crate::toolchain::say;
use crate::work_tree::{TODAY, WorkTree, entries};

/// The account of services that name none.
const DEFAULT: &str = "0123456789abcdef0123456789abcdef";

/// The accounts that the services of a workspace deploy to, each as `fill` makes it.
fn snapshot(fill: impl Fn(&Workspace, &mut Account, &Environment<'_>), root: &Path) -> Snapshot {
    let mut workspace = read(&Request { root: root.to_owned(), ..Request::default() })
        .expect("the project is readable");
    survey(root, &mut workspace);
    let mut accounts: BTreeMap<&str, Account> = BTreeMap::new();
    for environment in workspace.services.iter().flat_map(Environment::all) {
        let id = environment.text("account_id").filter(|id| !id.is_empty()).unwrap_or(DEFAULT);
        let account = accounts.entry(id).or_insert_with(|| empty(id));
        fill(&workspace, account, &environment);
    }
    Snapshot {
        schema: SCHEMA.to_owned(),
        taken_at: "2026-11-20T08:00:00Z".parse().expect("a time"),
        default_account: Some(DEFAULT.to_owned()),
        accounts: accounts.into_values().collect(),
    }
}

/// An account in which everything was looked at, and nothing is.
fn empty(id: &str) -> Account {
    Account {
        id: id.to_owned(),
        name: Seen::Known("acme".to_owned()),
        subdomain: Seen::Known(Subdomain::default()),
        workers: Seen::Known(BTreeMap::new()),
        custom_domains: Seen::Known(Vec::new()),
        zones: Seen::Known(Vec::new()),
        kv_namespaces: Seen::Known(Vec::new()),
        d1_databases: Seen::Known(Vec::new()),
        r2: Seen::Known(R2 { enabled: true, buckets: no_buckets() }),
        queues: Seen::Known(Vec::new()),
        hyperdrive: Seen::Known(Vec::new()),
        vectorize: Seen::Known(Vec::new()),
        workflows: Seen::Known(Vec::new()),
        secrets_stores: Seen::Known(Vec::new()),
        dispatch_namespaces: Seen::Known(Vec::new()),
        durable_objects: Seen::Known(Vec::new()),
        mtls_certificates: Seen::Known(Vec::new()),
        pipelines: Seen::Known(Vec::new()),
        pages_projects: Seen::Known(Vec::new()),
        ..Account::default()
    }
}

fn no_buckets() -> BTreeMap<String, Seen<Vec<String>>> {
    ["default", "eu", "fedramp"].map(|name| (name.to_owned(), Seen::Known(Vec::new()))).into()
}

/// Adds to a list what it does not have yet.
fn add<T>(list: &mut Seen<Vec<T>>, is: impl Fn(&T) -> bool, item: T) -> &mut T {
    let Seen::Known(list) = list else { panic!("the list is known") };
    let at = list.iter().position(is).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    });
    &mut list[at]
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// Puts everything into an account that an environment names.
pub(crate) fn fill(workspace: &Workspace, account: &mut Account, environment: &Environment<'_>) {
    account.subdomain = Seen::Known(Subdomain { name: Some("acme".to_owned()) });
    let name = environment.worker().filter(|name| !name.is_empty());
    match (environment.service.kind, name) {
        (Kind::Worker, Some(name)) => fill_worker(workspace, account, environment, &name),
        (Kind::Pages, Some(name)) => {
            let project = PagesProject {
                production_branch: "main".to_owned(),
                name: name.clone(),
                ..PagesProject::default()
            };
            add(&mut account.pages_projects, |one| one.name == name, project);
        }
        (_, None) => {}
    }
    for reference in references(environment) {
        let Seen::Known(workers) = &mut account.workers else { panic!("they are known") };
        workers.entry(reference.worker.to_owned()).or_default();
        let name = reference.text("name").unwrap_or_default();
        match (reference.purpose, reference.text("class_name")) {
            (Purpose::DurableObject, Some(class)) => {
                fill_class(account, reference.worker, class, true);
            }
            (Purpose::Workflow, Some(class)) => {
                fill_workflow(account, name, reference.worker, class);
            }
            _ => {}
        }
    }
    for binding in environment.bindings() {
        fill_binding(account, environment, &binding);
    }
    for history in histories(workspace, environment) {
        let names = history.migrations.iter().map(|file| file.name.to_string()).collect();
        let (id, name) = database(history.binding.value);
        let Seen::Known(databases) = &mut account.d1_databases else { panic!("they are known") };
        let found =
            databases.iter_mut().find(|one| one.id == id || id.is_empty() && one.name == name);
        if let Some(database) = found {
            let table = table(history.binding.value).to_owned();
            database.migrations.insert(table, Seen::Known(names));
        }
    }
    let consumers = environment.get("queues").and_then(|queues| queues.value().get("consumers"));
    for consumer in consumers.map(Value::items).unwrap_or_default() {
        for key in ["queue", "dead_letter_queue"] {
            let Some(queue) = text(consumer, key) else { continue };
            fill_queue(account, queue);
        }
    }
}

fn fill_worker(
    workspace: &Workspace,
    account: &mut Account,
    environment: &Environment<'_>,
    name: &str,
) {
    let migrations = environment.get("migrations").map(|migrations| migrations.value());
    let steps = migrations.map(steps).unwrap_or_default();
    let tag = migrations.and_then(|all| all.items().last()?.get("tag")?.as_str());
    for (class, fate) in fates(&steps).into_iter().filter(|(_, fate)| fate.exists) {
        let key_value = fate.by.change == Change::Create { sqlite: false };
        fill_class(account, name, class, !key_value);
    }
    let variables = environment.get("vars");
    let is_variable =
        |name: &str| variables.is_some_and(|variables| variables.value().get(name).is_some());
    let secret = |name: &str| LiveBinding {
        name: name.to_owned(),
        kind: "secret_text".to_owned(),
        ..LiveBinding::default()
    };
    let deployment = Deployment {
        id: "d-1".to_owned(),
        versions: vec![Share { version_id: "v-1".to_owned(), percentage: 100.0 }],
        ..Deployment::default()
    };
    let live = Worker {
        compatibility_date: environment.text("compatibility_date").map(str::to_owned),
        last_deployed_from: Some("wrangler".to_owned()),
        migration_tag: tag.map(str::to_owned),
        settings: Seen::Known(Settings {
            bindings: required(environment).filter(|name| !is_variable(name)).map(secret).collect(),
            ..Settings::default()
        }),
        deployments: Seen::Known(vec![deployment]),
        crons: Seen::Known(Vec::new()),
        ..Worker::default()
    };
    let Seen::Known(workers) = &mut account.workers else { panic!("they are known") };
    workers.insert(name.to_owned(), live);
    // Zones that are named by id come first: that of a host is one of them.
    let mut routes = routes(environment);
    routes.sort_by_key(|route| route.zone_id().is_none());
    for route in routes {
        // What two Workers of the project want is nobody's yet: another rule speaks of that.
        let wanted_twice = claims(workspace, &route.canonical()) > 1;
        fill_route(account, &route, (!wanted_twice).then_some(name));
    }
}

/// How many Workers of a project want a route.
fn claims(workspace: &Workspace, pattern: &str) -> usize {
    let environments = workspace.services.iter().flat_map(Environment::all);
    let wanting = environments
        .filter(|environment| routes(environment).iter().any(|one| one.canonical() == pattern));
    wanting.filter_map(|environment| environment.worker()).collect::<BTreeSet<_>>().len()
}

fn fill_class(account: &mut Account, script: &str, class: &str, use_sqlite: bool) {
    let namespace = DurableObjectNamespace {
        id: format!("{script}-{class}"),
        script: script.to_owned(),
        class: class.to_owned(),
        use_sqlite,
    };
    let is = |one: &DurableObjectNamespace| one.script == script && one.class == class;
    add(&mut account.durable_objects, is, namespace);
}

fn fill_workflow(account: &mut Account, name: &str, script: &str, class: &str) {
    let workflow = Workflow {
        name: name.to_owned(),
        script_name: script.to_owned(),
        class_name: class.to_owned(),
    };
    add(&mut account.workflows, |one| one.name == name, workflow);
}

fn fill_queue(account: &mut Account, name: &str) {
    let queue =
        Queue { id: name.to_owned(), name: name.to_owned(), consumers: Vec::<Consumer>::new() };
    add(&mut account.queues, |one| one.name == name, queue);
}

/// The zone of a route, a proxied record at its host, and, where a Worker has it, the route or custom
/// domain itself.
fn fill_route(account: &mut Account, route: &Route<'_>, worker: Option<&str>) {
    let is_custom = route.is_custom_domain();
    // What Wrangler refuses can be nowhere.
    if is_custom && (route.parts().path.is_some() || route.pattern.contains('*')) {
        return;
    }
    let host = route.parts().plain_host().trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let ending = labels[labels.len().saturating_sub(2)..].join(".");
    let name = route.zone_name().map_or(ending, str::to_ascii_lowercase);
    let id = route.zone_id().map_or_else(|| format!("zone of {name}"), str::to_owned);
    let zone = Zone {
        id: id.clone(),
        name: name.clone(),
        status: Some("active".to_owned()),
        account_id: Some(account.id.clone()),
        routes: Seen::Known(Vec::new()),
        dns: Seen::Known(Vec::new()),
        ..Zone::default()
    };
    let zone = add(&mut account.zones, |one| one.name == name || one.id == id, zone);
    let pattern = route.canonical();
    match worker {
        None => {}
        Some(worker) if is_custom => {
            let domain = CustomDomain {
                id: host.clone(),
                hostname: host.clone(),
                service: worker.to_owned(),
                zone_id: id,
                zone_name: name,
            };
            add(&mut account.custom_domains, |one| one.hostname == host, domain);
        }
        Some(worker) => {
            let route = ZoneRoute {
                id: pattern.clone(),
                pattern: pattern.clone(),
                script: Some(worker.to_owned()),
            };
            add(&mut zone.routes, |one| one.pattern == pattern, route);
        }
    }
    // Somebody else's record would be in the way of a custom domain.
    if is_custom && worker.is_none() {
        return;
    }
    let record = DnsRecord {
        id: host.clone(),
        name: host.clone(),
        kind: "AAAA".to_owned(),
        proxied: true,
        content: Some("100::".to_owned()),
        read_only: is_custom && worker.is_some(),
    };
    let Some(zone) = known(&mut account.zones).iter_mut().find(|zone| is_in(&host, &zone.name))
    else {
        return;
    };
    add(&mut zone.dns, |one| one.name == host, record);
}

fn is_in(host: &str, zone: &str) -> bool {
    host == zone || host.strip_suffix(zone).is_some_and(|before| before.ends_with('.'))
}

fn known<T>(seen: &mut Seen<T>) -> &mut T {
    let Seen::Known(value) = seen else { panic!("it is known") };
    value
}

/// The id and the name of the database of a binding.
fn database(binding: &Value) -> (String, String) {
    let part = |key| text(binding, key).unwrap_or_default().to_owned();
    (part("database_id"), part("database_name"))
}

fn fill_binding(account: &mut Account, environment: &Environment<'_>, binding: &Binding<'_>) {
    let value = binding.value;
    let named = |key: &str| text(value, key).map(str::to_owned);
    let id = |key: &str| named(key).unwrap_or_default();
    match binding.kind {
        "kv_namespaces" => {
            let Some(id) = named("id") else { return };
            let title = id.clone();
            add(
                &mut account.kv_namespaces,
                |one| one.id == id,
                KvNamespace { id: id.clone(), title },
            );
        }
        "d1_databases" => {
            let (id, name) = database(value);
            if id.is_empty() && name.is_empty() {
                return;
            }
            let is = |one: &D1Database| match id.is_empty() {
                true => one.name == name,
                false => one.id == id,
            };
            let database = D1Database {
                id: if id.is_empty() { format!("id of {name}") } else { id.clone() },
                name: name.clone(),
                jurisdiction: named("jurisdiction"),
                migrations: BTreeMap::new(),
            };
            add(&mut account.d1_databases, is, database);
        }
        "r2_buckets" => {
            let (Some(bucket), place) = (named("bucket_name"), named("jurisdiction")) else {
                return;
            };
            let buckets = &mut known(&mut account.r2).buckets;
            let place = place.unwrap_or_else(|| "default".to_owned());
            let names = buckets.entry(place).or_insert_with(|| Seen::Known(Vec::new()));
            add(names, |one| *one == bucket, bucket.clone());
        }
        "queues" => fill_queue(account, &id("queue")),
        "hyperdrive" => {
            let id = id("id");
            let item = Hyperdrive { id: id.clone(), name: id.clone() };
            add(&mut account.hyperdrive, |one| one.id == id, item);
        }
        "vectorize" => {
            let name = id("index_name");
            add(
                &mut account.vectorize,
                |one| one.name == name,
                VectorizeIndex { name: name.clone() },
            );
        }
        "workflows" => {
            let owner = named("script_name").or_else(|| environment.worker());
            fill_workflow(account, &id("name"), &owner.unwrap_or_default(), &id("class_name"));
        }
        "secrets_store_secrets" => {
            let (id, secret) = (id("store_id"), id("secret_name"));
            let store =
                SecretsStore { id: id.clone(), name: id.clone(), secrets: Seen::Known(Vec::new()) };
            let store = add(&mut account.secrets_stores, |one| one.id == id, store);
            add(&mut store.secrets, |one| *one == secret, secret.clone());
        }
        "dispatch_namespaces" => {
            let name = id("namespace");
            let item = DispatchNamespace { name: name.clone() };
            add(&mut account.dispatch_namespaces, |one| one.name == name, item);
        }
        "mtls_certificates" => {
            let id = id("certificate_id");
            let item = MtlsCertificate { id: id.clone(), name: None };
            add(&mut account.mtls_certificates, |one| one.id == id, item);
        }
        "pipelines" => {
            let name = id("pipeline");
            let item = Pipeline { id: name.clone(), name: name.clone() };
            add(&mut account.pipelines, |one| one.name == name, item);
        }
        _ => {}
    }
}

/// What the rules that need the account find in a folder.
fn live(root: &Path, snapshot: &Snapshot) -> Vec<Finding> {
    let file = NamedTempFile::new().expect("a file");
    fs::write(&file, serde_json::to_string(snapshot).expect("plain data")).expect("a file");
    let request = clodo::flow::project::Request {
        account: Some(file.path().to_owned()),
        root: root.to_owned(),
        today: TODAY,
        ..Default::default()
    };
    let Ok(checked) = check::check(&request) else { return Vec::new() };
    let findings = checked.report.findings.into_iter();
    findings.filter(|finding| finding.evidence == Evidence::Live).collect()
}

/// The errors in a folder whose account has everything that it names.
fn false_errors(root: &Path) -> Vec<String> {
    let errors = live(root, &snapshot(fill, root)).into_iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    errors.map(|one| format!("{}: {}: {}", root.display(), one.rule, one.message)).collect()
}

/// The rules whose errors say that something is missing from an account, or cannot be made in it.
const ABOUT_WHAT_IS_MISSING: [&str; 19] = [
    "bindings/missing-certificate",
    "bindings/missing-dispatch-namespace",
    "bindings/missing-hyperdrive",
    "bindings/missing-index",
    "bindings/workflow-without-subdomain",
    "d1/missing-database",
    "durable-objects/class-not-live",
    "kv/missing-namespace",
    "pages/missing-project",
    "queues/creates-queue",
    "queues/missing-queue",
    "r2/missing-bucket",
    "r2/not-enabled",
    "routes/unknown-zone",
    "secrets/first-deployment",
    "secrets/required-not-set",
    "services/missing-target",
    "versions/upload-before-first-deployment",
    "workers-dev/no-subdomain",
];

/// The errors in a folder whose account has nothing that are not about something missing.
fn odd_errors(root: &Path) -> Vec<String> {
    let errors = live(root, &snapshot(|_, _, _| {}, root)).into_iter();
    let errors = errors.filter(|finding| {
        finding.severity == Severity::Error && !ABOUT_WHAT_IS_MISSING.contains(&finding.rule)
    });
    errors.map(|one| format!("{}: {}: {}", root.display(), one.rule, one.message)).collect()
}

const EXAMPLES: [&str; 3] = ["examples/hello", "examples/storefront", "examples/broken"];

#[test]
fn an_account_that_has_everything_gives_no_errors() {
    let found: Vec<String> = EXAMPLES
        .iter()
        .map(|example| WorkTree::copy_of(example))
        .flat_map(|tree| false_errors(&tree.path()))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_account_that_has_nothing_gives_errors_about_what_is_missing() {
    let mut rules = BTreeSet::new();
    for example in EXAMPLES {
        let tree = WorkTree::copy_of(example);
        let odd = odd_errors(&tree.path());
        assert!(odd.is_empty(), "{}", odd.join("\n"));
        let found = live(&tree.path(), &snapshot(|_, _, _| {}, &tree.path()));
        rules.extend(found.iter().map(|finding| finding.rule));
    }
    for rule in ["kv/missing-namespace", "d1/missing-database", "r2/missing-bucket"] {
        assert!(rules.contains(rule), "{rule} is silent: {rules:?}");
    }
}

#[test]
fn the_corpus_has_no_false_errors() {
    let Some(root) = env::var_os("CLODO_CORPUS").map(PathBuf::from) else {
        return say("skipped the corpus: CLODO_CORPUS does not name its folder");
    };
    let folders: Vec<PathBuf> = ["corpus", "mono"]
        .iter()
        .map(|part| root.join(part))
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| entries(&folder))
        .filter(|path| path.is_dir())
        .collect();
    assert!(!folders.is_empty(), "the corpus has folders");
    // One after the other: each of them is looked at by all processors.
    let found: Vec<String> = folders
        .iter()
        .flat_map(|folder| false_errors(folder).into_iter().chain(odd_errors(folder)))
        .collect();
    say(&format!("{} folders of the corpus, {} errors", folders.len(), found.len()));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
