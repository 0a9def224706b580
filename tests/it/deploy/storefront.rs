//! The example: three services, a database with migrations, a queue, a custom domain.

use std::fs;

use serde_json::json;

use super::place::{DATABASE, Place};
use crate::sandbox::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

const PRODUCTION: [&str; 2] = ["-e", "production"];

#[test]
fn the_storefront_is_deployed_and_deployed_again() {
    let Some(toolchain) = toolchain() else { return };
    let seed = format!(
        "zones: [{{ name: example.com }}]\nresources:\n  \
           d1: [{{ name: storefront-production, id: {DATABASE} }}]\n  \
           kv: [{{ title: cache, id: 56abac68a9e339dd039a7d6623872cfd }}]\n  \
           queues: [{{ name: storefront-orders-production }}, \
                    {{ name: storefront-orders-dead-production }}]\n"
    );
    let tree = WorkTree::copy_of("examples/storefront");
    let place = Place::new(toolchain, Stand::seeded(&seed), tree);
    let first = place.deploy(&PRODUCTION, 0);
    assert_eq!(first["state"], "succeeded", "{first:#}");
    let events = place.events();
    let began: Vec<&str> =
        events.iter().filter_map(|event| event.strip_prefix("step-started ")).collect();
    assert_eq!(
        began[..3],
        ["api bookmark", "api migrate", "api deploy"].map(|step| format!("storefront-{step}")),
        "databases first"
    );
    let mut others = began[3..].to_vec();
    others.sort_unstable();
    assert_eq!(
        others,
        ["storefront-jobs deploy", "storefront-web deploy"],
        "they are bound to api"
    );
    let recorded = place.deployments();
    let api = recorded[0].services.iter().find(|one| one.planned.service == "storefront-api");
    let api = &api.expect("api").progress;
    assert_eq!(api.migrations[DATABASE], ["0001_products.sql", "0002_orders.sql"]);
    let state = place.stand.sandbox.state();
    let names: Vec<&String> = state.workers.scripts.keys().collect();
    let workers =
        ["storefront-api-production", "storefront-jobs-production", "storefront-web-production"];
    assert_eq!(names, workers);
    assert_eq!(place.stand.script(workers[1]).schedules.len(), 1);

    let again = place.deploy(&PRODUCTION, 0);
    assert_eq!(again["id"], json!(null), "{again:#}");
    assert_eq!(again["unchanged"], json!(["storefront-api", "storefront-jobs", "storefront-web"]));

    let style = place.tree.at("apps/web/public/style.css");
    let text = fs::read_to_string(&style).expect("a style");
    fs::write(&style, text + "\nbody { color: black }\n").expect("written");
    let before = workers.map(|worker| place.serving(worker));
    let third = place.deploy(&PRODUCTION, 0);
    assert_eq!(third["unchanged"], json!(["storefront-api", "storefront-jobs"]), "{third:#}");
    let after = workers.map(|worker| place.serving(worker));
    assert_eq!(before[..2], after[..2]);
    assert_ne!(before[2], after[2]);
}
