//! What is read from the journal.

use jiff::Timestamp;
use serde_json::json;

use super::append::{entry, record};
use super::database::RECORDS;
use super::filter::{Conditions, DeploymentFilter, EntryFilter};
use super::{Row, Store, StoreError};
use crate::core::model::deployment::{DeployedService, Deployment, Hold, Planned, Progress};
use crate::core::model::journal::{Broken, Chain, Entry, Fault, Record};

/// A version that was live and well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    /// The version.
    pub version: String,
    /// The deployment that brought it live.
    pub deployment: String,
    /// When that began.
    pub at: Timestamp,
    /// The name of the service then.
    pub service: String,
    /// Whether its health checks passed; `None` where none ran.
    pub healthy: Option<bool>,
}

impl Store {
    /// Deployments, the newest first.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn deployments(
        &self,
        filter: &DeploymentFilter,
    ) -> Result<Vec<Deployment>, StoreError> {
        let (from, which) = filter.conditions();
        self.read_deployments(from, &which).await
    }

    /// One deployment.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn deployment(&self, id: &str) -> Result<Option<Deployment>, StoreError> {
        let mut which = Conditions::default();
        which.add("id = ?", Some(id));
        Ok(self.read_deployments("deployments", &which).await?.pop())
    }

    async fn read_deployments(
        &self,
        from: &str,
        which: &Conditions,
    ) -> Result<Vec<Deployment>, StoreError> {
        let sql = format!(
            "SELECT deployments.seq, id, deployments.account, deployments.environment, \
             deployments.state, started_at, finished_at, actor, cause FROM {from}{}",
            which.sql
        );
        let rows = self.database.run(&sql, &which.params()).await?;
        let mut deployments = rows
            .iter()
            .map(|row| Ok((row.number(0)?, deployment(row)?)))
            .collect::<Result<Vec<(u64, Deployment)>, StoreError>>()?;
        let sql = format!(
            "SELECT deployment, service, worker, strategy, progress FROM deployment_services \
             WHERE deployment IN (SELECT deployments.seq FROM {from}{}) \
             ORDER BY deployment DESC, position",
            which.sql
        );
        for row in self.database.run(&sql, &which.params()).await? {
            let seq = row.number(0)?;
            // Both statements give the newest first.
            let at = deployments.binary_search_by(|(other, _)| seq.cmp(other));
            if let Some((_, deployment)) = at.ok().and_then(|at| deployments.get_mut(at)) {
                deployment.services.push(service(&row)?);
            }
        }
        Ok(deployments.into_iter().map(|(_, deployment)| deployment).collect())
    }

    /// Entries of the journal, in their order.
    ///
    /// # Errors
    /// Where the database does not work, or an entry cannot be read.
    pub async fn entries(&self, filter: &EntryFilter) -> Result<Vec<Entry>, StoreError> {
        let which = filter.conditions();
        let sql = format!("SELECT seq, body, prev, hash FROM journal{}", which.sql);
        self.database.run(&sql, &which.params()).await?.into_iter().map(entry).collect()
    }

    /// The next entries as they are stored, for [`Chain`].
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn records(&self, after: u64, limit: u64) -> Result<Vec<Record>, StoreError> {
        let sql = format!("{RECORDS} LIMIT {limit}");
        self.database.run(&sql, &[&after.to_string()]).await?.into_iter().map(record).collect()
    }

    /// The number of the last entry; 0 where there is none.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn length(&self) -> Result<u64, StoreError> {
        let sql = "SELECT COALESCE(MAX(seq), 0) FROM journal WHERE seq > 0";
        let rows = self.database.run(sql, &[]).await?;
        rows.first().map_or(Ok(0), |row| row.number(0))
    }

    /// Follows the journal on from an entry, until the one with this number or its end. Where it is
    /// broken is no error of this.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn follow(
        &self,
        from: Chain,
        until: u64,
    ) -> Result<Result<Chain, Broken>, StoreError> {
        if from.length == 0
            && let Some(number) = self.before_the_first().await?
        {
            return Ok(Err(Broken { seq: 1, fault: Fault::BeforeTheFirst(number) }));
        }
        self.database.follow(from, until).await
    }

    /// The number of an entry that stands before the first: such are never written, and readings
    /// that begin at the first do not see them.
    async fn before_the_first(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT CAST(seq AS TEXT) FROM journal WHERE seq < 1 ORDER BY seq LIMIT 1";
        let rows = self.database.run(sql, &[]).await?;
        rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// The version of a Worker to go back to: the newest that was live and passed its health checks,
    /// or where none ever ran the newest that was live. `except` are versions to get away from; a
    /// version that is held is never meant.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn last_good(
        &self,
        account: &str,
        environment: &str,
        worker: &str,
        except: &[String],
    ) -> Result<Option<Good>, StoreError> {
        // NULL sorts after 1 here, and 0 is left out.
        let sql = "SELECT s.version, d.id, d.started_at, s.service, s.healthy \
             FROM deployment_services AS s JOIN deployments AS d ON d.seq = s.deployment \
             WHERE s.worker = ?1 AND s.environment = ?2 AND s.account = ?3 \
               AND s.state = 'succeeded' AND s.version IS NOT NULL \
               AND s.version NOT IN (SELECT value FROM json_each(?4)) \
               AND s.healthy IS NOT 0 AND NOT EXISTS ( \
                 SELECT 1 FROM holds AS h WHERE h.worker = s.worker \
                 AND h.environment = s.environment AND h.account = s.account \
                 AND h.version = s.version) \
             ORDER BY s.healthy DESC, s.deployment DESC LIMIT 1";
        let except = json!(except).to_string();
        self.database
            .run(sql, &[worker, environment, account, &except])
            .await?
            .first()
            .map(good)
            .transpose()
    }

    /// The version of a Worker that was live last.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn last_live(
        &self,
        account: &str,
        environment: &str,
        worker: &str,
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT version FROM deployment_services \
             WHERE worker = ?1 AND environment = ?2 AND account = ?3 \
               AND state = 'succeeded' AND version IS NOT NULL \
             ORDER BY deployment DESC LIMIT 1";
        let rows = self.database.run(sql, &[worker, environment, account]).await?;
        rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// The Workers that were ever deployed to an environment, each as its last deployment has it.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn last_of_each(
        &self,
        account: &str,
        environment: &str,
    ) -> Result<Vec<DeployedService>, StoreError> {
        // The other columns are those of the row with the maximum:
        // https://www.sqlite.org/lang_select.html#bareagg
        let sql = "SELECT MAX(deployment), service, worker, strategy, progress \
             FROM deployment_services WHERE account = ?1 AND environment = ?2 \
             GROUP BY worker ORDER BY service, worker";
        self.database.run(sql, &[account, environment]).await?.iter().map(service).collect()
    }

    /// What must not come back to an environment, the oldest first.
    ///
    /// # Errors
    /// Where the database does not work.
    pub async fn holds(&self, account: &str, environment: &str) -> Result<Vec<Hold>, StoreError> {
        let sql = "SELECT id, at, actor, account, environment, service, deployment, what \
            FROM holds WHERE account = ?1 AND environment = ?2 ORDER BY at, id";
        self.database.run(sql, &[account, environment]).await?.iter().map(hold).collect()
    }
}

