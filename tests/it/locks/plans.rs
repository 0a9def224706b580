//! What is read often is found by an index, however much there is.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use clodo::core::model::deployment::State;
use clodo::world::store::{Database, DeploymentFilter, EntryFilter, Row, Store, StoreError};

use super::Memory;

/// A database that keeps how it would go about each statement.
struct Planning {
    memory: Memory,
    plans: Mutex<Vec<(String, String)>>,
}

#[async_trait]
impl Database for Planning {
    async fn run(&self, sql: &str, params: &[&str]) -> Result<Vec<Row>, StoreError> {
        let explained = self.memory.run(&format!("EXPLAIN QUERY PLAN {sql}"), params).await?;
        let steps = explained.iter().map(|row| row.text(3).map(str::to_owned));
        let steps: Vec<String> = steps.collect::<Result<_, _>>()?;
        self.plans.lock().expect("ours").push((sql.to_owned(), steps.join("; ")));
        self.memory.run(sql, params).await
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}

const GROWING: [&str; 3] = ["journal", "deployments", "deployment_services"];

#[tokio::test]
async fn nothing_that_grows_is_read_as_a_whole() {
    let planning = Planning { memory: Memory::new(), plans: Mutex::default() };
    let planning = Arc::new(planning);
    let store = Store::on(Arc::clone(&planning) as Arc<dyn Database>).await.expect("a store");
    planning.plans.lock().expect("ours").clear();
    let text = |text: &str| Some(text.to_owned());
    let time = "2026-11-22T12:00:00Z".parse().ok();
    let limited = DeploymentFilter { limit: Some(20), ..DeploymentFilter::default() };
    for filter in [
        DeploymentFilter { environment: text("prod"), ..limited.clone() },
        DeploymentFilter { service: text("api"), ..limited.clone() },
        DeploymentFilter { actor: text("ana"), ..limited.clone() },
        DeploymentFilter { state: Some(State::Failed), ..limited.clone() },
        DeploymentFilter { commit: text("4be21c7"), ..limited.clone() },
        DeploymentFilter { since: time, ..DeploymentFilter::default() },
        DeploymentFilter { environment: text("prod"), since: time, ..limited },
    ] {
        store.deployments(&filter).await.expect("a reading");
    }
    store.deployment("d-1").await.expect("a reading");
    store.last_good("acme", "prod", "api", &[]).await.expect("a reading");
    store.holds("acme", "prod").await.expect("a reading");
    let of_one = EntryFilter { deployment: text("d-1"), ..EntryFilter::default() };
    store.entries(&of_one).await.expect("a reading");
    let lately = EntryFilter { since: time, ..EntryFilter::default() };
    store.entries(&lately).await.expect("a reading");
    store.records(100, 100).await.expect("a reading");

    let plans = std::mem::take(&mut *planning.plans.lock().expect("ours"));
    assert!(plans.len() > 15, "{plans:?}");
    for (sql, plan) in &plans {
        for step in plan.split("; ") {
            let scanned = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            let is_read_whole = scanned.is_some_and(|table| GROWING.contains(&table));
            assert!(!is_read_whole, "{step}\n  in {plan}\n  of {sql}");
        }
    }

    // The newest are found from the end: as many rows are read as are shown.
    let newest = DeploymentFilter { limit: Some(20), ..DeploymentFilter::default() };
    store.deployments(&newest).await.expect("a reading");
    for (sql, plan) in planning.plans.lock().expect("ours").iter() {
        assert!(!plan.contains("TEMP B-TREE FOR ORDER BY"), "{plan}\n  of {sql}");
    }
}
