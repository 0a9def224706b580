//! The parts of an account that are looked at one by one.

/// A part of an account: what one permission opens, and one list or request per item shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The account itself.
    Account,
    /// The token that looks.
    Token,
    /// The workers.dev subdomain.
    Subdomain,
    /// The list of Workers.
    Workers,
    /// Whether Workers answer on workers.dev.
    WorkersDev,
    /// Bindings and other settings of Workers, with the names of their secrets.
    Settings,
    /// Deployments of Workers.
    Deployments,
    /// The last versions of Workers, deployed or not.
    Versions,
    /// Cron triggers of Workers.
    Crons,
    /// Custom domains of Workers.
    CustomDomains,
    /// Zones.
    Zones,
    /// Workers routes of zones.
    Routes,
    /// DNS records of zones.
    Dns,
    /// KV namespaces.
    KvNamespaces,
    /// D1 databases.
    D1Databases,
    /// The migrations that D1 databases remember.
    D1Migrations,
    /// R2 buckets.
    R2Buckets,
    /// Queues and their consumers.
    Queues,
    /// Hyperdrive configurations.
    Hyperdrive,
    /// Vectorize indexes.
    Vectorize,
    /// Workflows.
    Workflows,
    /// Secrets stores and the names of their secrets.
    SecretsStores,
    /// Namespaces of Workers for Platforms.
    DispatchNamespaces,
    /// Namespaces of Durable Objects.
    DurableObjects,
    /// Client certificates.
    MtlsCertificates,
    /// Pipelines.
    Pipelines,
    /// Pages projects.
    PagesProjects,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 27] = [
        Self::Account,
        Self::Token,
        Self::Subdomain,
        Self::Workers,
        Self::WorkersDev,
        Self::Settings,
        Self::Deployments,
        Self::Versions,
        Self::Crons,
        Self::CustomDomains,
        Self::Zones,
        Self::Routes,
        Self::Dns,
        Self::KvNamespaces,
        Self::D1Databases,
        Self::D1Migrations,
        Self::R2Buckets,
        Self::Queues,
        Self::Hyperdrive,
        Self::Vectorize,
        Self::Workflows,
        Self::SecretsStores,
        Self::DispatchNamespaces,
        Self::DurableObjects,
        Self::MtlsCertificates,
        Self::Pipelines,
        Self::PagesProjects,
    ];

    /// The list whose items have this part, so that it cannot be looked at without the list.
    pub fn list(self) -> Option<Self> {
        match self {
            Self::WorkersDev
            | Self::Settings
            | Self::Deployments
            | Self::Versions
            | Self::Crons => Some(Self::Workers),
            Self::Routes | Self::Dns => Some(Self::Zones),
            Self::D1Migrations => Some(Self::D1Databases),
            _ => None,
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Account => "the account",
            Self::Token => "the token",
            Self::Subdomain => "the workers.dev subdomain",
            Self::Workers => "Workers",
            Self::WorkersDev => "workers.dev addresses",
            Self::Settings => "settings of Workers",
            Self::Deployments => "deployments",
            Self::Versions => "versions of Workers",
            Self::Crons => "cron triggers",
            Self::CustomDomains => "custom domains",
            Self::Zones => "zones",
            Self::Routes => "Workers routes",
            Self::Dns => "DNS records",
            Self::KvNamespaces => "KV namespaces",
            Self::D1Databases => "D1 databases",
            Self::D1Migrations => "applied D1 migrations",
            Self::R2Buckets => "R2 buckets",
            Self::Queues => "queues",
            Self::Hyperdrive => "Hyperdrive configurations",
            Self::Vectorize => "Vectorize indexes",
            Self::Workflows => "Workflows",
            Self::SecretsStores => "secrets stores",
            Self::DispatchNamespaces => "dispatch namespaces",
            Self::DurableObjects => "Durable Object namespaces",
            Self::MtlsCertificates => "client certificates",
            Self::Pipelines => "Pipelines",
            Self::PagesProjects => "Pages projects",
        }
    }

    /// The permission group that lets a token look, as the API names it; the group that writes does
    /// too. `None` where every token may, or where it is not known which group it is.
    ///
    /// Source: the permissions that Cloudflare's API reference lists for each operation.
    pub fn permission(self) -> Option<&'static str> {
        Some(match self {
            Self::Token | Self::Pipelines => return None,
            Self::Account => "Account Settings Read",
            Self::Subdomain
            | Self::Workers
            | Self::WorkersDev
            | Self::Settings
            | Self::Deployments
            | Self::Versions
            | Self::Crons
            | Self::CustomDomains
            | Self::Workflows
            | Self::DispatchNamespaces
            | Self::DurableObjects => "Workers Scripts Read",
            Self::Zones => "Zone Read",
            Self::Routes => "Workers Routes Read",
            Self::Dns => "DNS Read",
            Self::KvNamespaces => "Workers KV Storage Read",
            Self::D1Databases | Self::D1Migrations => "D1 Read",
            Self::R2Buckets => "Workers R2 Storage Read",
            Self::Queues => "Queues Read",
            Self::Hyperdrive => "Hyperdrive Read",
            Self::Vectorize => "Vectorize Read",
            Self::SecretsStores => "Secrets Store Read",
            Self::MtlsCertificates => "SSL and Certificates Read",
            Self::PagesProjects => "Pages Read",
        })
    }
}
