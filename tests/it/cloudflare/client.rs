//! One call, and what came of it: against a server that says what the test wants.

use std::time::{Duration, Instant};

use clodo::core::model::account::KvNamespace;
use clodo::world::cloudflare::{Call, Cloudflare, CloudflareError};
use clodo::world::http::{Method, block_on};
use serde_json::{Value, json};
use wiremock::matchers::{any, query_param};
use wiremock::{Mock, MockServer, Respond, ResponseTemplate};

use super::{TOKEN, client};

fn with_server<T>(test: impl AsyncFnOnce(MockServer, Cloudflare) -> T) -> T {
    block_on(async {
        let server = MockServer::start().await;
        let client = client(&server.uri(), TOKEN);
        test(server, client).await
    })
    .expect("a runtime")
}

async fn answers(server: &MockServer, answer: impl Respond + 'static) {
    Mock::given(any()).respond_with(answer).mount(server).await;
}

fn ok(result: Value) -> ResponseTemplate {
    let body = json!({ "success": true, "errors": [], "messages": [], "result": result });
    ResponseTemplate::new(200).set_body_json(body)
}

fn refused(status: u16, code: u32, message: &str) -> ResponseTemplate {
    let errors = [json!({ "code": code, "message": message })];
    let body = json!({ "success": false, "errors": errors, "messages": [], "result": null });
    ResponseTemplate::new(status).set_body_json(body).insert_header("cf-ray", "8f2-FRA")
}

async fn namespaces(client: &Cloudflare) -> Result<Vec<KvNamespace>, CloudflareError> {
    client.kv_namespaces("a1").await
}

fn namespace(number: usize) -> Value {
    json!({ "id": format!("{number:032x}"), "title": format!("n{number}") })
}

#[test]
fn the_status_decides_and_the_code_and_the_ray_are_said() {
    with_server(async |server, client| {
        answers(&server, refused(403, 10000, "Authentication error")).await;
        let error = namespaces(&client).await.expect_err("it is refused");
        assert!(matches!(error, CloudflareError::Forbidden(_)), "{error:?}");
        assert_eq!(
            error.to_string(),
            "the API token may not GET /accounts/a1/storage/kv/namespaces (HTTP 403, Authentication \
             error, code 10000, Ray ID 8f2-FRA)"
        );
    });
}

#[test]
fn a_refusal_without_a_code_is_a_refusal() {
    with_server(async |server, client| {
        answers(&server, ResponseTemplate::new(403).set_body_string("{}")).await;
        let error = namespaces(&client).await.expect_err("it is refused");
        assert!(matches!(error, CloudflareError::Forbidden(_)), "{error:?}");
    });
}

#[test]
fn a_success_that_says_no_is_a_refusal() {
    with_server(async |server, client| {
        answers(&server, refused(200, 7003, "Could not route")).await;
        let error = namespaces(&client).await.expect_err("it is refused");
        assert!(error.has_code(7003), "{error:?}");
    });
}

#[test]
fn pages_of_a_firewall_survive() {
    let page = "<!DOCTYPE html><title>Attention Required! | Cloudflare</title>";
    for status in [200, 403, 503, 520] {
        with_server(async |server, client| {
            let answer = ResponseTemplate::new(status).set_body_raw(page, "text/html");
            answers(&server, answer.insert_header("cf-ray", "8f2-FRA")).await;
            let error = namespaces(&client).await.expect_err("no answer").to_string();
            assert!(error.contains("Ray ID 8f2-FRA") && !error.contains('<'), "{error}");
            // It says nothing about the token.
            assert!(!error.contains("token"), "{error}");
            let token = client.verify_user_token().await.expect_err("no answer");
            assert!(!matches!(token, CloudflareError::DeadToken { .. }), "{token:?}");
        });
    }
}

