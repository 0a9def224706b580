//! Databases stay as they are, unless somebody asks for their bookmarks.

use clodo::core::model::deployment::State;
use clodo::server::sandbox::faults::{Fault, What};
use clodo::world::http::block_on;
use reqwest::Method;
use serde_json::{Value, json};

use super::record::{Was, base, deployed, store};
use super::{Ended, clodo, deploy, serving, upload, whole};
use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

const ID: &str = "abda8f4b-20b9-4d9a-9fa2-73dc5ebd4351";

/// A Worker with a database, of which a bad deployment wrote a second row.
struct Shop {
    stand: Stand,
    tree: WorkTree,
    good: String,
    bookmark: String,
}

impl Shop {
    fn new() -> Self {
        let sql = "CREATE TABLE orders (id); INSERT INTO orders VALUES (1)";
        let stand = Stand::seeded(&format!(
            "resources: {{ d1: [{{ name: orders, id: {ID}, sql: \"{sql}\" }}] }}"
        ));
        let tree = WorkTree::new();
        let database = json!([{ "binding": "DB", "database_name": "orders", "database_id": ID }]);
        let config = json!({
            "name": "api", "main": "index.js", "workers_dev": true, "d1_databases": database,
        });
        tree.write("wrangler.json", config.to_string());
        tree.write("index.js", "export default {}");
        let [good, bad] = [200, 500].map(|status| upload(&stand, "api", status, &[]));
        let bookmark = stand.get(&at("time_travel/bookmark")).1["result"]["bookmark"].clone();
        let bookmark = bookmark.as_str().expect("a bookmark").to_owned();
        for version in [&good, &bad] {
            deploy(&stand, "api", version, "deployed");
            let was = Was {
                service: "api",
                version,
                before: base(&good),
                bookmark: (*version == bad).then(|| (ID, bookmark.clone())),
                ..Was::default()
            };
            deployed(&stand, &tree.path(), ("", "4be21c7"), &[was]);
        }
        let shop = Self { stand, tree, good, bookmark };
        shop.query("INSERT INTO orders VALUES (2)");
        shop
    }

    fn query(&self, sql: &str) -> Value {
        let body = json!({ "sql": sql });
        let (status, answer) = self.stand.ask(Method::POST, &at("query"), Some(&body));
        assert_eq!(status, 200, "{answer}");
        answer["result"][0]["results"].clone()
    }

    fn orders(&self) -> Value {
        self.query("SELECT count(*) AS n FROM orders")[0]["n"].clone()
    }

    fn back(&self, args: &[&str]) -> Ended {
        clodo(&self.stand, &self.tree.path(), &[&["rollback"], args].concat())
    }
}

fn at(what: &str) -> String {
    format!("/accounts/{{account}}/d1/database/{ID}/{what}")
}

#[test]
fn a_database_stays_and_how_to_put_it_back_is_said() {
    let shop = Shop::new();
    let back = shop.back(&[]);
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(serving(&shop.stand, "api"), whole(&shop.good));
    assert_eq!(shop.orders(), 2);
    assert!(back.err.contains("data stays as it is"), "{back:?}");
    let command = format!("wrangler d1 time-travel restore orders --bookmark={}", shop.bookmark);
    assert!(back.out.contains(&command), "{back:?}");
}

#[test]
fn a_database_goes_back_where_somebody_says_yes() {
    let shop = Shop::new();
    let nobody = shop.back(&["--restore-d1"]);
    assert_eq!(nobody.code, 2, "there is nobody to ask: {nobody:?}");
    let back = shop.back(&["--restore-d1", "--yes", "--format", "json"]);
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(back.json()["databases_restored"], true, "{back:?}");
    assert!(back.err.contains("D1 databases go back to their bookmarks, and lose"), "{back:?}");
    assert!(!back.err.contains("stays as it is: D1"), "{back:?}");
    assert_eq!(shop.orders(), 1);
}

#[test]
fn a_database_that_does_not_go_back_leaves_a_rollback_that_has_an_end() {
    let shop = Shop::new();
    let refused = Fault::always(What::Error { status: 400, code: 7500 });
    shop.stand.sandbox.faults.add(refused.at("POST", "*/time_travel/restore*"));
    let back = shop.back(&["--restore-d1", "--yes"]);
    assert_eq!(back.code, 6, "{back:?}");
    assert!(back.err.contains("orders  failed: it is not known to be back"), "{back:?}");
    assert!(back.out.contains("wrangler d1 time-travel restore orders"), "{back:?}");
    assert_eq!((serving(&shop.stand, "api"), shop.orders()), (whole(&shop.good), json!(2)));
    let store = store(&shop.tree.path());
    let recorded = block_on(store.deployments(&Default::default())).expect("a runtime");
    let recorded = &recorded.expect("deployments")[0];
    assert_eq!(recorded.state, State::NeedsPerson);
    assert_eq!(recorded.services[0].progress.state, Some(State::Succeeded));
    let locks = block_on(store.locks()).expect("a runtime").expect("locks");
    assert!(locks.is_empty(), "{locks:?}");
    // What was taken back is held all the same.
    let holds = block_on(store.holds(&shop.stand.account(), "")).expect("a runtime");
    assert_eq!(holds.expect("holds").len(), 1);

    // The same again puts it back, and nothing goes further back for it.
    shop.stand.sandbox.faults.clear();
    let back = shop.back(&["--restore-d1", "--yes"]);
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!((serving(&shop.stand, "api"), shop.orders()), (whole(&shop.good), json!(1)));
}
