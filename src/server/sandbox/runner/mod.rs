//! Deployed Workers really run: in workerd, which miniflare from npm configures and starts.
//!
//! Nothing runs until the first request, event or upload: then [`install`] finds Node and miniflare,
//! and [`process`] starts `node/runner.mjs`. From the account's state, [`plan`] and [`env`] make the
//! [`spec`] of every version that serves. When it is no longer what runs, requests that are on their way
//! may finish, new ones wait, and the runtime is told the new spec: it knows no smaller step than all
//! Workers at once, 0.1 to 0.2 s.
//!
//! Requests go straight to the runtime ([`forward`]), which finds KV, D1, R2 and Queues at [`bindings`]:
//! the data of a Worker is the data of the API.

mod bindings;
pub(super) mod control;
mod env;
mod files;
mod forward;
mod install;
mod pages;
mod plan;
mod process;
mod queues;
mod spec;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use tokio::sync::{OnceCell, watch};

use super::state::workers::Version;
use super::store::Store;
use super::{Sandbox, Shared, split};
pub use install::{InstallError, Places};
pub(super) use queues::Retry;

use bindings::Data;
use files::Files;
use install::Installed;
use plan::{Account, Wanted};
use process::{Failure, Log, Process, ProcessError};
use spec::{Binding, Command, Worker, worker_name};

/// How long a change waits for requests that are on their way. Then they break off: a stream that never
/// ends must not hold up a deployment.
const LAST_ORDERS: Duration = Duration::from_secs(5);

/// What runs the Workers of a sandbox.
#[derive(Debug)]
pub struct Runner {
    places: Option<Places>,
    key: String,
    log: Log,
    /// Tried once: what is missing stays missing until somebody starts anew.
    installed: OnceCell<Result<Installed, String>>,
    previews: Mutex<BTreeSet<Wanted>>,
    in_flight: watch::Sender<usize>,
    queues: queues::Queues,
    running: tokio::sync::Mutex<Runtime>,
}

/// What there is of a runtime.
#[derive(Debug, Default)]
struct Runtime {
    files: Option<Arc<Files>>,
    data: Option<Data>,
    process: Option<Arc<Process>>,
    loaded: Option<Loaded>,
}

/// What the runtime was told last.
#[derive(Debug)]
struct Loaded {
    /// Of the state that it was made from.
    revision: u64,
    /// How many previews there were.
    previews: usize,
    workers: Vec<Worker>,
    /// Versions that do not start although they once did, with the reason.
    broken: BTreeMap<String, String>,
    port: u16,
}

/// Why a Worker does not answer.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It threw.
    #[error("{0}")]
    Threw(String),
    /// Nothing runs here.
    #[error("Workers do not run here: {0}")]
    Unavailable(String),
    /// The runtime or the way to it is broken.
    #[error("the Workers' runtime failed: {0}")]
    Runtime(String),
}

impl Runner {
    /// A runner that has started nothing yet. Without places, Workers do not run. `key` is what the
    /// runtime shows when it asks for data.
    pub(super) fn new(places: Option<Places>, key: String) -> Self {
        Self {
            places,
            key,
            log: Log::default(),
            installed: OnceCell::new(),
            previews: Mutex::default(),
            in_flight: watch::Sender::new(0),
            queues: queues::Queues::default(),
            running: tokio::sync::Mutex::default(),
        }
    }

    /// Whether Workers run at all.
    pub fn is_on(&self) -> bool {
        self.places.is_some()
    }

