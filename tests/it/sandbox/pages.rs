//! `wrangler pages`.

use super::shell::Shell;

#[test]
fn projects_are_deployed() {
    let Some(shell) = Shell::new() else { return };
    let sandbox = &shell.stand.sandbox;
    let missing = ["pages", "deploy", "site", "--project-name", "shop", "--branch", "main"];
    shell.write("site/index.html", "<h1>one</h1>");
    shell.write("site/a/b.txt", "text");
    shell.write("site/_headers", "/*\n  X-A: b\n");
    shell.fails(&missing, "does not exist");
    shell.wrangler(&["pages", "project", "create", "shop", "--production-branch", "main"]);
    assert!(shell.wrangler(&["pages", "project", "list"]).contains("shop.pages.dev"));
    assert_eq!(sandbox.state().pages.project("shop").expect("made").production_branch, "main");

    let deploy = |branch, hash| {
        shell.wrangler(&[
            "pages",
            "deploy",
            "site",
            "--project-name",
            "shop",
            "--branch",
            branch,
            "--commit-hash",
            hash,
            "--commit-message",
            "message",
            "--commit-dirty",
            "true",
        ])
    };
    let said = deploy("main", "a1b2c3");
    assert!(said.contains("Deployment complete"), "{said}");
    let state = sandbox.state();
    let first = &state.pages.project("shop").expect("there").deployments[0];
    assert_eq!((&*first.environment, &*first.commit_hash), ("production", "a1b2c3"));
    assert_eq!(first.manifest.keys().collect::<Vec<_>>(), ["/a/b.txt", "/index.html"]);
    let page = &state.pages.assets[&first.manifest["/index.html"]];
    assert_eq!(sandbox.store.blob(&page.blob).as_deref(), Some(&b"<h1>one</h1>"[..]));
    assert!(first.parts.contains_key("_headers"));

    // Files that are there are not sent again; a Worker goes along.
    shell.write("site/_worker.js", "export default { fetch() { return new Response('worker'); } }");
    let said = deploy("feature/x", "d4e5f6");
    assert!(said.contains("already uploaded"), "{said}");
    assert!(said.contains("feature-x.shop.pages.dev"), "{said}");
    let state = sandbox.state();
    let project = state.pages.project("shop").expect("there");
    assert_eq!(project.deployments[1].environment, "preview");
    assert!(project.deployments[1].worker.is_some());
    assert_eq!(project.canonical.as_ref(), Some(&project.deployments[0].id));

    let listed = ["pages", "deployment", "list", "--project-name", "shop", "--json"];
    let listed = shell.json(&listed);
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");

    // A second production deployment, and back to the first.
    deploy("main", "ffffff");
    let first = project.deployments[0].id.clone();
    let path = format!("/accounts/{{account}}/pages/projects/shop/deployments/{first}/rollback");
    let (status, _) = shell.stand.ask(reqwest::Method::POST, &path, None);
    assert_eq!(status, 200);
    let state = sandbox.state();
    assert_eq!(state.pages.project("shop").expect("there").canonical.as_ref(), Some(&first));
    shell.wrangler(&["pages", "project", "delete", "shop", "-y"]);
    assert!(sandbox.state().pages.projects.is_empty());
}
