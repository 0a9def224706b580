//! Work on a database: under the lock of its environment, and written down before and after.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::DataError;
use crate::core::data::{Back, Database};
use crate::core::model::Actor;
use crate::core::model::journal::{Action, Event};
use crate::core::model::lock::{Info, key};
use crate::flow::turn::{Manner, Wait, take};
use crate::world::cloudflare::Cloudflare;
use crate::world::store::{Claim, Held, Store, new_op};
use crate::world::wrangler::{Access, Call, Following, Interrupt, Ran, Wrangler, WranglerError};

/// How long Wrangler may take. A statement of D1 has 30 seconds, and a migration many.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// What changes data, and notes it.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The journal and the locks.
    pub store: &'a Store,
    /// The account.
    pub client: &'a Cloudflare,
    /// Who does it.
    pub actor: &'a Actor,
    /// The page of the run.
    pub run_url: Option<&'a str>,
    /// The folder of the project.
    pub root: &'a Path,
    /// The Wrangler of a service's folder.
    pub wrangler: &'a (dyn Fn(&Path) -> Result<Wrangler, WranglerError> + 'a),
    /// How long to wait for the lock of the environment.
    pub wait: Duration,
    /// Hears why it takes time.
    pub tell: &'a (dyn Fn(Wait<'_>) + 'a),
    /// Whether somebody asks to end.
    pub interrupt: &'a Interrupt,
}

/// Work on a database under the lock of its environment.
pub(super) struct Work<'a> {
    pub(super) desk: Desk<'a>,
    environment: &'a str,
    pub(super) database: &'a Database,
    held: Held,
}

impl<'a> Work<'a> {
    /// Begins, once nobody else works on the environment.
    pub(super) async fn begin(
        desk: Desk<'a>,
        environment: &'a str,
        database: &'a Database,
    ) -> Result<Self, DataError> {
        let claim = Claim {
            keys: vec![key(&database.account, environment, None)],
            op: new_op(),
            holder: desk.actor.id.clone(),
            info: Info { run_url: desk.run_url.map(str::to_owned) },
        };
        let manner = Manner { wait: desk.wait, ..Manner::default() };
        let held = tokio::select! {
            biased;
            () = desk.interrupt.asked() => {
                // We may have the lock already, or a place in the queue. Both run out else.
                let _ = desk.store.release(&claim.op).await;
                let _ = desk.store.leave(&claim.op).await;
                return Err(DataError::Interrupted);
            }
            held = take(desk.store, &claim, manner, desk.tell) => held?,
        };
        Ok(Self { desk, environment, database, held })
    }

    /// Notes what is about to be done, or was.
    pub(super) async fn note(&self, what: &str, more: Value) -> Result<(), DataError> {
        let Database { id, name, account, .. } = self.database;
        let mut details = json!({ "database": id, "name": name, "what": what });
        if let (Value::Object(details), Value::Object(more)) = (&mut details, more) {
            details.extend(more);
        }
        let event = Event {
            op: new_op(),
            action: Action::DataChanged,
            actor: self.desk.actor.clone(),
            account: account.clone(),
            environment: self.environment.to_owned(),
            deployment: None,
            service: self.database.services.first().cloned(),
            from: None,
            to: None,
            fence: self.held.fence(&key(account, self.environment, None)),
            details: details.as_object().cloned().unwrap_or_default(),
        };
        self.desk.store.append(&event).await?;
        Ok(())
    }

    /// Does what leaves the database as it is, unless somebody asks to end.
    pub(super) async fn prepare<T>(
        &self,
        what: &str,
        doing: impl Future<Output = Result<T, DataError>>,
    ) -> Result<T, DataError> {
        let done = self.unless_asked(doing).await;
        if let Err(error) = &done {
            self.outcome(what, "failed", error).await;
        }
        done
    }

    /// Does what may change the database, with the lock still ours.
    pub(super) async fn change<T>(
        &self,
        what: &str,
        bookmark: &str,
        doing: impl Future<Output = Result<T, DataError>>,
    ) -> Result<T, DataError> {
        self.prepare(what, async { Ok(self.held.check().await?) }).await?;
        match doing.await {
            Ok(done) => Ok(done),
            Err(error) if error.is_refusal() => {
                self.outcome(what, "failed", &error).await;
                Err(error)
            }
            Err(error) => {
                let outcome = match error {
                    DataError::Failed(_) => "failed",
                    _ => "unknown",
                };
                self.outcome(what, outcome, &error).await;
                Err(self.changed(error, bookmark))
            }
        }
    }

    /// Looks at what came of a change, unless somebody asks to end.
    pub(super) async fn look<T>(
        &self,
        what: &str,
        bookmark: &str,
        looking: impl Future<Output = Result<T, DataError>>,
    ) -> Result<T, DataError> {
        match self.unless_asked(looking).await {
            Ok(seen) => Ok(seen),
            Err(error) => {
                self.outcome(what, "unknown", &error).await;
                Err(self.changed(error, bookmark))
            }
        }
    }

    async fn unless_asked<T>(
        &self,
        doing: impl Future<Output = Result<T, DataError>>,
    ) -> Result<T, DataError> {
        tokio::select! {
            biased;
            () = self.desk.interrupt.asked() => Err(DataError::Interrupted),
            done = doing => done,
        }
    }

    /// Notes how it ended, where it did not end well. Who cannot note that tells it all the same.
    async fn outcome(&self, what: &str, outcome: &str, error: &DataError) {
        let _ = self.note(what, json!({ "outcome": outcome, "error": error.to_string() })).await;
    }

    /// An error after which the database may not be as it was.
    pub(super) fn changed(&self, error: DataError, bookmark: &str) -> DataError {
        DataError::Changed { error: Box::new(error), back: self.back(bookmark) }
    }

    /// The way back to a bookmark.
    pub(super) fn back(&self, bookmark: &str) -> Back {
        Back {
            database: self.database.name.clone(),
            environment: self.environment.to_owned(),
            bookmark: bookmark.to_owned(),
        }
    }

    /// Runs Wrangler on a database of the account. A signal is passed on to it.
    pub(super) async fn wrangler(
        &self,
        database: &Database,
        arguments: &[&str],
    ) -> Result<Ran, DataError> {
        let desk = self.desk;
        let folder = desk.root.join(&database.folder);
        let config = desk.root.join(&database.config);
        let mut arguments: Vec<_> = arguments.iter().map(std::ffi::OsString::from).collect();
        arguments.extend(["--remote".into(), "--config".into(), config.into()]);
        arguments.extend(database.wrangler_env.iter().map(|name| format!("--env={name}").into()));
        let variables = vec![("CLOUDFLARE_ACCOUNT_ID".to_owned(), (&database.account).into())];
        let call =
            Call { folder: &folder, arguments, access: Access::Account, variables, timeout: LIMIT };
        let following = Following { lines: &|_| {}, interrupt: desk.interrupt.clone() };
        Ok((desk.wrangler)(&folder)?.follow(&call, &following).await?)
    }

    /// Ends. The lock runs out by itself where it cannot be given back.
    pub(super) async fn end(self) {
        let _ = self.held.release().await;
    }
}
