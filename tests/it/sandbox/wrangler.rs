//! Real Wrangler against the sandbox: every command of the recorded sequences, checked in the state.

use std::process::Stdio;
use std::time::Duration;

use clodo::server::sandbox::state::workers::{Binding, Version};
use serde_json::{Value, json};

use super::stand::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

const CODE: &str = "export default { async fetch() { return new Response(\"hello\") } };\n";

/// A project with a configuration.
fn project(config: &Value) -> WorkTree {
    let tree = WorkTree::new();
    tree.write("wrangler.json", config.to_string());
    tree.write("index.js", CODE);
    tree
}

fn plain() -> Value {
    json!({ "name": "api", "main": "index.js", "compatibility_date": "2026-01-01" })
}

fn with(config: Value, more: Value) -> Value {
    let (Value::Object(mut config), Value::Object(more)) = (config, more) else {
        unreachable!("both are objects")
    };
    config.extend(more);
    config.into()
}

fn names(version: &Version) -> Vec<&str> {
    version.bindings.iter().map(|binding: &Binding| &*binding.name).collect()
}

#[test]
fn a_worker_is_deployed_once_and_again() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let tree = project(&with(plain(), json!({ "vars": { "MODE": "a", "LIST": [1, 2] } })));
    let ran = stand.wrangler(tools, &tree.path(), &["deploy"]);
    assert!(ran.says("https://api.sandbox.workers.dev"), "{ran:?}");
    assert!(stand.was_asked("PUT", "/accounts/{account}/workers/scripts/api"));
    let first = stand.script("api");
    assert_eq!((first.versions.len(), first.deployments.len()), (1, 1));
    assert_eq!(first.versions[0].compatibility_date.as_deref(), Some("2026-01-01"));
    assert_eq!(first.versions[0].handlers, ["fetch"]);
    assert_eq!(names(&first.versions[0]), ["MODE", "LIST"]);
    assert!(first.subdomain.enabled && first.last_deployed_from == "wrangler");
    // Wrangler names the version that it deployed.
    assert!(ran.says(&first.versions[0].id), "{ran:?}");

    tree.write("index.js", CODE.replace("hello", "hello again"));
    stand.wrangler(tools, &tree.path(), &["deploy", "--message", "second"]);
    assert!(stand.was_asked("POST", "/accounts/{account}/workers/scripts/api/versions"));
    let second = stand.script("api");
    assert_eq!((second.versions.len(), second.deployments.len()), (2, 2));
    assert_eq!(second.tag, first.tag);
    assert_ne!(second.versions[0].modules, second.versions[1].modules);
    let deployment = second.deployment().expect("a deployment");
    assert_eq!(deployment.versions[0].version_id, second.versions[1].id);
    assert_eq!(deployment.annotations["workers/message"], "second");
    assert_eq!(second.observability, Some(json!({ "enabled": false })));
    assert!(
        stand.sandbox.record.not_emulated().is_empty(),
        "{:?}",
        stand.sandbox.record.not_emulated()
    );
}

#[test]
fn versions_are_uploaded_split_and_rolled_back() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let tree = project(&plain());
    let run = |args: &[&str]| stand.wrangler(tools, &tree.path(), args);
    run(&["deploy"]);
    tree.write("index.js", CODE.replace("hello", "two"));
    run(&["versions", "upload", "--tag", "two", "--message", "the second"]);
    let script = stand.script("api");
    let [one, two] = &*script.versions else { panic!("{script:?}") };
    assert_eq!(two.annotations["workers/tag"], "two");
    assert_eq!(script.serving().map(|(version, _)| &*version.id).collect::<Vec<_>>(), [&*one.id]);

    let split = [format!("{}@90%", one.id), format!("{}@10%", two.id)];
    run(&["versions", "deploy", &split[0], &split[1], "-y", "--message", "try it"]);
    let script = stand.script("api");
    let shares: Vec<_> = script.serving().map(|(version, share)| (version.number, share)).collect();
    assert_eq!(shares, [(1, 90.0), (2, 10.0)]);

    let listed: Value =
        serde_json::from_str(&run(&["versions", "list", "--json"]).stdout).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    let viewed = run(&["versions", "view", &two.id, "--json"]);
    assert!(viewed.says("\"workers/tag\": \"two\""), "{viewed:?}");
    let status = run(&["deployments", "status", "--json"]);
    assert!(status.says(&one.id) && status.says(&two.id), "{status:?}");
    let deployments = run(&["deployments", "list", "--json"]);
    let deployments: Value = serde_json::from_str(&deployments.stdout).expect("JSON");
    assert_eq!(deployments.as_array().map(Vec::len), Some(2));

    run(&["rollback", &one.id, "-y", "--message", "no good"]);
    let script = stand.script("api");
    let shares: Vec<_> = script.serving().map(|(version, share)| (version.number, share)).collect();
    assert_eq!(shares, [(1, 100.0)]);
    assert_eq!(script.deployments.len(), 3);
}

