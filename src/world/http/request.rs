//! What is asked, and what is answered.

use std::sync::Arc;

use reqwest::header::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{HttpError, Pace, Token};

pub use reqwest::Method;

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) auth: Option<(&'static str, Token)>,
    pub(super) basic: Option<(String, Token)>,
    pub(super) body: Option<Value>,
    pub(super) repeatable: bool,
    pub(super) pace: Option<Arc<Pace>>,
}

impl Request {
    /// A request without a body. It may be sent twice unless it is a `POST` or a `PATCH`.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let repeatable = method.is_idempotent();
        let (headers, auth, basic, body) = (Vec::new(), None, None, None);
        Self { method, url: url.into(), headers, auth, basic, body, repeatable, pace: None }
    }

    /// With a header that is no secret.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a token in a header of its own.
    pub fn token(mut self, header: &'static str, token: &Token) -> Self {
        self.auth = Some((header, token.clone()));
        self
    }

    /// With a token in `Authorization`, after a word that says of what kind it is.
    pub fn authorization(self, scheme: &str, token: &Token) -> Self {
        match Token::new(&format!("{scheme} {}", token.expose())) {
            Some(value) => Self { auth: Some(("authorization", value)), ..self },
            None => self,
        }
    }

    /// With a user's name and a password.
    pub fn basic(mut self, user: &str, password: &Token) -> Self {
        self.basic = Some((user.to_owned(), password.clone()));
        self
    }

    /// With a body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        // What we send is plain data, which always has a JSON form.
        self.body = serde_json::to_value(body).ok();
        self
    }

    /// Says that it does no harm to send this twice, although its method does not say so.
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Says that this goes at a pace that it shares with others.
    pub fn paced(mut self, pace: &Arc<Pace>) -> Self {
        self.pace = Some(Arc::clone(pace));
        self
    }

    /// The address without what may be secret in it: user, query and fragment.
    pub(super) fn shown_url(&self) -> String {
        shown(&self.url)
    }

    /// A text without this request's secrets.
    pub(super) fn redacted(&self, text: &str) -> String {
        let basic = self.basic.as_ref().map(|(_, password)| password);
        // `Bearer x` hides `x` as well.
        let auth = self.auth.as_ref().map(|(_, token)| token);
        let bare = auth.and_then(|token| Token::new(token.expose().split(' ').next_back()?));
        let secrets = [auth, bare.as_ref(), basic];
        let hide = |text: String, token: &Token| token.hide_in(&text);
        secrets.into_iter().flatten().fold(text.to_owned(), hide)
    }
}

/// An address without user, query and fragment.
pub(super) fn shown(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    match bare.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
        None => bare.to_owned(),
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Who answered.
    pub(super) url: String,
    /// Its headers.
    pub(super) headers: HeaderMap,
    /// Its body. Of an answer that is no success: without the secrets of its request.
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// A header that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Reads the body as JSON. No body reads as `null`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        let body = if self.body.is_empty() { b"null" } else { self.body.as_slice() };
        serde_json::from_slice(body).map_err(|error| HttpError::Unreadable {
            url: self.url.clone(),
            why: error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let token = Token::new("s3cret").expect("a token");
        let request = Request::new(Method::GET, "https://ana:pw@a.b/c?key=x#y");
        assert_eq!(request.shown_url(), "https://a.b/c");
        assert_eq!(shown("https://a.b?x=@"), "https://a.b");
        let request = request.authorization("Bearer", &token);
        assert!(!format!("{request:?}").contains("s3cret"));
        assert_eq!(request.redacted("no s3cret, Bearer s3cret"), "no ***, ***");
        assert_eq!(request.basic("ana", &token).redacted("s3cret"), "***");
    }
}
