//! The errors that Cloudflare documents or was seen to give, each once, with how sure it is.
//!
//! The codes of a product stand together. "captured" means captured from the real API by other
//! projects (alchemy, distilled) or quoted in an issue; "cli.js" means that Wrangler 4.164.0 looks
//! for the code. Where neither status nor text are known, the constant says so by its mark.

pub mod products;

use std::borrow::Cow;

use super::envelope::Mark::{Documented, Guessed, Observed};
use super::envelope::{ApiError, Mark};

/// An error that is known beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    status: u16,
    code: u32,
    message: &'static str,
    mark: Mark,
}

/// One line of the tables below.
pub const fn known(status: u16, code: u32, mark: Mark, message: &'static str) -> Known {
    Known { status, code, message, mark }
}

impl Known {
    /// The error with a text that names what it is about.
    pub fn saying(self, message: impl Into<Cow<'static, str>>) -> ApiError {
        let Self { status, code, mark, .. } = self;
        ApiError { status, code, message: message.into(), mark, chain: Vec::new() }
    }
}

impl From<Known> for ApiError {
    fn from(known: Known) -> Self {
        known.saying(known.message)
    }
}

// Requests and tokens.

/// A path that nothing answers to, or an id of the wrong shape (captured, many services).
pub const NO_ROUTE: Known = known(
    404,
    7003,
    Observed,
    "Could not route to that path, perhaps your object identifier is invalid?",
);
/// A method that the path does not take.
pub const WRONG_METHOD: Known =
    known(405, 10405, Observed, "Method not allowed for this authentication scheme");
