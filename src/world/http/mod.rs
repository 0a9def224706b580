//! The one HTTP client.
//!
//! Every request of clodo goes through [`Http`]: it knows the certificate authorities, the proxy,
//! the timeouts, when to try again, and what must not be printed. It builds nothing until the first
//! request, so that a command without one pays nothing.

mod address;
mod client;
mod error;
mod pace;
mod request;
mod retry;
mod token;

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

pub use address::{segment, segments};
pub(in crate::world) use client::{builder, innermost};
pub use error::{HttpError, is_outage};
pub use pace::{Budget, Pace};
pub use request::{Answer, Method, Request};
pub use retry::Patience;
pub use token::Token;

/// How to reach the rest of the world.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The proxy.
    pub proxy: Proxy,
    /// A file of certificates, as PEM, to trust beside Mozilla's and the system's.
    pub ca_bundle: Option<PathBuf>,
    /// How long to wait, and how often to try.
    pub patience: Patience,
}

/// Which proxy to use.
#[derive(Clone, Debug, Default)]
pub enum Proxy {
    /// That of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
    #[default]
    Environment,
    /// None.
    Direct,
    /// This one, whatever the environment says.
    Via(String),
}

/// A request that was made, for those who want to know what a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// `GET`
    pub method: String,
    /// The address without query and user.
    pub url: String,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// How long it took.
    pub millis: u128,
}

/// The client.
#[derive(Debug, Default)]
pub struct Http {
    settings: Settings,
    client: OnceLock<Result<reqwest::Client, HttpError>>,
    sent: Mutex<Vec<Sent>>,
}

impl Http {
    /// A client that has built nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// How it reaches the rest of the world.
    pub(in crate::world) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The requests that were made so far, repetitions included.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a request, and again where that can help and can do no harm. An answer that is not a
    /// success is an error. Dropping the future ends the request.
    pub async fn send(&self, request: Request) -> Result<Answer, HttpError> {
        let client = self.client.get_or_init(|| client::build(&self.settings)).as_ref();
        let client = client.map_err(Clone::clone)?;
        let patience = &self.settings.patience;
        let mut waits = patience.waits();
        loop {
            let turn = match &request.pace {
                Some(pace) => Some(
                    pace.turn(patience.pauses)
                        .await
                        .map_err(|wait| HttpError::UsedUp { url: request.shown_url(), wait })?,
                ),
                None => None,
            };
            let started = Instant::now();
            let result = client::attempt(client, &request, patience).await;
            self.note(&request, &result, started);
            if let Some(turn) = turn {
                turn.end(&result);
            }
            let error = match result {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match waits.before_repeating(&request, &error) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    fn note(&self, request: &Request, result: &Result<Answer, HttpError>, started: Instant) {
        let status = match result {
            Ok(answer) => Some(answer.status),
            Err(HttpError::Status { status, .. }) => Some(*status),
            Err(_) => None,
        };
        let sent = Sent {
            method: request.method.to_string(),
            url: request.shown_url(),
            status,
            millis: started.elapsed().as_millis(),
        };
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
    }
}

/// Waits for a future on a small runtime of its own, for commands that are not asynchronous
/// themselves.
pub fn block_on<T>(future: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}
