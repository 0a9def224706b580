//! The client: one call, and what came of it.

use std::sync::Arc;

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::envelope::{self, Envelope};
use super::{Access, CloudflareError, Credential};
use crate::world::http::{Budget, Http, Method, Pace, Request};

/// How many requests go at once. An address may send 200 a second:
/// <https://developers.cloudflare.com/fundamentals/api/reference/limits/>.
const AT_ONCE: u32 = 16;

/// The client. Its clones share connections, pace and budget.
#[derive(Clone, Debug)]
pub struct Cloudflare {
    http: Arc<Http>,
    base: Arc<str>,
    credential: Credential,
    pace: Arc<Pace>,
}

/// One thing to ask for.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
    repeatable: bool,
}

impl Call {
    /// A call of a path below the API's address. Names in it are
    /// [segments](crate::world::http::segment).
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let (headers, body, repeatable) = (Vec::new(), None, false);
        Self { method, path: path.into(), headers, body, repeatable }
    }

    /// A call that reads.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// With a header that is no secret.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        // What we send is plain data, which always has a JSON form.
        self.body = serde_json::to_value(body).ok();
        self
    }

    /// Says that it does no harm to make this twice, although its method does not say so.
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// With more in its query.
    pub(super) fn query(mut self, field: &str) -> Self {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path += field;
        self
    }

    /// What people read: the method, and the path without its query.
    pub(super) fn shown(&self) -> String {
        format!("{} {}", self.method, self.path.split('?').next().unwrap_or_default())
    }
}

impl Cloudflare {
    /// A client that has sent nothing yet.
    pub fn new(access: &Access, http: Arc<Http>) -> Self {
        let base = Arc::from(access.base.as_str());
        let (credential, pace) = (access.credential.clone(), Arc::new(Pace::new(AT_ONCE)));
        Self { http, base, credential, pace }
    }

    /// Makes a call, and reads the answer.
    ///
    /// # Errors
    /// Where there is no successful answer, or not the one that the API documents.
    pub async fn read<T: DeserializeOwned>(&self, call: Call) -> Result<T, CloudflareError> {
        let asked = call.shown();
        let result = self.ask(call).await?.result;
        result.ok_or_else(|| CloudflareError::Unreadable {
            asked,
            why: "result: it is missing".to_owned(),
            ray: None,
        })
    }

    /// Makes a call that changes something, and reads the answer.
    ///
    /// # Errors
    /// As of [`Cloudflare::read`]; [`CloudflareError::Unsettled`] where it may have happened.
    pub(super) async fn write<T: DeserializeOwned>(
        &self,
        call: Call,
    ) -> Result<T, CloudflareError> {
        self.read(call).await.map_err(CloudflareError::of_write)
    }

    /// Makes a call that changes something, and passes over what the answer holds.
    ///
    /// # Errors
    /// As of [`Cloudflare::write`].
    pub(super) async fn act(&self, call: Call) -> Result<(), CloudflareError> {
        let answer = self.ask::<IgnoredAny>(call).await;
        answer.map(drop).map_err(CloudflareError::of_write)
    }

    /// Makes a call, and opens the envelope of the answer.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        call: Call,
    ) -> Result<Envelope<T>, CloudflareError> {
        let asked = call.shown();
        let answer = self.http.send(self.request(call)).await;
        let answer = answer.map_err(|error| envelope::meaning(&asked, error))?;
        envelope::open(&asked, &answer)
    }

    fn request(&self, call: Call) -> Request {
        let Call { method, path, headers, body, repeatable } = call;
        let request = Request::new(method, format!("{}{path}", self.base)).paced(&self.pace);
        let request = match &self.credential {
            Credential::Token(token) => request.authorization("Bearer", token),
            Credential::Key { email, key } => {
                request.header("x-auth-email", email).token("x-auth-key", key)
            }
        };
        let request = headers.into_iter().fold(request, |r, (name, value)| r.header(name, value));
        let request = body.iter().fold(request, |request, body| request.json(body));
        if repeatable { request.repeatable() } else { request }
    }

    /// What proves who asks.
    pub(super) fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The product that an address is about: `workers`, `d1`, `zones` …
    pub fn product(&self, url: &str) -> String {
        let mut parts = url.strip_prefix(&*self.base).unwrap_or(url).split('/').skip(1);
        match (parts.next(), parts.nth(1)) {
            (Some("accounts"), Some("storage")) => "kv",
            (Some("accounts"), Some(product)) => product,
            (Some("user"), _) => "tokens",
            (first, _) => first.unwrap_or_default(),
        }
        .to_owned()
    }

    /// The HTTP client.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// How many requests Cloudflare still takes, as far as it has said so.
    pub fn budget(&self) -> Option<Budget> {
        self.pace.budget()
    }
}
