//! Pages: projects, their deployments, and files that were uploaded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::workers::{Asset, Binding, Module};

/// What the addresses of projects end with.
pub const PAGES_DEV: &str = ".pages.dev";

/// Digits of an id that stand in an address.
const SHORT: usize = 8;

/// The projects of the account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pages {
    /// In the order they were made.
    pub projects: Vec<PagesProject>,
    /// Files that were uploaded, by the hash that the client gave.
    pub assets: BTreeMap<String, Asset>,
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
    /// The deployment of an address: without a label that of production, else by the beginning of its
    /// id, or the newest of a branch.
    pub fn at(&self, label: Option<&str>) -> Option<&PagesDeployment> {
        let Some(label) = label else { return self.deployment(self.canonical.as_ref()?) };
        self.deployments.iter().rev().find(|one| one.label() == label || one.alias() == label)
    }

    /// Where production is reached, and under which addresses have a label before it.
    pub fn host(&self) -> String {
        format!("{}{PAGES_DEV}", self.name)
    }

    /// The compatibility date of a project that names none.
    pub fn first_date(&self) -> Option<&str> {
        self.created_on.get(..10)
    }

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
    /// Other parts of the upload, `_headers`, `_redirects`, `_routes.json` …, by name; the values are
    /// blobs.
    pub parts: BTreeMap<String, String>,
    /// The functions, if there are any.
    pub worker: Option<PagesWorker>,
}

impl PagesDeployment {
    /// What stands before the project's host in its own address.
    pub fn label(&self) -> &str {
        self.id.get(..SHORT).unwrap_or_default()
    }

    /// What stands there in the address of its branch.
    pub fn alias(&self) -> String {
        let small = self.branch.to_lowercase();
        small.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
    }
}

/// The functions of a deployment, bundled to a Worker: its part `_worker.bundle`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PagesWorker {
    /// The module that is run.
    pub main_module: Option<String>,
    /// The modules.
    pub modules: Vec<Module>,
    /// Those that came with the upload, where the project has a configuration file.
    pub bindings: Vec<Binding>,
    /// The same; else the project's.
    pub compatibility_date: Option<String>,
    /// The same.
    pub compatibility_flags: Vec<String>,
}
