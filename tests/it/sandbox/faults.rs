//! Faults, each seen over a real connection.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use clodo::server::sandbox::faults::{Fault, Trigger, What};
use reqwest::Method;
use serde_json::json;

use super::stand::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

/// Sends a request and reads to the end of the connection: head and body, and when the first and the
/// last byte came.
struct Spoken {
    text: String,
    first: Duration,
    last: Duration,
}

fn speak(stand: &Stand, method: &str, path: &str, body: &str) -> Spoken {
    let path = path.replace("{account}", &stand.account());
    let token = stand.sandbox.state().tokens[0].value.clone();
    let address = stand.sandbox.api_address;
    let mut stream = TcpStream::connect(address).expect("a connection");
    let started = Instant::now();
    write!(
        stream,
        "{method} /client/v4{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .expect("the request");
    let (mut text, mut first, mut bytes) = (Vec::new(), Duration::ZERO, [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut bytes) {
        if text.is_empty() {
            first = started.elapsed();
        }
        text.extend_from_slice(&bytes[..count]);
    }
    Spoken { text: String::from_utf8_lossy(&text).into_owned(), first, last: started.elapsed() }
}

#[test]
fn an_answer_takes_longer() {
    let stand = Stand::new();
    stand.sandbox.faults.add(Fault::always(What::Latency(300)).once());
    assert!(speak(&stand, "GET", "/user", "").first >= Duration::from_millis(300));
    assert!(speak(&stand, "GET", "/user", "").text.starts_with("HTTP/1.1 200"));
}

#[test]
fn too_many_requests_are_refused_with_their_headers() {
    let stand = Stand::new();
    stand.sandbox.faults.add(Fault::always(What::RateLimit { retry_after: 7 }).once());
    let text = speak(&stand, "GET", "/user", "").text;
    assert!(text.starts_with("HTTP/1.1 429"), "{text}");
    for header in
        ["retry-after: 7\r\n", "ratelimit: \"default\";r=", "ratelimit-policy: ", "cf-ray: "]
    {
        assert!(text.contains(header), "{header}: {text}");
    }
    assert!(text.contains("\"code\":971"), "{text}");

    let stand = Stand::seeded("limits: { api-requests: 2 }");
    let statuses: Vec<_> = (0..3).map(|_| stand.get("/user").0).collect();
    assert_eq!(statuses, [200, 200, 429]);
}

#[test]
fn the_server_fails_and_nothing_is_changed() {
    let stand = Stand::new();
    let error = What::Error { status: 503, code: 10013 };
    stand.sandbox.faults.add(Fault::always(error).at("POST", "/zones").once());
    let zone = json!({ "name": "example.com", "account": { "id": stand.account() } });
    assert_eq!(stand.ask(Method::POST, "/zones", Some(&zone)).0, 503);
    assert!(stand.sandbox.state().zones.0.is_empty());
    assert_eq!(stand.ask(Method::POST, "/zones", Some(&zone)).0, 200);
}

#[test]
fn a_reply_is_dropped_after_what_was_asked_is_done() {
    let stand = Stand::new();
    stand.sandbox.faults.add(Fault::always(What::DropReply).at("POST", "/zones").once());
    let spoken = speak(&stand, "POST", "/zones", r#"{"name":"example.com"}"#);
    assert_eq!(spoken.text, "");
    assert_eq!(stand.sandbox.state().zones.0.len(), 1);
}

#[test]
fn a_request_arrives_twice() {
    let stand = Stand::new();
    stand.sandbox.faults.add(Fault::always(What::Duplicate).at("POST", "/zones").once());
    let spoken = speak(&stand, "POST", "/zones", r#"{"name":"example.com"}"#);
    // The second finds what the first did.
    assert!(spoken.text.contains("\"code\":1061"), "{}", spoken.text);
    assert_eq!(stand.sandbox.state().zones.0.len(), 1);
}

#[test]
fn an_answer_trickles() {
    let stand = Stand::new();
    stand.sandbox.faults.add(Fault::always(What::Trickle { bytes: 50, pause: 20 }).once());
    let spoken = speak(&stand, "GET", "/user", "");
    assert!(spoken.text.contains("\"email\""), "{}", spoken.text);
    assert!(spoken.last - spoken.first >= Duration::from_millis(60), "all at once");
}

#[test]
fn an_answer_is_a_page_with_a_ray() {
    let stand = Stand::new();
    stand.sandbox.faults.add(Fault::always(What::Malformed { status: 403 }).once());
    let text = speak(&stand, "GET", "/user", "").text;
    assert!(text.starts_with("HTTP/1.1 403") && text.contains("text/html"), "{text}");
    assert!(text.contains("Cloudflare Ray ID: <strong>"), "{text}");
}

#[test]
fn a_permission_goes_on_the_way() {
    let stand = Stand::new();
    for group in ["Workers Scripts Read", "Workers Scripts Write"] {
        let revoke = What::Revoke(group.to_owned().try_into().expect("a group"));
        stand.sandbox.faults.add(Fault { after: 2, ..Fault::always(revoke).once() });
    }
    let statuses: Vec<_> =
        (0..4).map(|_| stand.get("/accounts/{account}/workers/scripts").0).collect();
    assert_eq!(statuses, [200, 200, 403, 403]);
    assert_eq!(stand.get("/user").0, 200);
}

#[test]
fn a_trigger_fails_and_the_code_is_live() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    stand.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)));
    let tree = WorkTree::new();
    let config = json!({
        "name": "api", "main": "index.js", "compatibility_date": "2026-01-01",
        "triggers": { "crons": ["0 * * * *"] },
    });
    tree.write("wrangler.json", config.to_string());
    tree.write("index.js", "export default { fetch() { return new Response() } };\n");
    stand.wrangler_fails(tools, &tree.path(), &["deploy"], "only partially updated");
    let script = stand.script("api");
    assert!(script.deployments.len() == 1 && script.subdomain.enabled);
    assert!(script.schedules.is_empty());
}

#[test]
fn faults_are_set_and_the_account_is_reset_over_http() {
    let stand = Stand::new();
    let base = format!("http://{}", stand.sandbox.api_address);
    let ask = |method: Method, path: &str, body: Option<serde_json::Value>, origin: bool| {
        let mut request = stand.client.request(method, format!("{base}{path}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        if origin {
            request = request.header("origin", "https://example.com");
        }
        let status = async { request.send().await.expect("an answer").status().as_u16() };
        stand.runtime.block_on(status)
    };
    let fault = json!({ "path": "/user", "times": 1, "what": { "malformed": { "status": 502 } } });
    assert_eq!(ask(Method::POST, "/sandbox/faults", Some(fault.clone()), true), 403);
    assert_eq!(ask(Method::POST, "/sandbox/faults", Some(json!({ "wat": 1 })), false), 400);
    assert_eq!(ask(Method::POST, "/sandbox/faults", Some(fault), false), 201);
    assert!(speak(&stand, "GET", "/user", "").text.starts_with("HTTP/1.1 502"));
    let zone = json!({ "name": "example.com", "account": { "id": stand.account() } });
    stand.ask(Method::POST, "/zones", Some(&zone));
    assert_eq!(ask(Method::POST, "/sandbox/reset", None, false), 204);
    assert!(stand.sandbox.state().zones.0.is_empty() && stand.sandbox.faults.list().is_empty());
    for path in ["/sandbox/state", "/sandbox/requests", "/sandbox/faults"] {
        assert_eq!(ask(Method::GET, path, None, false), 200);
    }
}
