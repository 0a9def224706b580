//! Whatever a file holds, clodo says something about it, and never falls over.
//!
//! With `CLODO_CORPUS` set to a folder of configurations, every file in it and twenty corruptions
//! of each go the whole way as well.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clodo::core::config::shape::{Shape, Table};
use clodo::core::config::wrangler::KEYS;
use clodo::core::config::{self, clodo_yml, jsonc, toml, yaml};
use clodo::core::model::{Data, Format as Written, Report, Span, SyntaxError, Value};
use clodo::core::report::{Format, TextOptions, render};
use clodo::core::rules::ALL;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rayon::prelude::*;

use crate::corruption::{BITS, corrupted_bytes, seeded};
use crate::toolchain::say;
use crate::work_tree::{WorkTree, entries, report};

/// Any bytes, as the reader of files hands them on.
fn any_text() -> impl Strategy<Value = String> {
    vec(any::<u8>(), 0..200).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Text of what the three languages are made of.
fn marks() -> impl Strategy<Value = String> {
    vec(select(&BITS[..]), 0..60).prop_map(|bits| bits.concat())
}

fn any_file() -> impl Strategy<Value = String> {
    prop_oneof![any_text(), marks(), near_miss(), config().prop_map(|value| value.to_string())]
}

/// An example from the pages of the rules, corrupted.
fn near_miss() -> impl Strategy<Value = String> {
    let examples = || ALL.iter().flat_map(|rule| rule.page().examples());
    let texts: Vec<String> = examples().map(|example| example.text).collect();
    (select(texts), any::<u64>()).prop_map(|(text, seed)| {
        let bytes = corrupted_bytes(text.as_bytes(), &mut seeded(&seed.to_string()));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Every key that Wrangler knows, at any level.
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names = BTreeSet::from(["env", "staging", "production", "previews", "", "0", "a b"]);
    for key in KEYS {
        names.insert(key.name);
        collect(key.shape, &mut names);
    }
    names.into_iter().collect()
});

fn collect(shape: Shape, names: &mut BTreeSet<&'static str>) {
    fn table(table: &Table, names: &mut BTreeSet<&'static str>) {
        for field in table.fields {
            names.insert(field.name);
            collect(field.shape, names);
        }
    }
    match shape {
        Shape::Table(found) => table(found, names),
        Shape::Switch(switch) => {
            names.insert(switch.key);
            switch.cases.iter().for_each(|(_, shape)| collect(*shape, names));
        }
        Shape::Either(shapes, _) => shapes.iter().for_each(|shape| collect(*shape, names)),
        Shape::List(inner)
        | Shape::Map(inner)
        | Shape::Nullable(inner)
        | Shape::Falsy(inner)
        | Shape::Test(inner, _)
        | Shape::Schema(inner, _) => collect(*inner, names),
        _ => {}
    }
}

/// A tree of known keys, with anything at all in them.
fn config() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as Json;
    let word = prop_oneof![
        select(
            &[
                "",
                "a",
                "*.example.com/*",
                "2026-01-31",
                "<id>",
                "${X}",
                "../x",
                "\u{301}",
                "0 0 * * *"
            ][..]
        )
        .prop_map(str::to_owned),
        select(NAMES.clone()).prop_map(str::to_owned),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        word.clone().prop_map(Json::from),
    ];
    let tree = leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::from),
            vec((select(NAMES.clone()), inner), 0..6).prop_map(|entries| {
                entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            }),
        ]
    });
    vec((select(NAMES.clone()), tree), 0..12).prop_map(|entries| {
        entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    })
}

