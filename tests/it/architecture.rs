//! The direction of imports, and the purity of the core, read from the source itself.
//!
//! Not a compiler: the source is cut into words, every path is resolved against the module it
//! stands in, and each is held against the rules below. Renamed imports are seen by the name they
//! are imported under, which is enough for a mistake, and no defence against intent.

use std::fmt;
use std::fs;
use std::path::Path;

/// The floors, the highest first. Each imports only those after it.
const FLOORS: [&str; 5] = ["cli", "server", "flow", "world", "core"];

/// Files beside the floors, and the floors that may import each. The two roots of the crate are
/// free: they hold the house together.
const BESIDE: [(&str, &[&str]); 3] =
    [("lib", &[]), ("main", &[]), ("exit", &["cli", "server", "flow"])];

const BELOW: &str = "a floor imports only the floors below it: cli, server, flow, world, core";
const ROOM: &str = "the source has five floors: cli, server, flow, world, core";
const SOCKETS: &str = "sockets in world do not import each other: only http is for all, and \
                       store::d1 may use cloudflare::d1";
const PURE: &str = "core is pure: no tokio, no reqwest, no environment, files, network, processes, \
                    clocks or async; such things arrive as values";

/// What the core must not name, as the beginning of a path.
const IMPURE: [&[&str]; 10] = [
    &["tokio"],
    &["reqwest"],
    &["std", "env"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "os"],
    &["std", "process"],
    &["std", "time", "Instant"],
    &["std", "thread"],
    &["std", "time", "SystemTime"],
];

/// Plain data, in spite of where the standard library keeps it.
const PLAIN: [&[&str]; 4] = [
    &["std", "net", "IpAddr"],
    &["std", "net", "Ipv4Addr"],
    &["std", "net", "Ipv6Addr"],
    &["std", "net", "SocketAddr"],
];

/// What the core must not hold as a word.
const IMPURE_WORDS: [&str; 4] = ["async", "await", "Instant", "SystemTime"];

#[test]
fn imports_go_downwards_and_the_core_is_pure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(
        files.len() > 30,
        "only {} files under src: the test reads the wrong folder",
        files.len()
    );
    let mut broken = Vec::new();
    for path in &files {
        let text = fs::read_to_string(root.join(path)).expect("the source is readable");
        broken.extend(violations(path, &text).iter().map(ToString::to_string));
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let entries = fs::read_dir(folder).expect("the source is readable");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let shown = path.strip_prefix(&root).expect("below src").display().to_string();
            files.push(shown.replace('\\', "/"));
        }
    }
}

#[test]
fn every_rule_can_be_broken() {
    for (path, text, rule) in [
        ("core/rules/x.rs", "use crate::flow::check;", BELOW),
        ("core/rules/x.rs", "use crate::{core::model::Span, world::files};", BELOW),
        ("core/rules/x.rs", "fn f() { crate::cli::command(); }", BELOW),
        ("core/rules/x.rs", "use super::super::super::world;", BELOW),
        ("core/mod.rs", "use crate::exit::Exit;", BELOW),
        ("core/x.rs", "use crate::*;", BELOW),
        ("core/x.rs", "use crate::{core::model, flow::{self},};", BELOW),
        ("world/files/x.rs", "use crate::flow::check::Request;", BELOW),
        ("world/files/x.rs", "use crate::exit::Exit;", BELOW),
        ("flow/check.rs", "use crate::cli;", BELOW),
        ("flow/check.rs", "use crate::server::dashboard;", BELOW),
        ("server/dashboard/mod.rs", "use crate::cli::command;", BELOW),
        ("exit.rs", "use crate::core::model::Severity;", BELOW),
        ("core/x.rs", "mod a { mod b { use super::super::super::super::flow; } }", BELOW),
        ("utils.rs", "", ROOM),
        ("common/text.rs", "", ROOM),
        ("core/x.rs", "use crate::common::text;", ROOM),
        ("world/ci/github.rs", "use crate::world::forge::Forge;", SOCKETS),
        ("world/ci/github.rs", "use super::super::wrangler;", SOCKETS),
        ("world/files/mod.rs", "use super::ci;", SOCKETS),
        ("world/http.rs", "use super::ci;", SOCKETS),
        ("world/store/sqlite.rs", "use crate::world::cloudflare::d1;", SOCKETS),
        ("world/store/d1.rs", "use crate::world::cloudflare::queues;", SOCKETS),
        ("core/x.rs", "use tokio::sync::Mutex;", PURE),
        ("core/x.rs", "fn f() -> ::reqwest::Client { todo!() }", PURE),
        ("core/x.rs", "use std::{collections::BTreeMap, fs};", PURE),
        ("core/x.rs", "use std::{collections::{BTreeMap}, net::{IpAddr, TcpStream as S}};", PURE),
        ("core/x.rs", "#[cfg(test)] mod tests { fn f() { std::env::var(\"HOME\"); } }", PURE),
        ("core/x.rs", "let _ = std::process::id();", PURE),
        ("core/x.rs", "use std::time;\nfn f() { time::Instant::now(); }", PURE),
        ("core/x.rs", "use std::time::SystemTime;", PURE),
        ("core/x.rs", "fn f() { std::thread::spawn(|| ()); }", PURE),
        ("core/x.rs", "use jiff::Timestamp;\nlet t = Timestamp::now();", PURE),
        ("core/x.rs", "async fn f() {}", PURE),
        ("core/x.rs", "fn f<'a>(x: &'a str) { x.await }", PURE),
    ] {
        let found = violations(path, text);
        assert!(found.iter().any(|v| v.rule == rule), "{path}: {text}\n  gives {found:?}");
    }
}

