//! The secrets and variables that pipelines set on the Worker of an environment.

use std::collections::BTreeSet;

use super::{Call, Job, Pipelines, WRANGLER_ACTION};
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
        for (job, call) in self.calls_about(environment) {
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

    /// Whether a deployment of an environment may set variables that its configuration does not
    /// have, or keep those that are live: `--var`, `--keep-vars`, and the action's `vars`.
    pub fn may_set_variables(&self, environment: &Environment<'_>) -> bool {
        self.calls_about(environment).any(|(job, call)| {
            let step = job.steps.get(call.step);
            call.arguments.flag("var").is_some()
                || call.arguments.has("keep-vars")
                || !call.arguments.complete
                || step.is_some_and(|step| {
                    step.action(WRANGLER_ACTION).is_some() && step.input("vars").is_some()
                })
        })
    }

    /// The calls that are about an environment, or of which nobody can say what they are about.
    fn calls_about(
        &self,
        environment: &Environment<'_>,
    ) -> impl Iterator<Item = (&Job<'a>, &Call<'a>)> {
        self.calls().map(|(_, job, call)| (job, call)).filter(|(_, call)| {
            let other = call.environment().is_some_and(|chosen| !chosen.is(environment));
            let elsewhere = call.service.is_some_and(|one| !std::ptr::eq(one, environment.service));
            !other && !elsewhere
        })
    }
}

fn is_from_file(call: &Call<'_>) -> bool {
    let bulk = [&["secret", "bulk"][..], &["secret:bulk"], &["versions", "secret", "bulk"]];
    bulk.iter().any(|command| call.is(command)) || call.arguments.flag("secrets-file").is_some()
}
