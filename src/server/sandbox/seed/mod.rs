//! What a new account has: YAML, written by people (`docs/sandbox.md` describes it), or a snapshot
//! of a real account.
//!
//! ```yaml
//! zones:
//!   - name: example.com
//!     dns: [{ name: www, type: CNAME, content: elsewhere.example.net }]
//! workers:
//!   - name: api
//!     code: export default { fetch() { return new Response("hello") } }
//!     secrets: [API_KEY]
//!     crons: ["0 * * * *"]
//! tokens:
//!   - { name: ci, value: ci-token, permissions: [Workers Scripts Write] }
//! ```

mod read;
mod resources;
mod snapshot;
mod workers;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use read::SeedError;
use resources::ResourcesSeed;

use super::Sandbox;
use super::api::whole_name;
use super::envelope::ApiError;
use super::faults::Fault;
use super::forge::seed::{GitHubSeed, GitLabSeed};
use super::permissions::Group;
use super::state::account::{Limits, Other};
use super::state::{DnsRecord, State, Token, TokenStatus, Zone};

/// What a new account has.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Seed {
    account: AccountSeed,
    /// `workers.dev`: a name, `false` for none; without, `sandbox`.
    subdomain: Option<SubdomainSeed>,
    plan: Plan,
    limits: Option<LimitsSeed>,
    tokens: Vec<TokenSeed>,
    zones: Vec<ZoneSeed>,
    workers: Vec<workers::WorkerSeed>,
    resources: ResourcesSeed,
    github: Option<GitHubSeed>,
    gitlab: Option<GitLabSeed>,
    /// Faults from the start.
    pub(super) faults: Vec<Fault>,
    /// The folder that files are named from.
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct AccountSeed {
    id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    others: Vec<Other>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum SubdomainSeed {
    None(bool),
    Name(String),
}

/// The plan, which sets the limits.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Plan {
    /// No limits.
    #[default]
    None,
    /// Workers Free.
    Free,
    /// Workers Paid.
    Paid,
}

impl Plan {
    /// <https://developers.cloudflare.com/workers/platform/limits/>
    fn limits(self) -> Limits {
        match self {
            Self::None => Limits::default(),
            Self::Free => Limits {
                crons: Some(5),
                workers: Some(100),
                cpu_limits: Some(false),
                key_value_objects: Some(false),
                d1_databases: Some(10),
                ..Limits::default()
            },
            Self::Paid => Limits {
                crons: Some(250),
                workers: Some(500),
                d1_databases: Some(50_000),
                ..Limits::default()
            },
        }
    }
}