#[test]
fn what_is_allowed_is_allowed() {
    for (path, text) in [
        ("cli/check.rs", "use crate::{core::report, exit::Exit, flow, server, world};"),
        ("cli/check.rs", "use super::console::Console; use std::{env, fs, time::Instant};"),
        ("server/x.rs", "use crate::flow; use crate::world::http; async fn f() {}"),
        ("flow/x.rs", "use crate::world::files; use crate::core::model::Span; use super::check;"),
        ("world/files/x.rs", "use crate::core::config; use super::paths; use std::fs;"),
        ("world/files/x/y.rs", "use super::super::text; use crate::world::files::text;"),
        ("world/forge/github.rs", "use crate::world::http; use tokio::sync::Mutex;"),
        ("world/store/d1.rs", "use crate::world::cloudflare::d1::Client;"),
        (
            "core/x.rs",
            "use super::model::Span; use crate::core::config::shape; pub(in crate::core) fn f() {}",
        ),
        ("core/x.rs", "const V: &str = env!(\"CARGO_PKG_VERSION\"); fn env(fs: &str) {}"),
        ("core/x.rs", "// use crate::flow;\n/* async /* nested */ std::fs */ fn f() {}"),
        (
            "core/x.rs",
            r##"const A: &str = "use crate::flow;"; const B: &str = r#"std::fs " async"#;"##,
        ),
        ("core/x.rs", "const Q: char = '\"'; const E: char = '\\''; fn f<'async>() {} // 'std::fs"),
        ("core/x.rs", "use std::net::{IpAddr, Ipv4Addr};"),
        ("core/x.rs", "use std::time::Duration; let env = x.env.process; mod a { use super::b; }"),
        ("flow/x.rs", "use crate::{\n    core::{self, model::*},\n    world::files,\n};"),
        ("main.rs", "use clodo::cli; fn main() -> std::process::ExitCode { cli::main() }"),
    ] {
        let found = violations(path, text);
        assert!(found.is_empty(), "{path}: {text}\n  gives {found:?}");
    }
}

#[test]
fn a_violation_names_its_place_and_its_rule() {
    let found = violations("core/x.rs", "\n\nuse crate::flow::check;\n");
    let shown: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(shown, [format!("src/core/x.rs:3: `crate::flow::check`: {BELOW}")]);
}

/// A rule that is broken, and where.
#[derive(Debug)]
struct Violation {
    file: String,
    line: usize,
    what: String,
    rule: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "src/{}:{}: `{}`: {}", self.file, self.line, self.what, self.rule)
    }
}

/// What is wrong with a file; `path` is relative to `src`.
fn violations(path: &str, text: &str) -> Vec<Violation> {
    let tokens = tokens(text);
    let module = module(path);
    let mut found = Vec::new();
    let mut report = |line: usize, what: &str, rule: &'static str| {
        found.push(Violation { file: path.to_owned(), line, what: what.to_owned(), rule });
    };
    if !is_known(&module[0]) {
        report(1, path, ROOM);
        return found;
    }
    let in_core = module[0] == "core";
    for token in tokens.iter().filter(|_| in_core) {
        if let Kind::Word(word) = &token.kind
            && IMPURE_WORDS.contains(&&**word)
        {
            report(token.line, word, PURE);
        }
    }
    for Named { line, within, words } in paths(&tokens, &module) {
        let what = words.join("::");
        match resolve(&within, &words) {
            Some(target) => {
                if let Some(rule) = direction(&module, &target) {
                    report(line, &what, rule);
                }
            }
            None if in_core && is_impure(&words) => report(line, &what, PURE),
            None => {}
        }
    }
    found
}

