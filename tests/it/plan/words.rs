//! What a plan and a drift say of an account in which much is otherwise.

use clodo::core::report::TextOptions;
use clodo::core::report::plan::{drift_json, drift_markdown, drift_text, json, markdown, text};
use clodo::flow::plan::{PlanError, drift, plan};
use clodo::flow::project::Request;

use super::schema::published;
use crate::work_tree::repository;

fn request(environment: &[&str]) -> Request {
    let root = repository().join("tests/fixtures/plan/shop");
    Request {
        account: Some(root.join("account.json")),
        environments: environment.iter().map(|name| (*name).to_owned()).collect(),
        root,
        ..Request::default()
    }
}

#[test]
fn a_plan_in_every_form() {
    let plan = plan(&request(&["production"]), None, None).expect("a plan").plan;
    insta::assert_snapshot!("plan_text", text(&plan, &TextOptions::default()));
    insta::assert_snapshot!("plan_markdown", markdown(&plan));
    let mut json = published(json(&plan));
    json["clodo"] = "[version]".into();
    insta::assert_json_snapshot!("plan_json", json);
}

#[test]
fn a_drift_in_every_form() {
    let drift = drift(&request(&["production"])).expect("a drift");
    published(drift_json(&drift));
    insta::assert_snapshot!("drift_text", drift_text(&drift, &TextOptions::default()));
    insta::assert_snapshot!("drift_markdown", drift_markdown(&drift));
}

#[test]
fn an_environment_must_be_chosen() {
    let error = plan(&request(&[]), None, None).expect_err("two environments");
    assert_eq!(error.to_string(), "there are several environments: \"\", production");
    let error = plan(&request(&["nowhere"]), None, None).expect_err("no such environment");
    assert!(matches!(error, PlanError::NoSuchEnvironment(_)), "{error}");
    let blind = Request { account: None, ..request(&["production"]) };
    assert!(matches!(plan(&blind, None, None), Err(PlanError::NoAccount)));
}
