//! The HTTP client against loopback servers.

use std::time::Duration;

use clodo::world::http::{
    Http, HttpError, Method, Patience, Proxy, Request, Settings, Token, block_on,
};
use serde_json::Value;
use wiremock::matchers::{any, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A client that waits as little as can be.
pub(crate) fn hasty() -> Http {
    let (answer, pause) = (Duration::from_millis(500), Duration::from_millis(1));
    let patience =
        Patience { answer, pause, pauses: Duration::from_secs(2), ..Patience::default() };
    Http::new(Settings { proxy: Proxy::Direct, patience, ..Settings::default() })
}

fn with_server<T>(test: impl AsyncFnOnce(MockServer, Http) -> T) -> T {
    block_on(async { test(MockServer::start().await, hasty()).await }).expect("a runtime")
}

async fn answers(server: &MockServer, answer: ResponseTemplate, times: u64) {
    Mock::given(any()).respond_with(answer).up_to_n_times(times).mount(server).await;
}

async fn then_all_is_well(server: &MockServer) {
    answers(server, ResponseTemplate::new(200).set_body_json(7), 100).await;
}

#[test]
fn it_says_who_it_is_and_reads_json() {
    with_server(async |server, http| {
        let agent = concat!("clodo/", env!("CARGO_PKG_VERSION"));
        Mock::given(header("user-agent", agent))
            .and(header("authorization", "Bearer s3cret"))
            .respond_with(ResponseTemplate::new(200).set_body_json([1, 2]))
            .mount(&server)
            .await;
        let token = Token::new("s3cret").expect("a token");
        let url = format!("{}/a?b=c", server.uri());
        let request = Request::new(Method::GET, url).authorization("Bearer", &token);
        let answer = http.send(request).await.expect("an answer");
        assert_eq!(answer.json::<Vec<u8>>().expect("JSON"), [1, 2]);
        assert!(answer.json::<String>().is_err());
        let sent = http.sent();
        assert_eq!((sent.len(), sent[0].status), (1, Some(200)));
        assert_eq!(sent[0].url, format!("{}/a", server.uri()));
    });
}

#[test]
fn an_outage_is_waited_out_where_that_does_no_harm() {
    with_server(async |server, http| {
        answers(&server, ResponseTemplate::new(503), 2).await;
        then_all_is_well(&server).await;
        let answer = http.send(Request::new(Method::GET, server.uri())).await;
        assert_eq!(answer.expect("an answer").json::<u8>(), Ok(7));
        assert_eq!(http.sent().len(), 3);
    });
    with_server(async |server, http| {
        answers(&server, ResponseTemplate::new(503), 1).await;
        then_all_is_well(&server).await;
        let error = http.send(Request::new(Method::POST, server.uri())).await;
        assert!(error.expect_err("no answer").is_retryable());
        assert_eq!(http.sent().len(), 1, "a POST may have happened");
    });
}

#[test]
fn an_outage_that_stays_is_an_error() {
    with_server(async |server, http| {
        answers(&server, ResponseTemplate::new(502).set_body_string("<html>"), 100).await;
        let error =
            http.send(Request::new(Method::GET, server.uri())).await.expect_err("an outage");
        assert_eq!(http.sent().len(), 3);
        let expected = format!("GET {}/ gave 502", server.uri());
        assert_eq!(error.to_string(), expected);
    });
}

#[test]
fn a_limit_is_waited_out_even_for_a_post() {
    for refusal in [
        ResponseTemplate::new(429).insert_header("retry-after", "1"),
        ResponseTemplate::new(403).insert_header("retry-after", "1"),
        ResponseTemplate::new(403)
            .insert_header("x-ratelimit-remaining", "0")
            .insert_header("x-ratelimit-reset", "1"),
    ] {
        with_server(async |server, http| {
            answers(&server, refusal, 1).await;
            then_all_is_well(&server).await;
            let answer = http.send(Request::new(Method::POST, server.uri())).await;
            assert_eq!(answer.expect("an answer").status, 200);
            assert_eq!(http.sent().len(), 2);
        });
    }
}

#[test]
fn nobody_waits_for_an_hour() {
    with_server(async |server, http| {
        let refusal = ResponseTemplate::new(429).insert_header("retry-after", "3600");
        answers(&server, refusal, 100).await;
        let error = http.send(Request::new(Method::GET, server.uri())).await.expect_err("a limit");
        assert_eq!(http.sent().len(), 1);
        let HttpError::Status { limited, wait, .. } = &error else { panic!("{error:?}") };
        assert_eq!((*limited, *wait), (true, Some(Duration::from_secs(3600))));
        assert!(error.hint().contains("later"), "{}", error.hint());
    });
}

#[test]
fn a_slow_answer_is_an_error() {
    with_server(async |server, http| {
        let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(5));
        answers(&server, slow, 100).await;
        let error = http.send(Request::new(Method::POST, server.uri())).await.expect_err("slow");
        assert!(matches!(error, HttpError::Broken { .. }), "{error:?}");
    });
}

