//! # The secrets file takes values from the environment of the machine
//!
//! ## What it checks
//!
//! The file of `--secrets-file` in calls of Wrangler, where it lies in the repository, for values
//! with `$`.
//!
//! ## Why it matters
//!
//! Wrangler expands `$NAME` in a secrets file from the environment of its own process. A password
//! that holds a `$` is stored without that part, and a file that somebody else may edit can read any
//! variable of the machine, the API token among them.
//!
//! ## Example
//!
//! ```text
//! .github/workflows/deploy.yml   npx wrangler deploy --secrets-file .env.production
//! .env.production                API_KEY="abc$def"
//! ```
//!
//! ## How to fix
//!
//! Put values with `$` into single quotes, or write the file as JSON, which is taken as it is.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/wrangler/commands/#deploy>

use crate::core::model::path::join;
use crate::core::model::{DotEnvKey, Place, Severity, WranglerSays};
use crate::core::rules::{Check, Context, Findings, Needs, Rule};

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "pipeline/secrets-file-expansion",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-14"],
    page: include_str!("secrets_file_expansion.rs"),
    check: Check::Workspace(check),
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (_, _, call) in cx.pipelines.calls() {
        let Some(word) = call.arguments.value("secrets-file") else { continue };
        let (Some(folder), Some(path)) = (&call.folder, word.known()) else { continue };
        let path = join(folder, path);
        let mut files = cx.workspace.facts.dotenv.iter();
        let Some(file) = files.find(|file| cx.workspace.file(file.file).path == path) else {
            continue;
        };
        let text = cx.workspace.file(file.file);
        let expands = |key: &&DotEnvKey| {
            let before = text.text.as_bytes().get((key.value_span.start as usize).wrapping_sub(1));
            before != Some(&b'\'') && text.text[text.range(key.value_span)].contains('$')
        };
        let Some(key) = file.keys.iter().find(expands) else { continue };
        let _ = out
            .at_call(call, word.place)
            .say(format!("Wrangler replaces what follows $ in the value of {}", key.name))
            .label("expanded from the environment")
            .help("put the value into single quotes")
            .see(Place { file: file.file, span: key.span }, "its value holds a $");
    }
}
