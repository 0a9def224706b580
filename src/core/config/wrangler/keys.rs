//! The one table of Wrangler's configuration keys.

use super::bindings as b;
use super::containers as c;
use super::settings as s;
use crate::core::config::shape::Shape;

/// Who gets a key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Only the top level may hold it, and every environment is governed by it.
    TopLevel,
    /// An environment without it takes the top level's.
    Inherited,
    /// An environment without it has none.
    NotInherited,
}

/// Where the bindings of a key stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingPlace {
    /// The key holds a list of bindings.
    List,
    /// The key holds a table with a list under this name.
    Under(&'static str),
    /// The key holds one binding.
    One,
    /// The keys of the table are the names, their values the ids.
    Names,
}

/// How to read the bindings of a key.
#[derive(Clone, Copy, Debug)]
pub struct Bindings {
    /// Where they stand.
    pub place: BindingPlace,
    /// The key of the name by which code knows the binding.
    pub name: &'static str,
    /// The keys that may hold what it is bound to; the first that is there counts.
    pub id: &'static [&'static str],
    /// What Wrangler calls such a binding.
    pub title: &'static str,
}

/// A configuration key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Who gets its value.
    pub scope: Scope,
    /// What it may hold.
    pub shape: Shape,
    /// The bindings it holds, if it holds any.
    pub bindings: Option<Bindings>,
    /// Whether a Pages project may have it (`supportedPagesConfigFields`).
    pub pages: bool,
}

/// The key of a name.
pub fn key(name: &str) -> Option<&'static Key> {
    KEYS.binary_search_by(|key| key.name.cmp(name)).ok().map(|index| &KEYS[index])
}

const fn top(name: &'static str, shape: Shape) -> Key {
    Key { name, scope: Scope::TopLevel, shape, bindings: None, pages: false }
}

const fn inherited(name: &'static str, shape: Shape) -> Key {
    Key { name, scope: Scope::Inherited, shape, bindings: None, pages: false }
}

const fn own(name: &'static str, shape: Shape) -> Key {
    Key { name, scope: Scope::NotInherited, shape, bindings: None, pages: false }
}

impl Key {
    const fn pages(self) -> Self {
        Self { pages: true, ..self }
    }

    const fn binds(
        self,
        place: BindingPlace,
        name: &'static str,
        id: &'static [&'static str],
        title: &'static str,
    ) -> Self {
        Self { bindings: Some(Bindings { place, name, id, title }), ..self }
    }
}

use BindingPlace::{List, Names, One, Under};

