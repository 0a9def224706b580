//! How the forge protects the environments that pipelines deploy to: one question for each.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use crate::core::model::{Protections, Workspace};
use crate::core::pipeline::{Pipelines, System};
use crate::world::forge::{self, Credential, Destination, Kind};
use crate::world::http::{Http, block_on};

/// How to come to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forge {
    /// Somebody has looked.
    Known(Protections),
    /// The forge is asked.
    Asked {
        /// Which, and about which repository.
        of: Box<Destination>,
        /// Who asks.
        credential: Credential,
    },
}

/// What is known of the environments that jobs name, and what the forge did not tell, with why.
pub(super) fn look(
    forge: Option<&Forge>,
    workspace: &Workspace,
) -> (Option<Protections>, Vec<String>) {
    let (of, credential) = match forge {
        None => return (None, Vec::new()),
        Some(Forge::Known(protections)) => return (Some(protections.clone()), Vec::new()),
        Some(Forge::Asked { of, credential }) => (of, credential),
    };
    let system = match of.forge {
        Kind::GitHub => System::Github,
        Kind::GitLab => System::Gitlab,
        Kind::Bitbucket | Kind::AzureDevOps | Kind::Gitea => return (None, Vec::new()),
    };
    let pipelines = Pipelines::of(workspace);
    let jobs = pipelines.jobs().filter(|(pipeline, _)| pipeline.system == system);
    let names = jobs.filter_map(|(_, job)| Some(job.environment_name()?.0.to_owned()));
    let names: BTreeSet<String> = names.collect();
    if names.is_empty() {
        return (None, Vec::new());
    }
    let http = Http::default();
    block_on(ask(&http, of, credential, names)).unwrap_or_default()
}

async fn ask(
    http: &Http,
    of: &Destination,
    credential: &Credential,
    names: BTreeSet<String>,
) -> (Option<Protections>, Vec<String>) {
    let forge = forge::open(http, of, credential);
    let Some(evidence) = forge.evidence() else { return (None, Vec::new()) };
    let answers = join_all(names.iter().map(|name| evidence.protection(name))).await;
    let mut known = Protections::new();
    let mut untold = BTreeSet::new();
    for (name, answer) in names.into_iter().zip(answers) {
        match answer {
            Ok(protection) => {
                known.insert(name, protection);
            }
            Err(error) => {
                untold.insert(format!("{error}; fix: {}", error.hint()));
            }
        }
    }
    ((!known.is_empty()).then_some(known), untold.into_iter().collect())
}
