//! The account as plain data, one file per product.
//!
//! Nothing here does I/O or decides: handlers change a [`State`] through
//! [`Store::change`](super::store::Store::change), which keeps all of a change or nothing.
//! Large bytes (modules, assets, values) are blobs, named here by their id.

pub mod account;
pub mod d1;
pub mod git;
pub mod github;
pub mod gitlab;
pub mod kv;
pub mod pages;
pub mod queues;
pub mod r2;
pub mod resources;
pub mod tails;
pub mod tokens;
pub mod workers;
pub mod zones;

use serde::{Deserialize, Serialize};

pub use account::{Account, Limits};
pub use d1::D1;
pub use github::GitHub;
pub use gitlab::GitLab;
pub use kv::Kv;
pub use pages::Pages;
pub use queues::Queues;
pub use r2::R2;
pub use resources::{
    Certificates, Dispatch, Hyperdrive, Pipelines, SecretsStore, Vectorize, Workflows,
};
pub use tokens::{Token, TokenStatus};
pub use workers::Workers;
pub use zones::{DnsRecord, Zone, Zones};

/// Everything that the account has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Goes up with every change.
    pub revision: u64,
    /// The account itself, and who asks.
    pub account: Account,
    /// What may be asked.
    pub limits: Limits,
    /// The tokens.
    pub tokens: Vec<Token>,
    /// Workers, their versions, deployments and triggers.
    pub workers: Workers,
    /// Zones with their DNS records and routes.
    pub zones: Zones,
    /// Workers KV.
    pub kv: Kv,
    /// D1.
    pub d1: D1,
    /// R2.
    pub r2: R2,
    /// Queues.
    pub queues: Queues,
    /// Pages.
    pub pages: Pages,
    /// Hyperdrive.
    pub hyperdrive: Hyperdrive,
    /// Vectorize.
    pub vectorize: Vectorize,
    /// Workflows.
    pub workflows: Workflows,
    /// The Secrets Store.
    pub secrets_store: SecretsStore,
    /// Namespaces of Workers for Platforms.
    pub dispatch: Dispatch,
    /// mTLS certificates.
    pub certificates: Certificates,
    /// Pipelines.
    pub pipelines: Pipelines,
    /// A GitHub beside the account.
    pub github: GitHub,
    /// A GitLab beside the account.
    pub gitlab: GitLab,
}
