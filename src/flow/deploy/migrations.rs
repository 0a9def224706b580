//! D1 migrations: a bookmark first, then Wrangler, and then a look at what has run.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fail_point::{When, reach};
use super::strategies::failure_of;
use super::{DeployError, Stage};
use crate::core::deployment::Database;
use crate::core::model::deployment::{Progress, Step};

/// What a migration's table tells.
#[derive(Deserialize)]
struct Applied {
    name: String,
}

impl Stage<'_> {
    /// Migrates a database. `Some`: why not all of it has run.
    pub(super) async fn migrate(&self, database: &Database) -> Result<Option<String>, DeployError> {
        if let Some(failure) = self.bookmark(database).await? {
            return Ok(Some(failure));
        }
        let service = &database.service;
        self.begin(service, Step::Migrate, Progress::default()).await?;
        let ran = self.run_migrations(database).await;
        // Whatever Wrangler says: the table tells what has run.
        let (done, missing) = match self.applied(database).await {
            Ok(applied) => {
                database.pending.iter().cloned().partition(|name| applied.contains(name))
            }
            Err(error) => {
                let error = format!("what has run on {} is not known: {error}", database.name);
                return self
                    .not_migrated(service, Step::Migrate, Vec::new(), database, error)
                    .await;
            }
        };
        let missing: Vec<String> = missing;
        if missing.is_empty() {
            let migrations = BTreeMap::from([(database.id.clone(), done)]);
            let progress = Progress { migrations, ..Progress::default() };
            self.done(service, Step::Migrate, progress).await?;
            return Ok(None);
        }
        let why = failure_of(&ran).unwrap_or_else(|| "Wrangler said nothing about it".to_owned());
        let error = format!("{} has not run on {}: {why}", missing.join(", "), database.name);
        self.not_migrated(service, Step::Migrate, done, database, error).await
    }

    /// Notes the point of a database's history to which one can go back.
    async fn bookmark(&self, database: &Database) -> Result<Option<String>, DeployError> {
        let service = &database.service;
        if self.resumed.bookmark(service, &database.id).is_some() {
            return Ok(None);
        }
        self.begin(service, Step::Bookmark, Progress::default()).await?;
        reach(When::Before, "cloudflare bookmark");
        let bookmark = self.client.d1_bookmark(&self.account.id, &database.id).await;
        reach(When::After, "cloudflare bookmark");
        match bookmark {
            Ok(bookmark) => {
                let bookmarks = BTreeMap::from([(database.id.clone(), bookmark)]);
                let progress = Progress { bookmarks, ..Progress::default() };
                self.done(service, Step::Bookmark, progress).await?;
                Ok(None)
            }
            Err(error) => {
                let error = format!("{} gave no bookmark, so nothing ran: {error}", database.name);
                self.not_migrated(service, Step::Bookmark, Vec::new(), database, error).await
            }
        }
    }

    async fn applied(
        &self,
        database: &Database,
    ) -> Result<Vec<String>, crate::world::cloudflare::CloudflareError> {
        let table = database.table.replace('"', "\"\"");
        let sql = format!("SELECT name FROM \"{table}\" ORDER BY id");
        let rows = self.client.d1_select::<Applied>(&self.account.id, &database.id, &sql).await?;
        Ok(rows.into_iter().map(|row| row.name).collect())
    }

    async fn not_migrated(
        &self,
        service: &str,
        step: Step,
        done: Vec<String>,
        database: &Database,
        error: String,
    ) -> Result<Option<String>, DeployError> {
        let mut progress = Progress::default();
        if !done.is_empty() {
            progress.migrations.insert(database.id.clone(), done);
        }
        self.failed(service, step, progress, &error).await?;
        Ok(Some(error))
    }
}
