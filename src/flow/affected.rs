//! The part of a report that a change concerns.

use std::collections::BTreeSet;

use super::project::{Project, Request};
use crate::core::affected::{Manifest, affected};
use crate::core::config::jsonc;
use crate::core::model::path::parent;
use crate::core::model::{Finding, Place, Report};
use crate::world::files;
use crate::world::git::Changes;

/// A service that a change concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Its name.
    pub service: String,
    /// The first changed file that concerns it.
    pub because: String,
}

/// Leaves in a report what concerns the services that changed, and says which these are. Findings
/// about the whole project stay.
pub(super) fn narrow(
    report: &mut Report,
    project: &Project,
    request: &Request,
    changes: &Changes,
) -> Vec<Affected> {
    let manifests: Vec<Manifest> =
        changes.manifests.iter().filter_map(|path| manifest(request, path)).collect();
    let workspace = &project.workspace;
    let causes = affected(workspace, &changes.paths, &manifests);
    let concerned: Vec<_> = workspace
        .services
        .iter()
        .zip(&causes)
        .filter_map(|(service, cause)| Some((service, cause.clone()?)))
        .collect();
    let names: BTreeSet<&str> = concerned.iter().map(|(service, _)| &*service.name).collect();
    let configs: BTreeSet<_> = concerned.iter().map(|(service, _)| service.config.file).collect();
    let stays = |finding: &Finding| {
        let is_told = |(place, _): &(Place, String)| configs.contains(&place.file);
        finding.service.as_deref().is_none_or(|name| names.contains(name))
            || finding.related.iter().any(is_told)
    };
    report.findings.retain(stays);
    report.gaps.retain(|gap| names.contains(&*gap.service));
    report.coverage.unaffected = workspace.services.len() - concerned.len();
    let mut causes = causes.iter();
    report.services.retain(|_| causes.next().is_some_and(Option::is_some));
    let told = |(service, because): (&crate::core::model::Service, String)| Affected {
        service: service.name.to_string(),
        because,
    };
    concerned.into_iter().map(told).collect()
}

/// A `package.json` of the repository. One that cannot be read says nothing.
fn manifest(request: &Request, path: &str) -> Option<Manifest> {
    let text = files::read_text(&request.root.join(path)).ok()?;
    Some(Manifest::of(parent(path), &jsonc::parse(&text).ok()?))
}