    /// What Workers and their runtime have printed, the newest lines last.
    pub fn log(&self) -> Vec<String> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.iter().cloned().collect()
    }

    /// Starts a version that is to be uploaded, alone. Gives how long that took, in milliseconds.
    ///
    /// # Errors
    /// [`RunError::Threw`] with what it throws, such as `Uncaught Error: boom` and where; that is the
    /// API's error 10021. Anything else says that it could not be tried.
    pub(super) async fn probe(
        &self,
        sandbox: &Sandbox,
        script: &str,
        version: &Version,
    ) -> Result<u32, RunError> {
        let mut running = self.running.lock().await;
        let process = self.process(&mut running).await?;
        let files = files(&mut running, &sandbox.store)?;
        drop(running);
        let state = sandbox.state();
        let account = Account { state: &state, store: &sandbox.store, files: &files };
        let worker = account.worker(script, version).map_err(runtime)?;
        match process.ask(&Command::Probe { worker: &worker }).await {
            Ok(answer) => Ok(answer.startup_ms.unwrap_or_default()),
            Err(ProcessError::Failed(Failure { worker: Some(_), message })) => {
                Err(RunError::Threw(message))
            }
            Err(error) => Err(runtime(error)),
        }
    }

    /// Sends a request, with its whole URL, to a version.
    pub(super) async fn send(
        &self,
        sandbox: &Shared,
        script: &str,
        version: &str,
        request: Request,
    ) -> Result<Response<Body>, RunError> {
        let way = self.reach(sandbox, script, version).await?;
        let answered = forward::request(way, request).await;
        if let Err(RunError::Threw(error)) = &answered {
            process::keep(&self.log, format!("{script} threw: {error}"));
        }
        answered
    }

    /// Runs a cron trigger that the Worker has: the `scheduled` handler of the version that serves.
    /// Gives workerd's outcome: `ok`, or `exception`.
    pub(super) async fn cron(
        &self,
        sandbox: &Shared,
        script: &str,
        cron: &str,
    ) -> Result<String, RunError> {
        let state = sandbox.state();
        let known = state.workers.scripts.get(script);
        if !known.is_some_and(|it| it.schedules.iter().any(|schedule| schedule.cron == cron)) {
            return Err(RunError::Unavailable(format!("{script} has no cron trigger {cron}")));
        }
        let time = sandbox.source.timestamp().as_millisecond();
        let event = serde_json::json!({ "cron": cron, "scheduledTime": time });
        let answer = self.event(sandbox, script, "scheduled", &event).await?;
        Ok(answer["outcome"].as_str().unwrap_or_default().to_owned())
    }

    /// Hands an event to the version that serves.
    async fn event(
        &self,
        sandbox: &Shared,
        script: &str,
        kind: &'static str,
        event: &serde_json::Value,
    ) -> Result<serde_json::Value, RunError> {
        let version = split::drawn(sandbox, script)
            .ok_or_else(|| RunError::Unavailable(format!("{script} has no deployment")))?;
        let way = self.reach(sandbox, script, &version).await?;
        forward::event(way, kind, event).await
    }

    /// The way to a version, once it runs.
    async fn reach(
        &self,
        sandbox: &Shared,
        script: &str,
        version: &str,
    ) -> Result<forward::Way, RunError> {
        let mut running = self.running.lock().await;
        let state = sandbox.state();
        let serves = state
            .workers
            .scripts
            .get(script)
            .is_some_and(|script| script.serving().any(|(serving, _)| serving.id == version));
        if !serves {
            let wanted = (script.to_owned(), version.to_owned());
            self.previews.lock().unwrap_or_else(PoisonError::into_inner).insert(wanted);
        }
        let loaded = self.up_to_date(&mut running, sandbox).await?;
        let name = worker_name(script, version);
        if let Some(message) = loaded.broken.get(&name) {
            return Err(RunError::Threw(message.clone()));
        }
        if !loaded.workers.iter().any(|worker| worker.name == name) {
            return Err(RunError::Unavailable(format!("{script} has no version {version}")));
        }
        Ok(forward::Way { port: loaded.port, worker: name, flight: Flight::begin(&self.in_flight) })
    }

    /// Has the runtime run what the state says.
    async fn up_to_date<'a>(
        &self,
        running: &'a mut Runtime,
        sandbox: &Shared,
    ) -> Result<&'a Loaded, RunError> {
        if running.process.as_ref().is_some_and(|process| process.has_ended()) {
            (running.process, running.loaded) = (None, None);
        }
        let state = sandbox.state();
        let previews = self.previews.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_current = |loaded: &Loaded| {
            loaded.revision == state.revision && loaded.previews == previews.len()
        };
        if !running.loaded.as_ref().is_some_and(is_current) {
            let files = files(running, &sandbox.store)?;
            let account = Account { state: &state, store: &sandbox.store, files: &files };
            let workers = account.workers(&previews).map_err(runtime)?;
            let is_same = |loaded: &&mut Loaded| loaded.workers == workers;
            match running.loaded.as_mut().filter(is_same) {
                Some(loaded) => {
                    loaded.revision = state.revision;
                    loaded.previews = previews.len();
                }
                None => {
                    let (port, broken) = self.load(running, sandbox, &files, &workers).await?;
                    let (revision, previews) = (state.revision, previews.len());
                    running.loaded = Some(Loaded { revision, previews, workers, broken, port });
                }
            }
        }
        running.loaded.as_ref().ok_or_else(|| runtime("nothing is loaded"))
    }

    /// Tells the runtime what to run, and leaves out what does not start.
    async fn load(
        &self,
        running: &mut Runtime,
        sandbox: &Shared,
        files: &Files,
        workers: &[Worker],
    ) -> Result<(u16, BTreeMap<String, String>), RunError> {
        let landed =
            async { self.in_flight.subscribe().wait_for(|flights| *flights == 0).await.is_ok() };
        // Whatever is still on its way then breaks off.
        let _ = tokio::time::timeout(LAST_ORDERS, landed).await;
        // Unknown until the runtime has answered, also if nobody waits for that any more.
        running.loaded = None;
        let data = match &running.data {
            Some(data) => data,
            None => {
                let data = Data::listen(sandbox, &self.key).await.map_err(runtime)?;
                running.data.insert(data)
            }
        };
        let address = data.address.to_string();
        let (mut workers, mut broken) = (workers.to_vec(), BTreeMap::new());
        let storage = files.storage();
        loop {
            let process = self.process(running).await?;
            let sandbox = address.clone();
            let command = Command::Load { sandbox, storage: &storage, workers: &workers };
            let error = match process.ask(&command).await {
                Ok(answer) => return Ok((answer.port.unwrap_or_default(), broken)),
                Err(error) => error,
            };
            let blamed = match &error {
                ProcessError::Failed(failure) => blamed(&process, &workers, failure).await,
                ProcessError::Ended | ProcessError::Start(_) => None,
            };
            let Some((name, message)) = blamed else {
                // The next request begins with a new one.
                running.process = None;
                return Err(runtime(format!("{error}\n{}", process.last_words())));
            };
            leave_out(&mut workers, &name, &message);
            broken.insert(name, message);
        }
    }

    /// The process, started if there is none.
    async fn process(&self, running: &mut Runtime) -> Result<Arc<Process>, RunError> {
        if let Some(process) = running.process.as_ref().filter(|process| !process.has_ended()) {
            return Ok(process.clone());
        }
        let Some(places) = self.places.clone() else {
            return Err(RunError::Unavailable("the sandbox was started without them".into()));
        };
        let install = async || {
            let installed = tokio::task::spawn_blocking(move || install::installed(&places)).await;
            installed.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
        };
        let installed = self.installed.get_or_init(install).await.as_ref();
        let installed = installed.map_err(|error| RunError::Unavailable(error.clone()))?;
        let process = Process::start(installed, &self.key, self.log.clone());
        Ok(running.process.insert(Arc::new(process.map_err(runtime)?)).clone())
    }

    /// Ends the runtime, and waits until it has ended.
    pub(super) async fn stop(&self) {
        let running = std::mem::take(&mut *self.running.lock().await);
        if let Some(process) = running.process.and_then(Arc::into_inner) {
            process.stop().await;
        }
    }
}