/// Every place in a tree, or in the error in its stead, has to be in the text.
fn check_places(text: &str, parsed: Result<Value, SyntaxError>) {
    let check = |Span { start, end }| {
        let (start, end) = (start as usize, end as usize);
        assert!(start <= end && end <= text.len(), "{start}..{end} of {}", text.len());
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{start}..{end}");
    };
    fn walk(value: &Value, check: &impl Fn(Span)) {
        check(value.span);
        match &value.data {
            Data::Array(items) => items.iter().for_each(|item| walk(item, check)),
            Data::Object(object) => object.entries.iter().for_each(|entry| {
                check(entry.key_span);
                walk(&entry.value, check);
            }),
            _ => {}
        }
    }
    match parsed {
        Ok(value) => walk(&value, &check),
        Err(error) => {
            // One byte past the end is the end of the file; renderers move it back.
            let Span { start, end } = error.span;
            check(Span { start, end: start });
            assert!(start <= end && end as usize <= text.len() + 1, "{start}..{end}");
            assert!(!error.message.is_empty(), "an error says what is wrong");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn toml_is_parsed_or_refused(text in any_file()) {
        check_places(&text, toml::parse(&text));
    }

    #[test]
    fn jsonc_is_parsed_or_refused(text in any_file()) {
        check_places(&text, jsonc::parse(&text));
    }

    #[test]
    fn yaml_is_parsed_or_refused(text in any_file()) {
        check_places(&text, yaml::parse(&text));
    }

    #[test]
    fn clodo_yml_is_read_or_refused(text in any_file(), json in any::<bool>()) {
        let name = if json { "clodo.json" } else { "clodo.yml" };
        if let Err(problems) = clodo_yml::read(name, &text) {
            prop_assert!(!problems.list.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_configuration_goes_the_whole_way(
        first in config(),
        (second, third) in (any_file(), any_file()),
        (manifest, lock) in (any_file(), any_file()),
    ) {
        let tree = WorkTree::new();
        tree.write("apps/a/wrangler.jsonc", first.to_string());
        tree.write("apps/b/wrangler.toml", second);
        tree.write("apps/c/wrangler.json", &third);
        tree.write("apps/c/.wrangler/deploy/config.json", third);
        tree.write("package.json", manifest);
        for name in ["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"] {
            tree.write(name, &lock);
        }
        render_all(&tree.check());
    }
}

/// Renders a report in every format.
fn render_all(report: &Report) {
    for color in [true, false] {
        let options = TextOptions { color, width: 80, quiet: false, verbose: true };
        for format in Format::ALL {
            assert!(!render(report, format, &options).contains('\0'), "{format:?}");
        }
    }
}

/// Recursion has to end before the stack does: an overflow is no panic, and nothing catches it.
#[test]
fn what_is_nested_deeply_is_refused() {
    let depth = 100_000;
    let nested = |open: &str, close: &str| open.repeat(depth) + &close.repeat(depth);
    for text in [
        nested("[", "]"),
        nested("{\"a\":", "}"),
        nested("[{\"a\":[", "]}]"),
        nested("/*", "*/"),
        format!("a = {}", nested("[", "]")),
        format!("a = {}", nested("{a=", "}")),
        format!("{}a = 1", "a.".repeat(depth)),
        format!("[{}a]", "a.".repeat(depth)),
        format!("[[{}a]]", "a.".repeat(depth)),
        format!("a = {}", "[".repeat(depth)),
        nested("- ", ""),
        nested("a: ", ""),
        nested("{a: ", "}"),
        (0..2000).map(|level| " ".repeat(level) + "a:\n").collect(),
    ] {
        for format in [Written::Toml, Written::Json] {
            check_places(&text, config::parse(format, &text));
        }
        check_places(&text, yaml::parse(&text));
        let _ = clodo_yml::read("clodo.yml", &text);
        let tree = WorkTree::new();
        for path in [
            "a/wrangler.toml",
            "b/wrangler.jsonc",
            "package.json",
            "package-lock.json",
            "pnpm-lock.yaml",
        ] {
            tree.write(path, &text);
        }
        render_all(&tree.check());
    }
}

/// How many corruptions are made of each file of the corpus.
const CORRUPTIONS: usize = 20;

/// How many configurations are checked in one run.
const TOGETHER: usize = 400;

/// Larger files of the corpus are not configurations.
const LARGE: u64 = 256 * 1024;

#[test]
fn the_corpus_goes_the_whole_way() {
    let Some(root) = env::var_os("CLODO_CORPUS").map(PathBuf::from) else {
        return say("skipped the corpus: CLODO_CORPUS does not name its folder");
    };
    let mut files = Vec::new();
    collect_files(&root, &mut files);
    assert!(!files.is_empty(), "the corpus has files");
    // As it is, in one run.
    let tree = WorkTree::new();
    let whole = clodo::flow::project::Request { root: root.clone(), ..tree.request() };
    render_all(&report(&whole));

    let is_config = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default();
        ["wrangler.toml", "wrangler.json", "wrangler.jsonc"].iter().any(|config| name == *config)
    };
    let configs: Vec<_> = files.iter().filter(is_config).collect();
    say(&format!("{} files, {} of them configurations", files.len(), configs.len()));
    let mut broken: Vec<String> = configs
        .par_chunks(TOGETHER / CORRUPTIONS)
        .flat_map_iter(|chunk| {
            let cases: Vec<Case> = chunk.iter().flat_map(corruptions).collect();
            if goes_the_whole_way(&cases.iter().collect::<Vec<_>>()) {
                return Vec::new();
            }
            let alone = cases.iter().filter(|case| !goes_the_whole_way(&[case]));
            alone.map(|case| case.id.clone()).collect()
        })
        .collect();
    // Every other file could be a configuration, a lock file or a clodo.yml for all a parser knows.
    broken.par_extend(files.par_iter().flat_map_iter(corruptions).filter_map(|case| {
        let text = String::from_utf8_lossy(&case.bytes);
        let parsed = catch_unwind(AssertUnwindSafe(|| {
            check_places(&text, toml::parse(&text));
            check_places(&text, jsonc::parse(&text));
            check_places(&text, yaml::parse(&text));
            let _ = clodo_yml::read("clodo.yml", &text);
        }));
        parsed.is_err().then_some(case.id)
    }));
    assert!(broken.is_empty(), "{} panics:\n{}", broken.len(), broken.join("\n"));
}

fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => collect_files(&path, files),
            Ok(metadata) if metadata.is_file() && metadata.len() <= LARGE => files.push(path),
            _ => {}
        }
    }
}

/// A file's content, or a corruption of it.
struct Case {
    id: String,
    name: String,
    bytes: Vec<u8>,
}

fn corruptions(path: impl AsRef<Path>) -> Vec<Case> {
    let path = path.as_ref();
    let original = fs::read(path).expect("the corpus is readable");
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let id = path.display().to_string();
    let mut random = seeded(&id);
    let mut cases =
        vec![Case { id: format!("{id}#0"), name: name.clone(), bytes: original.clone() }];
    cases.extend((1..=CORRUPTIONS).map(|number| Case {
        id: format!("{id}#{number}"),
        name: name.clone(),
        bytes: corrupted_bytes(&original, &mut random),
    }));
    cases
}

/// Whether configurations, each in its folder, are checked and rendered without a panic.
fn goes_the_whole_way(cases: &[&Case]) -> bool {
    let tree = WorkTree::new();
    for (number, case) in cases.iter().enumerate() {
        tree.write(&format!("{number}/{}", case.name), &case.bytes);
    }
    catch_unwind(AssertUnwindSafe(|| render_all(&tree.check()))).is_ok()
}
