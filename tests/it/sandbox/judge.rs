//! The judge of everything that crosses a sandbox in a test: Cloudflare's published description. What
//! goes to the forges has judges of its own (`forge/judge.rs`).
//!
//! Every request that is JSON, and every answer, must fit the operation that the description has for
//! its path. What the description gets wrong, or does not have, is listed here, each with the reason.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use clodo::server::sandbox::record::Exchange;
use serde_json::Value;

use super::forge;
use crate::openapi::{cached, document, lower_nullable, problems_of, template};

static CLOUDFLARE: LazyLock<Option<Value>> = LazyLock::new(|| {
    let mut document = document("cloudflare.json")?;
    lower_nullable(&mut document);
    Some(document)
});

/// Operations that Wrangler uses and the description does not have.
const UNDESCRIBED: &[(&str, &str)] = &[
    ("/accounts/{account_id}/workers/services/{script_name}", "the older API of Workers"),
    (
        "/accounts/{account_id}/workers/services/{script_name}/environments/{environment}",
        "cli.js:182914",
    ),
    (
        "/accounts/{account_id}/workers/services/{script_name}/environments/{environment}/bindings",
        "cli.js:182914",
    ),
    (
        "/accounts/{account_id}/workers/services/{script_name}/environments/{environment}/routes",
        "cli.js:182914",
    ),
    (
        "/accounts/{account_id}/workers/services/{script_name}/environments/{environment}/subdomain",
        "cli.js:182914",
    ),
    ("/accounts/{account_id}/workers/scripts/{script_name}/references", "cli.js:242562"),
    ("/accounts/{account_id}/workers/tails/by-consumer/{script_name}", "cli.js:242566"),
    ("/accounts/{account_id}/workers/scripts/{script_name}/routes", "cli.js:166955"),
    ("/accounts/{account_id}/workers/scripts/{script_name}/domains/changeset", "cli.js:167092"),
    ("/accounts/{account_id}/workers/scripts/{script_name}/domains/records", "cli.js:167178"),
    ("/accounts/{account_id}/workers/domains/records", "cli.js:182933"),
    ("/accounts/{account_id}/workers/domains/records/{domain_id}", "cli.js:167114"),
    ("/accounts/{account_id}/workers/subdomains/{name}", "cli.js:167660"),
    ("/accounts/{account_id}/workers/assets/upload", "the derivation has no assets"),
    ("/accounts/{account_id}/workers/durable_objects/namespaces", "the derivation has none"),
    ("/accounts/{account_id}/workers/durable_objects/namespaces/{id}", "the derivation has none"),
    ("/accounts/{account_id}/workers/dispatch/namespaces", "the derivation has none"),
    (
        "/accounts/{account_id}/workers/dispatch/namespaces/{dispatch_namespace}",
        "the derivation has none",
    ),
    ("/accounts/{account_id}/mtls_certificates", "the derivation has none"),
    ("/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}", "the derivation has none"),
    ("/accounts/{account_id}/pipelines/v1/pipelines", "the derivation has none"),
    ("/accounts/{account_id}/pipelines/v1/pipelines/{pipeline_id}", "the derivation has none"),
    (
        "DELETE /accounts/{account_id}/storage/kv/namespaces/{namespace_id}/bulk",
        "the older way, cli.js:222292",
    ),
    ("/pages/assets/check-missing", "cli.js:303163"),
    ("/pages/assets/upload", "cli.js:303237"),
    ("/pages/assets/upsert-hashes", "cli.js:303314"),
    ("/graphql", "no REST"),
    (
        "PATCH /accounts/{account_id}/workers/workers/{worker_id}/versions/{version_id}",
        "cli.js:358078",
    ),
];

/// Where the description is stricter than the API, by the beginning of what the judge says.
const EXCUSED: &[(&str, &str, &str)] = &[
    // `wrangler deploy` sends `{"enabled": false}` and nothing else (recorded).
    (
        "PATCH /accounts/{account_id}/workers/workers/{worker_id}",
        "request: : ",
        "it is a merge patch, of which the description says that every field must be there",
    ),
    // A JSON body, where the description has an object and Wrangler the list of filters.
    (
        "POST /accounts/{account_id}/workers/scripts/{script_name}/tails",
        "request: ",
        "Wrangler sends its filters, which the description does not have",
    ),
    // All tails in a list: the description has a single one, and the SDK does as well.
    (
        "GET /accounts/{account_id}/workers/scripts/{script_name}/tails",
        "answer: /result",
        "the description has one tail where the path lists them",
    ),
];

