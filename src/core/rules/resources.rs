//! What the rules about D1 databases, KV namespaces and R2 buckets say alike.

use super::{Findings, ServiceContext};
use crate::core::config::placeholder::placeholder;
use crate::core::config::wrangler::provisioning::{Omission, Unbound};
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