#[test]
fn a_wrong_type_is_named_and_its_value_is_not() {
    with_server(async |server, client| {
        let wrong = json!([{ "id": ["s3cret"], "title": "a" }]);
        answers(&server, ok(wrong)).await;
        let error = namespaces(&client).await.expect_err("a list is no id").to_string();
        assert!(error.contains("result[0].id: expected a string"), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    });
}

#[test]
fn unknown_fields_and_nulls_do_no_harm() {
    with_server(async |server, client| {
        let queue = json!({
            "queue_id": "q1", "queue_name": "jobs", "consumers": null, "flavour": { "x": [1] }
        });
        answers(&server, ok(json!([queue]))).await;
        let queues = client.queues("a1").await.expect("queues");
        assert_eq!((queues.len(), queues[0].name.as_str()), (1, "jobs"));
    });
}

#[test]
fn a_list_is_read_to_its_end_by_what_it_says_of_its_pages() {
    with_server(async |server, client| {
        for page in 1..=3_usize {
            let items: Vec<Value> = (page * 10..page * 10 + 10).map(namespace).collect();
            let info = json!({ "page": page, "per_page": 10, "count": 10, "total_count": 30 });
            let body = json!({ "success": true, "result": items, "result_info": info });
            let answer = ResponseTemplate::new(200).set_body_json(body);
            let page = query_param("page", page.to_string());
            Mock::given(page).respond_with(answer).expect(1).mount(&server).await;
        }
        assert_eq!(namespaces(&client).await.expect("a list").len(), 30);
    });
}

#[test]
fn an_endless_list_ends() {
    with_server(async |server, client| {
        // Every page is full, and nobody says how many there are.
        let items: Vec<Value> = (0..1000).map(namespace).collect();
        answers(&server, ok(json!(items))).await;
        let error = namespaces(&client).await.expect_err("it has no end");
        assert!(matches!(error, CloudflareError::Endless { .. }), "{error:?}");
        assert!(!error.is_retryable());
    });
    with_server(async |server, client| {
        let info = json!({ "total_pages": 4_000_000_000_u64 });
        let body = json!({ "success": true, "result": [], "result_info": info });
        answers(&server, ResponseTemplate::new(200).set_body_json(body)).await;
        let error = namespaces(&client).await.expect_err("it has no end");
        assert!(matches!(error, CloudflareError::Endless { .. }), "{error:?}");
        assert_eq!(client.http().sent().len(), 1);
    });
}

#[test]
fn a_cursor_that_goes_in_circles_ends() {
    with_server(async |server, client| {
        let body = json!({
            "success": true, "result": { "buckets": [{ "name": "a" }] },
            "result_info": { "cursor": "x" }
        });
        answers(&server, ResponseTemplate::new(200).set_body_json(body)).await;
        let error = client.r2_buckets("a1", "default").await.expect_err("it has no end");
        assert!(matches!(error, CloudflareError::Endless { .. }), "{error:?}");
    });
}

/// Says that there were too many requests, a few times, and then answers.
struct Limited(std::sync::atomic::AtomicU32, u32);

impl Respond for Limited {
    fn respond(&self, _: &wiremock::Request) -> ResponseTemplate {
        match self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            number if number < self.1 => {
                refused(429, 971, "Please wait").insert_header("retry-after", "1")
            }
            _ => ok(json!([])),
        }
    }
}

#[test]
fn too_many_requests_are_waited_out() {
    with_server(async |server, client| {
        answers(&server, Limited(Default::default(), 1)).await;
        let started = Instant::now();
        namespaces(&client).await.expect("the second is answered");
        assert!(started.elapsed() >= Duration::from_secs(1), "it asked to be left alone");
    });
    with_server(async |server, client| {
        let answer = refused(429, 971, "Please wait").insert_header("retry-after", "300");
        answers(&server, answer).await;
        let error = namespaces(&client).await.expect_err("nobody waits that long");
        assert!(matches!(error, CloudflareError::Limited(_)), "{error:?}");
        assert!(error.is_retryable() && error.hint().contains("300 s"), "{}", error.hint());
        assert_eq!(client.http().sent().len(), 1);
    });
}

#[test]
fn a_used_up_budget_is_respected() {
    with_server(async |server, client| {
        let left = ok(json!([])).insert_header("ratelimit", r#""default";r=0;t=1"#);
        answers(&server, left).await;
        let started = Instant::now();
        for _ in 0..2 {
            namespaces(&client).await.expect("an answer");
        }
        assert!(started.elapsed() >= Duration::from_secs(1), "none was left for this second");
    });
    with_server(async |server, client| {
        let left = ok(json!([])).insert_header("ratelimit", r#""default";r=0;t=250"#);
        answers(&server, left).await;
        namespaces(&client).await.expect("an answer");
        assert_eq!(client.budget().map(|budget| budget.remaining), Some(0));
        let error = namespaces(&client).await.expect_err("there are none left");
        assert!(error.is_retryable(), "{error:?}");
        assert_eq!(client.http().sent().len(), 1, "nothing was sent");
    });
}

#[test]
fn what_changes_something_is_not_sent_twice() {
    with_server(async |server, client| {
        answers(&server, refused(502, 0, "")).await;
        let call = Call::new(Method::POST, "/accounts/a1/queues").json(&json!({}));
        let error = client.read::<Value>(call).await.expect_err("an outage");
        assert!(matches!(error, CloudflareError::Unavailable(_)), "{error:?}");
        assert_eq!(client.http().sent().len(), 1);
        let read = namespaces(&client).await.expect_err("an outage");
        assert!(read.is_retryable());
        assert_eq!(client.http().sent().len(), 4);
    });
}

#[test]
fn no_more_than_sixteen_go_at_once() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let base = {
        let (now, most) = (now.clone(), most.clone());
        let answer = move || {
            let (now, most) = (now.clone(), most.clone());
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(30)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                r#"{ "success": true, "result": { "id": "a1" } }"#
            }
        };
        axum::Router::new().fallback(answer)
    };
    block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::select! {
            _ = async { axum::serve(listener, base).await } => panic!("it serves for ever"),
            () = async {
                let client = client(&format!("http://{address}"), TOKEN);
                let calls = (0..60).map(|_| client.account("a1"));
                let results = futures_util::future::join_all(calls).await;
                assert!(results.iter().all(Result::is_ok), "{results:?}");
            } => {}
        }
    })
    .expect("a runtime");
    assert_eq!(most.load(Ordering::SeqCst), 16);
}

#[test]
fn an_error_of_an_answer_does_not_give_the_token_away() {
    with_server(async |server, client| {
        answers(&server, refused(400, 6003, &format!("bad header: Bearer {TOKEN}"))).await;
        let error = namespaces(&client).await.expect_err("it is refused");
        assert!(!format!("{error} {error:?} {client:?}").contains(TOKEN), "{error:?}");
    });
}