/// The module of a file: `core/rules/mod.rs` is `core::rules`.
fn module(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').map(str::to_owned).collect()
}

fn is_known(first: &str) -> bool {
    FLOORS.contains(&first) || BESIDE.iter().any(|(name, _)| *name == first)
}

/// The rule that an import of ours breaks, if it breaks one.
fn direction(from: &[String], to: &[String]) -> Option<&'static str> {
    let floor = |name: &str| FLOORS.iter().position(|floor| *floor == name);
    let Some(target) = to.first() else {
        // Everything that the crate has, which is more than any floor may import.
        return floor(&from[0]).map(|_| BELOW);
    };
    match (floor(&from[0]), floor(target)) {
        (Some(here), Some(there)) if there < here => Some(BELOW),
        (Some(here), Some(there)) if here == there && from[0] == "world" => sockets(from, to),
        (Some(_), Some(_)) => None,
        (Some(_), None) => match BESIDE.iter().find(|(name, _)| name == target) {
            Some((_, allowed)) => (!allowed.contains(&&*from[0])).then_some(BELOW),
            None => Some(ROOM),
        },
        // Beside the floors: the roots hold everything together, the others know nothing.
        (None, _) => (!matches!(&*from[0], "lib" | "main")).then_some(BELOW),
    }
}

fn sockets(from: &[String], to: &[String]) -> Option<&'static str> {
    let (Some(here), Some(there)) = (from.get(1), to.get(1)) else { return None };
    let starts = |path: &[String], with: [&str; 2]| path.iter().skip(1).take(2).eq(with.iter());
    let granted =
        there == "http" || starts(from, ["store", "d1"]) && starts(to, ["cloudflare", "d1"]);
    (here != there && !granted).then_some(SOCKETS)
}

fn is_impure(words: &[String]) -> bool {
    let words: Vec<&str> = words
        .iter()
        .enumerate()
        // What is `core` or `alloc` there is `std` to us.
        .map(|(at, word)| if at == 0 && matches!(&**word, "core" | "alloc") { "std" } else { word })
        .collect();
    let begins = |lists: &[&[&str]]| lists.iter().any(|list| words.starts_with(list));
    begins(&IMPURE) && !begins(&PLAIN)
        // `Timestamp::now` and its kin.
        || words.len() > 1 && words.last() == Some(&"now")
}

/// Where a path leads in this crate; `None` where it leads to another crate, or is relative to
/// a name that stands in the file and is judged where that was imported.
fn resolve(within: &[String], words: &[String]) -> Option<Vec<String>> {
    let (first, mut rest) = words.split_first()?;
    let mut base = match &**first {
        "crate" | "clodo" => Vec::new(),
        "self" => within.to_vec(),
        "super" => within[..within.len().saturating_sub(1)].to_vec(),
        _ => return None,
    };
    while let [first, others @ ..] = rest
        && first == "super"
    {
        base.pop();
        rest = others;
    }
    base.extend(rest.iter().cloned());
    Some(base)
}

/// A path as it is written, with the module in which it stands.
struct Named {
    line: usize,
    within: Vec<String>,
    words: Vec<String>,
}

