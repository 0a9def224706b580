//! What a deployment does not do, although people may think so.

use crate::core::config::wrangler::Environment;

/// What follows the version, and is not taken back with it.
///
/// Sources: <https://developers.cloudflare.com/containers/platform-details/rollouts/>, and the order of
/// Wrangler's requests: workflows are set up after the code is live (recorded with 4.164.0).
pub(super) fn cautions(environment: &Environment<'_>) -> Vec<String> {
    let containers = "the Worker serves at once, and its containers follow: when Wrangler ends, their \
                      rollout has begun and is not over; it is not taken back";
    let workflows = "its workflows are set up beside the version, and are not taken back with it";
    let of = |key, caution: &str| environment.fills(key).then(|| caution.to_owned());
    [of("containers", containers), of("workflows", workflows)].into_iter().flatten().collect()
}
