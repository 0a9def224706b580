//! What a run of a pipeline delivers: the environments that it deploys, and the one of which a pull
//! request gets a preview. Decided of `clodo.yml`, of what was asked for, and of what the run knows of
//! itself.
//!
//! | the run is for | it deploys |
//! |---|---|
//! | a branch | every environment whose `on` names the branch |
//! | the default branch | as well, of those without an `on`, `staging` and then the one for production |
//! | a tag, a release | every environment whose `on` names the tag |
//! | the clock | every environment with `on: { schedule: true }` |
//! | a comment | what the default branch deploys: of that commit alone, never of the pull request's |
//! | a pull request | nothing: it gets a preview |
//! | a merge queue, another run, `pull_request_target` | nothing |
//!
//! Without a `clodo.yml` that declares environments, nothing is deployed unless the run is told to.
//! What is in Wrangler's configurations then says which environments there are.

mod due;
mod preview;
#[cfg(test)]
mod tests;

pub use due::{Due, Nothing, due, is_again};
pub use preview::{NoPreview, alias_of, preview, unfit};

use super::config::clodo_yml::{EnvironmentSettings, is_production};

/// Whether a run deploys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deploying {
    /// What `clodo.yml` declares.
    #[default]
    Declared,
    /// That, and where it declares no environments those of Wrangler's configurations.
    On,
    /// Nothing.
    Off,
}

impl Deploying {
    /// The words by which it is chosen.
    pub const WORDS: [(&'static str, Self); 3] =
        [("auto", Self::Declared), ("on", Self::On), ("off", Self::Off)];
}

/// What there is to be delivered.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'a> {
    /// The environments that `clodo.yml` declares, in the order of the file.
    pub declared: &'a [EnvironmentSettings],
    /// The environments of Wrangler's configurations; `""` is the top level.
    pub configured: &'a [String],
    /// The environments that were asked for; all where there is none.
    pub asked: &'a [String],
    /// Whether anything is deployed.
    pub deploying: Deploying,
}

/// The name of the environment that comes before production, where nobody says otherwise.
const STAGING: &str = "staging";

impl Choices<'_> {
    /// The environments in question, each with its `on`. Those that were asked for and that nobody
    /// declares are Wrangler's.
    fn environments(&self) -> Vec<EnvironmentSettings> {
        let undeclared =
            || self.configured.iter().map(|name| EnvironmentSettings::undeclared(name));
        let known: Vec<_> = match self.declared {
            [] => undeclared().collect(),
            declared => declared.to_vec(),
        };
        if self.asked.is_empty() {
            return known;
        }
        let one = |name: &String| {
            let found = known.iter().find(|one| one.name == *name);
            found.cloned().unwrap_or_else(|| EnvironmentSettings::undeclared(name))
        };
        self.asked.iter().map(one).collect()
    }
}

/// Those of the names that are for production: by their names, or else the top level, which beside an
/// environment that is named so is mostly what the others inherit from.
fn production(names: &[&str]) -> Vec<String> {
    let named = names.iter().filter(|name| !name.is_empty() && is_production(name));
    let named: Vec<String> = named.map(|name| (*name).to_owned()).collect();
    match named.is_empty() && names.contains(&"") {
        true => vec![String::new()],
        false => named,
    }
}
