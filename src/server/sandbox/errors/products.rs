//! The errors of the products that hold data.
//!
//! "distilled" is alchemy-run/distilled, which captures errors of the real API; numbers are issues of
//! workers-sdk.

use super::super::envelope::Mark::{Documented, Guessed, Observed};
use super::{Known, known};

// D1.

/// A database that is not there (captured; cli.js:239910 reads the status).
pub const NO_SUCH_DATABASE: Known = known(404, 7404, Observed, "The database could not be found");
/// A body that D1 does not understand (captured).
pub const INVALID_D1_REQUEST: Known = known(400, 7400, Observed, "The request is malformed");
/// SQL that failed; the text is SQLite's (recorded).
pub const SQL_FAILED: Known = known(400, 7500, Observed, "SQL failed");
/// A name that is taken (cli.js:178160 looks for the code; the text is a guess).
pub const DATABASE_EXISTS: Known =
    known(400, 7502, Documented, "A database with that name already exists");
/// More databases than the plan has (cli.js:178165 looks for the code; the text is a guess).
pub const TOO_MANY_DATABASES: Known =
    known(400, 7406, Documented, "You have reached the maximum number of databases");
/// A bookmark, or a time, that there is no way back to.
pub const NO_SUCH_BOOKMARK: Known = known(400, 7400, Guessed, "Invalid bookmark");

// Workers KV.

/// A key that is not there (captured by distilled).
pub const NO_SUCH_KEY: Known = known(404, 10009, Observed, "get: 'key not found'");
/// A namespace that is not there (captured by distilled).
pub const NO_SUCH_NAMESPACE: Known = known(404, 10013, Observed, "namespace not found");
/// A title that is taken (quoted in #13242).
pub const TITLE_EXISTS: Known =
    known(400, 10014, Observed, "a namespace with this account ID and title already exists");
/// No title (captured by distilled; the text is a guess).
pub const TITLE_REQUIRED: Known = known(400, 10019, Observed, "namespace title is required");
/// A bulk request without keys (captured by distilled; the text is a guess).
pub const KEYS_REQUIRED: Known = known(400, 10029, Observed, "at least one key is required");
/// A key that is too long, a value that is too large, a time that has passed.
pub const INVALID_KV_REQUEST: Known = known(400, 10033, Guessed, "invalid request");

// R2.

/// A name that is taken (known from the S3 API; the code is captured).
pub const BUCKET_EXISTS: Known =
    known(409, 10004, Observed, "The bucket you tried to create already exists, and you own it.");
/// A name that no bucket can have (captured by distilled).
pub const INVALID_BUCKET_NAME: Known =
    known(400, 10005, Observed, "The specified bucket name is not valid.");
/// A bucket that is not there (quoted in #2798).
pub const NO_SUCH_BUCKET: Known =
    known(404, 10006, Observed, "The specified bucket does not exist.");
/// An object that is not there (the S3 API's text).
pub const NO_SUCH_OBJECT: Known = known(404, 10007, Guessed, "The specified key does not exist.");
/// A bucket that still has objects. The text is captured (distilled#462), and that there was no code
/// for it; a code is needed here, so it is a guess.
pub const BUCKET_NOT_EMPTY: Known =
    known(409, 10008, Guessed, "The bucket you tried to delete is not empty");
/// An upload in parts that is not there (<https://developers.cloudflare.com/r2/api/error-codes/>).
pub const NO_SUCH_UPLOAD: Known =
    known(404, 10024, Documented, "The specified multipart upload does not exist.");
/// A part that was not uploaded so (the same page).
pub const INVALID_PART: Known =
    known(400, 10025, Documented, "One or more of the specified parts could not be found.");
/// A part before the last that is too small (the same page).
pub const PART_TOO_SMALL: Known = known(
    400,
    10011,
    Documented,
    "Your proposed upload is smaller than the minimum allowed object size.",
);
/// Parts before the last that are not of one size (the same page).
pub const UNEQUAL_PARTS: Known =
    known(400, 10048, Documented, "There was a problem with the multipart upload.");
/// R2 was never enabled (quoted in #5399).
pub const R2_NOT_ENABLED: Known =
    known(403, 10042, Observed, "Please enable R2 through the Cloudflare Dashboard.");

// Queues.

/// A queue that is not there (captured by distilled).
pub const NO_SUCH_QUEUE: Known = known(404, 11000, Observed, "workers.api.error.queue_not_found");
/// A Worker without a `queue` handler (distilled#273).
pub const NO_QUEUE_HANDLER: Known = known(400, 11001, Observed, "queue handler is missing");
/// A queue that already has a consumer (quoted in #5347).
pub const CONSUMER_EXISTS: Known = known(400, 11004, Observed, "workers.api.error.consumer_exists");
/// A consumer that is not there.
pub const NO_SUCH_CONSUMER: Known =
    known(404, 11005, Guessed, "workers.api.error.consumer_not_found");
