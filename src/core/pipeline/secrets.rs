//! The secrets that pipelines set on the Worker of an environment.

use std::collections::BTreeSet;

use super::{Call, Pipelines, WRANGLER_ACTION};
use crate::core::config::wrangler::Environment;

/// The secrets that pipelines set on a Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetByPipelines<'p> {
    /// These.
    These(BTreeSet<&'p str>),
    /// Any may be among them: they come from a file, or nobody can say.
    Any,
}

impl SetByPipelines<'_> {
    /// Whether a secret may be among them.
    pub fn may_be(&self, name: &str) -> bool {
        match self {
            Self::These(names) => names.contains(name),
            Self::Any => true,
        }
    }
}

impl<'a> Pipelines<'a> {
    /// The secrets that `secret put`, `secret bulk`, `--secrets-file` and the action's `secrets` may
    /// set on the Worker of an environment. Calls of which nobody can say whom they are about count,
    /// and a job that calls programs into which nobody can see may set any.
    pub fn secrets_of(&self, environment: &Environment<'_>) -> SetByPipelines<'_> {
        let mut names = BTreeSet::new();
        for (_, job, call) in self.calls() {
            let other = call.environment().is_some_and(|chosen| !chosen.is(environment));
            let elsewhere = call.service.is_some_and(|one| !std::ptr::eq(one, environment.service));
            if other || elsewhere {
                continue;
            }
            let action = job.steps.get(call.step).filter(|step| {
                step.action(WRANGLER_ACTION).is_some() && step.input("secrets").is_some()
            });
            if action.is_some() || is_from_file(call) || job.opaque {
                return SetByPipelines::Any;
            }
            let put = [&["secret", "put"][..], &["versions", "secret", "put"]];
            let Some(words) = put.iter().find_map(|command| call.arguments.after(command)) else {
                continue;
            };
            match words.first().and_then(|word| word.known()) {
                Some(name) => drop(names.insert(name)),
                None => return SetByPipelines::Any,
            }
        }
        SetByPipelines::These(names)
    }
}

fn is_from_file(call: &Call<'_>) -> bool {
    let bulk = [&["secret", "bulk"][..], &["secret:bulk"], &["versions", "secret", "bulk"]];
    bulk.iter().any(|command| call.is(command)) || call.arguments.flag("secrets-file").is_some()
}
