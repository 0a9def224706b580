//! Pages: projects, their deployments, and files that were uploaded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The projects of the account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pages {
    /// In the order they were made.
    pub projects: Vec<PagesProject>,
    /// Files that were uploaded, by the hash that the client gave.
    pub assets: BTreeMap<String, PagesAsset>,
}

impl Pages {
    /// A project by its name.
    pub fn project(&self, name: &str) -> Option<&PagesProject> {
        self.projects.iter().find(|project| project.name == name)
    }

    /// The same, to change it.
    pub fn project_mut(&mut self, name: &str) -> Option<&mut PagesProject> {
        self.projects.iter_mut().find(|project| project.name == name)
    }
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PagesAsset {
    /// The blob with its bytes.
    pub blob: String,
    /// Its media type.
    pub content_type: String,
}

/// A project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PagesProject {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The branch that is production.
    pub production_branch: String,
    /// When it was made.
    pub created_on: String,
    /// `preview` and `production`, as they were sent.
    pub deployment_configs: Map<String, Value>,
    /// As it was sent.
    pub build_config: Map<String, Value>,
    /// The oldest first.
    pub deployments: Vec<PagesDeployment>,
    /// The deployment that serves production, if a rollback or an upload chose one.
    pub canonical: Option<String>,
}

impl PagesProject {
    /// A deployment by its id.
    pub fn deployment(&self, id: &str) -> Option<&PagesDeployment> {
        self.deployments.iter().find(|deployment| deployment.id == id)
    }
}

/// A deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PagesDeployment {
    /// Its id.
    pub id: String,
    /// `production` or `preview`.
    pub environment: String,
    /// When it was made.
    pub created_on: String,
    /// The branch it was made for.
    pub branch: String,
    /// The commit it was made from, as the client said.
    pub commit_hash: String,
    /// The commit's message, as the client said.
    pub commit_message: String,
    /// Whether there were changes beside the commit.
    pub commit_dirty: bool,
    /// Path to the hash of the file there.
    pub manifest: BTreeMap<String, String>,
    /// Other parts of the upload, `_worker.bundle`, `_headers`, `_redirects`, `_routes.json` …, by
    /// name; the values are blobs.
    pub parts: BTreeMap<String, String>,
}
