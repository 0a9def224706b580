//! The account, its user, and tokens.

use reqwest::Method;
use serde_json::json;

use super::stand::Stand;

#[test]
fn a_new_account_knows_its_token() {
    let stand = Stand::new();
    let (status, answer) = stand.get("/user/tokens/verify");
    assert_eq!((status, &answer["result"]["status"]), (200, &json!("active")));
    let (_, accounts) = stand.get("/accounts");
    assert_eq!(accounts["result"][0]["id"], stand.account());
    assert_eq!(accounts["result_info"]["total_count"], 1);
    let (_, second) = stand.get("/accounts?page=2");
    assert_eq!(second["result"], json!([]));
}

#[test]
fn what_is_not_known_is_refused_with_a_code() {
    let stand = Stand::new();
    let codes = |(status, answer): (u16, serde_json::Value)| {
        (status, answer["errors"][0]["code"].as_u64().expect("a code"))
    };
    assert_eq!(codes(stand.get("/nothing/here")), (404, 7003));
    assert_eq!(codes(stand.get("/accounts/not-an-id")), (404, 7003));
    assert_eq!(codes(stand.ask(Method::DELETE, "/user", None)), (405, 10405));
    assert_eq!(codes(stand.ask_as("none", Method::GET, "/user/tokens/verify", None)), (401, 1000));
    assert_eq!(codes(stand.ask_as("none", Method::GET, "/user", None)), (403, 9109));
    assert_eq!(stand.sandbox.record.not_emulated().len(), 2);
}
