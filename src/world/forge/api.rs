//! What the clients of all forges share: addresses, tokens, pages, and what an answer means.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Credential, ForgeError, Kind};
use crate::world::http::{Answer, Http, HttpError, Method, Request, Token};

/// How many items a page of a list has: the most that GitHub and GitLab give.
pub(super) const PER_PAGE: usize = 100;

/// How many pages we look through. A pull request with more comments is one where nobody needs ours.
const MAX_PAGES: usize = 20;

/// The API of a forge.
pub(super) struct Api<'a> {
    http: &'a Http,
    forge: Kind,
    base: String,
    auth: Auth,
    headers: &'static [(&'static str, &'static str)],
}

/// How a token travels.
pub(super) enum Auth {
    Nothing,
    /// In a header of its own.
    Header(&'static str, Token),
    /// In `Authorization`, after this word.
    Scheme(&'static str, Token),
    Basic(String, Token),
}

impl Auth {
    /// In `Authorization`, after this word, unless it is a name and a password.
    pub(super) fn with_scheme(scheme: &'static str, credential: &Credential) -> Self {
        match credential {
            Credential::Token(token) | Credential::Job(token) => {
                Self::Scheme(scheme, token.clone())
            }
            Credential::Basic { user, password } => Self::Basic(user.clone(), password.clone()),
            Credential::Anonymous => Self::Nothing,
        }
    }

    fn is_job(&self) -> bool {
        matches!(self, Self::Header(JOB_TOKEN, _))
    }
}

/// In which header GitLab takes the token of a job.
pub(super) const JOB_TOKEN: &str = "job-token";

/// One thing to ask for.
pub(super) struct Call {
    method: Method,
    address: String,
    body: Option<Value>,
    repeatable: bool,
    need: Need,
}

/// What a call is for, and what lets a token make it.
#[derive(Clone, Copy)]
pub(super) struct Need {
    /// Completes "the token may not …".
    pub(super) to: &'static str,
    /// What to change so that it may.
    pub(super) fix: &'static str,
}

impl Call {
    /// A call of an address below the API's.
    pub(super) fn new(method: Method, path: impl Into<String>, need: Need) -> Self {
        Self { method, address: path.into(), body: None, repeatable: false, need }
    }

    /// With a body.
    pub(super) fn json(mut self, body: &impl Serialize) -> Self {
        // What we send is plain data, which always has a JSON form.
        self.body = serde_json::to_value(body).ok();
        self
    }

    /// Says that it does no harm to send this twice.
    pub(super) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }
}

impl<'a> Api<'a> {
    pub(super) fn new(
        http: &'a Http,
        forge: Kind,
        base: &str,
        auth: Auth,
        headers: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { http, forge, base: base.trim_end_matches('/').to_owned(), auth, headers }
    }

    /// Makes a call, and reads the answer.
    pub(super) async fn read<T: DeserializeOwned>(&self, call: Call) -> Result<T, ForgeError> {
        Ok(self.ask(call).await?.json()?)
    }

    /// Makes a call.
    pub(super) async fn ask(&self, call: Call) -> Result<Answer, ForgeError> {
        let Call { method, address, body, repeatable, need } = call;
        let url = if address.contains("://") { address } else { format!("{}{address}", self.base) };
        let mut request = Request::new(method, url);
        request = match &self.auth {
            Auth::Nothing => request,
            Auth::Header(name, token) => request.token(name, token),
            Auth::Scheme(scheme, token) => request.authorization(scheme, token),
            Auth::Basic(user, password) => request.basic(user, password),
        };
        for (name, value) in self.headers {
            request = request.header(name, *value);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        if repeatable {
            request = request.repeatable();
        }
        self.http.send(request).await.map_err(|error| self.meaning(error, need))
    }

    /// Reads a list to its end. A page that is not full is the last one.
    pub(super) async fn pages<T, F>(
        &self,
        page: impl Fn(usize) -> F + Send,
    ) -> Result<Vec<T>, ForgeError>
    where
        T: Send,
        F: Future<Output = Result<Vec<T>, ForgeError>> + Send,
    {
        let mut all = Vec::new();
        for number in 1..=MAX_PAGES {
            let items = page(number).await?;
            let is_last = items.len() < PER_PAGE;
            all.extend(items);
            if is_last {
                return Ok(all);
            }
        }
        Err(ForgeError::TooManyComments(MAX_PAGES * PER_PAGE))
    }

    /// What an answer means that is no success.
    fn meaning(&self, error: HttpError, need: Need) -> ForgeError {
        let forge = self.forge;
        let HttpError::Status { status, message, limited: false, .. } = &error else {
            return error.into();
        };
        let (status, message) = (*status, message.clone());
        let says_too_long = ["too long", "maximum is", "too large"];
        match status {
            // A job's token is good for some addresses, and is none at all at the others.
            401 if self.auth.is_job() => {
                let fix = need.fix.to_owned();
                ForgeError::Denied { forge, to: need.to, fix, status, message }
            }
            401 => ForgeError::BadToken { forge, message },
            403 | 404 => {
                let fix = match status {
                    403 => need.fix.to_owned(),
                    _ => format!("{}; or correct the repository or the number", need.fix),
                };
                ForgeError::Denied { forge, to: need.to, fix, status, message }
            }
            413 => ForgeError::TooLong { forge, message },
            400 | 422 if says_too_long.iter().any(|words| message.contains(words)) => {
                ForgeError::TooLong { forge, message }
            }
            400..500 => ForgeError::Refused { forge, to: need.to, status, message },
            _ => error.into(),
        }
    }
}
