//! Bindings that do not say what they are bound to. Wrangler creates what they need.
//!
//! Source: `provisionBindings` of Wrangler 4.164.0 (cli.js:177900), and its changelog for the
//! version that switched it on.

use super::stages::may_be_local;
use super::versions::Version;
use super::{Binding, Environment};
use crate::core::config::placeholder::placeholder;
use crate::core::model::{Kind, Service, Span, Workspace};

/// The first version of Wrangler that creates resources unasked. Older ones stop.
/// Source: <https://github.com/cloudflare/workers-sdk/pull/11030>, read 2026-11.
const SWITCHED_ON: Version = (4, 45, 0);

/// A binding without the key that names its resource.
#[derive(Clone, Debug)]
pub struct Unbound<'a> {
    /// Whose it is.
    pub environment: Environment<'a>,
    /// The binding.
    pub binding: Binding<'a>,
    /// Its name.
    pub name: &'a str,
    /// The key that it lacks.
    pub key: &'static str,
    /// Where to point: the empty key, or the whole binding.
    pub span: Span,
    /// How it looks beside the others.
    pub omission: Omission,
}

/// How likely it is that somebody left the key out by accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omission {
    /// The project's Wrangler is too old to create anything: it stops.
    Refused,
    /// The key stands at this place in another binding of the kind in the environment, or in the
    /// same binding of another environment: a project that names its resources means to name all.
    Odd(Span),
    /// No related binding has it.
    Uniform,
}

/// The bindings of a kind that Wrangler would create something for, in every environment. For Pages
/// projects it never does.
pub fn unbound<'a>(
    workspace: &Workspace,
    service: &'a Service,
    kind: &str,
    key: &'static str,
) -> Vec<Unbound<'a>> {
    if service.kind == Kind::Pages {
        return Vec::new();
    }
    let all: Vec<(Environment<'a>, Binding<'a>)> = Environment::all(service)
        .flat_map(|environment| {
            environment.bindings_of(kind).into_iter().map(move |binding| (environment, binding))
        })
        .collect();
    let refused = is_refused(workspace, service);
    let omission = |environment: &Environment<'a>, name: &str| {
        let named = all.iter().find_map(|(other, binding)| {
            let related =
                other.is(environment) || (binding.name == Some(name) && !may_be_local(other));
            let id = binding.value.get(key).filter(|_| related)?;
            let real = id.as_str().is_some_and(|id| !id.is_empty() && placeholder(id).is_none());
            real.then_some(id.span)
        });
        match named {
            _ if refused => Omission::Refused,
            Some(span) => Omission::Odd(span),
            None => Omission::Uniform,
        }
    };
    let missing = all.iter().filter_map(|(environment, binding)| {
        // A binding without a name is refused, so nothing is created for it.
        let name = binding.name.filter(|name| !name.is_empty())?;
        let empty = binding.value.get(key);
        // Of the empty texts only that of D1 gets past the validation.
        let falls = empty.is_none_or(|id| kind == "d1_databases" && id.as_str() == Some(""));
        falls.then(|| Unbound {
            environment: *environment,
            binding: binding.clone(),
            name,
            key,
            span: empty.unwrap_or(binding.value).span,
            omission: omission(environment, name),
        })
    });
    missing.collect()
}

fn is_refused(workspace: &Workspace, service: &Service) -> bool {
    let pinned = workspace.wrangler_of(service).map(|pinned| &pinned.version);
    pinned.is_some_and(|version| (version.major, version.minor, version.patch) < SWITCHED_ON)
}

impl Unbound<'_> {
    /// The path of the key that it lacks: `d1_databases[0].database_id`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.binding.path, self.key)
    }

    /// The name that Wrangler gives to what it creates.
    pub fn created_name(&self) -> String {
        created_name(&self.environment, self.name)
    }
}

/// The name that Wrangler gives to what it creates for a binding.
pub fn created_name(environment: &Environment<'_>, binding: &str) -> String {
    let name = binding.to_lowercase().replace('_', "-");
    match environment.worker() {
        Some(worker) => format!("{worker}-{name}"),
        None => name,
    }
}
