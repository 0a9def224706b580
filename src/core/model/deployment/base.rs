//! What was live before a deployment.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::core::model::account::{Consumer, Share, WorkersDev};

/// What was live before a deployment: enough to put it back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Base {
    /// The active deployment; `None` where there was no Worker, or none active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// The versions that got requests, and their shares. A deployment of a Pages project is its own
    /// only version.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Share>,
    /// The routes that led to the Worker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routes: Option<Vec<BaseRoute>>,
    /// The custom domains that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains: Option<Vec<BaseDomain>>,
    /// Its cron triggers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crons: Option<Vec<String>>,
    /// The switches of workers.dev and of preview addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers_dev: Option<WorkersDev>,
    /// Settings beside the version (`script-settings`), as the API gives them: `logpush`,
    /// `observability`, `tail_consumers`, `tags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Value>,
    /// The queues that it took messages from, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumers: Option<Vec<BaseConsumer>>,
}

/// A queue that a Worker took messages from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseConsumer {
    /// The id of the queue.
    pub queue: String,
    /// Its name.
    pub name: String,
    /// How: the dead letter queue, and the settings in the API's words.
    pub consumer: Consumer,
}

/// A route that led to a Worker.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BaseRoute {
    /// Its id.
    pub id: String,
    /// The id of its zone.
    pub zone: String,
    /// Its pattern: `example.com/*`.
    pub pattern: String,
}

/// A custom domain that led to a Worker.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BaseDomain {
    /// The host.
    pub hostname: String,
    /// The id of its zone.
    pub zone: String,
    /// The Worker's environment that it led to.
    pub environment: String,
}