#[test]
fn secrets_make_versions() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let tree = project(&plain());
    let run = |args: &[&str]| stand.wrangler(tools, &tree.path(), args);
    let secrets = || {
        let script = stand.script("api");
        let latest = script.latest().expect("a version");
        latest
            .secrets()
            .map(|one| (one.name.clone(), one.text("text").map(str::to_owned)))
            .collect::<Vec<_>>()
    };
    run(&["deploy"]);
    let ran = stand.run(tools, &tree.path(), &["secret", "put", "KEY"], "s3cret\n");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(secrets(), [("KEY".to_owned(), Some("s3cret".to_owned()))]);
    let script = stand.script("api");
    assert_eq!((script.versions.len(), script.deployments.len()), (2, 2));
    assert!(script.serves_latest() && script.versions[0].secrets().next().is_none());

    // A deployment keeps them, and nothing shows their value.
    run(&["deploy"]);
    let listed = run(&["secret", "list"]);
    assert!(listed.says("\"KEY\"") && !listed.says("s3cret"), "{listed:?}");
    let bulk = stand.run(tools, &tree.path(), &["secret", "bulk"], r#"{"A":"1","B":"2"}"#);
    assert_eq!(bulk.code, Some(0), "{bulk:?}");
    assert_eq!(secrets().len(), 3);
    let deleted = stand.run(tools, &tree.path(), &["secret", "delete", "KEY"], "y\n");
    assert_eq!(deleted.code, Some(0), "{deleted:?}");
    assert_eq!(secrets().len(), 2);
    for exchange in stand.sandbox.record.exchanges() {
        let answer = exchange.response.unwrap_or_default().to_string();
        assert!(!answer.contains("s3cret"), "{} {}: {answer}", exchange.method, exchange.path);
    }
}

#[test]
fn secrets_of_versions_wait_for_their_deployment() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let tree = project(&plain());
    let run = |args: &[&str]| stand.wrangler(tools, &tree.path(), args);
    run(&["deploy"]);
    let put =
        stand.run(tools, &tree.path(), &["versions", "secret", "put", "KEY", "--tag", "t"], "v");
    assert_eq!(put.code, Some(0), "{put:?}");
    let script = stand.script("api");
    assert_eq!((script.versions.len(), script.deployments.len()), (2, 1));
    assert_eq!(script.versions[1].annotations["workers/tag"], "t");
    assert!(script.versions[1].binding("KEY").is_some() && !script.serves_latest());
    let bulk = stand.run(tools, &tree.path(), &["versions", "secret", "bulk"], r#"{"B":"2"}"#);
    assert_eq!(bulk.code, Some(0), "{bulk:?}");
    let listed = run(&["versions", "secret", "list", "--latest-version"]);
    assert!(listed.says("KEY") && listed.says("B"), "{listed:?}");

    // The newest version does not serve, so that an ordinary secret is refused: 10215.
    let refused = stand.run(tools, &tree.path(), &["secret", "put", "OTHER"], "x");
    assert!(refused.code == Some(1) && refused.says("isn't currently deployed"), "{refused:?}");

    // Going back over a change of secrets is refused with 10220, and Wrangler forces it.
    let script = stand.script("api");
    let newest = script.latest().expect("a version").id.clone();
    run(&["versions", "deploy", &format!("{newest}@100%"), "-y"]);
    run(&["rollback", &script.versions[0].id, "-y"]);
    let exchanges = stand.sandbox.record.exchanges();
    let codes: Vec<_> = exchanges
        .iter()
        .filter_map(|one| one.response.as_ref()?.pointer("/errors/0/code")?.as_u64())
        .collect();
    assert!(codes.contains(&10215) && codes.contains(&10220), "{codes:?}");
    assert!(exchanges.iter().any(|one| one.query.as_deref() == Some("force=true")));
    let script = stand.script("api");
    assert_eq!(script.serving().next().map(|(version, _)| version.number), Some(1));
}

