//! What the scripts and pipelines of a repository give to Wrangler on the command line, where it
//! counts more than the configuration.
//!
//! The texts are searched, not understood: where one mentions an option, a rule about the key that
//! the option replaces had better be silent.

use crate::core::model::{DocumentKind, Service, Workspace};

/// The build tool that completes a configuration, and deploys what it made of it.
pub const VITE_PLUGIN: &str = "@cloudflare/vite-plugin";

/// The commands that take the file of a Worker.
const COMMANDS: [&str; 3] = ["deploy", "publish", "upload"];

/// Whether a pipeline, or a manifest of the service's folder or one above it, mentions one of the
/// words.
pub fn is_mentioned(workspace: &Workspace, service: &Service, words: &[&str]) -> bool {
    texts(workspace, service).any(|text| words.iter().any(|word| text.contains(word)))
}

/// Whether one of them gives Wrangler the file of a Worker: `wrangler deploy src/index.ts`.
pub fn names_a_script(workspace: &Workspace, service: &Service) -> bool {
    texts(workspace, service).any(has_script)
}

fn texts<'a>(workspace: &'a Workspace, service: &'a Service) -> impl Iterator<Item = &'a str> {
    let documents = &workspace.facts.documents;
    let definitions = documents.iter().filter(|one| one.kind != DocumentKind::PackageJson);
    let manifests = documents.manifests_at_or_above(&service.folder);
    definitions.chain(manifests).map(|document| &*workspace.file(document.file).text)
}

fn has_script(text: &str) -> bool {
    let commands = text.match_indices("wrangler").map(|(at, name)| &text[at + name.len()..]);
    commands.filter_map(|rest| rest.lines().next()).any(|line| {
        let command = line.split(['"', '\'', '&', '|', ';']).next().unwrap_or_default();
        let mut words = command.split_whitespace();
        words.any(|word| COMMANDS.contains(&word)) && words.any(is_script)
    })
}

fn is_script(word: &str) -> bool {
    const ENDINGS: [&str; 7] = [".cjs", ".js", ".jsx", ".mjs", ".py", ".ts", ".tsx"];
    !word.starts_with('-') && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts() {
        for (text, expected) in [
            (r#""deploy": "wrangler deploy src/index.ts","#, true),
            ("run: npx wrangler@4 versions upload --env x worker.js", true),
            (r#""deploy": "wrangler deploy && node done.js""#, false),
            (r#""dev": "wrangler dev src/index.ts""#, false),
            ("wrangler deploy\nnode x.js", false),
            ("", false),
        ] {
            assert_eq!(has_script(text), expected, "{text}");
        }
    }
}
