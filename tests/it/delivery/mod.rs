//! `clodo ci` from the pull request to production: the real binary in a job of GitHub Actions, the
//! real Wrangler, and the sandbox as Cloudflare and as GitHub.

mod approval;
mod change;
pub(crate) mod place;
mod refusals;
