//! Environments by name: what `clodo.yml` declares comes first, else it is Wrangler's.

use super::project::{ProjectError, Request, read_settings};
use crate::core::config::clodo_yml::{EnvironmentSettings, Settings};

/// What a request is about.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The request, in which environments have the names that Wrangler's configurations give them.
    pub request: Request,
    /// The environments as people named them; none where nobody named one.
    pub environments: Vec<EnvironmentSettings>,
}

/// Resolves the environments that a request names. Where it names none and `clodo.yml` declares a
/// single one, it is that.
///
/// # Errors
/// Where `clodo.yml` cannot be used.
pub fn resolve(request: &Request) -> Result<Resolved, ProjectError> {
    let (settings, _) = read_settings(request)?;
    let environments = named(request, &settings);
    let mut request = request.clone();
    request.environments = environments.iter().map(|one| one.wrangler.clone()).collect();
    Ok(Resolved { request, environments })
}

fn named(request: &Request, settings: &Settings) -> Vec<EnvironmentSettings> {
    match (request.environments.as_slice(), settings.environments.as_slice()) {
        ([], [only]) => vec![only.clone()],
        (names, _) => {
            let one = |name: &String| match settings.environment(name) {
                Some(declared) => declared.clone(),
                None => EnvironmentSettings::undeclared(name),
            };
            names.iter().map(one).collect()
        }
    }
}
