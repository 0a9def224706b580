//! `clodo gaps`: the matrix of capabilities and environments.

use clodo::core::gaps::ServiceNeeds;
use clodo::core::gaps::{State, json, markdown, text};
use clodo::flow::project::Request;

use crate::work_tree::{WorkTree, repository};

fn gaps(request: &Request) -> Vec<ServiceNeeds> {
    clodo::flow::gaps::gaps(request).expect("a readable work tree").services
}

fn shop() -> WorkTree {
    let tree = WorkTree::new();
    tree.write(
        "wrangler.toml",
        r#"
name = "shop"
main = "src/index.ts"
compatibility_date = "2026-01-31"
account_id = "9a7806061c88ada191ed06f989cc3dac"

[env.staging]
kv_namespaces = [{ binding = "CACHE" }]
secrets = { required = ["STRIPE_KEY"] }

[env.production]
kv_namespaces = [{ binding = "CACHE", id = "0f2ac74b498b48028cb68387c421e279" }]
d1_databases = [{ binding = "DB", database_name = "or ders", database_id = "6f1f7b4e-5c2e-4c43-9d1c-0c9a8c1d2e3f" }]
routes = [{ pattern = "shop.example.com", custom_domain = true }]
triggers = { crons = ["0 * * * *"] }
"#,
    );
    tree
}

#[test]
fn each_environment_is_compared_with_its_siblings() {
    let services = gaps(&shop().request());
    let staging = &services[0].environments[0];
    assert_eq!(staging.name.as_deref(), Some("staging"));
    let state = |capability: &str| {
        let need = staging.needs.iter().find(|need| need.capability == capability);
        need.map(|need| (need.state, need.close.as_str()))
    };
    let create = "wrangler kv namespace create CACHE --env staging";
    assert_eq!(state("kv_namespaces:CACHE"), Some((State::Missing, create)));
    let add = "add DB to env.staging.d1_databases, if the environment needs it";
    assert_eq!(state("d1_databases:DB"), Some((State::Missing, add)));
    let put = "wrangler secret put STRIPE_KEY --env staging";
    assert_eq!(state("secrets:STRIPE_KEY"), Some((State::Unknown, put)));
    let production = &services[0].environments[1];
    let need = production.needs.iter().find(|need| need.capability == "d1_databases:DB");
    assert_eq!(need.map(|need| need.close.as_str()), Some("wrangler d1 create 'or ders'"));
    assert_eq!(need.map(|need| need.state), Some(State::Unknown));
}

#[test]
fn the_token_gets_what_each_environment_needs() {
    let services = gaps(&shop().request());
    let groups = |index: usize| -> Vec<&str> {
        services[0].environments[index].permissions.iter().map(|p| p.group).collect()
    };
    assert_eq!(groups(0), ["Workers Scripts"]);
    assert_eq!(groups(1), ["Workers Scripts", "D1", "Zone", "DNS"]);
}