/// A body that is no JSON.
pub const MALFORMED_JSON: Known = known(400, 6007, Guessed, "Malformed JSON in request body");
/// No token at all.
pub const NO_CREDENTIALS: Known =
    known(400, 9106, Guessed, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
/// A header that cannot be a token's (documented with 6111 beneath it).
pub const INVALID_HEADERS: Known = known(400, 6003, Documented, "Invalid request headers");
/// A token that is not known, has expired or is disabled, where it is asked about itself.
pub const INVALID_TOKEN: Known = known(401, 1000, Documented, "Invalid API Token");
/// A token that is not known or not allowed, at the account's products (captured).
pub const NOT_ALLOWED: Known = known(403, 10000, Observed, "Authentication error");
/// A token that is not allowed, at /zones, /accounts and /user (recorded).
pub const UNAUTHORIZED: Known =
    known(403, 9109, Observed, "Unauthorized to access requested resource");
/// A token that is not allowed, at /memberships (quoted in workers-sdk#8277).
pub const NOT_AUTHENTICATED: Known = known(403, 10001, Observed, "Unable to authenticate request");
/// Too many requests (quoted in issues).
pub const THROTTLED: Known =
    known(429, 971, Observed, "Please wait and consider throttling your request speed");
/// What Cloudflare answers when it does not know itself (captured at /services and /versions).
pub const UNKNOWN_ERROR: Known = known(
    500,
    10013,
    Observed,
    "An unknown error has occurred. If this error persists, please contact support.",
);

// Workers.

/// A Worker that is not there (captured; cli.js reads it as "new Worker").
pub const NO_SUCH_WORKER: Known =
    known(404, 10007, Observed, "This Worker does not exist on your account.");
/// A name that no Worker can have.
pub const INVALID_WORKER_NAME: Known = known(400, 10016, Guessed, "Invalid Worker name.");
/// No module of the name in `main_module`, a compatibility date in the future, a bundle that throws
/// when it starts, an id of the wrong shape: all have this code (quoted in many issues).
pub const INVALID_UPLOAD: Known = known(400, 10021, Observed, "The uploaded Worker is not valid.");
/// Modules that are too large (recorded; cli.js:177442).
pub const TOO_LARGE: Known =
    known(413, 10027, Documented, "Your Worker failed validation because it exceeded size limits.");
/// More Workers than the plan has.
pub const TOO_MANY_WORKERS: Known =
    known(403, 10037, Guessed, "This account has reached its limit of Workers.");
/// `limits.cpu_ms` on Workers Free.
pub const NO_CPU_LIMITS: Known =
    known(400, 100_328, Guessed, "CPU limits are not supported for the Free plan.");
/// Two bindings of one name (quoted in workers-sdk#6130).
pub const DUPLICATE_BINDING: Known =
    known(400, 10053, Observed, "A binding name cannot be used more than once.");
/// `inherit` of a binding that the version before has not (recorded; cli.js:166305 reads the text).
pub const NOTHING_TO_INHERIT: Known = known(400, 10057, Observed, "inherit binding is invalid");
/// A service binding to a Worker that is not there (captured).
pub const NO_SUCH_SERVICE: Known =
    known(400, 10144, Observed, "Service binding references a Worker which was not found.");
/// A binding to a KV namespace that is not there (quoted in UptimeFlare#195, captured).
pub const NO_BOUND_NAMESPACE: Known = known(400, 10041, Observed, "KV namespace not found.");
/// A binding to a D1 database that is not there (captured).
pub const NO_BOUND_DATABASE: Known = known(400, 10181, Observed, "D1 database not found.");
/// A binding to an R2 bucket that is not there (quoted in workers-sdk#9418, captured).
pub const NO_BOUND_BUCKET: Known = known(400, 10085, Observed, "R2 bucket not found.");
/// A binding to an R2 bucket where R2 was never enabled (quoted in workers-sdk#15610).
pub const R2_BINDING_NOT_ENABLED: Known =
    known(400, 10136, Observed, "Please enable R2 through the Cloudflare Dashboard.");
/// A binding to a queue that is not there (captured).
pub const NO_BOUND_QUEUE: Known = known(400, 11000, Observed, "Queue not found.");
/// A binding to a Hyperdrive configuration that is not there (captured).
pub const NO_BOUND_HYPERDRIVE: Known = known(400, 10157, Observed, "Hyperdrive config not found.");
/// A binding to a Vectorize index that is not there (captured).
pub const NO_BOUND_INDEX: Known = known(400, 10159, Observed, "Vectorize index not found.");
/// A binding to a dispatch namespace that is not there (captured).
pub const NO_BOUND_DISPATCH: Known = known(400, 100_119, Observed, "Dispatch namespace not found.");
/// A binding to a certificate that is not there (captured).
pub const NO_BOUND_CERTIFICATE: Known = known(400, 100_143, Observed, "Certificate not found.");
/// A binding to a secret of the Secrets Store that is not there.
pub const NO_BOUND_SECRET: Known = known(400, 10182, Guessed, "Secret not found.");
/// A binding to a pipeline that is not there.
pub const NO_BOUND_PIPELINE: Known = known(400, 10183, Guessed, "Pipeline not found.");
/// A tail consumer that is not there.
pub const NO_SUCH_TAIL_CONSUMER: Known = known(400, 10165, Guessed, "Tail consumer not found.");
/// The Worker still consumes a queue (quoted in workers-sdk#3370; that `force` passes is a guess).
pub const CONSUMES_QUEUE: Known =
    known(400, 10064, Observed, "This script is still in use as a consumer for a queue.");
/// The Worker is still in use: by other Workers' service bindings or Durable Objects (cli.js:242550
/// asks for `force` then).
pub const STILL_REFERENCED: Known =
    known(400, 10064, Guessed, "This Worker is still referenced by other Workers.");

// Durable Objects.

/// A binding to a class that no migration made (captured).
pub const NO_SUCH_CLASS: Known = known(
    400,
    10061,
    Observed,
    "Cannot create binding for a class that is not configured to implement Durable Objects.",
);
/// A class that the code does not export.
pub const CLASS_NOT_EXPORTED: Known = known(
    400,
    10070,
    Guessed,
    "Cannot apply a new-class migration to a class that is not exported by the script.",
);
/// A new class that is there already (quoted in issues).
pub const CLASS_EXISTS: Known = known(
    400,
    10074,
    Observed,
    "Cannot apply a new-class migration to a class that is already depended on.",
);
/// `deleted_classes` or `renamed_classes` of a class that is not there (quoted in
/// workers-sdk#15741; the code is a guess).
pub const NO_CLASS_TO_CHANGE: Known =
    known(400, 10071, Guessed, "Cannot apply a migration to a non-existent class.");
/// `old_tag` is not the tag that the Worker has.
pub const WRONG_MIGRATION_TAG: Known =
    known(412, 10079, Guessed, "Durable Object migration tag precondition failed.");
/// `new_classes` where only SQLite is to be had (quoted in issues).
pub const SQLITE_CLASSES_ONLY: Known = known(
    400,
    10097,
    Observed,
    "In order to use Durable Objects with a free plan, you must create a namespace using a \
     `new_sqlite_classes` migration.",
);
/// A migration in an upload that is not deployed at once (quoted in workers-sdk#15411).
pub const MIGRATION_IN_VERSION: Known = known(
    400,
    10211,
    Observed,
    "A migration must be applied by deploying the Worker, not by uploading a version of it.",
);
/// A namespace that is not there (captured).
pub const NO_SUCH_NAMESPACE: Known =
    known(404, 10066, Observed, "Durable Object namespace not found.");

// Versions, deployments, secrets.

/// A version that is not there (cli.js:148393).
pub const NO_SUCH_VERSION: Known =
    known(404, 100_146, Documented, "The requested Worker version could not be found.");
/// A deployment that is not there (captured).
pub const NO_SUCH_DEPLOYMENT: Known =
    known(404, 10336, Observed, "The requested deployment could not be found.");
/// Percentages that are not 100 together, or no versions.
pub const INVALID_DEPLOYMENT: Known =
    known(400, 100_122, Guessed, "The percentages of a deployment must be 100 together.");
/// The deployment that serves cannot be deleted (documented without a code).
pub const DEPLOYMENT_SERVES: Known =
    known(400, 100_123, Guessed, "The deployment that serves traffic cannot be deleted.");
/// A version that is not among the newest 100 (documented without a code).
pub const VERSION_TOO_OLD: Known =
    known(400, 100_124, Guessed, "Only the 100 versions that were uploaded last can be deployed.");
/// A version from before a migration of Durable Objects (documented without a code).
pub const OBJECTS_CHANGED: Known = known(
    400,
    100_125,
    Guessed,
    "The Durable Objects of this Worker have been migrated since this version was uploaded.",
);
/// An older version whose secrets have changed since; `force=true` overrides (recorded).
pub const SECRETS_CHANGED: Known = known(
    400,
    10220,
    Observed,
    "A secret has changed since this version was active. Use force to deploy it all the same.",
);
/// A secret where the newest version is not the one that serves (recorded).
pub const LATEST_NOT_DEPLOYED: Known = known(
    400,
    10215,
    Observed,
    "Secret edit failed. You attempted to modify a secret, but the latest version of your Worker \
     isn't currently deployed.",
);
/// The same for settings (cli.js:307870).
pub const SETTINGS_NOT_DEPLOYED: Known = known(
    400,
    10214,
    Documented,
    "Settings edit failed. You attempted to modify settings, but the latest version of your Worker \
     isn't currently deployed.",
);
/// No version at all (cli.js:358126).
pub const NO_VERSIONS: Known = known(404, 10222, Documented, "This Worker has no versions.");
/// A secret that is not there (captured).
pub const NO_SUCH_SECRET: Known = known(404, 10056, Observed, "The secret could not be found.");
/// A secret without a name.
pub const INVALID_SECRET: Known = known(400, 10054, Guessed, "A secret needs a name and a text.");

// Triggers.

/// No workers.dev subdomain (cli.js:167553).
pub const NO_SUBDOMAIN: Known =
    known(404, 10007, Documented, "This account does not have a workers.dev subdomain.");
/// `workers.dev` for a Worker of an account without a subdomain (cli.js:366846).
pub const SUBDOMAIN_NEEDED: Known =
    known(400, 10063, Documented, "You need a workers.dev subdomain in order to proceed.");
/// A subdomain that somebody else has (cli.js:167665).
pub const SUBDOMAIN_TAKEN: Known = known(409, 10031, Documented, "Subdomain is unavailable.");
/// A subdomain that is free: the question is answered by an error (cli.js:167665).
pub const SUBDOMAIN_FREE: Known = known(404, 10032, Documented, "Subdomain is available.");
/// A cron that is none.
pub const INVALID_CRON: Known = known(400, 10100, Guessed, "Invalid cron expression.");
/// More crons than the plan has (quoted in workers-sdk#15194).
pub const TOO_MANY_CRONS: Known =
    known(403, 10072, Observed, "This account has reached its limit of cron triggers.");
/// A route that another Worker has (quoted in wrangler-action#241).
pub const DUPLICATE_ROUTE: Known = known(409, 10020, Observed, "workers.api.error.duplicate_route");
/// A route that is none (captured).
pub const INVALID_ROUTE: Known =
    known(400, 10022, Observed, "workers.api.error.invalid_route_pattern");
/// A route that is not there.
pub const NO_SUCH_ROUTE: Known = known(404, 10009, Guessed, "workers.api.error.not_found");
/// A route or a domain whose zone is not in the account.
pub const NO_SUCH_ZONE: Known =
    known(400, 10082, Guessed, "The zone could not be found in this account.");
/// A custom domain that is not there (captured).
pub const NO_SUCH_DOMAIN: Known =
    known(404, 100_114, Observed, "The requested custom domain could not be found.");
/// A custom domain that another Worker has, without leave to take it.
pub const DOMAIN_TAKEN: Known =
    known(409, 100_116, Guessed, "The custom domain is already in use by another Worker.");
/// A hostname that has DNS records, without leave to overwrite them (quoted in workers-sdk#9878).
pub const DNS_CONFLICT: Known =
    known(409, 100_117, Observed, "Hostname already has externally managed DNS records.");
/// Assets of an upload that is not known, or not complete.
pub const INVALID_ASSETS: Known = known(
    400,
    100_310,
    Guessed,
    "The token of the assets is not valid, or their upload is not complete.",
);

// DNS.

/// A record that is not there (documented).
pub const NO_SUCH_RECORD: Known = known(404, 81044, Documented, "Record does not exist.");
/// The same record once more (documented).
pub const SAME_RECORD: Known = known(400, 81058, Documented, "An identical record already exists.");
/// A name that has a CNAME, or a CNAME where something is (documented).
pub const RECORD_CONFLICT: Known =
    known(400, 81053, Documented, "An A, AAAA, or CNAME record with that host already exists.");
/// A record that belongs to a product.
pub const MANAGED_RECORD: Known =
    known(405, 1043, Guessed, "This record is managed by another product and is read only.");
/// A record that is none (documented).
pub const INVALID_RECORD: Known =
    known(400, 9005, Documented, "Content for the record is invalid.");
/// A zone of a name that is there already (documented).
pub const ZONE_EXISTS: Known = known(400, 1061, Documented, "The zone already exists.");
