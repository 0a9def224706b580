//! Projects that real Wrangler deploys, and that then run.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::stand::Stand;
use super::{eventually, running, within_six_sigma};
use crate::toolchain::{Toolchain, toolchain};

/// A stand, and a folder with a project to deploy to it.
struct Project {
    stand: Stand,
    folder: TempDir,
    tools: &'static Toolchain,
}

impl Project {
    /// A project with a configuration and a program.
    fn new(config: &Value, code: &str) -> Option<Self> {
        let (stand, tools) = (running()?, toolchain()?);
        let folder = tempfile::tempdir().expect("a folder");
        let project = Self { stand, folder, tools };
        project.configure(config);
        project.write("index.js", code);
        Some(project)
    }

    fn configure(&self, config: &Value) {
        let mut whole = json!({ "main": "index.js", "compatibility_date": "2026-01-01" });
        for (key, value) in config.as_object().expect("a configuration") {
            whole[key] = value.clone();
        }
        self.write("wrangler.json", &whole.to_string());
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Runs Wrangler, which must succeed. Gives what it printed.
    fn wrangler(&self, args: &[&str]) -> String {
        self.stand.wrangler(self.tools, self.folder.path(), args).stdout
    }

    fn visit(&self, path: &str) -> String {
        self.visit_with(path, &[])
    }

    fn visit_with(&self, path: &str, headers: &[(&str, &str)]) -> String {
        let (status, text) = self.stand.visit("it.localhost", path, headers);
        assert_eq!(status, 200, "{text} {:#?}", self.stand.sandbox.runner.log());
        text
    }

    /// The id of the newest version.
    fn newest(&self) -> String {
        let state = self.stand.sandbox.state();
        state.workers.scripts["it"].latest().expect("a version").id.clone()
    }
}

#[test]
fn versions_secrets_splits_and_rollback() {
    let config = json!({
        "name": "it", "preview_urls": true, "version_metadata": { "binding": "META" }, "vars": { "V": "a", "J": { "k": [1] } },
    });
    let code = |text: &str| {
        format!(
            "export default {{ fetch: (request, env) => Response.json(
                ['{text}', env.V, env.J, env.SECRET ?? null, env.META.id]) }};"
        )
    };
    let Some(project) = Project::new(&config, &code("one")) else { return };
    project.wrangler(&["deploy"]);
    let first = project.newest();
    let seen = |text: &str| -> Value { serde_json::from_str(text).expect("JSON") };
    let expected =
        |text: &str, secret: Value, id: &str| json!([text, "a", { "k": [1] }, secret, id]);
    assert_eq!(seen(&project.visit("/")), expected("one", Value::Null, &first));

    let put = ["secret", "put", "SECRET"];
    let ran = project.stand.run(project.tools, project.folder.path(), &put, "s1");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let with_secret = project.newest();
    assert_ne!(first, with_secret, "a secret makes a version");
    assert_eq!(seen(&project.visit("/")), expected("one", json!("s1"), &with_secret));

    project.write("index.js", &code("two"));
    let printed = project.wrangler(&["versions", "upload", "--preview-alias", "pr-1"]);
    let new = project.newest();
    assert!(printed.contains(&new), "{printed}");
    assert_eq!(seen(&project.visit("/"))[0], "one", "not deployed");
    for host in [format!("{}-it.localhost", &new[..8]), "pr-1-it.localhost".to_owned()] {
        let (_, preview) = project.stand.visit(&host, "/", &[]);
        assert_eq!(seen(&preview), expected("two", json!("s1"), &new));
    }

    let share = |id: &str, percentage: u32| format!("{id}@{percentage}%");
    let split = [share(&with_secret, 90), share(&new, 10)];
    project.wrangler(&["versions", "deploy", &split[0], &split[1], "-y"]);
    let answers: Vec<_> = (0..400).map(|_| seen(&project.visit("/"))[0].clone()).collect();
    let count = answers.iter().filter(|answer| **answer == "two").count();
    assert!(within_six_sigma(count, 400, 0.1), "{count} of 400");

    let split = [share(&with_secret, 100), share(&new, 0)];
    project.wrangler(&["versions", "deploy", &split[0], &split[1], "-y"]);
    let asked = format!("it=\"{new}\"");
    let overridden = project.visit_with("/", &[("cloudflare-workers-version-overrides", &asked)]);
    assert_eq!(seen(&overridden)[0], "two");
    assert_eq!(seen(&project.visit("/"))[0], "one");

    project.wrangler(&["rollback", &first, "-y", "-m", "back"]);
    assert_eq!(
        seen(&project.visit("/")),
        expected("one", Value::Null, &first),
        "without the secret"
    );
}

#[test]
fn a_bundle_that_throws_at_start_is_refused() {
    let code = "throw new Error('boom at start'); export default {};";
    let Some(project) = Project::new(&json!({ "name": "it" }), code) else { return };
    let ran = project.stand.run(project.tools, project.folder.path(), &["deploy"], "");
    assert!(ran.code != Some(0) && ran.says("boom at start") && ran.says("10021"), "{ran:?}");
    assert!(project.stand.sandbox.state().workers.scripts.is_empty());
}