#[test]
fn an_address_where_nobody_listens_is_an_error() {
    let http = hasty();
    let request = Request::new(Method::POST, "http://127.0.0.1:9/x?token=s3cret");
    let error = block_on(http.send(request)).expect("a runtime").expect_err("nobody listens");
    assert!(matches!(error, HttpError::Unreachable { .. }), "{error:?}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
    assert_eq!(http.sent().len(), 3, "nothing was sent, so that it may be tried again");
}

#[test]
fn a_token_is_never_repeated() {
    with_server(async |server, http| {
        let echo = ResponseTemplate::new(401).set_body_json(serde_json::json!({
            "message": "token s3cret is not valid, Bearer s3cret neither",
        }));
        answers(&server, echo, 100).await;
        let token = Token::new("s3cret").expect("a token");
        let request = Request::new(Method::GET, server.uri()).authorization("Bearer", &token);
        let error = http.send(request).await.expect_err("not valid");
        let shown = format!("{error} {error:?} {:?}", http.sent());
        assert!(!shown.contains("s3cret") && shown.contains("***"), "{shown}");
    });
}

#[test]
fn a_move_is_followed_with_the_same_method_at_the_same_origin() {
    with_server(async |server, http| {
        let moved = ResponseTemplate::new(307).insert_header("location", "/new");
        Mock::given(path("/old")).respond_with(moved).mount(&server).await;
        Mock::given(path("/new"))
            .and(method("POST"))
            .respond_with(ResponseTemplate::new(201).set_body_json(7))
            .mount(&server)
            .await;
        let away = ResponseTemplate::new(302).insert_header("location", "http://localhost:9/");
        Mock::given(path("/away")).respond_with(away).mount(&server).await;
        let ask = |path| {
            let request = Request::new(Method::POST, format!("{}{path}", server.uri()));
            http.send(request.json(&"text"))
        };
        assert_eq!(ask("/old").await.expect("an answer").status, 201);
        let error = ask("/away").await.expect_err("another origin");
        assert!(matches!(error, HttpError::Status { status: 302, .. }), "{error:?}");
        let requests = server.received_requests().await.expect("recorded");
        assert_eq!(requests[1].body_json::<Value>().expect("JSON"), "text");
    });
}

#[test]
fn a_move_in_circles_ends() {
    with_server(async |server, http| {
        answers(&server, ResponseTemplate::new(301).insert_header("location", "/"), 100).await;
        let error = http.send(Request::new(Method::GET, server.uri())).await.expect_err("circles");
        assert!(matches!(error, HttpError::Unreadable { .. }), "{error:?}");
    });
}

#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    with_server(async |server, http| {
        let large = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 17 << 20]);
        answers(&server, large, 100).await;
        let error = http.send(Request::new(Method::GET, server.uri())).await.expect_err("large");
        assert!(error.to_string().contains("larger than 16 MiB"), "{error}");
    });
}

#[test]
fn requests_go_through_the_proxy() {
    with_server(async |server, _| {
        then_all_is_well(&server).await;
        let proxy = Proxy::Via(server.uri());
        let http = Http::new(Settings { proxy, ..Settings::default() });
        let request = Request::new(Method::GET, "http://api.bitbucket.org/2.0/x");
        assert_eq!(http.send(request).await.expect("an answer").status, 200);
        let requests = server.received_requests().await.expect("recorded");
        assert_eq!(requests[0].url.path(), "/2.0/x");
    });
}
