//! Cloudflare Workers Builds, which says nothing of the repository or of pull requests.
//!
//! Variables: <https://developers.cloudflare.com/workers/ci-cd/builds/configuration/#default-variables>.

use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::WorkersBuilds, marker: Marker::Any(&["WORKERS_CI"]), read };

fn read(s: &Surroundings<'_>) -> CiContext {
    CiContext {
        branch: s.text("WORKERS_CI_BRANCH"),
        head_sha: s.sha("WORKERS_CI_COMMIT_SHA"),
        run_id: s.text("WORKERS_CI_BUILD_UUID"),
        ..CiContext::default()
    }
}
