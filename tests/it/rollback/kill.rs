//! A rollback is killed at every place at which something is written down or done outside, and the
//! same command is given again. Afterwards the account shows what was there before the deployment
//! that is taken back: versions, triggers and databases.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use clodo::core::model::deployment::{Base, State};
use clodo::world::http::block_on;
use reqwest::Method;
use serde_json::{Value, json};

use super::record::{Was, base, deployed, store};
use super::{command, deploy, run, serving, upload, whole};
use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

/// How many rollbacks are killed at once.
const AT_ONCE: usize = 2;

const DATABASE: &str = "abda8f4b-20b9-4d9a-9fa2-73dc5ebd4351";

const NAMES: [&str; 2] = ["api", "web"];

const CRONS: &str = "/accounts/{account}/workers/scripts/api/schedules";

/// Two Workers and a database, of which a deployment changed versions, a cron trigger and rows.
struct Shop {
    stand: Stand,
    tree: WorkTree,
    good: [String; 2],
}

impl Shop {
    fn new() -> Self {
        let sql = "CREATE TABLE orders (id); INSERT INTO orders VALUES (1)";
        let seed = format!(
            "workers: [{{ name: api, crons: ['0 * * * *'] }}]\n\
             resources: {{ d1: [{{ name: orders, id: {DATABASE}, sql: \"{sql}\" }}] }}"
        );
        let stand = Stand::seeded(&seed);
        let tree = WorkTree::of(&[(
            "clodo.yml",
            "environments: { '': { verify: [{ command: ['true'] }] } }\n",
        )]);
        for name in NAMES {
            let config = json!({ "name": name, "main": "index.js", "workers_dev": true });
            tree.write(&format!("{name}/wrangler.json"), config.to_string());
            tree.write(&format!("{name}/index.js"), "export default {}");
        }
        let [good, bad] = [200, 500].map(|status| NAMES.map(|n| upload(&stand, n, status, &[])));
        let bookmark = stand.get(&database("time_travel/bookmark")).1["result"]["bookmark"].clone();
        let bookmark = bookmark.as_str().expect("a bookmark").to_owned();
        for versions in [&good, &bad] {
            let was = NAMES.iter().zip(versions).zip(&good).map(|((&service, version), before)| {
                deploy(&stand, service, version, "deployed");
                let is_api = service == "api";
                let crons = is_api.then(|| vec!["0 * * * *".to_owned()]);
                let bookmark = (is_api && *versions == bad).then(|| (DATABASE, bookmark.clone()));
                let before = Base { crons, ..base(before) };
                Was { service, version, before, bookmark, healthy: Some(true) }
            });
            let was: Vec<Was<'_>> = was.collect();
            deployed(&stand, &tree.path(), ("", "4be21c7"), &was);
        }
        let crons = json!([{ "cron": "5 * * * *" }]);
        assert_eq!(stand.ask(Method::PUT, CRONS, Some(&crons)).0, 200);
        let shop = Self { stand, tree, good };
        shop.query("INSERT INTO orders VALUES (2)");
        shop
    }

    fn query(&self, sql: &str) -> Value {
        let body = json!({ "sql": sql });
        let (status, answer) = self.stand.ask(Method::POST, &database("query"), Some(&body));
        assert_eq!(status, 200, "{answer}");
        answer["result"][0]["results"].clone()
    }

    fn back(&self) -> Command {
        let mut command = command(&self.stand, &self.tree.path());
        command.args(["rollback", "--restore-d1", "--yes", "--reason", "it answers 500"]);
        command
    }

    /// The account is as it was, and the record says so.
    fn is_as_before(&self, point: &str) {
        for (name, version) in NAMES.iter().zip(&self.good) {
            assert_eq!(serving(&self.stand, name), whole(version), "{point}");
        }
        assert_eq!(self.stand.script("api").schedules[0].cron, "0 * * * *", "{point}");
        let orders = self.query("SELECT count(*) AS n FROM orders");
        assert_eq!(orders[0]["n"], 1, "{point}");
        let store = store(&self.tree.path());
        let recorded = block_on(store.deployments(&Default::default())).expect("a runtime");
        let recorded = recorded.expect("deployments");
        assert_eq!(recorded.len(), 3, "{point}: it is the same rollback");
        assert_eq!(recorded[0].state, State::Succeeded, "{point}");
        let holds = block_on(store.holds(&self.stand.account(), "")).expect("a runtime");
        let mut held: Vec<String> =
            holds.expect("holds").into_iter().map(|hold| hold.service).collect();
        held.sort();
        held.dedup();
        assert_eq!(held, NAMES, "{point}");
    }

    /// Whether a rollback has its outcome.
    fn is_over(&self) -> bool {
        let store = store(&self.tree.path());
        let recorded = block_on(store.deployments(&Default::default())).expect("a runtime");
        let recorded = recorded.expect("deployments");
        recorded.len() == 3 && recorded[0].state.is_final()
    }

    fn let_leases_run_out(&self) {
        let sql = "UPDATE locks SET expires_ms = 0 WHERE op IS NOT NULL";
        let store = store(&self.tree.path());
        block_on(store.database().run(sql, &[])).expect("a runtime").expect("expired");
    }
}

fn database(what: &str) -> String {
    format!("/accounts/{{account}}/d1/database/{DATABASE}/{what}")
}

#[test]
fn a_rollback_survives_a_kill_at_every_point() {
    let shop = Shop::new();
    let file = shop.tree.at("points");
    let back = run(shop.back().env("CLODO_FAIL_POINTS", &file));
    assert_eq!(back.code, 0, "{back:?}");
    shop.is_as_before("without a kill");
    let passed = fs::read_to_string(file).expect("points");
    let passed: Vec<&str> = passed.lines().collect();
    for named in ["restore versions", "restore rest", "restore database", "checks"] {
        assert!(passed.iter().any(|point| point.ends_with(named)), "{named}: {passed:#?}");
    }
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(&point) = passed.get(at) else { return };
            let pass = passed[..=at].iter().filter(|one| **one == point).count().to_string();
            let shop = Shop::new();
            let mut back = shop.back();
            back.env("CLODO_FAIL_POINT", point).env("CLODO_FAIL_POINT_PASS", &pass);
            let killed = run(&mut back);
            assert_eq!(killed.code, -1, "{point} {pass}: {killed:?}");
            shop.let_leases_run_out();
            if !shop.is_over() {
                let back = run(&mut shop.back());
                assert_eq!(back.code, 0, "{point} {pass}: {back:?}");
            }
            shop.is_as_before(&format!("{point} {pass}"));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
}