#[test]
fn assets_are_uploaded_once() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let assets = json!({ "assets": {
        "directory": "public", "binding": "ASSETS", "not_found_handling": "404-page",
    } });
    let tree = project(&with(plain(), assets));
    tree.write("public/index.html", "<h1>hello</h1>");
    tree.write("public/a/style.css", "h1 { color: red }");
    tree.write("public/_headers", "/*\n  x-from: headers\n");
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    let script = stand.script("api");
    let assets = script.versions[0].assets.clone().expect("assets");
    assert_eq!(assets.manifest.keys().collect::<Vec<_>>(), ["/a/style.css", "/index.html"]);
    assert_eq!(assets.config["not_found_handling"], "404-page");
    assert!(assets.config["_headers"].as_str().is_some_and(|text| text.contains("x-from")));
    let state = stand.sandbox.state();
    let file = &state.workers.assets[&assets.manifest["/a/style.css"]];
    let bytes = stand.sandbox.store.blob(&file.blob).expect("the file");
    assert_eq!(&bytes[..], b"h1 { color: red }");
    assert!(file.content_type.as_ref().is_some_and(|kind| kind.starts_with("text/css")));

    let again = stand.wrangler(tools, &tree.path(), &["deploy"]);
    assert!(again.says("No updated asset files to upload"), "{again:?}");
    assert_eq!(stand.script("api").versions[1].assets.as_ref(), Some(&assets));
}

#[test]
fn a_site_of_assets_alone_is_deployed() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let tree = WorkTree::new();
    let config = json!({
        "name": "site", "compatibility_date": "2026-01-01", "assets": { "directory": "public" },
    });
    tree.write("wrangler.json", config.to_string());
    tree.write("public/index.html", "<h1>hello</h1>");
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    let script = stand.script("site");
    assert!(script.versions[0].main_module.is_none() && script.versions[0].assets.is_some());
}

/// A zone with a Worker of others in it.
const ZONE: &str = "
zones:
  - name: example.com
    dns:
      - { name: shop, type: A, content: 192.0.2.1 }
      - { name: www, type: CNAME, content: elsewhere.example.net, proxied: true }