/// Judges exchanges, and says what is wrong with them. Gives how many bodies were judged.
pub(crate) fn judge(exchanges: &[Exchange]) -> usize {
    let Some(document) = &*CLOUDFLARE else { return 0 };
    let (forges, exchanges) = exchanges.iter().partition::<Vec<_>, _>(|one| forge::is_one(one));
    let mut wrong = BTreeSet::new();
    let mut judged = forge::judge(&forges);
    for exchange in exchanges.into_iter().filter(|exchange| !exchange.fault) {
        let Some(path) = exchange.template else { continue };
        let what = format!("{} {path}", exchange.method);
        let is_undescribed = |(known, _): &&(&str, &str)| *known == path || *known == what;
        if UNDESCRIBED.iter().any(|known| is_undescribed(&known)) {
            continue;
        }
        let Some(operation) = template(document, path)
            .and_then(|(_, operations)| operations.get(exchange.method.to_lowercase()))
        else {
            wrong.insert(format!("{what}: the description has no such operation"));
            continue;
        };
        for (side, pointer, body) in sides(operation, exchange) {
            judged += 1;
            let key = format!("{what} {pointer}");
            let schema = operation.pointer(&pointer).expect("it was found");
            for problem in problems_of(&cached(key, document, schema), body) {
                let problem = format!("{side}: {problem}");
                let is_excused = EXCUSED
                    .iter()
                    .any(|(where_, begins, _)| *where_ == what && problem.starts_with(begins));
                if !is_excused {
                    wrong.insert(format!("{what}\n    {problem}\n    in {body}"));
                }
            }
        }
    }
    let wrong: Vec<_> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "against the published description:\n{}", wrong.join("\n"));
    judged
}

/// What of an exchange the description has a schema for.
fn sides<'a>(operation: &Value, exchange: &'a Exchange) -> Vec<(&'static str, String, &'a Value)> {
    let status =
        ["200", "2XX"].iter().find(|status| operation["responses"].get(**status).is_some());
    let status = match exchange.status {
        200..300 => status.copied().unwrap_or("200"),
        400..500 => "4XX",
        _ => "5XX",
    };
    // A request that was refused may have been wrong.
    let is_judged = !(400..500).contains(&exchange.status)
        && exchange.request_type.as_ref().is_none_or(|kind| kind.contains("json"));
    [
        ("request", "/requestBody/content/application~1json/schema".to_owned(), &exchange.request),
        (
            "answer",
            format!("/responses/{status}/content/application~1json/schema"),
            &exchange.response,
        ),
    ]
    .into_iter()
    .filter(|(side, pointer, _)| {
        (*side == "answer" || is_judged) && operation.pointer(pointer).is_some()
    })
    .filter_map(|(side, pointer, body)| Some((side, pointer, body.as_ref()?)))
    .collect()
}

#[test]
fn the_judge_can_say_no() {
    if CLOUDFLARE.is_none() {
        return;
    }
    let exchange = |response| Exchange {
        method: "GET".into(),
        path: "/accounts/a/workers/scripts/w/subdomain".into(),
        query: None,
        template: Some("/accounts/{account_id}/workers/scripts/{script_name}/subdomain"),
        request_type: None,
        request: None,
        status: 200,
        response: Some(response),
        fault: false,
    };
    let answer = |result| serde_json::json!({ "success": true, "errors": [], "messages": [], "result": result });
    let good = exchange(answer(serde_json::json!({ "enabled": true, "previews_enabled": true })));
    assert_eq!(judge(&[good]), 1);
    let bad = exchange(answer(serde_json::json!({ "enabled": "yes" })));
    std::panic::catch_unwind(|| judge(&[bad])).expect_err("it must be refused");
}
