//! Several services, databases, and what is as it would be.

use clodo::core::model::deployment::State;
use clodo::server::sandbox::faults::{Fault, Trigger, What};

use super::place::{API, DATABASE, Place, WEB, ended, says};
use crate::sandbox::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

/// A Worker with a database and a migration, and one that is bound to it.
pub(super) fn shop() -> WorkTree {
    let api = format!(
        "{API}[[d1_databases]]\nbinding = \"DB\"\ndatabase_name = \"orders\"\n\
         database_id = \"{DATABASE}\"\n"
    );
    WorkTree::of(&[
        ("api/wrangler.toml", &api),
        ("api/index.js", &says("api")),
        ("api/migrations/0001_orders.sql", "CREATE TABLE orders (id INTEGER PRIMARY KEY);\n"),
        ("web/wrangler.toml", WEB),
        ("web/index.js", &says("web")),
    ])
}

/// An account with its database.
pub(super) fn stand() -> Stand {
    Stand::seeded(&format!("resources:\n  d1: [{{ name: orders, id: {DATABASE} }}]\n"))
}

#[test]
fn services_go_in_order_and_databases_before_them() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain, stand(), shop());
    let done = place.deploy(&[], 0);
    assert_eq!(done["state"], "succeeded", "{done:#}");
    assert_eq!(
        place.events(),
        [
            "deployment-started",
            "step-started api bookmark",
            "step-done api bookmark",
            "step-started api migrate",
            "step-done api migrate",
            "step-started api deploy",
            "step-done api deploy",
            "service-finished api",
            "step-started web deploy",
            "step-done web deploy",
            "service-finished web",
            "deployment-finished",
        ]
    );
    let recorded = place.deployments();
    let api = &recorded[0].services[0].progress;
    assert_eq!(api.migrations[DATABASE], ["0001_orders.sql"]);
    assert!(!api.bookmarks[DATABASE].is_empty());

    // Only what changed is deployed again.
    place.tree.write("web/index.js", says("web, again"));
    let second = place.deploy(&[], 0);
    assert_eq!(second["unchanged"], serde_json::json!(["api"]), "{second:#}");
    assert_eq!(place.stand.script("api").deployments.len(), 1);
    assert_eq!(place.stand.script("web").deployments.len(), 2);

    let third = place.deploy(&[], 0);
    assert_eq!(third["id"], serde_json::Value::Null, "{third:#}");
    assert_eq!(third["unchanged"], serde_json::json!(["api", "web"]));
}

