//! Bitbucket Pipelines, which only Bitbucket Cloud has.
//!
//! Variables: <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/>.

use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem, EventKind, ForgeKind};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::BitbucketPipelines, marker: Marker::Any(&[NUMBER]), read };

const NUMBER: &str = "BITBUCKET_BUILD_NUMBER";
const SERVER: &str = "https://bitbucket.org";

fn read(s: &Surroundings<'_>) -> CiContext {
    let number = s.text(NUMBER);
    let repository = s.text("BITBUCKET_REPO_FULL_NAME");
    let tag = s.text("BITBUCKET_TAG");
    let pull_request = s.number("BITBUCKET_PR_ID");
    CiContext {
        // Of a branch it is not said whether it was pushed, or the clock or a person started it.
        event: pull_request
            .as_ref()
            .map(|number| number.so(|_| EventKind::PullRequest))
            .or_else(|| tag.as_ref().map(|tag| tag.so(|_| EventKind::Tag))),
        forge: number.as_ref().map(|number| number.so(|_| ForgeKind::Bitbucket)),
        server_url: number.as_ref().map(|number| number.so(|_| SERVER.to_owned())),
        run_url: repository.clone().zip(number.clone()).map(|(repository, number)| {
            repository.with(number, |repository, number| {
                format!("{SERVER}/{repository}/addon/pipelines/home#!/results/{number}")
            })
        }),
        repository,
        repository_id: s.text("BITBUCKET_REPO_UUID"),
        branch: s.text("BITBUCKET_BRANCH"),
        tag,
        base_branch: s.text("BITBUCKET_PR_DESTINATION_BRANCH"),
        // Of a pull request it is the head: the merge is made in the work tree, after it was cloned.
        // Both may be abbreviated to 12 digits.
        head_sha: s.sha("BITBUCKET_COMMIT"),
        base_sha: s.sha("BITBUCKET_PR_DESTINATION_COMMIT"),
        pull_request,
        actor: s.text("BITBUCKET_STEP_TRIGGERER_UUID"),
        run_id: number,
        run_attempt: s.number("BITBUCKET_STEP_RUN_NUMBER"),
        workspace: s.text("BITBUCKET_CLONE_DIR"),
        ..CiContext::default()
    }
}
