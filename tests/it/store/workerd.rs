//! workerd's D1, behind the REST API's address: what reaches it is what the product sends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex};

use axum::extract::State as Of;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use clodo::world::store::{Databases, Place, Store};
use serde_json::{Value, json};

use super::{ACCOUNT, cases, d1};
use crate::toolchain::{Toolchain, toolchain};

/// The judge, which answers line by line.
struct Workerd {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Workerd {
    fn start(toolchain: &Toolchain, home: &std::path::Path) -> Self {
        let mut child = toolchain
            .node(&toolchain.folder.join("d1.mjs"), home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node starts");
        let requests = child.stdin.take().expect("piped");
        let answers = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, requests, answers }
    }

    fn ask(&mut self, sql: &Value, params: &Value) -> Value {
        let request = json!({ "queries": [{ "sql": sql, "params": params }], "raw": true });
        writeln!(self.requests, "{request}").expect("the judge reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("an answer");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}: {request}"))
    }
}

impl Drop for Workerd {
    fn drop(&mut self) {
        // It ends when nobody asks any more; a test that fails does not wait for it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The answer of the REST API. How it puts an error of SQLite is observed (code 7500).
async fn run(
    Of(workerd): Of<Arc<Mutex<Workerd>>>,
    Json(asked): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let mut workerd = workerd.lock().expect("nobody panicked");
    let answer = workerd.ask(&asked["sql"], &asked["params"]);
    match answer.get("error") {
        Some(error) => {
            let errors = json!([{ "code": 7500, "message": error }]);
            let body =
                json!({ "success": false, "errors": errors, "messages": [], "result": null });
            (StatusCode::BAD_REQUEST, Json(body))
        }
        None => {
            let body = json!({ "success": true, "errors": [], "messages": [], "result": answer["results"] });
            (StatusCode::OK, Json(body))
        }
    }
}

async fn list() -> Json<Value> {
    let result = json!([{ "uuid": "judge", "name": "clodo-state" }]);
    let info = json!({ "page": 1, "per_page": 1000, "count": 1, "total_count": 1 });
    Json(json!({
        "success": true, "errors": [], "messages": [], "result": result, "result_info": info
    }))
}

#[test]
fn workerds_d1_does_what_a_store_must() {
    let Some(toolchain) = toolchain() else { return };
    let home = tempfile::tempdir().expect("a folder");
    let workerd = Arc::new(Mutex::new(Workerd::start(toolchain, home.path())));
    let api = Router::new()
        .route("/accounts/{account}/d1/database", get(list))
        .route("/accounts/{account}/d1/database/judge/raw", post(run))
        .with_state(workerd);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async { axum::serve(listener, api).await });
        let client = d1::client(&format!("http://{address}"), "t0ken");
        let databases = Databases { client, account: Some(ACCOUNT.to_owned()) };
        let place = Place::D1 { databases, name: "clodo-state".to_owned() };
        let store = Store::open(&place).await.expect("a store");
        cases::all(&store).await;
    });
}
