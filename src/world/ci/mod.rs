//! Where this runs: the environment of each CI system, read into one [`CiContext`].
//!
//! One file per CI system. Each is a pure function of [`Surroundings`]; the process's environment
//! and the files that it names are read in one place, [`detect_here`]. The user's own variables
//! (`CLODO_*`) come before anything that a CI system says, and git comes after it.

mod actions;
mod azure_pipelines;
mod bitbucket_pipelines;
mod buildkite;
mod circleci;
mod cloudflare_pages;
mod codebuild;
mod complete;
mod drone;
mod event;
mod forgejo_actions;
mod generic;
mod github_actions;
mod gitlab_ci;
mod jenkins;
mod step;
mod surroundings;
mod teamcity;
mod travis;
mod woodpecker;
mod workers_builds;

pub use step::{BadInput, Step};
pub use surroundings::{MAX_FILE_BYTES, Surroundings, read_file};

use crate::core::model::context::{
    CiContext, CiSystem, Field, GitAnswers, Known, Malformed, Origin,
};

/// A CI system: how to know it, and how to read it.
struct Detector {
    system: CiSystem,
    marker: Marker,
    read: fn(&Surroundings<'_>) -> CiContext,
}

/// How a CI system is known.
enum Marker {
    /// One of these variables says something.
    Any(&'static [&'static str]),
    /// This variable says exactly this.
    Is(&'static str, &'static str),
}

/// Every CI system. The first that is known counts, so the order matters in these places:
///
/// - Forgejo's runner says that it is GitHub's too, so it comes first.
/// - Jobs of GitHub, GitLab and Buildkite may run on machines of CodeBuild, Jenkins or TeamCity,
///   whose variables they inherit: whoever runs the job comes before whoever lends the machine.
/// - Woodpecker grew out of Drone and hands its variables to Drone's plugins.
/// - What only says `CI=true` comes last, because nearly all of them say that.
static DETECTORS: [Detector; 16] = [
    forgejo_actions::DETECTOR,
    github_actions::DETECTOR,
    gitlab_ci::DETECTOR,
    circleci::DETECTOR,
    bitbucket_pipelines::DETECTOR,
    buildkite::DETECTOR,
    azure_pipelines::DETECTOR,
    woodpecker::DETECTOR,
    drone::DETECTOR,
    travis::DETECTOR,
    workers_builds::DETECTOR,
    cloudflare_pages::DETECTOR,
    codebuild::DETECTOR,
    teamcity::DETECTOR,
    jenkins::DETECTOR,
    generic::DETECTOR,
];

/// Finds out where this process runs.
pub fn detect_here(git: &GitAnswers) -> Result<CiContext, Malformed> {
    let variable = |name: &str| std::env::var(name).ok();
    detect(&Surroundings { variable: &variable, file: &read_file, git })
}

/// Finds out where something runs. An error is a variable of the user's own with a value that it
/// cannot have.
pub fn detect(surroundings: &Surroundings<'_>) -> Result<CiContext, Malformed> {
    let mut context = CiContext::default();
    if let Some(text) = surroundings.own(Field::Ci) {
        context.set(Field::Ci, &text)?;
    } else {
        context.ci = DETECTORS.iter().find_map(|detector| detector.known(surroundings));
    }
    if let Some(ci) = context.ci.take() {
        let detector = DETECTORS.iter().find(|detector| detector.system == ci.value);
        context = detector.map(|d| (d.read)(surroundings)).unwrap_or_default();
        complete::tell_tags(&mut context);
        context.ci = Some(ci);
    }
    for field in Field::ALL {
        if let Some(text) = surroundings.own(field) {
            context.set(field, &text)?;
        }
    }
    complete::complete(&mut context, surroundings.git);
    Ok(context)
}

impl Detector {
    fn known(&self, surroundings: &Surroundings<'_>) -> Option<Known<CiSystem>> {
        let variable = match self.marker {
            Marker::Any(names) => names.iter().find(|name| surroundings.has(name))?,
            Marker::Is(name, value) => surroundings.is(name, value).then_some(name)?,
        };
        Some(Known::new(self.system, Origin::Variable(variable)))
    }
}
