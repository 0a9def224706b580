//! A Cloudflare account on loopback that real Wrangler accepts.
//!
//! [`Sandbox::start`] gives a [`Running`] sandbox: an address for the API, one for requests to
//! Workers, and [`Running::environment`], which leads Wrangler there.
//!
//! A request comes in at [`serve`], which records it and puts faults on it. [`auth`] asks whether its
//! token may, a handler in [`api`] reads or changes the [`state`], and [`envelope`] wraps what it
//! gives. Lists are cut by [`paging`]; what goes wrong is one of [`errors`]. The state is in a
//! [`store`], in memory or in a folder; a [`seed`] fills it. What is in KV, R2 and [`d1`] is reached
//! through [`data`], by the API and by running Workers alike. [`edge`] answers requests to Workers,
//! and [`tails`] tells what they log.
//! A GitHub and a GitLab, which share listener, state and record, are in [`forge`].
//! What Cloudflare has not, such as faults on demand, is below `/sandbox` ([`control`]).

mod api;
pub mod auth;
mod body;
mod budget;
mod control;
pub mod d1;
pub mod data;
mod edge;
pub mod envelope;
pub mod errors;
pub mod faults;
pub mod forge;
pub mod paging;
pub mod permissions;
pub mod record;
pub mod runner;
pub mod seed;
mod serve;
pub mod source;
mod split;
pub mod state;
pub mod store;
mod tails;
pub mod token;
mod upload;
mod websocket;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use budget::Budget;
use data::Databases;
use envelope::ApiError;
use faults::Faults;
use permissions::Group;
use record::Record;
use seed::Seed;
use source::Source;
use state::State;
use store::Store;

/// Where the API begins.
const PREFIX: &str = "/client/v4";

/// What handlers share.
pub(crate) type Shared = Arc<Sandbox>;

/// How to start.
#[derive(Debug, Default)]
pub struct Options {
    /// The port of the API; 0 is any that is free.
    pub port: u16,
    /// The port of requests to Workers; 0 is any that is free.
    pub edge_port: u16,
    /// The folder of the state; without, it is in memory.
    pub folder: Option<PathBuf>,
    /// Where times and ids come from.
    pub source: Source,
    /// What Workers run on; without, they do not run.
    pub runner: Option<runner::Places>,
    /// What a new account has; without, nothing but a token that may do everything.
    pub seed: Option<Seed>,
}

/// The account, and everything that handlers need.
#[derive(Debug)]
pub struct Sandbox {
    /// The clock and the dice.
    pub source: Source,
    /// State and blobs.
    pub store: Store,
    /// The databases of D1.
    pub databases: Databases,
    /// What crossed it.
    pub record: Record,
    /// What runs the Workers.
    pub runner: runner::Runner,
    /// Who follows the logs of Workers.
    tails: tails::Tails,
    /// Faults on demand.
    pub faults: Faults,
    budget: Budget,
    /// What [`Sandbox::reset`] goes back to.
    initial: OnceLock<Arc<State>>,
    /// Where the API listens.
    pub api_address: SocketAddr,
    /// How often the forges were asked.
    pub(crate) meter: forge::Meter,
    /// The address of the API, such as `http://127.0.0.1:8799/client/v4`.
    pub api_url: String,
    /// The address of requests to Workers, such as `http://127.0.0.1:8800`.
    pub edge_url: String,
}

/// A sandbox that listens, until it is dropped.
#[derive(Debug)]
pub struct Running {
    sandbox: Shared,
    _listeners: JoinSet<std::convert::Infallible>,
}