/// A name that is taken.
pub const QUEUE_EXISTS: Known =
    known(409, 11009, Guessed, "workers.api.error.queue_already_exists");
/// Pulling from a queue that has no consumer of the kind.
pub const NO_PULL_CONSUMER: Known =
    known(400, 11006, Guessed, "The queue has no consumer of the type http_pull.");
/// A name that no queue can have.
pub const INVALID_QUEUE: Known = known(400, 11003, Guessed, "workers.api.error.invalid_queue_name");

// Hyperdrive.

/// A configuration that is not there (captured by distilled).
pub const NO_SUCH_HYPERDRIVE: Known = known(404, 2006, Observed, "Hyperdrive config not found");
/// A configuration without a name or an origin (captured by distilled as InvalidHyperdriveConfig; the
/// code is a guess).
pub const INVALID_HYPERDRIVE: Known = known(400, 2000, Guessed, "Invalid Hyperdrive config");
/// A name that is taken.
pub const HYPERDRIVE_EXISTS: Known =
    known(409, 2017, Guessed, "A Hyperdrive config with the given name already exists");

// Vectorize.

/// An index that is not there.
pub const NO_SUCH_INDEX: Known = known(404, 3000, Guessed, "vectorize.index.not_found");
/// A name that is taken.
pub const INDEX_EXISTS: Known = known(409, 3002, Guessed, "vectorize.index.duplicate_name");
/// An index without dimensions and metric.
pub const INVALID_INDEX: Known = known(400, 1004, Guessed, "vectorize.index.invalid_config");

// Workflows.

/// A workflow that is not there (captured; cli.js reads it as "not yet").
pub const NO_SUCH_WORKFLOW: Known = known(404, 10200, Observed, "workflow.not_found");

// The Secrets Store.

/// A store that is not there.
pub const NO_SUCH_STORE: Known = known(404, 1001, Guessed, "store_not_found");
/// A secret that is not there.
pub const NO_SUCH_STORED_SECRET: Known = known(404, 1001, Guessed, "secret_not_found");
/// A name that is taken.
pub const STORE_EXISTS: Known = known(409, 1003, Guessed, "store_name_already_exists");
/// A name that is taken.
pub const STORED_SECRET_EXISTS: Known = known(409, 1003, Guessed, "secret_name_already_exists");

// Dispatch namespaces, certificates, pipelines.

/// A namespace that is not there (captured by distilled at uploads).
pub const NO_SUCH_DISPATCH: Known = known(
    404,
    100119,
    Observed,
    "The specified dispatch namespace does not exist on this account.",
);
/// A name that is taken.
pub const DISPATCH_EXISTS: Known =
    known(409, 100120, Guessed, "A dispatch namespace with this name already exists.");
/// A certificate that is not there.
pub const NO_SUCH_CERTIFICATE: Known = known(404, 1016, Guessed, "certificate not found");
/// Something that is no certificate.
pub const INVALID_CERTIFICATE: Known =
    known(400, 1406, Guessed, "certificates must be in PEM format");
/// A pipeline that is not there.
pub const NO_SUCH_PIPELINE: Known = known(404, 1000, Guessed, "Pipeline does not exist");
/// A name that is taken (captured by distilled as PipelineAlreadyExists).
pub const PIPELINE_EXISTS: Known =
    known(409, 1003, Observed, "A pipeline with this name already exists");

// Pages.

/// A project that is not there (quoted in #10818).
pub const NO_SUCH_PROJECT: Known = known(
    404,
    8000007,
    Observed,
    "Project not found. The specified project name does not match any of your existing projects.",
);
/// A name that is taken.
pub const PROJECT_EXISTS: Known = known(
    409,
    8000002,
    Guessed,
    "A project with this name already exists. Choose a different project name.",
);
/// A deployment that is not there.
pub const NO_SUCH_PAGES_DEPLOYMENT: Known =
    known(404, 8000009, Guessed, "Deployment not found. The specified deployment does not exist.");
/// A token for uploads that has ended or is none (cli.js:303560 looks for the code).
pub const UPLOAD_UNAUTHORIZED: Known = known(401, 8000013, Documented, "Authorization failed");
/// A body that Pages does not understand.
pub const INVALID_PAGES_REQUEST: Known =
    known(400, 8000096, Guessed, "The request body is invalid");
/// Deleting what production serves.
pub const DEPLOYMENT_IN_USE: Known = known(
    400,
    8000035,
    Guessed,
    "Cannot delete the active production deployment. Deploy another one first.",
);