/// Single limits, in place of the plan's.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct LimitsSeed {
    crons: Option<usize>,
    workers: Option<usize>,
    worker_bytes: Option<u64>,
    cpu_limits: Option<bool>,
    key_value_objects: Option<bool>,
    d1_databases: Option<usize>,
    api_requests: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct TokenSeed {
    id: Option<String>,
    name: String,
    value: Option<String>,
    account_owned: bool,
    status: TokenStatus,
    not_before: Option<String>,
    expires_on: Option<String>,
    permissions: Option<BTreeSet<Group>>,
    zones: Option<BTreeSet<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ZoneSeed {
    name: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    dns: Vec<DnsSeed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DnsSeed {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    content: String,
    #[serde(default)]
    proxied: bool,
    #[serde(default)]
    priority: Option<u32>,
    #[serde(default)]
    comment: Option<String>,
    /// Belongs to a product, and cannot be changed.
    #[serde(default)]
    read_only: bool,
}

impl Seed {
    /// Reads a seed: YAML, or the snapshot of a real account where the name ends in `.json`. Files
    /// that it names are looked for in the folder.
    pub fn read(file: &str, text: &str, folder: &Path) -> Result<Self, SeedError> {
        if file.ends_with(".json") {
            return snapshot::read(file, text);
        }
        let seed: Self = read::read(file, text)?;
        Ok(Self { folder: folder.to_owned(), ..seed })
    }

    /// Makes a new account what the seed says.
    pub(super) fn plant(self, sandbox: &Sandbox) -> Result<(), ApiError> {
        let sql = self.resources.sql();
        sandbox.store.change(|state| self.fill(sandbox, state))?;
        resources::run(sandbox, sql)
    }

    fn fill(self, sandbox: &Sandbox, state: &mut State) -> Result<(), ApiError> {
        let source = &sandbox.source;
        state.account.id = self.account.id.unwrap_or_else(|| source.id());
        state.account.name = self.account.name.unwrap_or_else(|| "sandbox".into());
        state.account.email = self.account.email.unwrap_or_else(|| "sandbox@example.com".into());
        state.account.others = self.account.others;
        state.account.created_on = source.now();
        state.account.user_id = source.id();
        state.account.signing_key = source.id();
        state.workers.subdomain = match self.subdomain {
            None | Some(SubdomainSeed::None(true)) => Some("sandbox".into()),
            Some(SubdomainSeed::None(false)) => None,
            Some(SubdomainSeed::Name(name)) => Some(name),
        };
        state.limits = limits(self.plan, self.limits.unwrap_or_default());
        state.tokens = self.tokens.into_iter().map(|seed| token(sandbox, seed)).collect();
        if state.tokens.is_empty() {
            let seed = TokenSeed { name: "default".into(), ..TokenSeed::default() };
            state.tokens.push(token(sandbox, seed));
        }
        state.zones.0.extend(self.zones.into_iter().map(|seed| zone(sandbox, seed)));
        self.resources.fill(sandbox, state);
        workers::fill(sandbox, state, self.workers, &self.folder)?;
        if let Some(seed) = self.github {
            seed.fill(&mut state.github, source)?;
        }
        if let Some(seed) = self.gitlab {
            seed.fill(&mut state.gitlab, source)?;
        }
        Ok(())
    }
}

fn limits(plan: Plan, own: LimitsSeed) -> Limits {
    let plan = plan.limits();
    Limits {
        crons: own.crons.or(plan.crons),
        workers: own.workers.or(plan.workers),
        worker_bytes: own.worker_bytes.or(plan.worker_bytes),
        cpu_limits: own.cpu_limits.or(plan.cpu_limits),
        key_value_objects: own.key_value_objects.or(plan.key_value_objects),
        d1_databases: own.d1_databases.or(plan.d1_databases),
        api_requests: own.api_requests.or(plan.api_requests),
    }
}

fn token(sandbox: &Sandbox, seed: TokenSeed) -> Token {
    Token {
        id: seed.id.unwrap_or_else(|| sandbox.source.id()),
        name: seed.name,
        value: seed.value.unwrap_or_else(|| format!("sandbox-{}", sandbox.source.id())),
        account_owned: seed.account_owned,
        status: seed.status,
        not_before: seed.not_before,
        expires_on: seed.expires_on,
        permissions: seed.permissions.map(|groups| groups.into_iter().map(String::from).collect()),
        revoked: BTreeSet::new(),
        zones: seed.zones,
    }
}

fn zone(sandbox: &Sandbox, seed: ZoneSeed) -> Zone {
    let now = sandbox.source.now();
    let record = |record: DnsSeed| DnsRecord {
        id: sandbox.source.id(),
        name: whole_name(&record.name, &seed.name),
        kind: record.kind,
        content: record.content,
        proxied: record.proxied,
        ttl: 1,
        priority: record.priority,
        comment: record.comment,
        read_only: record.read_only,
        created_on: now.clone(),
        modified_on: now.clone(),
        ..DnsRecord::default()
    };
    Zone {
        id: seed.id.unwrap_or_else(|| sandbox.source.id()),
        status: seed.status.unwrap_or_else(|| "active".into()),
        dns: seed.dns.into_iter().map(record).collect(),
        name: seed.name,
        paused: false,
        created_on: now.clone(),
        modified_on: now.clone(),
        routes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Seed::read("seed.yaml", text, Path::new(".")).expect_err("an error").to_string()
    }

    #[test]
    fn what_is_not_known_is_an_error_with_its_line() {
        let said = error("plan: free\nzones:\n  - name: example.com\n    dsn: []\n");
        assert!(said.starts_with("seed.yaml:4: unknown field `dsn`, expected one of"), "{said}");
        let said = error("plan: gold\n");
        assert!(said.starts_with("seed.yaml:1: unknown variant `gold`"), "{said}");
        let said = error("account:\n  name: [a]\n");
        assert!(said.starts_with("seed.yaml:2: invalid type: sequence"), "{said}");
        assert!(error("a: b: c").starts_with("seed.yaml:1: "));
        assert!(error("limits:\n  crons: -1\n").starts_with("seed.yaml:2: invalid value"));
    }

    #[test]
    fn an_empty_seed_is_one() {
        assert!(Seed::read("seed.yaml", "", Path::new(".")).is_ok());
    }
}