impl Sandbox {
    /// Starts a sandbox on loopback. It serves until what is given is dropped.
    pub async fn start(options: Options) -> io::Result<Running> {
        let bind =
            async |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await;
        let (api, edge) = (bind(options.port).await?, bind(options.edge_port).await?);
        let store = match &options.folder {
            Some(folder) => Store::open(folder)?,
            None => Store::memory(),
        };
        let sandbox = Arc::new(Self {
            api_address: api.local_addr()?,
            api_url: format!("http://{}{PREFIX}", api.local_addr()?),
            edge_url: format!("http://{}", edge.local_addr()?),
            runner: runner::Runner::new(options.runner, options.source.id()),
            source: options.source,
            databases: Databases::beside(&store)?,
            store,
            record: Record::default(),
            meter: forge::Meter::default(),
            tails: tails::Tails::default(),
            faults: Faults::default(),
            budget: Budget::default(),
            initial: OnceLock::new(),
        });
        sandbox.open_account(options.seed).map_err(|error| io::Error::other(error.message))?;
        let mut listeners = JoinSet::new();
        let router = api::router(sandbox.clone());
        let shared = sandbox.clone();
        listeners.spawn(serve::accept(api, move |request| {
            serve::api(shared.clone(), router.clone(), request)
        }));
        let shared = sandbox.clone();
        listeners.spawn(serve::accept(edge, move |request| {
            let answer = edge::answer(shared.clone(), request.map(axum::body::Body::new));
            async move { Ok(answer.await) }
        }));
        Ok(Running { sandbox, _listeners: listeners })
    }

    /// The state as it is now.
    pub fn state(&self) -> Arc<State> {
        self.store.state()
    }

    /// Where it listens, without a path: `http://127.0.0.1:8799`.
    pub(crate) fn origin(&self) -> &str {
        self.api_url.strip_suffix(PREFIX).unwrap_or(&self.api_url)
    }

    /// Puts the account back to what it was when the sandbox started.
    pub fn reset(&self) -> Result<(), ApiError> {
        self.faults.clear();
        self.databases.reset();
        let initial = self.initial.get().cloned().unwrap_or_default();
        self.store.change(|state| {
            let revision = state.revision;
            *state = State { revision, ..State::clone(&initial) };
            Ok(())
        })
    }

    /// Takes a permission group from every token.
    fn revoke(&self, group: &Group) -> Result<(), ApiError> {
        self.store.change(|state| {
            for token in &mut state.tokens {
                token.revoked.insert(group.as_str().to_owned());
            }
            Ok(())
        })
    }

    /// Makes a new account what the seed says. One that is there already stays as it is.
    fn open_account(&self, seed: Option<Seed>) -> Result<(), ApiError> {
        if self.state().account.id.is_empty() {
            let mut seed = seed.unwrap_or_default();
            let faults = std::mem::take(&mut seed.faults);
            if let Err(error) = seed.plant(self) {
                // The next start is to find a new account again, not half of one.
                self.store.change(|state| {
                    *state = State::default();
                    Ok(())
                })?;
                return Err(error);
            }
            faults.into_iter().for_each(|fault| self.faults.add(fault));
        }
        self.databases.remember();
        // It is set once: this is the only caller, and it is called once.
        let _ = self.initial.set(self.state());
        Ok(())
    }
}

impl Running {
    /// Runs a cron trigger of a Worker now: its `scheduled` handler. Gives workerd's outcome: `ok`, or `exception`.
    pub async fn cron(&self, worker: &str, cron: &str) -> Result<String, runner::RunError> {
        self.sandbox.runner.cron(&self.sandbox, worker, cron).await
    }

    /// Ends the Workers' runtime, and waits until it has ended. Dropping only tells it to.
    pub async fn stop(self) {
        self.sandbox.runner.stop().await;
    }

    /// What a client such as Wrangler has to find in its environment.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let state = self.state();
        let token = state.tokens.first().map(|token| token.value.clone()).unwrap_or_default();
        [
            ("CLOUDFLARE_API_BASE_URL", self.api_url.clone()),
            ("CLOUDFLARE_API_TOKEN", token),
            ("CLOUDFLARE_ACCOUNT_ID", state.account.id.clone()),
            ("WRANGLER_SEND_METRICS", "false".into()),
            // Where clodo's own requests to Workers go.
            ("CLODO_EDGE_URL", self.edge_url.clone()),
        ]
        .into_iter()
        .chain(forge::environment(&state, self.origin()))
        .collect()
    }
}

impl std::ops::Deref for Running {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}
