//! Where clodo keeps what it remembers: the one answer for all commands.

use std::path::Path;

use super::sight::Live;
use crate::core::config::clodo_yml::{Settings, StateSetting};
use crate::core::plan::Records;
use crate::world::git;
use crate::world::store::{Databases, DeploymentFilter, Place, Store, StoreError};

/// The file where `clodo.yml` names no place, below the root of the repository.
const FILE: &str = ".clodo/state.db";

/// Where the state of the project is.
///
/// What `clodo.yml` says, a path being relative to it; else a file at the root of the repository in
/// which the folder lies, or in the folder itself where there is none.
///
/// # Errors
/// [`StoreError::NoToken`] where it is in D1, and nothing leads there.
pub fn place(folder: &Path, settings: &Settings, live: Option<&Live>) -> Result<Place, StoreError> {
    match &settings.state {
        None => {
            let root = git::answers(folder).top;
            let root = root.as_deref().map_or(folder, Path::new);
            Ok(Place::Sqlite(root.join(FILE)))
        }
        Some(StateSetting::Sqlite(path)) => {
            let beside = Path::new(&settings.file).parent().unwrap_or(Path::new(""));
            Ok(Place::Sqlite(folder.join(beside).join(path)))
        }
        Some(StateSetting::D1(name)) => {
            let name = name.clone();
            let Some(live) = live else { return Err(StoreError::NoToken { name }) };
            let (client, account) = (live.client.clone(), live.account.clone());
            Ok(Place::D1 { databases: Databases { client, account }, name })
        }
    }
}

/// Opens the state of the project, and makes it where there is none: for commands that write.
///
/// # Errors
/// Where it cannot be opened.
pub async fn open(
    folder: &Path,
    settings: &Settings,
    live: Option<&Live>,
) -> Result<Store, StoreError> {
    Store::open(&place(folder, settings, live)?).await
}

/// How many deployments are read back to find what serves of each Worker.
const READ_BACK: u64 = 50;

/// What is on record of the Workers of an account.
///
/// # Errors
/// Where it cannot be read.
pub async fn records(store: &Store, account: &str) -> Result<Records, StoreError> {
    let filter = DeploymentFilter {
        account: Some(account.to_owned()),
        limit: Some(READ_BACK),
        ..DeploymentFilter::default()
    };
    Ok(Records::of(store.deployments(&filter).await?))
}

/// Opens the state of the project where there is any: for commands that only read.
///
/// # Errors
/// Where it cannot be opened.
pub async fn open_existing(
    folder: &Path,
    settings: &Settings,
    live: Option<&Live>,
) -> Result<Option<Store>, StoreError> {
    Store::open_existing(&place(folder, settings, live)?).await
}
