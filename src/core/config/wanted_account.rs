//! What of accounts the configurations speak of, and so is worth a request. Decisions alone:
//! `world::cloudflare` has the eyes.

use std::collections::{BTreeMap, BTreeSet};

use super::d1_ledger;
use super::d1_migrations::Layout;
use super::ids::is_hex_32;
use super::placeholder::placeholder;
use super::wrangler::routes::routes;
use super::wrangler::triggers::crons;
use super::wrangler::{Binding, Environment};
use crate::core::model::account::{DEFAULT_JURISDICTION, Part};
use crate::core::model::{Kind, Value, Workspace};
use crate::core::pipeline::Pipelines;

/// What is to be asked, by the account that configurations name; `None` is the default account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// By account.
    pub accounts: BTreeMap<Option<String>, WantedAccount>,
}

/// What is to be asked of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedAccount {
    /// The parts to look at: those that somebody needs and that belong to a product in use.
    pub parts: BTreeSet<Part>,
    /// The parts that somebody needs, whether or not the configurations use their product: what is
    /// live may use it yet.
    pub needs: BTreeSet<Part>,
    /// The Workers that are deployed, and whether they have cron triggers.
    pub workers: BTreeMap<String, bool>,
    /// Those of them whose secrets a pipeline edits.
    pub secrets: BTreeSet<String>,
    /// The hosts of routes and custom domains, with the wildcard that they may begin with.
    pub hosts: BTreeSet<String>,
    /// Zones that are named by id.
    pub zone_ids: BTreeSet<String>,
    /// D1 databases by id or name that have migrations in the work tree, with the tables that
    /// remember them.
    pub migrations: BTreeMap<String, BTreeSet<String>>,
    /// The jurisdictions of R2 buckets.
    pub jurisdictions: BTreeSet<String>,
    /// The ids of secrets stores.
    pub stores: BTreeSet<String>,
}

/// The products of which bindings say that they are in use, by their configuration keys.
const BY_KEY: [(&str, &[Part]); 12] = [
    ("kv_namespaces", &[Part::KvNamespaces]),
    ("d1_databases", &[Part::D1Databases, Part::D1Migrations]),
    ("r2_buckets", &[Part::R2Buckets]),
    ("queues", &[Part::Queues]),
    ("hyperdrive", &[Part::Hyperdrive]),
    ("vectorize", &[Part::Vectorize]),
    ("workflows", &[Part::Workflows, Part::Subdomain]),
    ("secrets_store_secrets", &[Part::SecretsStores]),
    ("dispatch_namespaces", &[Part::DispatchNamespaces]),
    ("durable_objects", &[Part::DurableObjects, Part::Workers]),
    ("mtls_certificates", &[Part::MtlsCertificates]),
    ("pipelines", &[Part::Pipelines]),
];

/// What every Worker has, or may have got without its configuration.
const OF_WORKERS: [Part; 10] = [
    Part::Subdomain,
    Part::Workers,
    Part::WorkersDev,
    Part::Settings,
    Part::Deployments,
    Part::Versions,
    Part::Crons,
    Part::CustomDomains,
    Part::Routes,
    Part::Zones,
];

impl Wanted {
    /// What the environments that are asked for speak of, as far as somebody `needs` it.
    pub fn of(
        workspace: &Workspace,
        asks_for: impl Fn(Option<&str>) -> bool,
        needs: &BTreeSet<Part>,
    ) -> Self {
        let mut wanted = Self::default();
        let environments = workspace.services.iter().flat_map(Environment::all);
        for environment in environments.filter(|environment| asks_for(environment.name)) {
            if let Some(account) = wanted.account(&environment) {
                account.add(workspace, &environment);
            }
        }
        if needs.contains(&Part::Versions) {
            wanted.add_secrets(workspace, asks_for);
        }
        for account in wanted.accounts.values_mut() {
            let lists = needs.iter().filter_map(|part| part.list());
            let needs: BTreeSet<Part> = needs.iter().copied().chain(lists).collect();
            account.parts.retain(|part| needs.contains(part));
            account.parts.extend([Part::Account, Part::Token]);
            account.needs = needs;
        }
        wanted
    }

