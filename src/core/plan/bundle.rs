//! The digest of code: of what would be uploaded, and of nothing else that a build leaves.
//!
//! Measured with Wrangler 4.164.0, one project built in two folders: a `README.md` with the time, and
//! source maps with paths of the machine, differ; modules are the same but for the comments in which
//! esbuild notes where a part comes from, `// ../../node_modules/…`, where that lies outside of the
//! project.

use std::collections::BTreeMap;

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;
use serde_json::{Map, Value as Json};

use crate::core::canonical::{digest_of, sha256};
use crate::core::source::Module;

/// What Wrangler writes about a build beside it (cli.js:221927).
const NOTE: &str = "README.md";

/// Endings of modules that are JavaScript.
const SCRIPTS: [&str; 3] = [".js", ".mjs", ".cjs"];

/// The digest of a build: of its files by their paths. `None` where there is no module. `spare`:
/// the bytes of stack that the thread has for it; [`bundle_stack`] says how much it may take. With
/// less, paths of the machine count.
pub fn bundle_digest(files: &BTreeMap<String, Vec<u8>>, spare: usize) -> Option<String> {
    let is_map = |path: &str| path.strip_suffix(".map").is_some_and(|of| files.contains_key(of));
    let modules = files.iter().filter(|(path, _)| *path != NOTE && !is_map(path));
    let digests: Map<String, Json> = modules
        .map(|(path, content)| (path.clone(), Json::String(module_digest(path, content, spare))))
        .collect();
    (!digests.is_empty()).then(|| digest_of(&Json::Object(digests)))
}

/// The stack that reading the modules may take: see [`Module::stack`].
pub fn bundle_stack(files: &BTreeMap<String, Vec<u8>>) -> usize {
    let noted = files.iter().filter_map(|(path, content)| noted(path, content));
    noted.filter_map(Module::stack).max().unwrap_or_default()
}

fn module_digest(path: &str, content: &[u8], spare: usize) -> String {
    let noted = noted(path, content);
    match noted.filter(|text| Module::stack(text).is_some_and(|stack| stack <= spare)) {
        Some(text) => sha256(without_outside_paths(text).as_bytes()),
        None => sha256(content),
    }
}

/// What esbuild notes a file outside of the project with.
const MARK: &str = "// ../";

/// The text of a module in which such a note may stand.
fn noted<'a>(path: &str, content: &'a [u8]) -> Option<&'a str> {
    let script = SCRIPTS.iter().any(|ending| path.ends_with(ending));
    let text = std::str::from_utf8(content).ok().filter(|_| script)?;
    text.contains(MARK).then_some(text)
}

/// The text without the lines in which esbuild notes a file outside of the project. The parser says
/// which are comments: a line of a text may look the same.
fn without_outside_paths(text: &str) -> String {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
    let mut rest = String::with_capacity(text.len());
    let mut done = 0;
    for comment in &parsed.program.comments {
        let (start, end) = (comment.span.start as usize, comment.span.end as usize);
        let at_start = start == 0 || text[..start].ends_with('\n');
        if at_start && text[start..].starts_with(MARK) {
            rest.push_str(&text[done..start]);
            done = end;
        }
    }
    rest.push_str(&text[done..]);
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(files: &[(&str, &str)]) -> Option<String> {
        let files = files.iter().map(|(path, text)| ((*path).into(), text.as_bytes().to_vec()));
        bundle_digest(&files.collect(), 1 << 20)
    }

    #[test]
    fn only_what_is_uploaded_counts() {
        let code = "// src/index.ts\nexport default {};\n//# sourceMappingURL=index.js.map\n";
        let one = digest(&[("index.js", code), ("README.md", "now"), ("index.js.map", "{}")]);
        let two = digest(&[("index.js", code), ("README.md", "then"), ("index.js.map", "[]")]);
        assert!(one.is_some() && one == two);
        assert_ne!(one, digest(&[("index.js", code), ("a.map", "data")]));
        assert_ne!(one, digest(&[("main.js", code)]));
        assert_eq!(digest(&[("README.md", "now")]), None);
    }

    #[test]
    fn where_the_machine_keeps_its_packages_does_not_count() {
        let code = |path: &str, text: &str| {
            let code = format!("// {path}\nexport const a = `\n// {text}\n`;\n");
            digest(&[("index.js", &code)])
        };
        let one = code("../node_modules/x.mjs", "../b");
        assert_eq!(one, code("../../../opt/node_modules/x.mjs", "../b"));
        assert_ne!(one, code("../node_modules/x.mjs", "../c"));
        assert_ne!(code("src/a.ts", "../b"), code("src/b.ts", "../b"));
    }
}
