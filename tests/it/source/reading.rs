//! Reading the source code of a work tree, and what the rules then say.

use std::collections::BTreeSet;

use clodo::core::model::Workspace;
use clodo::core::source::{Handlers, Origin, SourceFacts};
use clodo::world::files::{self, Request};

use crate::work_tree::WorkTree;

const CONFIG: &str =
    "name = \"shop\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-01-31\"\n";

fn read(tree: &WorkTree) -> Workspace {
    let request = Request { root: tree.path(), ..Request::default() };
    let mut workspace = files::read(&request).expect("a work tree");
    files::read_sources(&request.root, &mut workspace);
    workspace
}

fn tree(files: &[(&str, &str)]) -> WorkTree {
    let tree = WorkTree::new();
    if !files.iter().any(|(path, _)| path.contains("wrangler.")) {
        tree.write("wrangler.toml", CONFIG);
    }
    files.iter().for_each(|(path, text)| tree.write(path, text));
    tree
}

fn only(workspace: &Workspace) -> &SourceFacts {
    let mut facts = workspace.sources.facts.values();
    let first = facts.next().expect("facts");
    assert!(facts.next().is_none(), "more than one");
    first
}

/// What is unresolved, and which packages nothing declares.
fn gone(files: &[(&str, &str)]) -> (String, String) {
    let workspace = read(&tree(files));
    let facts = only(&workspace);
    let names = |list: &[clodo::core::source::ImportFact]| {
        list.iter().map(|one| one.specifier.to_string()).collect::<Vec<_>>().join(" ")
    };
    (names(&facts.unresolved), names(&facts.undeclared))
}