    /// With the list of the D1 databases of the default account, in one of which clodo keeps its
    /// state.
    pub fn with_state(mut self) -> Self {
        if let Some(account) = self.accounts.get_mut(&None) {
            account.parts.insert(Part::D1Databases);
        }
        self
    }
}

impl Wanted {
    /// The account of an environment. What cannot be an id is no account that could be asked.
    fn account(&mut self, environment: &Environment<'_>) -> Option<&mut WantedAccount> {
        let id = environment.text("account_id").filter(|id| !id.is_empty());
        let is_one = id.is_none_or(is_hex_32);
        is_one.then(|| self.accounts.entry(id.map(str::to_owned)).or_default())
    }

    /// The Workers whose secrets pipelines edit.
    fn add_secrets(&mut self, workspace: &Workspace, asks_for: impl Fn(Option<&str>) -> bool) {
        for (_, _, call) in Pipelines::of(workspace).calls() {
            let Some(environment) = call.environment().filter(|_| call.edits_secrets()) else {
                continue;
            };
            let worker = environment.worker().filter(|_| asks_for(environment.name));
            if let (Some(worker), Some(account)) = (worker, self.account(&environment)) {
                account.secrets.insert(worker);
            }
        }
    }
}

impl WantedAccount {
    /// Takes in what is wanted of the same account under another name.
    pub fn join(&mut self, other: &Self) {
        self.parts.extend(&other.parts);
        self.needs.extend(&other.needs);
        for (worker, has_crons) in &other.workers {
            *self.workers.entry(worker.clone()).or_default() |= has_crons;
        }
        self.secrets.extend(other.secrets.iter().cloned());
        self.hosts.extend(other.hosts.iter().cloned());
        self.zone_ids.extend(other.zone_ids.iter().cloned());
        for (database, tables) in &other.migrations {
            self.migrations.entry(database.clone()).or_default().extend(tables.iter().cloned());
        }
        self.jurisdictions.extend(other.jurisdictions.iter().cloned());
        self.stores.extend(other.stores.iter().cloned());
    }

    fn add(&mut self, workspace: &Workspace, environment: &Environment<'_>) {
        match environment.service.kind {
            Kind::Worker => self.add_worker(environment),
            Kind::Pages => drop(self.parts.insert(Part::PagesProjects)),
        }
        for (key, parts) in BY_KEY {
            if environment.get(key).is_some() {
                self.parts.extend(parts);
            }
        }
        for key in ["services", "tail_consumers", "migrations", "exports"] {
            if environment.get(key).is_some() {
                self.parts.insert(Part::Workers);
            }
        }
        if environment.get("migrations").is_some() || environment.get("exports").is_some() {
            self.parts.insert(Part::DurableObjects);
        }
        for binding in environment.bindings_of("d1_databases") {
            self.add_migrations(workspace, environment, &binding);
        }
        for binding in environment.bindings_of("r2_buckets") {
            let jurisdiction = text(binding.value, "jurisdiction").unwrap_or(DEFAULT_JURISDICTION);
            self.jurisdictions.insert(jurisdiction.to_owned());
        }
        if self.parts.contains(&Part::R2Buckets) && self.jurisdictions.is_empty() {
            self.jurisdictions.insert(DEFAULT_JURISDICTION.to_owned());
        }
        for binding in environment.bindings_of("secrets_store_secrets") {
            self.stores.extend(text(binding.value, "store_id").map(str::to_owned));
        }
    }