fn deployment(row: &Row) -> Result<Deployment, StoreError> {
    Ok(Deployment {
        id: row.text(1)?.to_owned(),
        account: row.text(2)?.to_owned(),
        environment: row.text(3)?.to_owned(),
        state: row.word(4)?,
        started_at: row.word(5)?,
        finished_at: row.word(6)?,
        actor: row.json(7)?,
        cause: row.json(8)?,
        services: Vec::new(),
    })
}

fn service(row: &Row) -> Result<DeployedService, StoreError> {
    let planned = Planned {
        service: row.text(1)?.to_owned(),
        worker: row.text(2)?.to_owned(),
        strategy: row.word(3)?,
    };
    let progress: Progress = row.json(4)?;
    Ok(DeployedService { planned, progress })
}

fn good(row: &Row) -> Result<Good, StoreError> {
    Ok(Good {
        version: row.text(0)?.to_owned(),
        deployment: row.text(1)?.to_owned(),
        at: row.word(2)?,
        service: row.text(3)?.to_owned(),
        healthy: row.number(4).ok().map(|healthy| healthy == 1),
    })
}

fn hold(row: &Row) -> Result<Hold, StoreError> {
    Ok(Hold {
        id: row.text(0)?.to_owned(),
        at: row.word(1)?,
        actor: row.json(2)?,
        account: row.text(3)?.to_owned(),
        environment: row.text(4)?.to_owned(),
        service: row.text(5)?.to_owned(),
        deployment: row.word(6)?,
        what: row.json(7)?,
    })
}
