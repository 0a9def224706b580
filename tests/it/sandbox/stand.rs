//! A sandbox for a test, and a client for it.

use std::path::Path;
use std::process::Command;

use clodo::server::sandbox::{Options, Running, Sandbox};
use reqwest::Method;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::toolchain::{Toolchain, toolchain};

/// A sandbox that runs beside the test, until it is dropped.
pub(crate) struct Stand {
    pub(crate) sandbox: Running,
    runtime: Runtime,
    client: reqwest::Client,
}

impl Stand {
    /// A new account, in memory.
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let sandbox = runtime.block_on(Sandbox::start(options)).expect("the sandbox starts");
        // The default provider of TLS; nothing here is encrypted, but the client wants one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { sandbox, runtime, client }
    }

    /// The account's id.
    pub(crate) fn account(&self) -> String {
        self.sandbox.state().account.id.clone()
    }

    /// Asks the API with the default token, or with another. `{account}` in the path is its id.
    pub(crate) fn ask_as(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let path = path.replace("{account}", &self.account());
        let mut request = self.client.request(method, format!("{}{path}", self.sandbox.api_url));
        request = request.bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            let status = response.status().as_u16();
            (status, response.json().await.expect("JSON"))
        })
    }

    pub(crate) fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let token = self.sandbox.state().tokens[0].value.clone();
        self.ask_as(&token, method, path, body)
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None)
    }

    /// Wrangler in a folder, inside of the sandbox.
    pub(crate) fn wrangler(&self, toolchain: &Toolchain, folder: &Path, args: &[&str]) -> Command {
        let mut command = toolchain.wrangler(folder, args);
        command.envs(self.sandbox.environment());
        command
    }
}

/// The toolchain, if there is one.
#[allow(dead_code)]
pub(crate) fn tools() -> Option<&'static Toolchain> {
    toolchain()
}
