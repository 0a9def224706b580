//! What two versions are made of: bindings, and what they run with.

use std::collections::BTreeSet;

use crate::core::canonical::canonical;
use crate::core::model::account::{LiveBinding, Version};
use crate::core::plan::{Aspect, Change};

pub(super) fn compare(from: &Version, to: &Version, out: &mut Vec<Change>) {
    let names = from.bindings.iter().chain(&to.bindings).map(|binding| binding.name.as_str());
    for name in names.collect::<BTreeSet<_>>() {
        let of = |version: &'_ Version| {
            version.bindings.iter().find(|binding| binding.name == name).cloned()
        };
        out.extend(binding(name, of(from).as_ref(), of(to).as_ref()));
    }
    let flags = |version: &Version| {
        Some(version.compatibility_flags.join(", ")).filter(|flags| !flags.is_empty())
    };
    for (aspect, name, one, other) in [
        (
            Aspect::Compatibility,
            "compatibility_date",
            from.compatibility_date.clone(),
            to.compatibility_date.clone(),
        ),
        (Aspect::Compatibility, "compatibility_flags", flags(from), flags(to)),
        (
            Aspect::DurableObjects,
            "migration tag",
            from.migration_tag.clone(),
            to.migration_tag.clone(),
        ),
    ] {
        out.extend(setting(aspect, name, one, other));
    }
    for name in from.limits.keys().chain(to.limits.keys()).collect::<BTreeSet<_>>() {
        let of = |version: &Version| version.limits.get(name).map(canonical);
        out.extend(setting(Aspect::Settings, &format!("limits.{name}"), of(from), of(to)));
    }
}

fn setting(aspect: Aspect, name: &str, from: Option<String>, to: Option<String>) -> Option<Change> {
    match (from, to) {
        (from, to) if from == to => None,
        (Some(from), Some(to)) => Some(Change::replace(aspect, name, from, to)),
        (None, Some(to)) => Some(Change::add(aspect, name, to)),
        (Some(from), None) => Some(Change::remove(aspect, name, from)),
        (None, None) => None,
    }
}

/// What differs of a binding. The values of secrets are not readable, and those of variables are not
/// shown.
fn binding(name: &str, from: Option<&LiveBinding>, to: Option<&LiveBinding>) -> Option<Change> {
    let shown = |binding: &LiveBinding| match binding.target.is_empty() {
        true => binding.kind.clone(),
        false => {
            let target = binding.target.iter().map(|(key, value)| {
                let value = value.as_str().map_or_else(|| canonical(value), str::to_owned);
                format!("{key} {value}")
            });
            format!("{} {}", binding.kind, target.collect::<Vec<_>>().join(", "))
        }
    };
    match (from, to) {
        (Some(one), Some(other)) if one.kind == other.kind && one.target == other.target => {
            (one.digest != other.digest)
                .then(|| Change::replace(aspect(one), name, "a value", "another value"))
        }
        (Some(one), Some(other)) => {
            Some(Change::replace(aspect(other), name, shown(one), shown(other)))
        }
        (None, Some(binding)) => Some(Change::add(aspect(binding), name, shown(binding))),
        (Some(binding), None) => Some(Change::remove(aspect(binding), name, shown(binding))),
        (None, None) => None,
    }
}

fn aspect(binding: &LiveBinding) -> Aspect {
    match binding {
        binding if binding.is_secret() => Aspect::Secrets,
        binding if binding.is_variable() => Aspect::Variables,
        _ => Aspect::Bindings,
    }
}
