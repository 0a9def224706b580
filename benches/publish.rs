//! How long it takes to tell GitHub what a check found, where every answer takes as long as one of
//! the public service's does from a runner. Prints a table; asserts nothing.
//!
//!   cargo run --release --example publish [MILLISECONDS]

// This is a program for a terminal.
#![allow(clippy::print_stdout)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clodo::core::model::{Finding, Report, Severity, WranglerSays};
use clodo::flow::publish::{Options, publish};
use clodo::world::forge::{Credential, Destination, Kind, Run};
use clodo::world::http::{Http, Proxy, Settings, Token, block_on};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// A pull request with room for one comment.
#[derive(Clone)]
struct GitHub(Arc<Mutex<Option<String>>>, Duration);

impl Respond for GitHub {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut comment = self.0.lock().expect("one at a time");
        let body: Value = request.body_json().unwrap_or_default();
        if let Some(text) = body["body"].as_str() {
            *comment = Some(text.to_owned());
        }
        let listed = || {
            let login = "github-actions[bot]";
            json!({ "id": 1, "node_id": "IC_1", "body": *comment, "user": { "login": login } })
        };
        let answer = match (request.method.as_str(), request.url.path()) {
            ("GET", _) => comment.iter().map(|_| listed()).collect(),
            (_, "/graphql") => json!({ "data": { "viewer": { "login": "github-actions" } } }),
            (_, path) if path.contains("/comments") => listed(),
            _ => json!({ "id": 7 }),
        };
        ResponseTemplate::new(200).set_body_json(answer).set_delay(self.1)
    }
}

fn report(errors: usize) -> Report {
    let one = |n| Finding {
        message: format!("number {n}"),
        ..Finding::new("config/wrong-type", Severity::Error, WranglerSays::Rejects, None)
    };
    Report { findings: (0..errors).map(one).collect(), ..Report::default() }
}

fn main() {
    let delay = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(200);
    let github = GitHub(Arc::default(), Duration::from_millis(delay));
    let measure = async {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(github).mount(&server).await;
        println!("every answer takes {delay} ms\n\n| run | requests | time |\n|---|--:|--:|");
        let runs = [("first", 3), ("unchanged", 3), ("changed", 2), ("200 findings more", 202)];
        for (minute, (name, errors)) in (0..).zip(runs) {
            let settings = Settings { proxy: Proxy::Direct, ..Settings::default() };
            let http = Http::new(settings);
            let to = destination(server.uri(), minute);
            let token = Token::new("ghs_example").map(Credential::Token);
            let started = Instant::now();
            let report = report(errors);
            publish(&http, &report, &to, token.as_ref(), &Options::default()).await;
            let (millis, sent) = (started.elapsed().as_millis(), http.sent().len());
            println!("| {name} | {sent} | {millis} ms |");
        }
    };
    block_on(measure).expect("a runtime");
}

fn destination(api_url: String, minute: i64) -> Destination {
    Destination {
        forge: Kind::GitHub,
        api_url,
        web_url: "https://github.com".into(),
        repository: "acme/shop".into(),
        head_sha: "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70".into(),
        pull_request: Some(42),
        seek_pull_request: false,
        fork: None,
        run: Run {
            id: minute.to_string(),
            attempt: 1,
            url: None,
            started_at: jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minute),
        },
        gitlab_pipeline: None,
        key: "shop".into(),
    }
}