#[test]
fn only_what_may_be_the_same_is_built_first() {
    let Some(toolchain) = toolchain() else { return };
    let tree = WorkTree::of(&[
        ("api/wrangler.toml", API),
        (
            "api/index.js",
            "import { word } from '../word.js';\nexport default { fetch() { return new Response(word) } };\n",
        ),
        ("web/wrangler.toml", WEB),
        ("web/index.js", &says("web")),
        ("word.js", "export const word = 'one';\n"),
    ]);
    let place = Place::new(toolchain, Stand::new(), tree);
    let built = |deployed: &[&str]| -> Vec<&str> {
        let counts = || ["api", "web"].map(|name| place.stand.script(name).deployments.len());
        let before = counts();
        let said = place.clodo(&["deploy", "-v"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        let after = ["api", "web"].map(|name| usize::from(deployed.contains(&name)));
        let after: Vec<usize> = before.iter().zip(after).map(|(one, more)| one + more).collect();
        assert_eq!(counts().as_slice(), after, "{said:?}");
        let is_built = |name: &&str| said.err.contains(&format!("building {name}"));
        ["api", "web"].into_iter().filter(is_built).collect()
    };
    place.deploy(&[], 0);
    assert_eq!(built(&[]), ["api", "web"]);
    place.tree.write("word.js", "export const word = 'two';\n");
    assert_eq!(built(&["api"]), ["web"], "its sources tell, wherever they lie");
    place.tree.write("word.js", "// A word.\nexport const word  =  'two';\n");
    assert_eq!(built(&[]), ["api", "web"], "a comment tells nothing");
    let settings = format!("{WEB}[vars]\nWORD = \"web\"\n");
    place.tree.write("web/wrangler.toml", &settings);
    assert_eq!(built(&["web"]), ["api"], "its settings tell");
    // What no source tells, the build does.
    place.tree.write("web/wrangler.toml", format!("minify = true\n{settings}"));
    assert_eq!(built(&["web"]), ["api", "web"]);
    // What may not build stops all before anything serves.
    place.tree.write("word.js", "import 'not-there';\nexport const word = 'three';\n");
    place.tree.write("web/index.js", says("web, too"));
    let failed = place.clodo(&["deploy", "-v"]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert!(failed.err.contains("api cannot be built"), "{failed:?}");
    place.tree.write("word.js", "export const word = 'three';\n");
    place.tree.write("web/index.js", says("web, again"));
    assert!(built(&["api", "web"]).is_empty());
}

#[test]
fn runs_share_what_node_compiled_and_leave_nothing_of_it() {
    let Some(toolchain) = toolchain() else { return };
    let build = "[build]\ncommand = \"printenv NODE_COMPILE_CACHE >> ../caches || true\"\n";
    let tree = WorkTree::of(&[
        ("api/wrangler.toml", &format!("{API}{build}")),
        ("api/index.js", &says("api")),
        ("web/wrangler.toml", &format!("{WEB}{build}")),
        ("web/index.js", &says("web")),
        ("caches", ""),
    ]);
    let place = Place::new(toolchain, Stand::new(), tree);
    let ran = |args: &[&str]| -> Vec<String> {
        let said =
            ended(place.command(args).env_remove("NODE_COMPILE_CACHE").output().expect("clodo"));
        assert_eq!(said.code, Some(0), "{said:?}");
        let text = std::fs::read_to_string(place.tree.at("caches")).expect("what was noted");
        place.tree.write("caches", "");
        text.lines().map(str::to_owned).collect()
    };
    let caches = ran(&["deploy"]);
    let [api, web] = caches.as_slice() else { panic!("{caches:?}") };
    assert_eq!(api, web);
    assert!(!api.is_empty() && !std::path::Path::new(api).exists(), "{api}");
    // What runs a command of its own is built before it is deployed; of one deployment alone there is
    // nothing to keep.
    place.tree.write("web/index.js", says("web, again"));
    assert_eq!(ran(&["deploy"]).len(), 2);
    assert_eq!(ran(&["plan"]).len(), 2);
}

#[test]
fn a_migration_that_fails_stops_all_before_anything_serves() {
    let Some(toolchain) = toolchain() else { return };
    let tree = shop();
    tree.write("api/migrations/0002_broken.sql", "ALTER TABLE nothing ADD COLUMN x TEXT;\n");
    let place = Place::new(toolchain, stand(), tree);
    let failed = place.deploy(&[], 5);
    assert_eq!(failed["state"], "failed", "{failed:#}");
    assert_eq!(failed["not_begun"], serde_json::json!(["api", "web"]));
    assert!(failed["bookmarks"][DATABASE].is_string(), "{failed:#}");
    let recorded = place.deployments();
    assert_eq!(recorded[0].state, State::Failed);
    assert_eq!(recorded[0].services[0].progress.migrations[DATABASE], ["0001_orders.sql"]);
    assert!(place.stand.sandbox.state().workers.scripts.is_empty());
}

#[test]
fn what_was_deployed_goes_back_when_a_later_service_fails() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::new(toolchain, stand(), shop());
    place.deploy(&[], 0);
    let (api, web) = (place.serving("api"), place.serving("web"));
    place.tree.write("api/index.js", says("api, again"));
    let crons = "triggers = { crons = [\"0 * * * *\"] }\n";
    place.tree.write("web/wrangler.toml", format!("{WEB}{crons}"));
    place.tree.write("web/index.js", "export default { fetch() {}, scheduled() {} };\n");
    place.stand.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)).once());
    let failed = place.deploy(&[], 5);
    assert_eq!(failed["state"], "restored", "{failed:#}");
    assert_eq!((place.serving("api"), place.serving("web")), (api, web));
    let events = place.events();
    let restored: Vec<_> = events.iter().filter(|event| event.ends_with("restore")).collect();
    assert_eq!(restored[0], "step-started web restore", "the last comes first");
    assert_eq!(restored[2], "step-started api restore");
}
