//! The secrets that a run could print.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use crate::core::config::dotenv;
use crate::core::config::wrangler::flags::values_of;
use crate::core::mask::Secrets;

/// Variables that open an account. Wrangler still reads the old names.
pub(super) const CREDENTIALS: [&str; 8] = [
    "CF_ACCESS_CLIENT_SECRET",
    "CF_API_KEY",
    "CF_API_TOKEN",
    "CF_PAGES_UPLOAD_JWT",
    "CLOUDFLARE_ACCESS_CLIENT_SECRET",
    "CLOUDFLARE_API_HEADERS",
    "CLOUDFLARE_API_KEY",
    "CLOUDFLARE_API_TOKEN",
];

/// Ends of names of variables that hold secrets of others.
const ENDINGS: [&str; 4] = ["PASSWORD", "PRIVATE_KEY", "SECRET", "TOKEN"];

/// The flag that names a file of secrets to upload.
const SECRETS_FILE: &str = "secrets-file";

/// What a run must not show: the secrets of its variables, and of the file that its arguments
/// name. A file that cannot be read is Wrangler's to complain about.
pub(super) fn secrets<'a>(
    variables: impl IntoIterator<Item = (&'a OsStr, &'a OsStr)>,
    arguments: &[OsString],
    folder: &Path,
) -> Secrets {
    let secret = |(name, value): (&OsStr, &OsStr)| {
        let name = name.to_str()?.to_ascii_uppercase();
        let known = CREDENTIALS.contains(&&*name) || ENDINGS.iter().any(|end| name.ends_with(end));
        known.then(|| value.to_str().map(str::to_owned)).flatten()
    };
    let of_variables = variables.into_iter().filter_map(secret);
    let files = values_of(arguments, SECRETS_FILE).into_iter();
    let texts = files.filter_map(|file| fs::read_to_string(folder.join(file)).ok());
    Secrets::new(of_variables.chain(texts.flat_map(|text| values(&text))))
}

/// The values of such a file: an object in JSON, or lines as in `.env`.
fn values(text: &str) -> Vec<String> {
    if let Ok(object) = serde_json::from_str::<serde_json::Map<_, _>>(text) {
        return object
            .into_values()
            .map(|value| match value {
                serde_json::Value::String(value) => value,
                other => other.to_string(),
            })
            .collect();
    }
    let as_written = |key: &crate::core::model::DotEnvKey| {
        text[key.value_span.start as usize..key.value_span.end as usize].to_owned()
    };
    let keys = dotenv::parse(text);
    // Between double quotes `\n` is a line break.
    keys.iter().map(as_written).flat_map(|value| [value.replace("\\n", "\n"), value]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(variables: &[(&str, &str)], arguments: &[&str], folder: &Path, text: &str) -> String {
        let variables = variables.iter().map(|(name, value)| (OsStr::new(name), OsStr::new(value)));
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        secrets(variables, &arguments, folder).hide_in(text)
    }

    #[test]
    fn secrets_of_variables() {
        let variables = [
            ("CLOUDFLARE_API_TOKEN", "s3cr3t-t0ken"),
            ("github_token", "ghs_12345"),
            ("CLOUDFLARE_ACCOUNT_ID", "acc0unt-1"),
        ];
        let text = "s3cr3t-t0ken ghs_12345 acc0unt-1";
        assert_eq!(hidden(&variables, &[], Path::new("."), text), "*** *** acc0unt-1");
    }

    #[test]
    fn secrets_of_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
        write("a.json", r#"{"KEY":"from-json","PEM":"line one\nline two"}"#).expect("written");
        write(".env", "KEY='from-env'\nPEM=\"first one\\nsecond one\"\n").expect("written");
        for (arguments, text, expected) in [
            (&["--secrets-file", "a.json"][..], "from-json, line two", "***, ***"),
            (&["deploy", "--secrets-file=.env"], "from-env\nsecond one", "***\n***"),
            (&["deploy", "--secretsFile", "a.json"], "from-json", "***"),
            (&["--secretsFile=.env", "--secrets-file=a.json"], "from-env, from-json", "***, ***"),
            (&["--secrets-file", "gone"], "from-env", "from-env"),
            (&["--secrets-file"], "from-env", "from-env"),
        ] {
            assert_eq!(hidden(&[], arguments, folder.path(), text), expected, "{arguments:?}");
        }
    }
}
