//! What a deployment does not do is said before it is made: in the plan, and when it begins.

use super::place::{API, Place, says};
use crate::sandbox::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

const WORKFLOWS: &str =
    "its workflows are set up beside the version, and are not taken back with it";
const CONTAINERS: &str = "the Worker serves at once, and its containers follow: when Wrangler ends, their \
                          rollout has begun and is not over; it is not taken back";

#[test]
fn workflows_are_not_taken_back() {
    let Some(toolchain) = toolchain() else { return };
    let config = format!(
        "{API}workflows = [{{ name = \"orders\", binding = \"ORDERS\", class_name = \"Orders\" }}]\n"
    );
    let code = format!(
        "import {{ WorkflowEntrypoint }} from 'cloudflare:workers';\n\
         export class Orders extends WorkflowEntrypoint {{ async run() {{}} }}\n{}",
        says("one")
    );
    let tree = WorkTree::of(&[("wrangler.toml", &config), ("index.js", &code)]);
    let place = Place::new(toolchain, Stand::new(), tree);
    let planned = place.clodo(&["plan"]);
    assert_eq!(planned.code, Some(0), "{planned:?}");
    assert!(planned.out.contains(&format!("note       {WORKFLOWS}")), "{planned:?}");
    let json = place.clodo(&["plan", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["services"][0]["cautions"], serde_json::json!([WORKFLOWS]));
    let deployed = place.clodo(&["deploy"]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    assert!(deployed.err.contains(&format!("note: api: {WORKFLOWS}")), "{deployed:?}");
    let state = place.stand.sandbox.state();
    assert_eq!(state.workflows.workflows.len(), 1);
}

#[test]
fn containers_follow_the_worker() {
    let Some(toolchain) = toolchain() else { return };
    let config = format!(
        "{API}[[containers]]\nclass_name = \"Box\"\n\
         image = \"registry.cloudflare.com/ACCOUNT/box:1\"\n\
         [[durable_objects.bindings]]\nname = \"BOX\"\nclass_name = \"Box\"\n\
         [[migrations]]\ntag = \"v1\"\nnew_sqlite_classes = [\"Box\"]\n"
    );
    let stand = Stand::new();
    let config = config.replace("ACCOUNT", &stand.account());
    let code = format!(
        "import {{ DurableObject }} from 'cloudflare:workers';\n\
         export class Box extends DurableObject {{}}\n{}",
        says("one")
    );
    let tree = WorkTree::of(&[("wrangler.toml", &config), ("index.js", &code)]);
    let place = Place::new(toolchain, stand, tree);
    let planned = place.clodo(&["plan", "--no-build"]);
    assert_eq!(planned.code, Some(0), "{planned:?}");
    assert!(planned.out.contains(CONTAINERS), "{planned:?}");
    // The sandbox runs no containers: it is said before anything is begun.
    let deployed = place.clodo(&["deploy"]);
    assert!(deployed.err.contains(&format!("note: api: {CONTAINERS}")), "{deployed:?}");
}
