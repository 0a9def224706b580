//! Bindings: which an upload has, and whether what they lead to exists.

use std::collections::BTreeSet;

use super::form::Metadata;
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::errors::{
    DUPLICATE_BINDING, INVALID_UPLOAD, NO_SUCH_CLASS, NO_SUCH_SERVICE, NOTHING_TO_INHERIT,
};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::workers::{Binding, Namespace, Version};

/// What becomes of `inherit` where there is nothing to inherit: `bindings_inherit=strict` or not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::server::sandbox) enum Inherit {
    /// It is an error.
    Strict,
    /// The binding is left out.
    Loose,
}

impl Inherit {
    /// What the query `bindings_inherit` asks for.
    pub(in crate::server::sandbox) fn of(asked: Option<&str>) -> Self {
        if asked == Some("strict") { Self::Strict } else { Self::Loose }
    }
}

/// The bindings of an upload: its own, those that it inherits by name, and those of the kinds that
/// it keeps (`keep_bindings`).
pub(super) fn resolve(
    metadata: &Metadata,
    before: Option<&Version>,
    inherit: Inherit,
) -> Result<Vec<Binding>, ApiError> {
    let mut bindings = Vec::new();
    for binding in &metadata.bindings {
        if binding.kind != "inherit" {
            bindings.push(binding.clone());
            continue;
        }
        let old_name = binding.text("old_name").unwrap_or(&binding.name);
        match before.and_then(|before| before.binding(old_name)) {
            Some(old) => bindings.push(Binding { name: binding.name.clone(), ..old.clone() }),
            None if inherit == Inherit::Loose => {}
            None => {
                return Err(NOTHING_TO_INHERIT.saying(format!(
                    "inherit binding '{}' is invalid: the previous version has no binding of this \
                     name",
                    binding.name
                )));
            }
        }
    }
    let kept = before.into_iter().flat_map(|before| &before.bindings).filter(|old| {
        metadata.keep_bindings.contains(&old.kind)
            && !metadata.bindings.iter().any(|new| new.name == old.name)
    });
    bindings.extend(kept.cloned());
    check_names(&bindings)?;
    Ok(bindings)
}

/// No name twice.
pub(in crate::server::sandbox) fn check_names(bindings: &[Binding]) -> Result<(), ApiError> {
    let mut names = BTreeSet::new();
    match bindings.iter().find(|binding| !names.insert(&binding.name)) {
        None => Ok(()),
        Some(twice) => {
            let text = format!("the binding name '{}' cannot be used more than once", twice.name);
            Err(DUPLICATE_BINDING.saying(text))
        }
    }
}

/// Whether what the bindings lead to is there. Those to Durable Objects get the id of the namespace,
/// as Cloudflare's answers show them.
pub(super) fn check(
    state: &State,
    worker: &str,
    namespaces: &[Namespace],
    bindings: &mut [Binding],
) -> Result<(), ApiError> {
    for binding in bindings {
        match &*binding.kind {
            "service" => service(state, worker, binding)?,
            "durable_object_namespace" => {
                let id = class(worker, namespaces, binding)?;
                binding.fields.insert("namespace_id".into(), id.into());
            }
            "d1" => database(binding)?,
            _ => {}
        }
    }
    Ok(())
}

fn service(state: &State, worker: &str, binding: &Binding) -> Result<(), ApiError> {
    let target = binding.text("service").unwrap_or_default();
    if target == worker || state.workers.scripts.contains_key(target) {
        return Ok(());
    }
    Err(NO_SUCH_SERVICE.saying(format!(
        "Service binding '{}' references Worker '{target}' which was not found.",
        binding.name
    )))
}

/// The id of the namespace that a binding leads to.
fn class<'a>(
    worker: &str,
    namespaces: &'a [Namespace],
    binding: &Binding,
) -> Result<&'a str, ApiError> {
    // A binding that was inherited names the namespace; its class may have another name by now.
    let inherited = binding.text("namespace_id");
    let class = binding.text("class_name").unwrap_or_default();
    let script = binding.text("script_name").unwrap_or(worker);
    let found = namespaces
        .iter()
        .find(|one| Some(&*one.id) == inherited)
        .or_else(|| namespaces.iter().find(|one| one.class == class && one.script == script));
    found.map(|namespace| &*namespace.id).ok_or_else(|| {
        NO_SUCH_CLASS.saying(format!(
            "Cannot create binding for class '{class}' because it is not currently configured to \
             implement Durable Objects. Did you forget to apply a Durable Object migration?"
        ))
    })
}

fn database(binding: &Binding) -> Result<(), ApiError> {
    let id = binding.text("id").or_else(|| binding.text("database_id")).unwrap_or_default();
    let is_uuid = id.len() == 36
        && id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    if is_uuid {
        return Ok(());
    }
    let text = format!("binding {} of type d1 must have a valid `id` specified", binding.name);
    Err(INVALID_UPLOAD.saying(text))
}
