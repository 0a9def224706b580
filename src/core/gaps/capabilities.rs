//! What an environment needs: a table of kinds, and how each is provided.

use std::collections::BTreeMap;

use super::{Need, State, env_flag, word};
use crate::core::config::wrangler::{Binding, Environment};
use crate::core::model::{Kind, Value};

/// How what a binding is bound to comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provided {
    /// With the Worker itself: nothing else is needed.
    ByDeploying,
    /// By this command, to which the name is added; it prints or is the id.
    By(&'static str),
    /// By this command for each environment, which also wants `--env`.
    PerEnvironment(&'static str),
    /// By deploying the Worker that it names.
    ByAnotherWorker,
}

/// Kinds of bindings, and how what they are bound to is provided. A kind that is not here is
/// provided by deploying. Commands as Wrangler 4.164.0 lists them.
const KINDS: &[(&str, Provided)] = &[
    ("d1_databases", Provided::By("wrangler d1 create")),
    ("dispatch_namespaces", Provided::By("wrangler dispatch-namespace create")),
    ("hyperdrive", Provided::By("wrangler hyperdrive create --connection-string=URL")),
    ("kv_namespaces", Provided::PerEnvironment("wrangler kv namespace create")),
    (
        "mtls_certificates",
        Provided::By("wrangler mtls-certificate upload --cert FILE --key FILE --name"),
    ),
    ("pipelines", Provided::By("wrangler pipelines create")),
    ("queues", Provided::By("wrangler queues create")),
    ("r2_buckets", Provided::By("wrangler r2 bucket create")),
    (
        "secrets_store_secrets",
        Provided::By("wrangler secrets-store secret create STORE --remote --name"),
    ),
    ("services", Provided::ByAnotherWorker),
    ("vectorize", Provided::By("wrangler vectorize create --dimensions=N --metric=cosine")),
];

/// Where a zone is added to an account.
const ADD_SITE: &str = "https://dash.cloudflare.com/?to=/:account/add-site";

/// Everything that one environment of a service needs, `all` being its siblings.
pub(super) fn of(environment: &Environment<'_>, all: &[Environment<'_>]) -> Vec<Need> {
    let mut needs = vec![worker(environment)];
    bindings(environment, all, &mut needs);
    consumers(environment, &mut needs);
    secrets(environment, &mut needs);
    addresses(environment, &mut needs);
    for cron in crons(environment) {
        needs.push(present("crons", cron, "cron"));
    }
    needs
}

fn present(kind: &str, name: &str, title: &str) -> Need {
    Need {
        capability: format!("{kind}:{name}"),
        title: format!("{title} {name}"),
        state: State::Present,
        close: String::new(),
    }
}

fn worker(environment: &Environment<'_>) -> Need {
    let service = environment.service;
    let name = environment.worker();
    let (kind, title, close) = match service.kind {
        Kind::Worker => ("workers", "Worker", format!("wrangler deploy{}", env_flag(environment))),
        Kind::Pages => {
            let name = word(name.as_deref().unwrap_or("NAME"));
            ("pages", "Pages project", format!("wrangler pages project create {name}"))
        }
    };
    let state = if name.is_some() { State::Unknown } else { State::Missing };
    let close = if name.is_some() { close } else { "add `name` to the configuration".to_owned() };
    let name = name.unwrap_or_else(|| "?".to_owned());
    Need { capability: format!("{kind}:{name}"), title: format!("{title} {name}"), state, close }
}

/// The bindings of all environments by kind and name: what one has, the others are likely to need.
fn bindings(environment: &Environment<'_>, all: &[Environment<'_>], needs: &mut Vec<Need>) {
    let mut known: BTreeMap<(&str, &str), Binding<'_>> = BTreeMap::new();
    for binding in all.iter().flat_map(Environment::bindings) {
        if let Some(name) = binding.name.filter(|_| binding.kind != "vars") {
            known.entry((binding.kind, name)).or_insert(binding);
        }
    }
    let own: Vec<Binding<'_>> = environment.bindings();
    for ((kind, name), sibling) in known {
        let here = own.iter().find(|b| b.kind == kind && b.name == Some(name));
        needs.push(binding(environment, kind, name, here, &sibling));
    }
}

