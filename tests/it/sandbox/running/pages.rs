//! Pages that were deployed are served: files with their rules, functions with their bindings.

use reqwest::Method;
use serde_json::json;

use super::running;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

#[test]
fn a_site_with_functions_is_served() {
    let (Some(stand), Some(tools)) = (running(), toolchain()) else { return };
    let tree = WorkTree::new();
    tree.write("site/index.html", "<h1>one</h1>");
    tree.write("site/about.html", "about");
    tree.write("site/404.html", "not here");
    tree.write("site/_headers", "/about\n  x-rule: yes\n");
    tree.write("site/_redirects", "/old /about 301\n");
    tree.write(
        "functions/api/[name].js",
        "export const onRequest = async ({ params, env }) => {
             await env.CACHE.put('seen', params.name);
             return Response.json([params.name, env.GREETING, env.CF_PAGES_BRANCH]);
         };",
    );
    let run = |args: &[&str]| stand.wrangler(tools, &tree.path(), args);
    run(&["pages", "project", "create", "shop", "--production-branch", "main"]);
    let account = stand.account();
    let kv = json!({ "title": "cache" });
    let kv =
        stand.ask(Method::POST, &format!("/accounts/{account}/storage/kv/namespaces"), Some(&kv));
    let kv = kv.1["result"]["id"].as_str().expect("an id").to_owned();
    let configuration = json!({
        "compatibility_date": "2026-01-01",
        "env_vars": { "GREETING": { "type": "plain_text", "value": "hello" } },
        "kv_namespaces": { "CACHE": { "namespace_id": kv } },
    });
    let patch =
        json!({ "deployment_configs": { "production": configuration, "preview": configuration } });
    let path = format!("/accounts/{account}/pages/projects/shop");
    assert_eq!(stand.ask(Method::PATCH, &path, Some(&patch)).0, 200);
    let deploy = |branch: &str| {
        let args = ["pages", "deploy", "site", "--project-name", "shop", "--commit-dirty", "true"];
        run(&[&args[..], &["--branch", branch]].concat());
    };
    deploy("main");
    let visit = |host: &str, path: &str| {
        let (status, text) = stand.visit(host, path, &[]);
        assert!(status < 500, "{host}{path}: {status} {text} {:#?}", stand.sandbox.runner.log());
        (status, text)
    };
    let ok = |text: &str| (200, text.to_owned());
    assert_eq!(visit("shop.pages.dev", "/"), ok("<h1>one</h1>"));
    assert_eq!(visit("shop.pages.dev.localhost", "/about"), ok("about"));
    assert_eq!(visit("shop.pages.dev", "/old"), ok("about"), "the client follows");
    assert_eq!(visit("shop.pages.dev", "/none"), (404, "not here".to_owned()));
    assert_eq!(visit("shop.pages.dev", "/api/ana"), ok(r#"["ana","hello","main"]"#));
    let seen = stand.sandbox.kv().get(&kv, "seen").expect("a namespace").expect("a value");
    assert_eq!(&seen.bytes[..], b"ana");
    let url = format!("{}/about", stand.sandbox.edge_url);
    let request = stand.client.get(url).header("host", "shop.pages.dev");
    let answer = stand.runtime.block_on(request.send()).expect("an answer");
    assert_eq!(answer.headers().get("x-rule").map(|value| value.as_bytes()), Some(&b"yes"[..]));

    // A branch beside production, then another production, and back.
    tree.write("site/index.html", "<h1>two</h1>");
    deploy("feature/x");
    assert_eq!(visit("feature-x.shop.pages.dev", "/"), ok("<h1>two</h1>"));
    assert_eq!(visit("shop.pages.dev", "/"), ok("<h1>one</h1>"));
    deploy("main");
    assert_eq!(visit("shop.pages.dev", "/"), ok("<h1>two</h1>"));
    let first = stand.sandbox.state().pages.projects[0].deployments[0].id.clone();
    let back = format!("{path}/deployments/{first}/rollback");
    assert_eq!(stand.ask(Method::POST, &back, None).0, 200);
    assert_eq!(visit("shop.pages.dev", "/"), ok("<h1>one</h1>"));
    assert_eq!(visit(&format!("{}.shop.pages.dev", &first[..8]), "/"), ok("<h1>one</h1>"));
    assert_eq!(visit("none.pages.dev", "/").0, 404);
}

/// Without a page for what is not found, every path is the application's.
#[test]
fn an_application_of_one_page_is_served() {
    let (Some(stand), Some(tools)) = (running(), toolchain()) else { return };
    let tree = WorkTree::new();
    tree.write("site/index.html", "app");
    let run = |args: &[&str]| stand.wrangler(tools, &tree.path(), args);
    run(&["pages", "project", "create", "shop", "--production-branch", "main"]);
    run(&["pages", "deploy", "site", "--project-name", "shop", "--branch", "main"]);
    assert_eq!(stand.visit("shop.pages.dev", "/any/where", &[]), (200, "app".to_owned()));
}
