//! A sandbox for a test, a client for it, and Wrangler in it. Whatever crossed it is judged when the
//! test is over.

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use clodo::server::sandbox::seed::Seed;
use clodo::server::sandbox::state::workers::Script;
use clodo::server::sandbox::{Options, Running, Sandbox};
use reqwest::Method;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::judge::judge;
use crate::toolchain::Toolchain;

/// The type of a form.
const FORM: &str = "multipart/form-data; boundary=x";

/// A sandbox that runs beside the test, until it is dropped.
pub(crate) struct Stand {
    pub(crate) sandbox: Running,
    pub(crate) runtime: Runtime,
    pub(crate) client: reqwest::Client,
}

impl Stand {
    /// A new account, in memory.
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    /// An account as a seed has it.
    pub(crate) fn seeded(seed: &str) -> Self {
        let seed = Seed::read("seed.yaml", seed, Path::new(".")).expect("a seed");
        Self::with(Options { seed: Some(seed), ..Options::default() })
    }

    pub(crate) fn with(options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let sandbox = runtime.block_on(Sandbox::start(options)).expect("the sandbox starts");
        // Nothing here is encrypted, but the client wants a provider of TLS.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { sandbox, runtime, client }
    }

    /// The account's id.
    pub(crate) fn account(&self) -> String {
        self.sandbox.state().account.id.clone()
    }

    /// A Worker of the account.
    pub(crate) fn script(&self, name: &str) -> Script {
        let state = self.sandbox.state();
        state.workers.scripts.get(name).unwrap_or_else(|| panic!("no Worker {name}")).clone()
    }

    /// Asks the API with a token. `{account}` in the path is the account's id.
    pub(crate) fn ask_as(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let mut request = self.request_as(token, method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.answer(request)
    }

    /// The same with the first token.
    pub(crate) fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let token = self.sandbox.state().tokens[0].value.clone();
        self.ask_as(&token, method, path, body)
    }

    /// Sends JSON to the API with the first token. Gives the status, or nothing where the connection
    /// broke off.
    pub(crate) fn send(&self, method: Method, path: &str, body: &Value) -> Option<u16> {
        self.finish(self.request(method, path).json(body))
    }

    /// The same with a form whose boundary is `x`.
    pub(crate) fn send_form(&self, method: Method, path: &str, form: &'static str) -> Option<u16> {
        self.finish(self.request(method, path).header("content-type", FORM).body(form))
    }

    /// Asks the API with the first token and a body as it is.
    pub(crate) fn ask_raw(&self, method: Method, path: &str, body: &str) -> (u16, Value) {
        let kind = ("content-type", "application/json");
        self.answer(self.request(method, path).header(kind.0, kind.1).body(body.to_owned()))
    }

    /// The same with a form whose boundary is `x`.
    pub(crate) fn ask_form(&self, method: Method, path: &str, form: String) -> (u16, Value) {
        self.answer(self.request(method, path).header("content-type", FORM).body(form))
    }

    fn answer(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        self.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            let status = response.status().as_u16();
            (status, response.json().await.expect("JSON"))
        })
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request_as(&self.sandbox.state().tokens[0].value, method, path)
    }

    fn request_as(&self, token: &str, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = path.replace("{account}", &self.account());
        self.client.request(method, format!("{}{path}", self.sandbox.api_url)).bearer_auth(token)
    }

    fn finish(&self, request: reqwest::RequestBuilder) -> Option<u16> {
        self.runtime.block_on(request.send()).ok().map(|response| response.status().as_u16())
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None)
    }

    /// Posts to one of the sandbox's own endpoints, `/sandbox/…`.
    pub(crate) fn control(&self, path: &str, body: &Value) -> (u16, Value) {
        let origin = self.sandbox.api_url.trim_end_matches("/client/v4");
        let request = self.client.post(format!("{origin}{path}")).json(body);
        self.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            let status = response.status().as_u16();
            (status, response.json().await.expect("JSON"))
        })
    }

    /// Visits a Worker by a host. Gives the status and the text.
    pub(crate) fn visit(&self, host: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = self.client.get(format!("{}{path}", self.sandbox.edge_url));
        request = request.header("host", host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            let status = response.status().as_u16();
            (status, response.text().await.expect("text"))
        })
    }

    /// Runs Wrangler in a folder, with a text for its standard input.
    pub(crate) fn run(
        &self,
        toolchain: &Toolchain,
        folder: &Path,
        args: &[&str],
        input: &str,
    ) -> Ran {
        let mut command = toolchain.wrangler(folder, args);
        command.envs(self.sandbox.environment());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("Wrangler starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // It may have ended without reading.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        Ran::of(child.wait_with_output().expect("Wrangler ends"))
    }

    /// Runs Wrangler, which must succeed.
    pub(crate) fn wrangler(&self, toolchain: &Toolchain, folder: &Path, args: &[&str]) -> Ran {
        let ran = self.run(toolchain, folder, args, "");
        assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}\n{:#?}", self.failures());
        ran
    }

    /// Runs Wrangler, which must fail and say a text.
    pub(crate) fn wrangler_fails(
        &self,
        toolchain: &Toolchain,
        folder: &Path,
        args: &[&str],
        said: &str,
    ) {
        let ran = self.run(toolchain, folder, args, "");
        assert!(ran.code != Some(0) && ran.says(said), "{args:?}, not {said:?}: {ran:?}");
    }

    /// The requests that did not succeed, for a test that wonders.
    fn failures(&self) -> Vec<String> {
        let exchanges = self.sandbox.record.exchanges().into_iter();
        let failed = exchanges.filter(|one| one.status >= 400 || one.template.is_none());
        failed
            .map(|one| format!("{} {} {} {:?}", one.method, one.path, one.status, one.response))
            .collect()
    }

    /// Whether a request was made.
    pub(crate) fn was_asked(&self, method: &str, path: &str) -> bool {
        let path = path.replace("{account}", &self.account());
        self.sandbox.record.exchanges().iter().any(|one| one.method == method && one.path == path)
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        // A test that fails has said why.
        if !std::thread::panicking() {
            judge(&self.sandbox.record.exchanges());
        }
    }
}

/// How Wrangler ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn says(&self, text: &str) -> bool {
        self.stdout.contains(text) || self.stderr.contains(text)
    }
}
