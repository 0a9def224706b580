//! What the rules about D1 databases, KV namespaces, R2 buckets and other things that bindings name
//! say alike.

use super::{Findings, ServiceContext};
use crate::core::config::d1_ledger::database;
use crate::core::config::placeholder::placeholder;
use crate::core::config::shape::closest;
use crate::core::config::wrangler::Binding;
use crate::core::config::wrangler::provisioning::{Omission, Unbound};
use crate::core::model::account::{Account, DEFAULT_JURISDICTION};
use crate::core::model::{Place, Severity, Value, WranglerSays};

/// Reports a binding that names no resource, as bad as it is likely to be an accident. `why` says
/// what a Wrangler does that is not too old to do anything; `list` is the command that shows the
/// resources.
pub(super) fn report_unbound(
    cx: &ServiceContext<'_>,
    missing: &Unbound<'_>,
    why: String,
    list: &str,
    out: &mut Findings<'_>,
) {
    let Unbound { name, key, .. } = missing;
    if is_provided(cx, missing) {
        return;
    }
    let draft = out
        .at(missing.span)
        .say(format!("`{name}` has no {key}"))
        .label("bound to nothing yet")
        .path(missing.path())
        .why(why)
        .help(format!("add {key} = \"…\": `{list}` shows them"))
        .on(&missing.environment);
    let _ = match missing.omission {
        Omission::Refused => draft
            .wrangler(WranglerSays::Fails)
            .why("the Wrangler of this project stops: the binding must have one"),
        Omission::Odd(span) => {
            let file = cx.service.config.file;
            draft.see(Place { file, span }, "another binding has one")
        }
        Omission::Uniform => draft.severity(Severity::Warning),
    };
}

/// Whether the account shows that nothing is created for a binding that names no resource: a
/// database has the name that stands beside it, the live Worker has a binding of that name and kind,
/// which the deployment keeps, or the title of what would be created is taken (`kv/title-taken`).
fn is_provided(cx: &ServiceContext<'_>, missing: &Unbound<'_>) -> bool {
    let Some(worker) = cx.run.deployed(&missing.environment) else { return false };
    let keeps = |kind| worker.keeps(kind, missing.name) == Some(true);
    match missing.binding.kind {
        "d1_databases" => match missing.binding.value.get("database_name") {
            Some(_) => database(&missing.binding, worker.account).is_some(),
            None => keeps("d1"),
        },
        "kv_namespaces" => {
            let title = missing.created_name();
            let namespaces = worker.account.kv_namespaces.known().into_iter().flatten();
            keeps("kv_namespace") || namespaces.into_iter().any(|one| one.title == title)
        }
        _ => keeps("r2_bucket"),
    }
}

/// What a deployment does about a binding that names no resource: `what` it creates.
pub(super) fn creates(missing: &Unbound<'_>, what: &str) -> String {
    format!(
        "a deployment creates a new, empty {what}, {}, unless this Worker already has one as `{}`",
        missing.created_name(),
        missing.name
    )
}

/// Reports the bindings of a kind that develop with the resource they are deployed with: `key`
/// names it, and `preview_…` the one for development. `help` tells how to make one for that.
pub(super) fn report_same_preview(
    cx: &ServiceContext<'_>,
    kind: &str,
    key: &str,
    help: &'static str,
    out: &mut Findings<'_>,
) {
    let preview_key = format!("preview_{key}");
    for environment in cx.environments() {
        for binding in environment.bindings_of(kind) {
            let own = binding.value.get(key).and_then(Value::as_str);
            let own = own.filter(|own| !own.is_empty() && placeholder(own).is_none());
            let preview = binding.value.get(&preview_key);
            let same = preview.filter(|preview| own.is_some() && preview.as_str() == own);
            let (Some(name), Some(preview)) = (binding.name, same) else { continue };
            let _ = out
                .at(preview.span)
                .say(format!("`{name}` has the same `{preview_key}` and `{key}`"))
                .label(format!("also the `{key}`"))
                .path(format!("{}.{preview_key}", binding.path))
                .why("`wrangler dev --remote` works on what the deployed Worker works on")
                .help(help)
                .on(&environment);
        }
    }
}

/// The jurisdiction in which an R2 binding looks for its bucket.
pub(super) fn jurisdiction<'a>(binding: &Binding<'a>) -> &'a str {
    let named = binding.value.get("jurisdiction").and_then(Value::as_str);
    named.filter(|name| !name.is_empty()).unwrap_or(DEFAULT_JURISDICTION)
}

/// A kind of thing in an account that bindings name.
pub(super) struct Resource {
    /// The kind of binding: `hyperdrive`.
    pub(super) kind: &'static str,
    /// The key that names it: `id`.
    pub(super) key: &'static str,
    /// Whether a text can be such a name. What cannot is another rule's business.
    pub(super) has_form: fn(&str) -> bool,
    /// What people call it: `Hyperdrive configuration`.
    pub(super) noun: &'static str,
    /// What a deployment does where there is none.
    pub(super) why: &'static str,
    /// Whether Wrangler makes a new one where there is none. On the first deployment of a Worker
    /// that may be what is wanted.
    pub(super) is_created: bool,
    /// The command that shows what there is.
    pub(super) list: &'static str,
    /// The command that makes one.
    pub(super) create: &'static str,
}

/// Reports the bindings that name something which the account does not have. `known` gives the
/// names that could stand there; `None` where they are not known, or where another rule speaks.
pub(super) fn report_missing<'a>(
    cx: &ServiceContext<'a>,
    resource: &Resource,
    known: impl Fn(&'a Account, &Binding<'a>) -> Option<Vec<&'a str>>,
    out: &mut Findings<'_>,
) {
    let Resource { key, noun, list, create, .. } = resource;
    for (environment, account) in cx.live() {
        for binding in environment.bindings_of(resource.kind) {
            let named = binding.value.get(key).and_then(|value| Some((value, value.as_str()?)));
            let named = named.filter(|(_, text)| {
                !text.is_empty() && placeholder(text).is_none() && (resource.has_form)(text)
            });
            let Some((value, text)) = named else { continue };
            let Some(known) = known(account, &binding) else { continue };
            if known.iter().any(|known| known.eq_ignore_ascii_case(text)) {
                continue;
            }
            let first = cx.run.deployed(&environment).is_some_and(|worker| worker.live.is_none());
            let severity = match resource.is_created && first {
                true => Severity::Warning,
                false => cx.run.severity_of_missing(&environment),
            };
            let name = binding.name.unwrap_or("a binding");
            let help = match closest(text, known.into_iter()) {
                Some(similar) => format!("did you mean {similar}?"),
                None => format!("write the {key} that `{list}` shows, or `{create}`"),
            };
            let _ = out
                .at(value.span)
                .say(format!("`{name}` has the {key} {text}, and the account has no such {noun}"))
                .label("not in the account")
                .path(format!("{}.{key}", binding.path))
                .why(resource.why)
                .help(help)
                .severity(severity)
                .on(&environment);
        }
    }
}
