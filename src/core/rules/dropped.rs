//! What a deployment takes from a live Worker because the configuration does not have it.

use std::collections::BTreeMap;

use super::{Deployed, Draft, Findings, ServiceContext};
use crate::core::model::account::LiveBinding;
use crate::core::model::{Place, Severity};
use crate::core::source::undeclared;

/// A binding or variable of the live Worker that a deployment removes, and that somebody will miss.
pub(super) struct Dropped<'a> {
    /// The binding.
    pub(super) binding: &'a LiveBinding,
    /// Where the code relies on it.
    read: Option<Place>,
}

/// Bindings that Wrangler makes itself, out of modules (`text_blobs` and their like).
const OF_MODULES: [&str; 3] = ["wasm_module", "text_blob", "data_blob"];

/// What a deployment removes from a live Worker and somebody will miss: because the code reads it, or
/// because the last deployment was not Wrangler's, so that somebody may have added it by hand. What
/// else is gone from the configuration is taken for removed on purpose. Secrets are kept
/// (`keep_bindings`, cli.js:172090).
pub(super) fn dropped<'a>(
    cx: &ServiceContext<'a>,
    worker: &Deployed<'a>,
) -> impl Iterator<Item = Dropped<'a>> + use<'a> {
    let environment = &worker.environment;
    let declared = environment.bindings();
    let facts = cx.run.workspace.sources.handwritten(environment);
    let read = facts.map(|facts| undeclared(facts, environment)).unwrap_or_default();
    let read: BTreeMap<&str, Place> = read.iter().map(|one| (one.name, one.place)).collect();
    let by_hand = worker.live.is_some_and(|live| {
        live.last_deployed_from.as_deref().is_some_and(|from| from != "wrangler")
    });
    let live = worker.settings().map(|settings| settings.bindings.as_slice()).unwrap_or_default();
    live.iter().filter_map(move |binding| {
        let name = binding.name.as_str();
        // What runtimes and tools put there themselves begins so: `__STATIC_CONTENT`.
        let own = name.starts_with("__") || OF_MODULES.contains(&binding.kind.as_str());
        let kept = binding.is_secret() || declared.iter().any(|one| one.name == Some(name));
        let read = read.get(name).copied();
        let missed = !own && !kept && (read.is_some() || by_hand);
        missed.then_some(Dropped { binding, read })
    })
}

impl Dropped<'_> {
    /// Begins to report it: where the code reads it, else at the head of the configuration.
    pub(super) fn begin<'o>(
        &self,
        cx: &ServiceContext<'_>,
        out: &'o mut Findings<'_>,
    ) -> Draft<'o> {
        match self.read {
            Some(place) => out.in_file(place.file, place.span),
            None => out.at(cx.service.headline()),
        }
    }

    /// Says how bad it is.
    pub(super) fn weigh<'o>(&self, draft: Draft<'o>) -> Draft<'o> {
        match self.read {
            Some(_) => draft
                .why("the live Worker has it, the configuration does not, and the code relies on it")
                .severity(Severity::Error),
            None => draft.why(
                "the live Worker has it and the configuration does not; its last deployment was not \
                 Wrangler's",
            ),
        }
    }
}