fn files(running: &mut Runtime, store: &Store) -> Result<Arc<Files>, RunError> {
    if let Some(files) = &running.files {
        return Ok(files.clone());
    }
    let files = Files::new(store).map_err(runtime)?;
    Ok(running.files.insert(Arc::new(files)).clone())
}

fn runtime(error: impl std::fmt::Display) -> RunError {
    RunError::Runtime(error.to_string())
}

/// The Worker that does not start, and why. Where the runtime does not say which it is, each is started
/// alone.
async fn blamed(
    process: &Process,
    workers: &[Worker],
    failure: &Failure,
) -> Option<(String, String)> {
    if let Some(name) = &failure.worker {
        let is_known = workers.iter().any(|worker| worker.name == *name);
        return is_known.then(|| (name.clone(), failure.message.clone()));
    }
    for worker in workers {
        if let Err(ProcessError::Failed(failure)) = process.ask(&Command::Probe { worker }).await {
            return Some((worker.name.clone(), failure.message));
        }
    }
    None
}

/// Takes a Worker out, and tells those that are bound to it why.
fn leave_out(workers: &mut Vec<Worker>, name: &str, why: &str) {
    workers.retain(|worker| worker.name != name);
    for binding in workers.iter_mut().flat_map(|worker| &mut worker.bindings) {
        let (bound, target) = match &*binding {
            Binding::Service { name, worker, .. } | Binding::Workflow { name, worker, .. } => {
                (name, Some(worker))
            }
            Binding::DurableObject { name, object } => (name, object.worker.as_ref()),
            _ => continue,
        };
        if target.is_some_and(|target| target == name) {
            let message = format!("{name} does not start: {why}");
            *binding = Binding::Unavailable { name: bound.clone(), message };
        }
    }
}

/// A request that is on its way.
#[derive(Debug)]
struct Flight(watch::Sender<usize>);

impl Flight {
    fn begin(in_flight: &watch::Sender<usize>) -> Self {
        in_flight.send_modify(|flights| *flights += 1);
        Self(in_flight.clone())
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.send_modify(|flights| *flights -= 1);
    }
}
