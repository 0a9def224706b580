//! Bindings: which an upload has.

use std::collections::BTreeSet;

use super::form::Metadata;
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::errors::{DUPLICATE_BINDING, NOTHING_TO_INHERIT};
use crate::server::sandbox::state::workers::{Binding, Version};

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