fn binding(
    environment: &Environment<'_>,
    kind: &str,
    name: &str,
    here: Option<&Binding<'_>>,
    sibling: &Binding<'_>,
) -> Need {
    let how = KINDS.iter().find(|(known, _)| *known == kind).map_or(Provided::ByDeploying, |k| k.1);
    let target = here.and_then(|binding| binding.id);
    let create = |command: &str| {
        let wanted = here.and_then(|b| resource_name(b)).unwrap_or(name);
        let flag = match how {
            Provided::PerEnvironment(_) => env_flag(environment),
            _ => String::new(),
        };
        format!("{command} {}{flag}", word(wanted))
    };
    let (state, close) = match (here, how) {
        (None, _) => {
            let level = environment.path(kind);
            (State::Missing, format!("add {name} to {level}, if the environment needs it"))
        }
        (Some(_), Provided::ByDeploying) => (State::Present, String::new()),
        (Some(_), Provided::ByAnotherWorker) => {
            let worker = word(target.unwrap_or("WORKER"));
            (State::Unknown, format!("deploy the Worker {worker} first"))
        }
        (Some(_), Provided::By(command) | Provided::PerEnvironment(command)) => {
            let state = if target.is_some() { State::Unknown } else { State::Missing };
            (state, create(command))
        }
    };
    let title = format!("{} {name}", sibling.title);
    Need { capability: format!("{kind}:{name}"), title, state, close }
}

/// The name of what a binding is bound to, where it is not the id.
fn resource_name<'a>(binding: &Binding<'a>) -> Option<&'a str> {
    let text = |key: &str| binding.value.get(key).and_then(Value::as_str);
    match binding.kind {
        "d1_databases" => text("database_name"),
        "r2_buckets" => text("bucket_name"),
        "queues" => text("queue"),
        "vectorize" => text("index_name"),
        "dispatch_namespaces" => text("namespace"),
        "secrets_store_secrets" => text("secret_name"),
        _ => None,
    }
}

fn consumers(environment: &Environment<'_>, needs: &mut Vec<Need>) {
    let queues = environment.get("queues");
    let consumers = queues.and_then(|queues| queues.value().get("consumers"));
    for consumer in consumers.map(Value::items).unwrap_or_default() {
        for key in ["queue", "dead_letter_queue"] {
            let Some(queue) = consumer.get(key).and_then(Value::as_str) else { continue };
            needs.push(Need {
                capability: format!("queue_consumers:{queue}"),
                title: format!("Queue {queue}"),
                state: State::Unknown,
                close: format!("wrangler queues create {}", word(queue)),
            });
        }
    }
}

fn secrets(environment: &Environment<'_>, needs: &mut Vec<Need>) {
    let secrets = environment.get("secrets");
    let required = secrets.and_then(|secrets| secrets.value().get("required"));
    for secret in required.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str) {
        needs.push(Need {
            capability: format!("secrets:{secret}"),
            title: format!("Secret {secret}"),
            state: State::Unknown,
            close: format!("wrangler secret put {}{}", word(secret), env_flag(environment)),
        });
    }
}

fn addresses(environment: &Environment<'_>, needs: &mut Vec<Need>) {
    let route = environment.get("route");
    let routes = environment.get("routes");
    let listed = routes.map(|routes| routes.value().items()).unwrap_or_default();
    for route in route.map(|route| route.value()).into_iter().chain(listed) {
        let pattern = route.as_str().or_else(|| route.get("pattern")?.as_str());
        let Some(pattern) = pattern.filter(|pattern| !pattern.is_empty()) else { continue };
        let custom = route.get("custom_domain").and_then(Value::as_bool) == Some(true);
        let (kind, title) =
            if custom { ("custom_domains", "Custom domain") } else { ("routes", "Route") };
        needs.push(Need {
            capability: format!("{kind}:{pattern}"),
            title: format!("{title} {pattern}"),
            state: State::Unknown,
            close: format!("its zone must be in the account: {ADD_SITE}"),
        });
    }
}

fn crons<'a>(environment: &Environment<'a>) -> impl Iterator<Item = &'a str> {
    let triggers = environment.get("triggers");
    let crons = triggers.and_then(|triggers| triggers.value().get("crons"));
    crons.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str)
}
