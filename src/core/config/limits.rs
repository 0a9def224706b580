//! Limits of Cloudflare, as data with a date.
//!
//! Read in the documentation in mid-2026, where nothing else is said. clodo does not know the plan
//! of an account: below [`Limit::free`] all is well, above [`Limit::paid`] nothing helps, and
//! between the two it depends.

/// A limit on one Worker, file or list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// On Workers Free.
    pub free: u64,
    /// On Workers Paid.
    pub paid: u64,
    /// Where it is written.
    pub source: &'static str,
}

/// On which side of a limit an amount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// More than Workers Free allows: nobody without a paid plan can deploy it.
    Free,
    /// More than any plan allows.
    Paid,
}

impl Limit {
    /// Whether an amount is too much, and for whom.
    pub fn exceeded_by(&self, amount: usize) -> Option<Excess> {
        let amount = u64::try_from(amount).unwrap_or(u64::MAX);
        match amount {
            _ if amount > self.paid => Some(Excess::Paid),
            _ if amount > self.free => Some(Excess::Free),
            _ => None,
        }
    }
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The limits of Workers.
pub const WORKERS: &str = "https://developers.cloudflare.com/workers/platform/limits/";
/// The limits of D1.
pub const D1: &str = "https://developers.cloudflare.com/d1/platform/limits/";
/// What a name may be where it becomes a host of workers.dev.
pub const WORKERS_DEV: &str =
    "https://developers.cloudflare.com/workers/configuration/routing/workers-dev/";
/// Wrangler's own constants.
const WRANGLER: &str = "Wrangler 4.164.0, wrangler-dist/cli.js";

const fn both(limit: u64, source: &'static str) -> Limit {
    Limit { free: limit, paid: limit, source }
}

const fn plans(free: u64, paid: u64, source: &'static str) -> Limit {
    Limit { free, paid, source }
}

/// Variables and secrets of a Worker, together.
pub const VARIABLES: Limit = plans(64, 128, WORKERS);
/// Bytes of one variable.
pub const VARIABLE_BYTES: Limit = both(5 * KIB, WORKERS);
/// Bytes of a Worker before compression.
pub const WORKER_BYTES: Limit = both(64 * MIB, WORKERS);
/// Bytes of a Worker's metadata: about 5,000 bindings.
pub const METADATA_BYTES: Limit = both(1_000_000, WORKERS);
/// Milliseconds of CPU time in one request.
pub const CPU_MS: Limit = plans(10, 300_000, WORKERS);
/// Subrequests of one request.
pub const SUBREQUESTS: Limit = plans(50, 10_000, WORKERS);
/// Workers of an account.
pub const WORKERS_OF_ACCOUNT: Limit = plans(100, 500, WORKERS);
/// Cron triggers of an account.
pub const CRONS: Limit = plans(5, 250, WORKERS);
/// Files of static assets in one version.
pub const ASSETS: Limit = plans(20_000, 100_000, WORKERS);
/// Bytes of one file of static assets.
pub const ASSET_BYTES: Limit = both(25 * MIB, WORKERS);
/// Routes of a zone.
pub const ROUTES: Limit = both(1_000, WORKERS);
/// Custom domains of a zone.
pub const CUSTOM_DOMAINS: Limit = both(100, WORKERS);
/// Bytes of one SQL statement.
pub const D1_STATEMENT_BYTES: Limit = both(100 * 1_000, D1);
/// Databases of an account.
pub const D1_DATABASES: Limit = plans(10, 50_000, D1);
/// Characters of a host's first label, and so of a Worker's name on workers.dev. Unconfirmed for
/// Workers without workers.dev.
pub const HOST_LABEL: Limit = both(63, WORKERS_DEV);
/// Rules of a `_headers` file (cli.js:168420).
pub const HEADER_RULES: Limit = both(100, WRANGLER);
/// Static rules of a `_redirects` file (cli.js:168420).
pub const STATIC_REDIRECTS: Limit = both(2_000, WRANGLER);
/// Dynamic rules of a `_redirects` file (cli.js:168420).
pub const DYNAMIC_REDIRECTS: Limit = both(100, WRANGLER);
/// Characters of a line in `_headers` and `_redirects` (cli.js:168420).
pub const RULE_LENGTH: Limit = both(2_000, WRANGLER);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_still_allowed() {
        assert_eq!(VARIABLES.exceeded_by(64), None);
        assert_eq!(VARIABLES.exceeded_by(65), Some(Excess::Free));
        assert_eq!(VARIABLES.exceeded_by(128), Some(Excess::Free));
        assert_eq!(VARIABLES.exceeded_by(129), Some(Excess::Paid));
        assert_eq!(VARIABLE_BYTES.exceeded_by(5121), Some(Excess::Paid));
    }
}
