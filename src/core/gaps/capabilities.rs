//! What an environment needs: a table of kinds, and how each is provided.

use std::collections::BTreeMap;

use super::{Need, State, env_flag, presence, word};
use crate::core::config::wrangler::queues;
use crate::core::config::wrangler::routes::{routes, workers_dev};
use crate::core::config::wrangler::{Binding, Environment};
use crate::core::model::account::Account;
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

/// Where an account gets its part of workers.dev addresses.
const ONBOARDING: &str = "https://dash.cloudflare.com/?to=/:account/workers/onboarding";

/// Everything that one environment of a service needs, `all` being its siblings. What the files
/// only declare the account decides, where it was looked at.
pub(super) fn of(
    environment: &Environment<'_>,
    all: &[Environment<'_>],
    account: Option<&Account>,
) -> Vec<Need> {
    let mut needs = vec![worker(environment, account)];
    bindings(environment, all, account, &mut needs);
    consumers(environment, account, &mut needs);
    secrets(environment, account, &mut needs);
    addresses(environment, account, &mut needs);
    for cron in crons(environment) {
        needs.push(present("crons", cron, "cron"));
    }
    needs
}

/// What the account says of something, if somebody looked.
fn seen(account: Option<&Account>, state: impl FnOnce(&Account) -> State) -> State {
    account.map_or(State::Unknown, state)
}

/// What is there needs nothing.
fn close(state: State, how: String) -> String {
    if state == State::Present { String::new() } else { how }
}

fn present(kind: &str, name: &str, title: &str) -> Need {
    Need {
        capability: format!("{kind}:{name}"),
        title: format!("{title} {name}"),
        state: State::Present,
        close: String::new(),
    }
}

fn worker(environment: &Environment<'_>, account: Option<&Account>) -> Need {
    let service = environment.service;
    let name = environment.worker();
    let (kind, title, how) = match service.kind {
        Kind::Worker => ("workers", "Worker", format!("wrangler deploy{}", env_flag(environment))),
        Kind::Pages => {
            let name = word(name.as_deref().unwrap_or("NAME"));
            ("pages", "Pages project", format!("wrangler pages project create {name}"))
        }
    };
    let state = name.as_deref().map(|name| {
        seen(account, |account| match service.kind {
            Kind::Worker => presence::worker(account, name),
            Kind::Pages => presence::pages_project(account, name),
        })
    });
    let (state, close) = match state {
        Some(state) => (state, close(state, how)),
        None => (State::Missing, "add `name` to the configuration".to_owned()),
    };
    let name = name.unwrap_or_else(|| "?".to_owned());
    Need { capability: format!("{kind}:{name}"), title: format!("{title} {name}"), state, close }
}

/// The bindings of all environments by kind and name: what one has, the others are likely to need.
fn bindings(
    environment: &Environment<'_>,
    all: &[Environment<'_>],
    account: Option<&Account>,
    needs: &mut Vec<Need>,
) {
    let mut known: BTreeMap<(&str, &str), Binding<'_>> = BTreeMap::new();
    for binding in all.iter().flat_map(Environment::bindings) {
        if let Some(name) = binding.name.filter(|_| binding.kind != "vars") {
            known.entry((binding.kind, name)).or_insert(binding);
        }
    }
    let own: Vec<Binding<'_>> = environment.bindings();
    for ((kind, name), sibling) in known {
        let here = own.iter().find(|b| b.kind == kind && b.name == Some(name));
        needs.push(binding(environment, account, (kind, name), here, &sibling));
    }
}

fn binding(
    environment: &Environment<'_>,
    account: Option<&Account>,
    (kind, name): (&str, &str),
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
        (Some(binding), Provided::ByAnotherWorker) => {
            let state = seen(account, |account| presence::target(account, binding));
            let worker = word(target.unwrap_or("WORKER"));
            (state, close(state, format!("deploy the Worker {worker} first")))
        }
        (Some(binding), Provided::By(command) | Provided::PerEnvironment(command)) => {
            let state = match target {
                Some(_) => seen(account, |account| presence::target(account, binding)),
                None => State::Missing,
            };
            (state, close(state, create(command)))
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

fn consumers(environment: &Environment<'_>, account: Option<&Account>, needs: &mut Vec<Need>) {
    for consumer in queues::consumers(environment) {
        for queue in consumer.queue().into_iter().chain(consumer.dead_letter_queue()) {
            let state = seen(account, |account| presence::queue(account, queue));
            needs.push(Need {
                capability: format!("queue_consumers:{queue}"),
                title: format!("Queue {queue}"),
                state,
                close: close(state, format!("wrangler queues create {}", word(queue))),
            });
        }
    }
}

fn secrets(environment: &Environment<'_>, account: Option<&Account>, needs: &mut Vec<Need>) {
    let secrets = environment.get("secrets");
    let required = secrets.and_then(|secrets| secrets.value().get("required"));
    let worker = environment.worker().unwrap_or_default();
    for secret in required.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str) {
        let state = seen(account, |account| presence::secret(account, &worker, secret));
        let put = format!("wrangler secret put {}{}", word(secret), env_flag(environment));
        needs.push(Need {
            capability: format!("secrets:{secret}"),
            title: format!("Secret {secret}"),
            state,
            close: close(state, put),
        });
    }
}

/// Routes and custom domains, which need a zone; and what no file names, where the account was
/// looked at: the DNS records of routes, and the account's part of workers.dev addresses.
fn addresses(environment: &Environment<'_>, account: Option<&Account>, needs: &mut Vec<Need>) {
    let routes = routes(environment);
    for route in routes.iter().filter(|route| !route.pattern.is_empty()) {
        let (kind, title) = match route.is_custom_domain() {
            true => ("custom_domains", "Custom domain"),
            false => ("routes", "Route"),
        };
        let state = seen(account, |account| presence::zone(account, route));
        needs.push(Need {
            capability: format!("{kind}:{}", route.pattern),
            title: format!("{title} {}", route.pattern),
            state,
            close: close(state, format!("its zone must be in the account: {ADD_SITE}")),
        });
    }
    let Some(account) = account else { return };
    for route in routes.iter().filter(|route| !route.is_custom_domain()) {
        let host = route.parts().host;
        let capability = format!("dns:{host}");
        let known = needs.iter().any(|need| need.capability == capability);
        if let Some(state) = presence::record(account, route).filter(|_| !known) {
            let how = format!("add a proxied DNS record for {host}, or make it a custom domain");
            let title = format!("DNS record {host}");
            needs.push(Need { capability, title, state, close: close(state, how) });
        }
    }
    let wanted = environment.service.kind == Kind::Worker && workers_dev(environment);
    if let Some(state) = presence::subdomain(account).filter(|_| wanted) {
        needs.push(Need {
            capability: "workers_dev:subdomain".to_owned(),
            title: "workers.dev subdomain".to_owned(),
            state,
            close: close(state, format!("register one: {ONBOARDING}")),
        });
    }
}

fn crons<'a>(environment: &Environment<'a>) -> impl Iterator<Item = &'a str> {
    let triggers = environment.get("triggers");
    let crons = triggers.and_then(|triggers| triggers.value().get("crons"));
    crons.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str)
}