#[test]
fn all_formats_say_the_same() {
    let services = gaps(&shop().request());
    insta::assert_snapshot!(text(&services).lines().take(12).collect::<Vec<_>>().join("\n"), @r"
    shop (wrangler.toml)

                                       staging    production
      deployed                         declared   declared
      D1 Database DB                   missing    declared
      KV Namespace CACHE               missing    declared
      Secret STRIPE_KEY                declared   -
      Custom domain shop.example.com   -          declared
      cron 0 * * * *                   -          ok

      missing in staging: D1 Database DB
        add DB to env.staging.d1_databases, if the environment needs it
    ");
    assert!(markdown(&services).contains("| `KV Namespace CACHE` | missing | declared |"));
    for line in [
        "    Secret STRIPE_KEY (staging): wrangler secret put STRIPE_KEY --env staging",
        "  D1: Edit                -         needed       apply migrations",
    ] {
        assert!(text(&services).lines().any(|shown| shown == line), "{}", text(&services));
    }
    for line in [
        "- `Secret STRIPE_KEY` (`staging`): `wrangler secret put STRIPE_KEY --env staging`",
        "| D1: Edit | - | needed | apply migrations |",
    ] {
        assert!(markdown(&services).lines().any(|shown| shown == line), "{}", markdown(&services));
    }
    let document = json(&services);
    assert_eq!(document["schema"], "clodo.gaps/1");
    let gaps = document["gaps"].as_array().expect("a list");
    assert!(gaps.iter().any(|gap| gap["capability"] == "kv_namespaces:CACHE"
        && gap["environment"] == "staging"
        && gap["state"] == "missing"));
}

#[test]
fn the_account_says_what_is_there() {
    let tree = shop();
    tree.write(
        "account.json",
        r#"{ "schema": "clodo.account/1", "taken_at": "2026-11-20T08:00:00Z", "accounts": [{
            "id": "9a7806061c88ada191ed06f989cc3dac",
            "subdomain": {},
            "workers": { "shop-production": {} },
            "kv_namespaces": [{ "id": "0f2ac74b498b48028cb68387c421e279", "title": "cache" }],
            "d1_databases": { "unknown": { "why": "forbidden", "needs": "D1 Read" } },
            "zones": []
        }] }"#,
    );
    let services = gaps(&tree.request());
    insta::assert_snapshot!(text(&services).split("The token needs").next().expect("text"), @r"
    shop (wrangler.toml)

                                       staging   production
      deployed                         missing   ok
      D1 Database DB                   missing   unknown
      KV Namespace CACHE               missing   ok
      Secret STRIPE_KEY                missing   -
      workers.dev subdomain            missing   -
      Custom domain shop.example.com   -         missing
      cron 0 * * * *                   -         ok

      missing in staging: D1 Database DB
        add DB to env.staging.d1_databases, if the environment needs it
      missing in staging: KV Namespace CACHE
        wrangler kv namespace create CACHE --env staging
      missing in staging: Secret STRIPE_KEY
        wrangler secret put STRIPE_KEY --env staging
      missing in staging: workers.dev subdomain
        register one: https://dash.cloudflare.com/?to=/:account/workers/onboarding
      missing in production: Custom domain shop.example.com
        its zone must be in the account: https://dash.cloudflare.com/?to=/:account/add-site
      what makes it, where the account does not have it yet
        D1 Database DB (production): wrangler d1 create 'or ders'
    ");
    assert!(text(&services).ends_with("\n6 missing. 1 could not be seen.\n"));
    assert!(markdown(&services).contains("| `D1 Database DB` | missing | unknown |"));
    let states = json(&services);
    let state = |capability: &str| {
        let all = states["gaps"].as_array().expect("a list");
        let of_production = |gap: &&serde_json::Value| gap["environment"] == "production";
        let found = all.iter().filter(of_production).find(|gap| gap["capability"] == capability);
        found.map(|gap| gap["state"].as_str().expect("a state").to_owned())
    };
    assert_eq!(state("kv_namespaces:CACHE").as_deref(), Some("present"));
    assert_eq!(state("d1_databases:DB").as_deref(), Some("unknown"));
    assert_eq!(state("custom_domains:shop.example.com").as_deref(), Some("missing"));
}

#[test]
fn the_storefront_lacks_nothing() {
    let request = clodo::flow::project::Request {
        root: repository().join("examples/storefront"),
        ..WorkTree::new().request()
    };
    let services = gaps(&request);
    assert_eq!(services.len(), 3);
    let all = services.iter().flat_map(|s| &s.environments).flat_map(|e| &e.needs);
    let missing: Vec<_> = all.filter(|need| need.state == State::Missing).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A database of the project's own needs the same of D1 as the state does.
#[test]
fn a_permission_is_named_once() {
    let tree = shop();
    tree.write("clodo.yml", "state: { d1: clodo }\n");
    let services = gaps(&tree.request());
    let text = text(&services);
    assert_eq!(text.matches("D1: Edit").count(), 1, "{text}");
    assert!(
        !text.contains("%22d1%22%2C%22type%22%3A%22edit%22%7D%2C%7B%22key%22%3A%22d1%22"),
        "{text}"
    );
    let json = json(&services);
    for token in json["tokens"].as_array().expect("tokens") {
        let groups = token["permissions"].as_array().expect("permissions").iter();
        assert_eq!(groups.filter(|one| one["group"] == "D1").count(), 1, "{token}");
    }
}
