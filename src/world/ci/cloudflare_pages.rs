//! The builds of Cloudflare Pages, which say nothing of the repository or of pull requests.
//!
//! Variables: <https://developers.cloudflare.com/pages/configuration/build-configuration/#environment-variables>.
//! `CF_PAGES_URL` is not among those that are read: it is where the site will be, and no page about
//! the run.

use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::CloudflarePages, marker: Marker::Any(&["CF_PAGES"]), read };

fn read(s: &Surroundings<'_>) -> CiContext {
    CiContext {
        branch: s.text("CF_PAGES_BRANCH"),
        head_sha: s.sha("CF_PAGES_COMMIT_SHA"),
        ..CiContext::default()
    }
}
