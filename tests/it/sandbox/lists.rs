//! The official Python SDK, in strict mode, walks every list of the sandbox to its end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::stand::Stand;
use crate::toolchain::skip;

/// The SDK's version.
const SDK: &str = "cloudflare==5.9.0";

/// Python with the SDK, in a folder that later runs find again.
fn python() -> Option<PathBuf> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match PYTHON.get_or_init(install) {
        Ok(python) => Some(python.clone()),
        Err(why) => {
            skip(why);
            None
        }
    }
}

fn install() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(SDK);
    let (python, marker) = (folder.join("bin/python"), folder.join("installed"));
    let lock =
        fs::File::create(folder.with_extension("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    if marker.exists() {
        return Ok(python);
    }
    let run = |program: &Path, args: &[&str]| {
        let output = Command::new(program).args(args).stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if output.status.success() { Ok(()) } else { Err(format!("{args:?}: {said}")) }
    };
    let made = folder.to_str().ok_or("a folder whose name is no text")?;
    run(Path::new("python3"), &["-m", "venv", "--clear", made])?;
    run(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", SDK])?;
    fs::write(&marker, SDK).map_err(|error| error.to_string())?;
    Ok(python)
}

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
    "permission groups": lambda: api.user.tokens.permission_groups.list(),
    "account permission groups":
        lambda: api.accounts.tokens.permission_groups.list(account_id=account),
}
once = {
    "user": lambda: api.user.get(),
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
    let Some(python) = python() else { return };
    let zones: String = (0..23).map(|n| format!("  - {{ name: zone-{n}.example }}\n")).collect();
    let records: String = (0..25)
        .map(|n| format!("      - {{ name: h{n}, type: A, content: 192.0.2.{n} }}\n"))
        .collect();
    let workers: String = (0..12).map(|n| format!("  - {{ name: w{n} }}\n")).collect();
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
"
    ));
    let mut command = Command::new(python);
    command.args(["-c", WALK]).envs(stand.sandbox.environment()).stdin(Stdio::null());
    let output = command.output().expect("Python runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}{wrong}");
    for count in
        ["zones: 24\n", "dns: 26\n", "workers: 13\n", "worker versions: 2\n", "secrets: 2\n"]
    {
        assert!(said.contains(count), "{said}");
    }
}
