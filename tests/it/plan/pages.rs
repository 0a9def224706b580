//! Pages projects: what the account says of one, beside its configuration.

use clodo::core::plan::{Change, Plan, Sign};
use clodo::flow::plan::plan;
use clodo::flow::project::Request;
use clodo::flow::sight::{Live, Parts};
use clodo::world::cloudflare::{Access, Credential};
use clodo::world::http::Token;
use reqwest::Method;
use serde_json::json;

use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

const CONFIG: &str = r#"
name = "site"
pages_build_output_dir = "./dist"
compatibility_date = "2026-02-01"
compatibility_flags = ["nodejs_als"]
vars = { MODE = "live" }

[[kv_namespaces]]
binding = "CACHE"
id = "56abac68a9e339dd039a7d6623872cfd"

[env.preview]
compatibility_date = "2026-01-01"
vars = { MODE = "test" }
"#;

/// The plan for one environment, asked of a sandbox.
fn planned(stand: &Stand, tree: &WorkTree, environment: &str) -> Plan {
    let token = stand.sandbox.state().tokens[0].value.clone();
    let credential = Credential::Token(Token::new(&token).expect("a token"));
    let access = Access { base: stand.sandbox.api_url.clone(), credential, account: None };
    let request = Request {
        live: Some(Live::new(&access, Parts::All)),
        environments: vec![environment.to_owned()],
        ..tree.request()
    };
    plan(&request, None, None).expect("a plan").plan
}

fn lines(plan: &Plan) -> Vec<String> {
    let line = |change: &Change| {
        let words = [change.from.as_deref(), change.to.as_deref()];
        let words = words.map(Option::unwrap_or_default).join(" → ");
        format!("{} {} {} {words}", change.sign.symbol(), change.aspect.as_str(), change.name)
    };
    plan.services[0].changes.iter().map(line).collect()
}

#[test]
fn a_project_is_compared_as_far_as_the_account_knows_it() {
    let stand = Stand::seeded(
        "resources: { pages: [{ name: site }], kv: [{ title: cache, id: 56abac68a9e339dd039a7d6623872cfd }] }",
    );
    let set_up = json!({ "deployment_configs": {
        "production": {
            "compatibility_date": "2026-01-01", "compatibility_flags": ["nodejs_compat"],
            "env_vars": { "MODE": { "type": "plain_text", "value": "dash" },
                "KEY": { "type": "secret_text", "value": "hush" } },
            "placement": { "mode": "smart" },
        },
        "preview": { "compatibility_date": "2026-01-01",
            "env_vars": { "MODE": { "type": "plain_text", "value": "test" } } },
    } });
    let path = "/accounts/{account}/pages/projects/site";
    let (status, answer) = stand.ask(Method::PATCH, path, Some(&set_up));
    assert_eq!(status, 200, "{answer}");

    let tree = WorkTree::of(&[("wrangler.toml", CONFIG), ("dist/index.html", "hi")]);
    assert_eq!(
        lines(&planned(&stand, &tree, "")),
        [
            "? assets files  → ",
            "+ bindings CACHE  → KV Namespace cache (56abac68a9e339dd039a7d6623872cfd)",
            "~ vars MODE \"dash\" → \"live\"",
            "= secrets KEY  → ",
            "~ compatibility date 2026-01-01 → 2026-02-01",
            "+ compatibility nodejs_als  → ",
            "- compatibility nodejs_compat  → ",
            "- settings placement {\"mode\":\"smart\"} → ",
            "= settings production branch  → ",
        ]
    );
    let preview = planned(&stand, &tree, "preview");
    let changed = preview.services[0].changes.iter().filter(|change| change.sign != Sign::Keep);
    let changed: Vec<&str> = changed.map(|change| change.name.as_str()).collect();
    assert_eq!(changed, ["files", "nodejs_als"]);
}

#[test]
fn a_project_that_cloudflare_builds_says_so() {
    let tree = WorkTree::of(&[
        ("wrangler.toml", CONFIG),
        (
            "account.json",
            r#"{ "schema": "clodo.account/1", "taken_at": "2026-11-22T12:00:00Z", "accounts": [{
              "id": "a", "pages_projects": [{ "name": "site", "production_branch": "trunk",
                "git_connected": true,
                "build": { "command": "npm run build", "output_dir": "public", "root_dir": "web" } }] }] }"#,
        ),
    ]);
    let request = Request { environments: vec![String::new()], ..tree.request() };
    let plan = plan(&request, None, None).expect("a plan").plan;
    let noted: Vec<String> = plan.services[0]
        .changes
        .iter()
        .filter(|change| change.aspect.as_str() == "settings")
        .map(|change| format!("{}: {}", change.name, change.note.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        noted,
        [
            "production branch: trunk: what is deployed from it is production",
            "build: Cloudflare builds each push by itself: npm run build in web",
            "build output: ",
        ]
    );
    assert!(lines(&plan).contains(&"~ settings build output public → dist".to_owned()));
}