    fn add_worker(&mut self, environment: &Environment<'_>) {
        self.parts.extend(OF_WORKERS);
        let name = environment.worker().filter(|name| !name.is_empty());
        if let Some(name) = name.filter(|name| placeholder(name).is_none()) {
            let has_crons = self.workers.entry(name).or_default();
            *has_crons |= !crons(environment).is_empty();
        }
        for route in routes(environment).iter().filter(|route| !route.is_placeholder()) {
            self.parts.insert(Part::Dns);
            self.hosts.insert(route.parts().host.to_ascii_lowercase());
            self.hosts.extend(route.zone_name().map(str::to_ascii_lowercase));
            self.zone_ids.extend(route.zone_id().filter(|id| is_hex_32(id)).map(str::to_owned));
        }
    }

    /// What does not lie in the work tree can neither be pending nor lack.
    fn add_migrations(
        &mut self,
        workspace: &Workspace,
        environment: &Environment<'_>,
        binding: &Binding<'_>,
    ) {
        let Some(layout) = Layout::of(binding.value) else { return };
        let folder = environment.service.join(layout.folder);
        let database =
            text(binding.value, "database_id").or_else(|| text(binding.value, "database_name"));
        if let (true, Some(database)) = (workspace.facts.migrations.contains_key(&folder), database)
        {
            let tables = self.migrations.entry(database.to_owned()).or_default();
            tables.insert(d1_ledger::table(binding.value).to_owned());
        }
    }
}

/// Text that is not empty.
fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::config::jsonc;
    use crate::core::model::{ConfigFile, FileId, Format, Service, Source};

    const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

    fn wanted(config: &str, needs: &[Part]) -> Wanted {
        let source = Source { path: "app/wrangler.json".into(), text: config.to_owned() };
        let config = ConfigFile::new(FileId(0), Format::Json, jsonc::parse(config));
        let workspace = Workspace {
            files: vec![source],
            services: vec![Service::new(config, "app")],
            ..Workspace::default()
        };
        Wanted::of(&workspace, |_| true, &needs.iter().copied().collect())
    }

    fn parts(config: &str, needs: &[Part]) -> Vec<Part> {
        let wanted = wanted(config, needs);
        let [account] = wanted.accounts.values().collect::<Vec<_>>()[..] else { panic!("one") };
        account.parts.iter().copied().collect()
    }

    #[test]
    fn products_that_nobody_uses_are_not_asked() {
        let config = r#"{ "name": "a", "kv_namespaces": [{ "binding": "A", "id": "x" }] }"#;
        let needs = [Part::KvNamespaces, Part::Queues, Part::PagesProjects, Part::Settings];
        let expected = [Part::Account, Part::Token, Part::Workers, Part::Settings];
        assert_eq!(parts(config, &needs), [&expected[..], &[Part::KvNamespaces]].concat());
    }

    #[test]
    fn what_no_rule_needs_is_not_asked() {
        let config = r#"{ "name": "a", "kv_namespaces": [{ "binding": "A", "id": "x" }] }"#;
        assert_eq!(parts(config, &[Part::D1Databases]), [Part::Account, Part::Token]);
    }

    #[test]
    fn each_environment_has_its_account() {
        let config = format!(
            r#"{{ "name": "a", "triggers": {{ "crons": ["0 0 * * *"] }},
                 "env": {{ "x": {{ "account_id": "{ACCOUNT}", "triggers": {{ "crons": [] }},
                                   "routes": ["*.Example.com/*", {{ "pattern": "b.c/*", "zone_id": "{ACCOUNT}" }}] }},
                           "y": {{ "account_id": "<your account>" }} }} }}"#
        );
        let wanted = wanted(&config, &Part::ALL);
        let ids: Vec<_> = wanted.accounts.keys().cloned().collect();
        assert_eq!(ids, [None, Some(ACCOUNT.to_owned())]);
        assert_eq!(wanted.accounts[&None].workers, BTreeMap::from([("a".to_owned(), true)]));
        let named = &wanted.accounts[&Some(ACCOUNT.to_owned())];
        assert_eq!(named.workers, BTreeMap::from([("a-x".to_owned(), false)]));
        assert!(named.hosts.iter().eq(["*.example.com", "b.c"]), "{:?}", named.hosts);
        assert!(named.zone_ids.contains(ACCOUNT) && named.parts.contains(&Part::Dns));
    }
}