/// Every key that Wrangler 4.164.0 knows, in alphabetical order.
///
/// Scopes: the calls of `inheritable` and `notInheritable` in `normalizeAndValidateEnvironment`
/// (cli.js:26560-27340). Pages: `supportedPagesConfigFields` (cli.js:32495).
#[rustfmt::skip]
pub static KEYS: &[Key] = &[
    top("$schema", Shape::String).pages(),
    inherited("access", s::ACCESS),
    inherited("account_id", Shape::String),
    top("addresses", Shape::List(&Shape::String)),
    own("agent_memory", b::AGENT_MEMORY).binds(List, "binding", &["namespace"], "Agent Memory"),
    own("ai", b::AI).binds(One, "binding", &[], "AI").pages(),
    own("ai_search", b::AI_SEARCH).binds(List, "binding", &["instance_name"], "AI Search Instance"),
    own("ai_search_namespaces", b::AI_SEARCH_NAMESPACES).binds(List, "binding", &["namespace"], "AI Search Namespace"),
    top("alias", Shape::Map(&Shape::String)),
    own("analytics", b::SIMPLE).binds(One, "binding", &[], "Analytics SQL"),
    own("analytics_engine_datasets", b::ANALYTICS_ENGINE).binds(List, "binding", &["dataset"], "Analytics Engine Dataset").pages(),
    own("artifacts", b::ARTIFACTS).binds(List, "binding", &["namespace"], "Artifacts"),
    inherited("assets", s::ASSETS).binds(One, "binding", &[], "Assets"),
    inherited("base_dir", Shape::String),
    own("browser", b::SIMPLE).binds(One, "binding", &[], "Browser Run").pages(),
    inherited("build", s::BUILD),
    inherited("cache", s::CACHE),
    own("cloudchamber", s::CLOUDCHAMBER),
    inherited("compatibility_date", Shape::String).pages(),
    inherited("compatibility_flags", Shape::List(&Shape::String)).pages(),
    inherited("compliance_region", Shape::Choice(&["public", "fedramp_high"])),
    own("connect", s::CONNECT),
    own("containers", c::CONTAINERS),
    own("d1_databases", b::D1).binds(List, "binding", &["database_id"], "D1 Database").pages(),
    top("data_blobs", s::MODULE_PATHS).binds(Names, "", &[], "Data Blob"),
    own("define", Shape::Map(&Shape::String)),
    top("dependencies_instrumentation", s::DEPENDENCIES_INSTRUMENTATION),
    top("dev", s::DEV).pages(),
    own("dispatch_namespaces", b::DISPATCH).binds(List, "binding", &["namespace"], "Dispatch Namespace"),
    own("durable_objects", b::DURABLE_OBJECTS).binds(Under("bindings"), "name", &["class_name"], "Durable Object").pages(),
    top("env", Shape::Any).pages(),
    inherited("exports", s::EXPORTS),
    inherited("find_additional_modules", Shape::Boolean),
    inherited("first_party_worker", Shape::Boolean),
    own("flagship", b::FLAGSHIP).binds(List, "binding", &["app_id"], "Flagship"),
    own("hyperdrive", b::HYPERDRIVE).binds(List, "binding", &["id"], "Hyperdrive Config").pages(),
    own("images", b::SIMPLE).binds(One, "binding", &[], "Images"),
    inherited("jsx_factory", Shape::String),
    inherited("jsx_fragment", Shape::String),
    own("k2", b::K2).binds(List, "binding", &["stream"], "K2 Stream"),
    inherited("keep_names", Shape::Boolean),
    top("keep_vars", Shape::Boolean),
    own("kv_namespaces", b::KV).binds(List, "binding", &["id"], "KV Namespace").pages(),
    inherited("limits", s::LIMITS).pages(),
    inherited("logfwdr", b::LOGFWDR).binds(Under("bindings"), "name", &["destination"], "logfwdr"),
    inherited("logpush", Shape::Boolean),
    inherited("main", Shape::String),
    own("media", b::SIMPLE).binds(One, "binding", &[], "Media"),
    inherited("migrations", s::MIGRATIONS),
    inherited("minify", Shape::Boolean),
    own("mtls_certificates", b::MTLS).binds(List, "binding", &["certificate_id"], "mTLS Certificate").pages(),
    inherited("name", s::NAME).pages(),
    inherited("no_bundle", Shape::Boolean).pages(),
    inherited("observability", s::OBSERVABILITY),
    top("pages_build_output_dir", Shape::String).pages(),
    own("pipelines", b::PIPELINES).binds(List, "binding", &["stream", "pipeline"], "Pipeline"),
    inherited("placement", Shape::Any).pages(),
    inherited("preserve_file_names", Shape::Boolean),
    inherited("preview_urls", Shape::Boolean),
    inherited("previews", s::PREVIEWS),
    inherited("python_modules", s::PYTHON_MODULES),
    own("queues", b::QUEUES).binds(Under("producers"), "binding", &["queue"], "Queue").pages(),
    own("r2_buckets", b::R2).binds(List, "binding", &["bucket_name"], "R2 Bucket").pages(),
    own("ratelimits", b::RATELIMITS).binds(List, "name", &["namespace_id"], "Rate Limit"),
    inherited("route", s::ROUTE),
    inherited("routes", s::ROUTES),
    inherited("rules", s::RULES),
    own("secrets", s::SECRETS),
    own("secrets_store_secrets", b::SECRETS_STORE).binds(List, "binding", &["secret_name"], "Secrets Store Secret"),
    own("send_email", b::SEND_EMAIL).binds(List, "name", &["destination_address"], "Send Email"),
    top("send_metrics", Shape::Boolean).pages(),
    own("services", b::SERVICES).binds(List, "binding", &["service"], "Worker").pages(),
    top("site", s::SITE),
    own("stream", b::SIMPLE).binds(One, "binding", &[], "Stream"),
    own("streaming_tail_consumers", b::STREAMING_TAIL_CONSUMERS),
    own("tail_consumers", b::TAIL_CONSUMERS),
    top("text_blobs", s::MODULE_PATHS).binds(Names, "", &[], "Text Blob"),
    inherited("triggers", s::TRIGGERS),
    inherited("tsconfig", Shape::String),
    own("unsafe", b::UNSAFE).binds(Under("bindings"), "name", &[], "Unsafe Metadata"),
    own("unsafe_hello_world", b::HELLO_WORLD).binds(List, "binding", &[], "Hello World"),
    inherited("upload_source_maps", Shape::Boolean).pages(),
    own("vars", s::VARS).binds(Names, "", &[], "Environment Variable").pages(),
    own("vectorize", b::VECTORIZE).binds(List, "binding", &["index_name"], "Vectorize Index").pages(),
    own("version_metadata", b::VERSION_METADATA).binds(One, "binding", &[], "Worker Version Metadata").pages(),
    own("vpc_networks", b::VPC_NETWORKS).binds(List, "binding", &["tunnel_id", "network_id"], "VPC Network"),
    own("vpc_services", b::VPC_SERVICES).binds(List, "binding", &["service_id"], "VPC Service"),
    top("wasm_modules", s::MODULE_PATHS).binds(Names, "", &[], "Wasm Module"),
    own("worker_loaders", b::WORKER_LOADERS).binds(List, "binding", &[], "Worker Loader"),
    inherited("workers_dev", Shape::Boolean),
    own("workflows", b::WORKFLOWS).binds(List, "binding", &["name"], "Workflow"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_no_key_twice() {
        assert!(KEYS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(KEYS.iter().all(|k| key(k.name).is_some_and(|found| found.name == k.name)));
    }
}
