//! What Wrangler, and whatever a project's own build starts, gets of our environment.

use std::ffi::OsString;

use super::secrets::CREDENTIALS;

/// Names that are passed on: where programs and settings are, which language and time, how to reach
/// the network.
const NAMES: [&str; 23] = [
    "ALL_PROXY",
    "APPDATA",
    "CI",
    "COMSPEC",
    "DO_NOT_TRACK",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "LOCALAPPDATA",
    "LOGNAME",
    "NO_PROXY",
    "PATH",
    "PATHEXT",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "TZ",
    "USER",
    "USERPROFILE",
];

/// Beginnings of names that are passed on: Wrangler's own, Node's, npm's, and the desktop's folders.
const FAMILIES: [&str; 8] =
    ["CF_", "CLOUDFLARE_", "LC_", "NODE_", "NPM_CONFIG_", "WORKERS_CI", "WRANGLER_", "XDG_"];

/// Names the API.
const API: &str = "CLOUDFLARE_API_BASE_URL";

/// What [`API`] says where nobody says anything (cli.js:25354).
const PUBLIC_API: &str = "https://api.cloudflare.com/client/v4";

/// Names a region whose API is another one.
const REGION: &str = "CLOUDFLARE_COMPLIANCE_REGION";

/// What a run may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Files only. A build runs whatever the project says, and needs no token for it.
    Files,
    /// The account too.
    Account,
}

/// The environment of a run, out of ours.
pub(super) fn environment(
    ours: impl IntoIterator<Item = (OsString, OsString)>,
    access: Access,
) -> Vec<(OsString, OsString)> {
    let passes = |name: &OsString| {
        let Some(name) = name.to_str().map(str::to_ascii_uppercase) else { return false };
        let known = NAMES.contains(&&*name) || FAMILIES.iter().any(|f| name.starts_with(f));
        known && (access == Access::Account || !CREDENTIALS.contains(&&*name))
    };
    let mut passed: Vec<(OsString, OsString)> =
        ours.into_iter().filter(|(name, _)| passes(name)).collect();
    // Nobody is there to be asked, and a run in a pipeline is nobody's usage.
    let ours = [
        ("CI", "1"),
        ("WRANGLER_HIDE_BANNER", "true"),
        ("WRANGLER_SEND_ERROR_REPORTS", "false"),
        ("WRANGLER_SEND_METRICS", "false"),
    ];
    for (name, value) in ours {
        if !has(&passed, name) {
            passed.push((name.into(), value.into()));
        }
    }
    // Wrangler takes what is not set from `.env` files of the work tree (cli.js:193988), which must
    // not say where a token is sent.
    if access == Access::Account && !has(&passed, API) && !has(&passed, REGION) {
        passed.push((API.into(), PUBLIC_API.into()));
    }
    passed
}

fn has(variables: &[(OsString, OsString)], name: &str) -> bool {
    variables.iter().any(|(known, _)| known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Vec<(OsString, OsString)> {
        [
            ("PATH", "/bin"),
            ("https_proxy", "http://proxy"),
            ("AWS_SECRET_ACCESS_KEY", "no"),
            ("GITHUB_TOKEN", "no"),
            ("CLOUDFLARE_API_TOKEN", "s3cr3t-t0ken"),
            ("CLOUDFLARE_ACCOUNT_ID", "1"),
            ("CI", "true"),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .to_vec()
    }

    fn names(access: Access) -> Vec<String> {
        let passed = environment(ours(), access).into_iter();
        passed.filter_map(|(name, _)| name.into_string().ok()).collect()
    }

    #[test]
    fn only_what_is_of_use_is_passed_on() {
        let always =
            ["WRANGLER_HIDE_BANNER", "WRANGLER_SEND_ERROR_REPORTS", "WRANGLER_SEND_METRICS"];
        let account =
            ["PATH", "https_proxy", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "CI"];
        assert_eq!(names(Access::Account), [&account[..], &always, &[API]].concat());
        let files = ["PATH", "https_proxy", "CLOUDFLARE_ACCOUNT_ID", "CI"];
        assert_eq!(names(Access::Files), [&files[..], &always].concat());
    }
}