workers:
  - { name: other, domains: [taken.example.com], routes: [example.com/other/*] }
";

#[test]
fn triggers_are_set_as_complete_sets() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::seeded(ZONE);
    let triggers = |routes: Value, crons: Value| {
        with(plain(), json!({ "routes": routes, "triggers": { "crons": crons } }))
    };
    let domain = |name: &str| json!({ "pattern": name, "custom_domain": true });
    let routes = json!([
        { "pattern": "example.com/a/*", "zone_name": "example.com" }, "*.example.com/b/*",
        domain("api.example.com"), domain("shop.example.com"), domain("taken.example.com"),
    ]);
    let tree = project(&triggers(routes, json!(["0 * * * *", "*/5 * * * *"])));
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    let state = stand.sandbox.state();
    let zone = &state.zones.0[0];
    let of_api = |state: &clodo::server::sandbox::state::State| {
        let routes = state.zones.0[0].routes.iter();
        let own = routes.filter(|route| route.script.as_deref() == Some("api"));
        own.map(|route| route.pattern.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of_api(&state), ["example.com/a/*", "*.example.com/b/*"]);
    // In a pipeline Wrangler takes domains and DNS records without asking.
    let domains: Vec<_> =
        state.workers.domains.iter().map(|one| (&*one.hostname, &*one.service)).collect();
    assert_eq!(
        domains,
        [("taken.example.com", "api"), ("api.example.com", "api"), ("shop.example.com", "api")]
    );
    let record =
        |name: &str| zone.dns.iter().filter(|record| record.name == name).collect::<Vec<_>>();
    let [shop] = record("shop.example.com")[..] else { panic!("{:?}", zone.dns) };
    assert!(shop.read_only && shop.kind == "AAAA" && shop.worker.as_deref() == Some("api"));
    assert_eq!(record("www.example.com").len(), 1);
    assert_eq!(stand.script("api").schedules.len(), 2);
    assert!(!stand.script("api").subdomain.enabled);

    let routes = json!([{ "pattern": "example.com/a/*", "zone_name": "example.com" }, domain("api.example.com")]);
    tree.write("wrangler.json", triggers(routes, json!([])).to_string());
    stand.wrangler(tools, &tree.path(), &["triggers", "deploy"]);
    let state = stand.sandbox.state();
    assert_eq!(of_api(&state), ["example.com/a/*"]);
    assert_eq!(state.workers.domains.len(), 1);
    assert!(!state.zones.0[0].dns.iter().any(|record| record.name == "shop.example.com"));
    assert!(stand.script("api").schedules.is_empty());
}

#[test]
fn durable_objects_are_made_renamed_and_deleted() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let config = |class: &str, migrations: Value| {
        let bindings = json!([{ "name": "ROOM", "class_name": class }]);
        with(
            plain(),
            json!({ "durable_objects": { "bindings": bindings }, "migrations": migrations }),
        )
    };
    let code = |class: &str| {
        format!(
            "import {{ DurableObject }} from \"cloudflare:workers\";\n\
             export class {class} extends DurableObject {{}}\n{CODE}"
        )
    };
    let first = json!({ "tag": "v1", "new_sqlite_classes": ["Room"] });
    let tree = project(&config("Room", json!([first])));
    tree.write("index.js", code("Room"));
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    let state = stand.sandbox.state();
    let [room] = &*state.workers.namespaces else { panic!("{:?}", state.workers.namespaces) };
    assert!(room.class == "Room" && room.use_sqlite && room.script == "api");
    assert_eq!(stand.script("api").migration_tag.as_deref(), Some("v1"));
    let binding = stand.script("api").versions[0].binding("ROOM").cloned().expect("a binding");
    assert_eq!(binding.text("namespace_id"), Some(&*room.id));

    // With nothing new to apply the other way of deploying is used.
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    assert!(stand.was_asked("POST", "/accounts/{account}/workers/scripts/api/versions"));

    let rename = json!({ "tag": "v2", "renamed_classes": [{ "from": "Room", "to": "Hall" }] });
    tree.write("wrangler.json", config("Hall", json!([first, rename])).to_string());
    tree.write("index.js", code("Hall"));
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    let state = stand.sandbox.state();
    assert_eq!(
        (&*state.workers.namespaces[0].class, &*state.workers.namespaces[0].id),
        ("Hall", &*room.id)
    );

    let delete = json!({ "tag": "v3", "deleted_classes": ["Hall"] });
    let last = with(plain(), json!({ "migrations": [first, rename, delete] }));
    tree.write("wrangler.json", last.to_string());
    tree.write("index.js", CODE);
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    assert!(stand.sandbox.state().workers.namespaces.is_empty());
    assert_eq!(stand.script("api").migration_tag.as_deref(), Some("v3"));
}

#[test]
fn the_account_is_shown_and_workers_are_deleted() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let tree = project(&plain());
    let who = stand.wrangler(tools, &tree.path(), &["whoami"]);
    assert!(who.says("sandbox@example.com") && who.says(&stand.account()), "{who:?}");
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    stand.wrangler(tools, &tree.path(), &["delete", "--force"]);
    assert!(stand.sandbox.state().workers.scripts.is_empty());
}

#[test]
fn what_was_set_in_the_dashboard_is_compared() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::seeded(
        "
zones: [{ name: example.com }]
workers:
  - name: api
    vars: { MODE: dashboard }
    routes: [example.com/*]
    domains: [api.example.com]
    crons: [0 * * * *]
    last-deployed-from: dash
",
    );
    let tree = project(&plain());
    let ran = stand.wrangler(tools, &tree.path(), &["deploy"]);
    assert!(ran.says("MODE") && ran.says("dashboard"), "{ran:?}");
    assert!(stand.script("api").versions[1].bindings.is_empty());
    assert_eq!(stand.script("api").last_deployed_from, "wrangler");
}

#[test]
fn logs_can_be_followed() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let tree = project(&plain());
    stand.wrangler(tools, &tree.path(), &["deploy"]);
    let mut command = tools.wrangler(&tree.path(), ["tail", "api", "--format", "pretty"]);
    command.envs(stand.sandbox.environment());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("Wrangler starts");
    // It says that it is connected when the WebSocket is open.
    let mut stdout = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
    let (mut said, mut line) = (String::new(), String::new());
    while !said.contains("Connected to api") {
        line.clear();
        let read = std::io::BufRead::read_line(&mut stdout, &mut line).expect("text");
        assert!(read > 0, "it ended: {said}");
        said += &line;
    }
    assert_eq!(stand.script("api").tails.len(), 1);
    std::thread::sleep(Duration::from_millis(50));
    assert!(child.try_wait().expect("a state").is_none(), "it must go on");
    child.kill().expect("it can be ended");
    child.wait().expect("it ends");
}