#[test]
fn what_a_worker_writes_wrangler_reads() {
    let Some(project) = Project::new(&json!({ "name": "it" }), "export default {};") else {
        return;
    };
    project.wrangler(&["d1", "create", "db"]);
    project.wrangler(&["kv", "namespace", "create", "KV"]);
    project.wrangler(&["r2", "bucket", "create", "bucket"]);
    let state = project.stand.sandbox.state();
    let (database, namespace) =
        (state.d1.databases[0].uuid.clone(), state.kv.namespaces[0].id.clone());
    project.configure(&json!({
        "name": "it",
        "d1_databases": [{ "binding": "DB", "database_name": "db", "database_id": database }],
        "kv_namespaces": [{ "binding": "KV", "id": namespace }],
        "r2_buckets": [{ "binding": "R2", "bucket_name": "bucket" }],
    }));
    project.write(
        "index.js",
        "export default { async fetch(request, env) {
            await env.DB.prepare('INSERT INTO t VALUES (?)').bind('worker').run();
            await env.KV.put('worker', 'w');
            await env.R2.put('worker', 'W');
            const rows = await env.DB.prepare('SELECT v FROM t ORDER BY v').raw();
            const object = await env.R2.get('cli');
            return Response.json([rows, await env.KV.get('cli'), (await object.text()).trim()]);
        } };",
    );
    project.wrangler(&["deploy"]);
    let execute = |sql| {
        project.wrangler(&["d1", "execute", "db", "--remote", "--json", "-y", "--command", sql])
    };
    execute("CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('cli')");
    project.wrangler(&["kv", "key", "put", "cli", "c", "--remote", "--namespace-id", &namespace]);
    project.write("object.txt", "C\n");
    project.wrangler(&["r2", "object", "put", "bucket/cli", "--remote", "--file", "object.txt"]);
    let seen: Value = serde_json::from_str(&project.visit("/")).expect("JSON");
    assert_eq!(seen, json!([[["cli"], ["worker"]], "c", "C"]));
    assert!(execute("SELECT v FROM t").contains("worker"));
    let read = ["kv", "key", "get", "worker", "--remote", "--namespace-id", &namespace, "--text"];
    assert_eq!(project.wrangler(&read).trim(), "w");
    let get = ["r2", "object", "get", "bucket/worker", "--remote", "--pipe"];
    assert!(project.wrangler(&get).ends_with('W'));
}

#[test]
fn services_objects_queues_crons_and_assets_as_deployed() {
    let config = json!({
        "name": "it",
        "services": [
            { "binding": "OTHER", "service": "other" },
            { "binding": "SUMS", "service": "other", "entrypoint": "Sums" },
        ],
        "durable_objects": { "bindings": [{ "name": "COUNTER", "class_name": "Counter" }] },
        "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Counter"] }],
        "queues": {
            "producers": [{ "binding": "JOBS", "queue": "jobs" }],
            "consumers": [{ "queue": "jobs", "max_batch_timeout": 0 }],
        },
        "triggers": { "crons": ["*/5 * * * *"] },
        "assets": { "directory": "public", "binding": "ASSETS" },
    });
    let code = "import { DurableObject } from 'cloudflare:workers';
        export class Counter extends DurableObject {
            async add(by) {
                const n = ((await this.ctx.storage.get('n')) ?? 0) + by;
                await this.ctx.storage.put('n', n);
                return n;
            }
        }
        const counter = (env) => env.COUNTER.getByName('it');
        export default {
            async fetch(request, env) {
                const { pathname } = new URL(request.url);
                if (pathname === '/send') await env.JOBS.send({ by: 10 });
                const asset = await env.ASSETS.fetch('https://any/page');
                return Response.json([
                    'ONE', await (await env.OTHER.fetch('https://any/')).text(),
                    await env.SUMS.add(1, 2), await counter(env).add(0), (await asset.text()).trim(),
                ]);
            },
            async queue({ messages }, env) {
                for (const { body } of messages) await counter(env).add(body.by);
            },
            async scheduled(event, env) { await counter(env).add(100); },
        };";
    let Some(project) = Project::new(&config, code) else { return };
    project.write("public/page.html", "page\n");
    project.write(
        "other/index.js",
        "import { WorkerEntrypoint } from 'cloudflare:workers';
         export class Sums extends WorkerEntrypoint { add(a, b) { return a + b; } }
         export default { fetch: () => new Response('other') };",
    );
    let other = json!({ "name": "other", "main": "index.js", "compatibility_date": "2026-01-01" });
    project.write("other/wrangler.json", &other.to_string());
    project.stand.wrangler(project.tools, &project.folder.path().join("other"), &["deploy"]);
    project.wrangler(&["queues", "create", "jobs"]);
    project.wrangler(&["deploy"]);
    assert_eq!(project.visit("/page").trim(), "page");
    assert_eq!(project.visit("/"), r#"["ONE","other",3,0,"page"]"#);
    project.visit("/send");
    eventually(|| match project.visit("/") {
        text if text == r#"["ONE","other",3,10,"page"]"# => Ok(()),
        text => Err(text),
    });
    let cron = json!({ "worker": "it", "cron": "*/5 * * * *" });
    assert_eq!(project.stand.control("/sandbox/cron", &cron), (200, json!({ "outcome": "ok" })));
    project.write("index.js", &code.replace("ONE", "TWO"));
    project.wrangler(&["deploy"]);
    assert_eq!(project.visit("/"), r#"["TWO","other",3,110,"page"]"#, "outlives the deployment");
}