#[test]
fn every_way_to_a_file() {
    let index = "import './a'; import '@/b'; import 'lib/c'; import 'shim'; import './gone'; import '@/gone'; import 'left-pad'";
    let files = [
        ("wrangler.toml", &*format!("{CONFIG}alias = {{ shim = \"./shims/empty.ts\" }}\n")),
        ("src/index.ts", index),
        ("src/a/index.tsx", "import '../../shared/d.js'"),
        ("src/b.ts", ""),
        ("base/lib/c.ts", ""),
        ("shims/empty.ts", "import '../src/a'"),
        ("shared/d.ts", ""),
        (
            "tsconfig.json",
            r#"{ "extends": "./tsconfig.base", "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }"#,
        ),
        ("tsconfig.base.json", r#"{ "compilerOptions": { "baseUrl": "./base" /* comment */ } }"#),
        ("package.json", r#"{ "name": "shop" }"#),
    ];
    let workspace = read(&tree(&files));
    let facts = only(&workspace);
    assert_eq!(facts.modules.len(), 6);
    assert_eq!(gone(&files), ("./gone".to_owned(), "left-pad".to_owned()));
}

#[test]
fn packages_are_declared_or_installed_or_unknown() {
    let index = (
        "src/index.ts",
        "import 'hono/cors'; import '@a/b/c'; import 'fs'; import 'node:fs'; import 'shop/x'",
    );
    let undeclared = |files: &[(&str, &str)]| gone(&[&[index], files].concat()).1;
    // Without a manifest nobody knows.
    assert_eq!(undeclared(&[]), "");
    assert_eq!(undeclared(&[("package.json", r#"{ "name": "shop" }"#)]), "hono/cors @a/b/c");
    assert_eq!(
        undeclared(&[(
            "package.json",
            r#"{ "name": "shop", "dependencies": { "hono": "4" }, "peerDependencies": { "@a/b": "1" } }"#
        )]),
        ""
    );
    assert_eq!(
        undeclared(&[
            ("package.json", r#"{ "name": "shop" }"#),
            ("node_modules/hono/package.json", "{}"),
            ("src/node_modules/@a/b/package.json", "{}"),
        ]),
        ""
    );
    // A tsconfig that extends what is not there may map anything.
    assert_eq!(
        undeclared(&[
            ("package.json", r#"{ "name": "shop" }"#),
            ("tsconfig.json", r#"{ "extends": "@acme/tsconfig" }"#)
        ]),
        ""
    );
    // A package may have the name of one of Node's modules.
    let workspace =
        read(&tree(&[index, ("package.json", r#"{ "dependencies": { "fs": "0.0.1" } }"#)]));
    let builtins: Vec<&str> = only(&workspace).builtins.iter().map(|one| &*one.specifier).collect();
    assert_eq!(builtins, ["node:fs"]);
}

#[test]
fn what_a_tool_may_make_is_not_missing() {
    let index = (
        "src/index.ts",
        "import './generated/client'; import '../dist/x'; import './routes.gen'; import './made/up'; import './gone'",
    );
    assert_eq!(gone(&[index]).0, "./made/up ./gone");
    assert_eq!(gone(&[index, (".gitignore", "made/\n")]).0, "./gone");
    assert_eq!(gone(&[index, ("src/.gitignore", "gone.ts\nmade\n")]).0, "");
    let build = format!("{CONFIG}build = {{ command = \"make\" }}\n");
    assert_eq!(gone(&[index, ("wrangler.toml", &build)]).0, "");
}

#[test]
fn types_of_other_files_say_what_may_be_missing() {
    let workspace = read(&tree(&[
        (
            "src/index.ts",
            "import type { Env } from './types'; export default { fetch(r: Request, env: Env) { return env.A + env.B } }",
        ),
        (
            "src/types.ts",
            "import { gone } from './gone'; export interface Env { A: string; B?: string }; gone()",
        ),
    ]));
    let facts = only(&workspace);
    assert!(facts.env.types["B"].optional && !facts.env.types["A"].optional);
    assert!(facts.unresolved.is_empty(), "types bring no imports");
    assert!(facts.env.complete);
}

#[test]
fn only_workers_with_code_of_their_own_are_read() {
    for (config, file) in [
        ("name = \"a\"\nmain = \"index.py\"\n", "index.py"),
        ("name = \"a\"\nmain = \"dist/index.js\"\n", "dist/index.js"),
        ("name = \"a\"\nmain = \".open-next/worker.js\"\n", ".open-next/worker.js"),
        ("name = \"a\"\nmain = \"src/gone.ts\"\n", "src/index.ts"),
        ("name = \"a\"\npages_build_output_dir = \"public\"\nmain = \"index.ts\"\n", "index.ts"),
        ("name = \"a\"\n", "index.ts"),
    ] {
        let workspace = read(&tree(&[("wrangler.toml", config), (file, "export default {}")]));
        assert!(workspace.sources.facts.is_empty(), "{config}");
    }
}

#[test]
fn vite_and_frameworks_are_recognised() {
    let origin = |files: &[(&str, &str)]| only(&read(&tree(files))).origin;
    let index = ("src/index.ts", "export default {}");
    assert_eq!(origin(&[index]), Origin::Handwritten);
    let vite = "import { cloudflare } from '@cloudflare/vite-plugin'; export default { plugins: [cloudflare()] }";
    assert_eq!(origin(&[index, ("vite.config.ts", vite)]), Origin::Framework("Vite"));
    assert_eq!(origin(&[index, ("vite.config.ts", "export default {}")]), Origin::Handwritten);
}

#[test]
fn each_environment_has_the_facts_of_its_own_main() {
    let config = format!("{CONFIG}[env.other]\nmain = \"src/other.ts\"\n[env.same]\n");
    let workspace = read(&tree(&[
        ("wrangler.toml", &config),
        ("src/index.ts", "export default { fetch() {} }"),
        ("src/other.ts", "export default { queue() {} }"),
    ]));
    let handlers: BTreeSet<String> = workspace
        .sources
        .facts
        .iter()
        .map(|((_, main), facts)| match &facts.handlers {
            Handlers::Known(names) => format!("{main} {}", names.iter().next().expect("one")),
            Handlers::Unsure => String::new(),
        })
        .collect();
    assert_eq!(
        handlers,
        BTreeSet::from(["src/index.ts fetch".into(), "src/other.ts queue".into()])
    );
}

#[test]
fn there_is_an_end_to_what_is_read() {
    let tree = tree(&[]);
    for number in 0..2_100 {
        tree.write(&format!("src/m{number}.ts"), format!("import './m{}'", number + 1));
    }
    tree.write("src/index.ts", "import './m0'; export default { fetch(r, env) { return env.A } }");
    let workspace = read(&tree);
    let facts = only(&workspace);
    assert_eq!(facts.modules.len(), 2_000);
    assert!(facts.truncated && !facts.env.complete);
    // Circles end too.
    tree.write("src/m0.ts", "import './index'; import './m0'; export * from './m0'");
    assert_eq!(only(&read(&tree)).modules.len(), 2);
}

#[test]
fn no_text_is_kept_but_that_of_files_with_findings() {
    let tree = tree(&[
        ("src/index.ts", "import { a } from './a';\nexport default { fetch: a };\n"),
        ("src/a.ts", "import { b } from './b';\nexport const a = crypto.randomUUID() + b;\n"),
        ("src/b.ts", "export const b = 1;\n"),
    ]);
    let report = tree.check();
    let finding =
        report.findings.iter().find(|f| f.rule == "build/top-level-io").expect("a finding");
    let file = report.file_of(finding).expect("a file");
    assert_eq!(file.path, "src/a.ts");
    assert_eq!(file.position(finding.place.expect("a place").span.start).line, 2);
    let kept = |path: &str| report.files.iter().any(|f| f.path == path && !f.text.is_empty());
    assert!(kept("src/a.ts") && !kept("src/b.ts"));
}

#[test]
fn a_comment_in_the_code_puts_a_finding_aside() {
    let tree = tree(&[(
        "src/index.ts",
        "// clodo-ignore build/top-level-io: only in tests\nconst a = crypto.randomUUID();\nexport default { fetch: () => a };\n",
    )]);
    assert!(!tree.check().findings.iter().any(|finding| finding.rule == "build/top-level-io"));
}

#[test]
fn deep_code_is_read_and_the_deepest_is_not() {
    for (depth, read_to_its_end) in [(100, true), (5_000, true), (40_000, true), (400_000, false)] {
        let text = format!("export const a = {}1{};", "(".repeat(depth), ")".repeat(depth));
        let workspace = read(&tree(&[("src/index.ts", &text)]));
        assert_eq!(only(&workspace).syntax.is_empty(), read_to_its_end, "{depth}");
    }
}
