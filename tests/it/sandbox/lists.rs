//! The official Python SDK, in strict mode, walks every list of the sandbox to its end.

use std::process::{Command, Stdio};

use super::stand::Stand;
use crate::python::python;

/// The SDK's version.
const SDK: &str = "cloudflare==5.9.0";

/// Walks a list: every item, with a ceiling, so that a list that never ends is a failure.
const WALK: &str = r#"
import os, sys
from cloudflare import Cloudflare

api = Cloudflare(
    api_token=os.environ["CLOUDFLARE_API_TOKEN"],
    base_url=os.environ["CLOUDFLARE_API_BASE_URL"],
    max_retries=0,
    _strict_response_validation=True,
)
account = os.environ["CLOUDFLARE_ACCOUNT_ID"]
zone = next(iter(api.zones.list(name="example.com"))).id
worker = "api"
d1 = next(iter(api.d1.database.list(account_id=account))).uuid
kv = next(iter(api.kv.namespaces.list(account_id=account))).id
queue = next(iter(api.queues.list(account_id=account))).queue_id
store = next(iter(api.secrets_store.stores.list(account_id=account))).id
api.kv.namespaces.bulk_update(kv, account_id=account, body=[
    {"key": f"k{n}", "value": "v"} for n in range(25)
])
CEILING = 500

lists = {
    "accounts": lambda: api.accounts.list(),
    "memberships": lambda: api.memberships.list(),
    "zones": lambda: api.zones.list(per_page=10),
    "dns": lambda: api.dns.records.list(zone_id=zone, per_page=10),
    "routes": lambda: api.workers.routes.list(zone_id=zone),
    "scripts": lambda: api.workers.scripts.list(account_id=account),
    "workers": lambda: api.workers.beta.workers.list(account_id=account),
    "worker versions": lambda: api.workers.beta.workers.versions.list(worker, account_id=account),
    "secrets": lambda: api.workers.scripts.secrets.list(worker, account_id=account),
    "domains": lambda: api.workers.domains.list(account_id=account),
    "objects": lambda: api.durable_objects.namespaces.list(account_id=account),
    "d1": lambda: api.d1.database.list(account_id=account, per_page=10),
    "kv": lambda: api.kv.namespaces.list(account_id=account, per_page=10),
    "kv keys": lambda: api.kv.namespaces.keys.list(kv, account_id=account, limit=10),
    "r2 objects": lambda: api.r2.buckets.objects.list("files", account_id=account, per_page=10),
    "queues": lambda: api.queues.list(account_id=account),
    "consumers": lambda: api.queues.consumers.list(queue, account_id=account),
    "hyperdrive": lambda: api.hyperdrive.configs.list(account_id=account),
    "vectorize": lambda: api.vectorize.indexes.list(account_id=account),
    "workflows": lambda: api.workflows.list(account_id=account),
    "stores": lambda: api.secrets_store.stores.list(account_id=account),
    "stored secrets": lambda: api.secrets_store.stores.secrets.list(store, account_id=account),
    "pages": lambda: api.pages.projects.list(account_id=account),
    "pages deployments": lambda:
        api.pages.projects.deployments.list("shop", account_id=account),
    "queries": lambda: api.d1.database.query(d1, account_id=account, sql="SELECT 1; SELECT 2"),
    "raw queries": lambda: api.d1.database.raw(d1, account_id=account, sql="SELECT 1 a, 2 a"),
    "permission groups": lambda: api.user.tokens.permission_groups.list(),
    "account permission groups":
        lambda: api.accounts.tokens.permission_groups.list(account_id=account),
}
once = {
    "user": lambda: api.user.get(),
    "database": lambda: api.d1.database.get(d1, account_id=account),
    "namespace": lambda: api.kv.namespaces.get(kv, account_id=account),
    "buckets": lambda: api.r2.buckets.list(account_id=account),
    "bucket": lambda: api.r2.buckets.get("files", account_id=account),
    "queue": lambda: api.queues.get(queue, account_id=account),
    "workflow": lambda: api.workflows.get("flow", account_id=account),
    "project": lambda: api.pages.projects.get("shop", account_id=account),
    "verify": lambda: api.user.tokens.verify(),
    "zone": lambda: api.zones.get(zone_id=zone),
    "subdomain": lambda: api.workers.subdomains.get(account_id=account),
    "schedules": lambda: api.workers.scripts.schedules.get(worker, account_id=account),
    "deployments": lambda: api.workers.scripts.deployments.list(worker, account_id=account),
    "settings": lambda:
        api.workers.scripts.script_and_version_settings.get(worker, account_id=account),
    "script settings": lambda: api.workers.scripts.settings.get(worker, account_id=account),
    "worker": lambda: api.workers.beta.workers.get(worker, account_id=account),
    "script subdomain": lambda: api.workers.scripts.subdomain.get(worker, account_id=account),
}
for name, walk in lists.items():
    count = 0
    for item in walk():
        count += 1
        assert count < CEILING, f"{name} does not end"
    print(f"{name}: {count}")
for name, get in once.items():
    assert get() is not None, name
    print(f"{name}: ok")
"#;

#[test]
fn the_official_sdk_walks_every_list() {
    let Some(python) = python(&[SDK]) else { return };
    let zones: String = (0..23).map(|n| format!("  - {{ name: zone-{n}.example }}\n")).collect();
    let records: String = (0..25)
        .map(|n| format!("      - {{ name: h{n}, type: A, content: 192.0.2.{n} }}\n"))
        .collect();
    let workers: String = (0..12).map(|n| format!("  - {{ name: w{n} }}\n")).collect();
    let list =
        |count, item: fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(", ");
    let databases = list(23, |n| format!("{{ name: d{n} }}"));
    let namespaces = list(23, |n| format!("{{ title: n{n} }}"));
    let queues = list(23, |n| format!("{{ name: q{n} }}"));
    let stand = Stand::seeded(&format!(
        "
zones:
{zones}  - name: example.com
    dns:
{records}
workers:
{workers}  - name: api
    secrets: [A, B]
    vars: {{ MODE: x, DATA: {{ a: 1 }} }}
    routes: [example.com/*]
    domains: [api.example.com]
    crons: [0 * * * *]
    durable-objects: [Room]
    split: [90, 10]
resources:
  d1: [{databases}]
  kv: [{namespaces}]
  r2: {{ buckets: [{{ name: files }}] }}
  queues: [{queues}, {{ name: jobs, consumers: [{{ worker: api }}] }}]
  hyperdrive: [{{ name: pg }}]
  vectorize: [{{ name: docs, dimensions: 32, metric: cosine }}]
  workflows: [{{ name: flow, class: Flow, worker: api }}]
  secrets-stores: [{{ name: main, secrets: [KEY] }}]
  pages: [{{ name: shop }}]
"
    ));
    let mut command = Command::new(python);
    command.args(["-c", WALK]).envs(stand.sandbox.environment()).stdin(Stdio::null());
    let output = command.output().expect("Python runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}{wrong}");
    for count in [
        "d1: 23\n",
        "kv: 23\n",
        "kv keys: 25\n",
        "queues: 24\n",
        "queries: 2\n",
        "zones: 24\n",
        "dns: 26\n",
        "workers: 13\n",
        "worker versions: 2\n",
        "secrets: 2\n",
    ] {
        assert!(said.contains(count), "{said}");
    }
}