/// Every path of more than one word, and everything that `use` names.
fn paths(tokens: &[Token], module: &[String]) -> Vec<Named> {
    let mut found = Vec::new();
    // Inline modules, each with the depth of braces at which it was opened.
    let mut inline: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let within = || module.iter().chain(inline.iter().map(|(name, _)| name)).cloned().collect();
        match &token.kind {
            Kind::Symbol('{') => depth += 1,
            Kind::Symbol('}') => {
                depth = usize::saturating_sub(depth, 1);
                inline.retain(|(_, opened)| *opened < depth + 1);
            }
            Kind::Word(word) if word == "mod" => {
                if let [Kind::Word(name), Kind::Symbol('{')] = kinds(tokens, at + 1)[..] {
                    inline.push((name.clone(), depth + 1));
                }
            }
            Kind::Word(word) if word == "use" => {
                let mut trees = Vec::new();
                at = use_tree(tokens, at + 1, &[], &mut trees);
                for (line, words) in trees {
                    found.push(Named { line, within: within(), words });
                }
                continue;
            }
            Kind::Word(_) if !follows(tokens, at, &Kind::Symbol('.')) => {
                let (words, next) = path(tokens, at);
                if words.len() > 1 {
                    found.push(Named { line: token.line, within: within(), words });
                }
                at = next;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn kinds(tokens: &[Token], from: usize) -> Vec<&Kind> {
    tokens.iter().skip(from).take(2).map(|token| &token.kind).collect()
}

fn follows(tokens: &[Token], at: usize, kind: &Kind) -> bool {
    at.checked_sub(1).is_some_and(|before| tokens[before].kind == *kind)
}

/// Words joined by `::`, and where they end.
fn path(tokens: &[Token], mut at: usize) -> (Vec<String>, usize) {
    let mut words = Vec::new();
    while let Some(Kind::Word(word)) = tokens.get(at).map(|token| &token.kind) {
        words.push(word.clone());
        at += 1;
        match kinds(tokens, at)[..] {
            [Kind::Separator, Kind::Word(_)] => at += 1,
            _ => break,
        }
    }
    (words, at)
}

/// The paths of a `use`, its braces opened, and where it ends.
fn use_tree(
    tokens: &[Token],
    mut at: usize,
    prefix: &[String],
    out: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    let mut words = prefix.to_vec();
    // The line of the name, once there is one: between a comma and a brace there is none.
    let mut named = None;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match &token.kind {
            // The new name of what was just named.
            Kind::Word(word) if word == "as" => at += 1,
            Kind::Word(word) => {
                named = Some(token.line);
                if word != "self" || words.is_empty() {
                    words.push(word.clone());
                }
            }
            Kind::Symbol('*') => named = Some(token.line),
            Kind::Symbol('{') => {
                named = None;
                loop {
                    at = use_tree(tokens, at, &words, out);
                    if at >= tokens.len() || !follows(tokens, at, &Kind::Symbol(',')) {
                        break;
                    }
                }
            }
            Kind::Symbol(',' | '}' | ';') => break,
            Kind::Separator | Kind::Symbol(_) => {}
        }
    }
    out.extend(named.map(|line| (line, words)));
    at
}

struct Token {
    line: usize,
    kind: Kind,
}

#[derive(Debug, PartialEq)]
enum Kind {
    /// A name or a keyword.
    Word(String),
    /// `::`
    Separator,
    /// Anything else that is neither space, comment, literal nor lifetime.
    Symbol(char),
}

/// Cuts Rust into words and symbols. Comments, literals and lifetimes are left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let word_length =
            || rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let length = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = literal(rest) {
            length
        } else if first.is_alphanumeric() || first == '_' {
            let word = &rest[..word_length()];
            found.push(Token { line, kind: Kind::Word(word.to_owned()) });
            word.len()
        } else if rest.starts_with("::") {
            found.push(Token { line, kind: Kind::Separator });
            2
        } else {
            found.push(Token { line, kind: Kind::Symbol(first) });
            first.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

/// The length of a block comment; they nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    loop {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            match rest.chars().next() {
                Some(c) => at += c.len_utf8(),
                None => return at,
            }
        }
    }
}

/// The length of the literal or lifetime that a text begins with.
fn literal(text: &str) -> Option<usize> {
    if let Some(after) = text.strip_prefix('\'') {
        let mut chars = after.chars();
        return Some(match (chars.next()?, chars.next()) {
            ('\\', _) => 4 + after[2..].find('\'')?,
            (c, Some('\'')) => 2 + c.len_utf8(),
            _ => 1 + after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len()),
        });
    }
    let marked = text.trim_start_matches(['b', 'c', 'r']);
    let mark = &text[..text.len() - marked.len()];
    if mark.len() > 2 {
        return None;
    }
    let hashes = marked.len() - marked.trim_start_matches('#').len();
    let body = marked[hashes..].strip_prefix('"')?;
    let before = text.len() - body.len();
    if mark.ends_with('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(before + body.find(&end)? + end.len());
    }
    if hashes > 0 {
        return None;
    }
    let mut escaped = false;
    let end = body.find(|c| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    })?;
    Some(before + end + 1)
}
