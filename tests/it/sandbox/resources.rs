//! What the sandbox knows the names of: Hyperdrive, Vectorize, Workflows, secrets stores, dispatch
//! namespaces, certificates, pipelines.

use serde_json::json;

use super::shell::Shell;

#[test]
fn hyperdrive_and_vectorize() {
    let Some(shell) = Shell::new() else { return };
    let sandbox = &shell.stand.sandbox;
    let url = "--connection-string=postgres://user:hunter2@db.example.com:5432/app";
    shell.wrangler(&["hyperdrive", "create", "pg", url]);
    let id = sandbox.state().hyperdrive.configs[0].id.clone();
    assert_eq!(sandbox.state().hyperdrive.configs[0].origin["host"], "db.example.com");
    let said = shell.wrangler(&["hyperdrive", "get", &id]);
    assert!(said.contains("db.example.com") && !said.contains("hunter2"), "{said}");
    assert!(shell.wrangler(&["hyperdrive", "list"]).contains("pg"));
    shell.wrangler(&["hyperdrive", "update", &id, "--caching-disabled", "true"]);
    assert_eq!(sandbox.state().hyperdrive.get(&id).expect("there").caching["disabled"], true);
    shell.wrangler(&["hyperdrive", "delete", &id]);
    shell.fails(&["hyperdrive", "get", &id], "2006");

    shell.wrangler(&["vectorize", "create", "docs", "--dimensions", "32", "--metric", "euclidean"]);
    assert_eq!(sandbox.state().vectorize.get("docs").expect("made").config["dimensions"], 32);
    let listed = shell.json(&["vectorize", "list", "--json"]);
    assert_eq!(listed[0]["name"], "docs");
    let metadata = ["create-metadata-index", "docs", "--property-name", "url", "--type", "string"];
    shell.wrangler(&[&["vectorize"], &metadata[..]].concat());
    assert_eq!(sandbox.state().vectorize.get("docs").expect("there").metadata_indexes.len(), 1);
    shell.wrangler(&["vectorize", "delete", "docs", "--force"]);
    assert!(sandbox.state().vectorize.get("docs").is_none());
}

#[test]
fn secrets_stores_and_namespaces() {
    let Some(shell) = Shell::new() else { return };
    let sandbox = &shell.stand.sandbox;
    shell.wrangler(&["secrets-store", "store", "create", "main", "--remote"]);
    let store = sandbox.state().secrets_store.stores[0].id.clone();
    assert!(shell.wrangler(&["secrets-store", "store", "list", "--remote"]).contains("main"));
    let secret = |args: &[&str]| {
        let all =
            [&["secrets-store", "secret", args[0], &store], &args[1..], &["--remote"]].concat();
        shell.wrangler(&all)
    };
    secret(&["create", "--name", "KEY", "--value", "hunter2", "--scopes", "workers"]);
    let state = sandbox.state();
    let stored = state.secrets_store.secret(&store, "KEY").expect("made");
    assert_eq!((&*stored.value, &*stored.scopes), ("hunter2", &["workers".to_owned()][..]));
    let listed = secret(&["list"]);
    assert!(listed.contains("KEY") && !listed.contains("hunter2"), "{listed}");
    secret(&["delete", "--secret-id", &stored.id]);
    assert!(sandbox.state().secrets_store.stores[0].secrets.is_empty());

    shell.wrangler(&["dispatch-namespace", "create", "tenants"]);
    assert!(shell.wrangler(&["dispatch-namespace", "list"]).contains("tenants"));
    shell.wrangler(&["dispatch-namespace", "rename", "tenants", "customers"]);
    assert!(sandbox.state().dispatch.get("customers").is_some());
    shell.wrangler(&["dispatch-namespace", "delete", "customers"]);
    assert!(sandbox.state().dispatch.namespaces.is_empty());
}

#[test]
fn workflows_certificates_and_pipelines() {
    let Some(shell) = Shell::new() else { return };
    let sandbox = &shell.stand.sandbox;
    assert!(shell.wrangler(&["workflows", "list"]).contains("no deployed Workflows"));
    let put = sandbox.store.change(|state| {
        state.workers.scripts.insert("w".into(), Default::default());
        Ok(())
    });
    put.expect("a change");
    let body = json!({ "script_name": "w", "class_name": "Flow" });
    let path = "/accounts/{account}/workflows/flow";
    let (status, _) = shell.stand.ask(reqwest::Method::PUT, path, Some(&body));
    assert_eq!(status, 200);
    assert!(shell.wrangler(&["workflows", "list"]).contains("flow"));
    assert!(shell.wrangler(&["workflows", "describe", "flow"]).contains("Flow"));
    shell.wrangler(&["workflows", "delete", "flow"]);
    let (_, answer) = shell.stand.get(path);
    assert_eq!(answer["errors"][0]["code"], 10200);

    let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    shell.write("cert.pem", pem);
    shell.write("key.pem", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
    shell.wrangler(&[
        "mtls-certificate",
        "upload",
        "--cert",
        "cert.pem",
        "--key",
        "key.pem",
        "--name",
        "client",
    ]);
    assert_eq!(sandbox.state().certificates.certificates[0].certificates, pem);
    assert!(shell.wrangler(&["mtls-certificate", "list"]).contains("client"));
    shell.wrangler(&["mtls-certificate", "delete", "--name", "client"]);
    assert!(sandbox.state().certificates.certificates.is_empty());

    let made = sandbox.store.change(|state| {
        let pipeline = clodo::server::sandbox::state::resources::Pipeline {
            id: "0".repeat(32),
            name: "clicks".into(),
            ..Default::default()
        };
        state.pipelines.pipelines.push(pipeline);
        Ok(())
    });
    made.expect("a change");
    assert!(shell.wrangler(&["pipelines", "list"]).contains("clicks"));
}
