//! What is live beside what clodo wrote down: `clodo drift` names what somebody changed since, and
//! `clodo plan` what is not as it was deployed.

use reqwest::Method;
use serde_json::json;

use super::place::{API, Place, says};
use crate::plan::deployed::changes;
use crate::sandbox::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

const CONFIG: &str = r#"routes = ["example.com/api/*"]
triggers = { crons = ["0 3 * * *"] }
vars = { MODE = "live" }
assets = { directory = "public" }
"#;

/// Code with a word in it, which runs on a cron trigger.
fn code(word: &str) -> String {
    says(word).replace(" };", ", scheduled() {} };")
}

fn place(toolchain: &'static Toolchain) -> Place {
    let tree = WorkTree::of(&[
        ("wrangler.toml", &format!("{API}{CONFIG}")),
        ("index.js", &code("one")),
        ("public/index.html", "one"),
        ("public/logo.svg", "<svg/>"),
    ]);
    Place::new(toolchain, Stand::seeded("zones: [{ name: example.com }]"), tree)
}

/// The changes that a command tells, and how it ends.
fn told(place: &Place, command: &str) -> (Vec<String>, Option<i32>) {
    let said = place.clodo(&[command, "--format", "json", "--detailed-exitcode"]);
    let value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
    (changes(&value), said.code)
}

fn nothing() -> (Vec<String>, Option<i32>) {
    (Vec::new(), Some(0))
}

fn these(changes: &[&str]) -> (Vec<String>, Option<i32>) {
    (changes.iter().map(|change| (*change).to_owned()).collect(), Some(10))
}

/// Another version than the one that clodo deployed.
const MOVED: &str = "api change traffic version";

#[test]
fn what_somebody_changes_beside_the_record_is_drift() {
    let Some(toolchain) = toolchain() else { return };
    let place = place(toolchain);
    let stand = &place.stand;
    let folder = place.tree.path();
    place.deploy(&[], 0);
    assert_eq!(told(&place, "drift"), nothing());

    // What belongs to no version: triggers.
    let path = "/accounts/{account}/workers/scripts/api/schedules";
    let crons = json!([{ "cron": "0 3 * * *" }, { "cron": "5 5 * * *" }]);
    assert_eq!(stand.ask(Method::PUT, path, Some(&crons)).0, 200);
    let zone = stand.sandbox.state().zones.0[0].id.clone();
    let route = json!({ "pattern": "example.com/old/*", "script": "api" });
    let path = format!("/zones/{zone}/workers/routes");
    assert_eq!(stand.ask(Method::POST, &path, Some(&route)).0, 200);
    let triggers = ["api add routes example.com/old/*", "api add crons 5 5 * * *"];
    assert_eq!(told(&place, "drift"), these(&triggers));
    let said = place.clodo(&["drift"]);
    assert!(said.code == Some(0) && said.out.contains("+ 5 5 * * *"), "{said:?}");
    place.deploy(&[], 0);
    assert_eq!(told(&place, "drift"), nothing());

    // What makes a version: a variable, a secret, code and an asset.
    let settings = json!({ "bindings": [
        { "name": "MODE", "type": "plain_text", "text": "test" }, { "name": "NEW", "type": "plain_text", "text": "x" },
    ] });
    let form = format!(
        "--x\r\ncontent-disposition: form-data; name=\"settings\"\r\n\
         content-type: application/json\r\n\r\n{settings}\r\n--x--\r\n"
    );
    let path = "/accounts/{account}/workers/scripts/api/settings";
    assert_eq!(stand.ask_form(Method::PATCH, path, form).0, 200);
    let vars = ["api change vars MODE", "api add vars NEW", MOVED];
    assert_eq!(told(&place, "drift"), these(&vars));
    place.deploy(&[], 0);
    assert_eq!(told(&place, "drift"), nothing());

    let ran = stand.run(toolchain, &folder, &["secret", "put", "STRIPE_KEY"], "not-a-real-key");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(told(&place, "drift"), these(&[MOVED, "api add secrets STRIPE_KEY"]));

    // Cloudflare has a name for code, and none for assets.
    let (code, index) = ([code("one"), code("two")], ["one", "two"].map(str::to_owned));
    for (path, [was, is], expected) in [
        ("index.js", code, &[MOVED, "api change code code"][..]),
        ("public/index.html", index, &[MOVED]),
    ] {
        place.deploy(&[], 0);
        place.tree.write(path, is);
        stand.wrangler(toolchain, &folder, &["deploy"]);
        place.tree.write(path, was);
        assert_eq!(told(&place, "drift"), these(expected), "{path}");
    }
    let said = place.clodo(&["drift"]).out;
    assert!(said.contains("not deployed by clodo"), "{said}");
}

#[test]
fn a_plan_tells_what_is_not_as_it_was_deployed() {
    let Some(toolchain) = toolchain() else { return };
    let place = place(toolchain);
    place.deploy(&[], 0);
    assert_eq!(told(&place, "plan"), nothing());

    place.tree.write("public/index.html", "two");
    place.tree.write("public/new.html", "new");
    std::fs::remove_file(place.tree.at("public/logo.svg")).expect("it was there");
    let assets =
        ["api change assets index.html", "api remove assets logo.svg", "api add assets new.html"];
    assert_eq!(told(&place, "plan"), these(&assets));
    place.deploy(&[], 0);
    assert_eq!(told(&place, "plan"), nothing());

    place.tree.write("index.js", code("two"));
    let (found, exit) = told(&place, "plan");
    assert!(found.len() == 1 && found[0].starts_with("api change code built"), "{found:?}");
    assert_eq!(exit, Some(10));

    // Of what somebody else deployed there is no record.
    place.stand.wrangler(toolchain, &place.tree.path(), &["deploy"]);
    let (found, exit) = told(&place, "plan");
    assert!(found.iter().any(|change| change.starts_with("api unknown code")), "{found:?}");
    assert_eq!(exit, Some(10));
}
