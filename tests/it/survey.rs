//! What is gathered beside the configurations, in trees that are really on disk.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use clodo::core::model::{
    AssetFolder, DocumentKind, DotEnv, Facts, Finding, PathKind, Place, Span, Workspace,
};
use clodo::core::report::{Format, TextOptions, render};
use clodo::world::files::{Request, read, survey};

use crate::work_tree::WorkTree;

impl WorkTree {
    fn link(&self, path: &str, target: &str) {
        symlink(target, self.at(path)).expect("a link");
    }

    fn pipe(&self, path: &str) {
        let status = Command::new("mkfifo").arg(self.at(path)).status();
        assert!(status.expect("there is mkfifo").success());
    }

    fn survey(&self) -> Workspace {
        self.survey_from("")
    }

    fn survey_from(&self, root: &str) -> Workspace {
        let root = self.at(root);
        let request = Request { root: root.clone(), ..Request::default() };
        let mut workspace = read(&request).expect("readable");
        survey(&root, &mut workspace);
        workspace
    }
}

fn skipped(workspace: &Workspace) -> Vec<String> {
    workspace.skipped.iter().map(|skipped| format!("{}: {}", skipped.path, skipped.why)).collect()
}

const FILE: fn(u64) -> PathKind = |bytes| PathKind::File { bytes };

#[test]
fn paths_that_configurations_name_are_looked_at() {
    let config = r#"{
        "main": "src/index.ts", "tsconfig": "tsconfig.json", "base_dir": "src",
        "build": { "cwd": "..", "watch_dir": ["src", "none"] },
        "containers": [
            { "image": "./Dockerfile" }, { "image": "docker" }, { "image": "x.io/none:1" },
            { "configuration": { "image": "../shared/Dockerfile" } } ],
        "env": { "dev": { "main": "src/index", "containers": [{ "image": "/dev/null" }] } } }"#;
    let tree = WorkTree::of(&[
        ("api/wrangler.json", config),
        ("api/src/index.ts", "12345"),
        ("api/src/other.ts", ""),
        ("api/Dockerfile", "1"),
        ("api/docker/x", ""),
        ("shared/Dockerfile", ""),
    ]);
    let workspace = tree.survey();
    let facts = &workspace.facts;
    let expected = [
        ("", Some(PathKind::Folder)),
        ("/dev/null", Some(FILE(0))),
        ("api/Dockerfile", Some(FILE(1))),
        ("api/docker", Some(PathKind::Folder)),
        ("api/none", None),
        ("api/src", Some(PathKind::Folder)),
        ("api/src/index", None),
        ("api/src/index.js", None),
        ("api/src/index.jsx", None),
        ("api/src/index.ts", Some(FILE(5))),
        ("api/src/index.tsx", None),
        ("api/tsconfig.json", None),
        ("api/x.io/none:1", None),
        ("shared/Dockerfile", Some(FILE(0))),
    ];
    let paths: Vec<_> = facts.paths.iter().map(|(path, kind)| (path.as_str(), *kind)).collect();
    assert_eq!(paths, expected);
    assert_eq!(facts.kind(&workspace.services[0].join("./Dockerfile")), Some(FILE(1)));
    assert!(facts.is_absent("api/none") && facts.kind("api/none").is_none());
    assert!(!facts.is_absent("api/src/other.ts") && facts.kind("api/src/other.ts").is_none());
    assert!(skipped(&workspace).is_empty());
}

#[test]
fn paths_where_nothing_can_stand_have_nothing() {
    let tree = WorkTree::of(&[(
        "wrangler.json",
        &format!(
            r#"{{ "main": "wrangler.json/x.ts", "base_dir": "a\u0000b", "tsconfig": "{}" }}"#,
            "x".repeat(5_000)
        ),
    )]);
    tree.link("loop.ts", "loop.ts");
    tree.write("env/wrangler.json", r#"{ "main": "../loop.ts" }"#);
    let workspace = tree.survey();
    assert!(workspace.facts.paths.values().all(Option::is_none), "{:?}", workspace.facts.paths);
    assert_eq!(workspace.facts.paths.len(), 4);
    assert!(skipped(&workspace).is_empty());
}

#[test]
fn a_service_outside_of_the_root_has_its_paths_seen_from_there() {
    let tree = WorkTree::of(&[
        ("wrangler.toml", "main = 'a.js'\nassets.directory = 'public'"),
        ("a.js", ""),
        ("public/x", ""),
        (".env", "A=1"),
        ("sub/deep/x", ""),
    ]);
    let facts = tree.survey_from("sub/deep").facts;
    assert_eq!(facts.kind("../../a.js"), Some(FILE(0)));
    assert_eq!(files(&facts.assets["../../public"]), ["x"]);
    assert_eq!(facts.dotenv.iter().map(|file| &*file.folder).collect::<Vec<_>>(), ["../.."]);
}

/// The files of a folder of assets with their sizes.
fn files(folder: &AssetFolder) -> Vec<String> {
    let words = folder.files.iter().map(|asset| match asset.bytes {
        0 => asset.path.to_string(),
        bytes => format!("{} {bytes}", asset.path),
    });
    words.collect()
}

#[test]
fn assets_are_listed_with_dotfiles_and_all() {
    let tree = WorkTree::of(&[
        ("web/wrangler.toml", "assets.directory = './dist'\n[env.x.assets]\ndirectory = '../site'"),
        ("web/dist/index.html", "123"),
        ("web/dist/.env", "A=1"),
        ("web/dist/.assetsignore", "*.map"),
        ("web/dist/a/b/c.js.map", ""),
        ("web/dist/a/b/_headers", "not at the top"),
        ("web/dist/_redirects", "/a /b"),
        ("web/dist/.git/config", "x"),
        ("web/dist/a/node_modules/x/y", "x"),
        ("web/big.bin", "1234567"),
        ("web/elsewhere/x", "x"),
        ("site/_headers", "/*"),
        ("other/wrangler.toml", "assets.directory = '../site'\npages_build_output_dir = 'none'"),
        ("third/wrangler.toml", "site.bucket = 'wrangler.toml'"),
    ]);
    tree.link("web/dist/linked.bin", "../big.bin");
    tree.link("web/dist/linked", "../elsewhere");
    tree.link("web/dist/loop", "loop");
    tree.link("web/dist/dangling", "nowhere");
    tree.pipe("web/dist/pipe");
    let workspace = tree.survey();
    let assets = &workspace.facts.assets;
    assert_eq!(assets.keys().collect::<Vec<_>>(), ["site", "web/dist"]);
    let dist = &assets["web/dist"];
    let expected = [
        ".assetsignore 5",
        ".env 3",
        ".git/",
        "_redirects 5",
        "a/b/_headers 14",
        "a/b/c.js.map",
        "a/node_modules/",
        "index.html 3",
        "linked.bin 7",
        "linked/",
    ];
    assert_eq!(files(dist), expected);
    assert!(dist.complete && dist.headers.is_none());
    assert!(dist.files.iter().filter(|asset| asset.is_folder()).count() == 3);
    let text = |id: Option<_>| id.map(|id| workspace.file(id)).map(|f| (&*f.path, &*f.text));
    assert_eq!(text(dist.ignore), Some(("web/dist/.assetsignore", "*.map")));
    assert_eq!(text(dist.redirects), Some(("web/dist/_redirects", "/a /b")));
    assert_eq!(text(assets["site"].headers), Some(("site/_headers", "/*")));
    assert!(workspace.facts.is_absent("other/none"));
    assert!(skipped(&workspace).is_empty(), "{:?}", skipped(&workspace));
}

#[test]
fn what_may_not_be_read_is_noted() {
    let tree = WorkTree::of(&[
        ("app/wrangler.toml", "main = 'closed/x.js'\nassets.directory = 'public'"),
        ("app/public/index.html", ""),
        ("app/public/closed/x", ""),
        ("app/closed/x.js", ""),
        ("app/.env", "A=1"),
    ]);
    let closed = ["app/public/closed", "app/closed", "app/.env"].map(|path| tree.at(path));
    let mode = |mode| {
        for path in &closed {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
        }
    };
    mode(0o000);
    let everything_is_readable = fs::read_dir(&closed[0]).is_ok();
    let workspace = tree.survey();
    mode(0o755);
    if everything_is_readable {
        eprintln!("skipped: the user of this test (root?) may read everything");
        return;
    }
    let refused = |path: &str| format!("{path}: no permission to read it");
    let skipped = skipped(&workspace);
    for path in ["app/.env", "app/closed/x.js", "app/public/closed"] {
        assert!(skipped.contains(&refused(path)), "{skipped:?}");
    }
    let facts = &workspace.facts;
    assert!(!facts.paths.contains_key("app/closed/x.js"));
    assert!(!facts.assets["app/public"].complete && facts.dotenv.is_empty());
}

/// The migrations of a folder in their order; those without a text are in brackets.
fn migrations(facts: &Facts, folder: &str) -> Vec<String> {
    let words = facts.migrations[folder].iter().map(|migration| match migration.file {
        Some(_) => migration.name.to_string(),
        None => format!("({})", migration.name),
    });
    words.collect()
}

#[test]
fn migrations_are_read_in_the_order_in_which_they_apply() {
    let config = r#"{
        "d1_databases": [{ "binding": "A" }, { "binding": "B", "migrations_dir": "../db" }],
        "env": { "x": { "d1_databases": [
            { "migrations_dir": "deep", "migrations_pattern": "deep/*/*/up.sql" },
            { "migrations_dir": "none" } ] } } }"#;
    let tree = WorkTree::of(&[
        ("api/wrangler.json", config),
        ("jobs/wrangler.json", r#"{ "d1_databases": [{ "migrations_dir": "../db/" }] }"#),
        ("api/migrations/10_b.sql", "b"),
        ("api/migrations/9_a.sql", "a"),
        ("api/migrations/seed.txt", ""),
        ("api/migrations/.hidden.sql", ""),
        ("api/migrations/meta/_journal.json", ""),
        ("api/migrations/0001_x/migration.sql", ""),
        ("api/migrations/0001_x/other.sql", ""),
        ("api/deep/a/b/up.sql", ""),
        ("api/deep/a/b/down.sql", ""),
        ("api/deep/a/up.sql", ""),
        ("db/0001_shared.sql", ""),
    ]);
    tree.write("db/0002_large.sql", vec![b'x'; (1 << 20) + 1]);
    tree.link("api/migrations/11_link.sql", "10_b.sql");
    let workspace = tree.survey();
    let facts = &workspace.facts;
    assert_eq!(facts.migrations.keys().collect::<Vec<_>>(), ["api/deep", "api/migrations", "db"]);
    let expected = ["0001_x/migration.sql", "9_a.sql", "10_b.sql"];
    assert_eq!(migrations(facts, "api/migrations"), expected);
    assert_eq!(migrations(facts, "api/deep"), ["a/b/up.sql"]);
    assert_eq!(migrations(facts, "db"), ["0001_shared.sql", "(0002_large.sql)"]);
    let first = &facts.migrations["api/migrations"][1];
    let file = workspace.file(first.file.expect("read"));
    assert_eq!((&*file.path, &*file.text), ("api/migrations/9_a.sql", "a"));
    assert_eq!(skipped(&workspace), ["db/0002_large.sql: it is larger than 1 MiB"]);
}

/// The documents: their files, the folders they speak for, and whether they could be parsed.
fn documents(workspace: &Workspace) -> Vec<(&str, &str, bool)> {
    let documents = workspace.facts.documents.iter();
    documents
        .map(|document| {
            let path = &*workspace.file(document.file).path;
            (path, &*document.folder, document.value.is_some())
        })
        .collect()
}

#[test]
fn ci_definitions_and_manifests_are_parsed() {
    let tree = WorkTree::of(&[
        (".git/HEAD", ""),
        (".github/workflows/deploy.yml", "on: push\njobs: {}\n"),
        (".github/workflows/other.yaml", "on: ["),
        (".github/workflows/readme.md", ""),
        (".github/workflows/folder.yml/x", ""),
        (".gitlab-ci.yml", "deploy: { script: [wrangler deploy] }"),
        (".gitlab/ci/test.yml", "test: {}"),
        (".circleci/config.yml", "version: 2.1"),
        ("package.json", r#"{ "scripts": { "deploy": "wrangler deploy" } }"#),
        ("sub/.gitlab-ci.yml", ""),
        ("sub/package.json", "{"),
        ("sub/app/wrangler.toml", ""),
        ("sub/app/package.json", "{}"),
        ("sub/app/src/package.json", "{}"),
        ("sub/between/other/wrangler.toml", ""),
    ]);
    let workspace = tree.survey();
    let expected = [
        (".circleci/config.yml", "", true),
        (".github/workflows/deploy.yml", "", true),
        (".github/workflows/other.yaml", "", false),
        (".gitlab/ci/test.yml", "", true),
        (".gitlab-ci.yml", "", true),
        ("package.json", "", true),
        ("sub/app/package.json", "sub/app", true),
        ("sub/package.json", "sub", false),
    ];
    assert_eq!(documents(&workspace), expected);
    let facts = &workspace.facts;
    let workflow = facts.documents.of(DocumentKind::GithubWorkflow).next().expect("a workflow");
    let value = workflow.value.as_ref().and_then(|value| value.get("on")).expect("a trigger");
    let text = &workspace.file(workflow.file).text;
    assert_eq!(&text[value.span.start as usize..value.span.end as usize], "push");
    assert_eq!(facts.documents.of(DocumentKind::PackageJson).count(), 3);
    assert_eq!(facts.repository.as_deref(), Some(""));

    let below = tree.survey_from("sub/app");
    let expected = [
        ("../../.circleci/config.yml", "../..", true),
        ("../../.github/workflows/deploy.yml", "../..", true),
        ("../../.github/workflows/other.yaml", "../..", false),
        ("../../.gitlab/ci/test.yml", "../..", true),
        ("../../.gitlab-ci.yml", "../..", true),
        ("../../package.json", "../..", true),
        ("package.json", "", true),
        ("../package.json", "..", false),
    ];
    assert_eq!(documents(&below), expected);
    assert_eq!(below.facts.repository.as_deref(), Some("../.."));
    let middle = tree.survey_from("sub");
    assert!(documents(&middle).contains(&(".gitlab-ci.yml", "", true)));
}

#[test]
fn outside_of_a_repository_nothing_above_the_root_counts() {
    let tree = WorkTree::of(&[
        ("package.json", "{}"),
        (".gitlab-ci.yml", ""),
        ("root/wrangler.toml", ""),
        ("root/app/wrangler.toml", ""),
        ("root/package.json", "{}"),
    ]);
    let workspace = tree.survey_from("root");
    assert_eq!(documents(&workspace), [("package.json", "", true)]);
    assert_eq!(workspace.facts.repository, None);
}

/// The files of environment variables: path, names, and what else is known.
fn dotenv(workspace: &Workspace) -> Vec<String> {
    let words = |file: &DotEnv| {
        let path = &workspace.file(file.file).path;
        let names: Vec<&str> = file.keys.iter().map(|key| &*key.name).collect();
        let example = if file.example { " example" } else { "" };
        let ignored = if file.ignored_by_git { " ignored" } else { "" };
        format!("{path} [{}]{example}{ignored}", names.join(" "))
    };
    workspace.facts.dotenv.iter().map(words).collect()
}

#[test]
fn files_of_variables_are_found_beside_services_and_in_the_root() {
    let tree = WorkTree::of(&[
        (".env", "ROOT=1"),
        ("app/wrangler.toml", ""),
        ("app/.dev.vars", "A='x'\nexport B=y # z\n"),
        ("app/.dev.vars.staging", ""),
        ("app/.env.local", "C=1"),
        ("app/.env.example", "C="),
        ("app/.env.d.ts", "declare const A: string"),
        ("app/.env.python/x", ""),
        ("app/.envrc", "export D=1"),
        ("app/src/.env", "E=1"),
        ("lib/.env", "F=1"),
    ]);
    tree.write("app/.env.large", vec![b'x'; (1 << 20) + 1]);
    tree.write("elsewhere/vars", "G=1");
    tree.link("app/.env.linked", "../elsewhere/vars");
    // Password managers hand out variables through pipes, and wait for somebody who reads.
    tree.pipe("app/.env.pipe");
    let workspace = tree.survey();
    let expected = [
        ".env [ROOT]",
        "app/.dev.vars [A B]",
        "app/.dev.vars.staging []",
        "app/.env.example [C] example",
        "app/.env.linked [G]",
        "app/.env.local [C]",
    ];
    assert_eq!(dotenv(&workspace), expected);
    let file = &workspace.facts.dotenv[1];
    let text = &workspace.file(file.file).text;
    let slice = |span: Span| &text[span.start as usize..span.end as usize];
    let keys: Vec<_> =
        file.keys.iter().map(|key| (slice(key.span), slice(key.value_span))).collect();
    assert_eq!(keys, [("A", "x"), ("B", "y")]);
    assert_eq!(&*file.folder, "app");
    assert_eq!(skipped(&workspace), ["app/.env.large: it is larger than 1 MiB"]);
}

#[test]
fn the_user_of_a_build_tool_keeps_variables_in_a_folder_of_his_own() {
    let tree = WorkTree::of(&[
        ("app/wrangler.json", "{}"),
        ("app/.wrangler/deploy/config.json", r#"{ "configPath": "../../dist/wrangler.json" }"#),
        ("app/dist/wrangler.json", "{}"),
        ("app/dist/.dev.vars", "A=1"),
        ("app/.dev.vars", "A=1"),
    ]);
    let workspace = tree.survey();
    assert_eq!(workspace.services.len(), 1);
    assert_eq!(dotenv(&workspace), ["app/.dev.vars [A]", "app/dist/.dev.vars [A]"]);
}

#[test]
fn gitignore_is_asked_as_git_asks_it() {
    /// Where each `.gitignore` stands, what it says, and which of the files are excluded.
    type Case = (&'static [(&'static str, &'static str)], [bool; 3]);
    let cases: [Case; 9] = [
        (&[], [false, false, false]),
        (&[(".gitignore", ".env*\n.dev.vars\n")], [true, true, true]),
        (&[(".gitignore", "/.env\n")], [true, false, false]),
        (&[(".gitignore", "apps/api/.env\n")], [false, true, false]),
        (&[(".gitignore", ".env*\n!.env.keep\n")], [true, true, false]),
        (&[(".gitignore", ".env*\n"), ("apps/api/.gitignore", "!.env\n")], [true, false, true]),
        (&[("apps/api/.gitignore", "*\n")], [false, true, true]),
        // What lies in an excluded folder cannot be brought back.
        (&[(".gitignore", "api/\n"), ("apps/api/.gitignore", "!.env\n")], [false, true, true]),
        // But where only its content was excluded, it can.
        (&[(".gitignore", "apps/api/*\n!apps/api/.env\n# x\n[\n")], [false, false, true]),
    ];
    for (ignores, expected) in cases {
        let tree = WorkTree::of(&[
            ("apps/api/wrangler.toml", ""),
            (".env", ""),
            ("apps/api/.env", ""),
            ("apps/api/.env.keep", ""),
        ]);
        for (path, text) in ignores {
            tree.write(path, text);
        }
        let request = Request {
            root: tree.path(),
            paths: vec!["apps/api/wrangler.toml".into()],
            services: Vec::new(),
        };
        let mut workspace = read(&request).expect("readable");
        survey(&request.root, &mut workspace);
        let ignored: Vec<_> =
            workspace.facts.dotenv.iter().map(|file| file.ignored_by_git).collect();
        assert_eq!(ignored, expected, "{ignores:?}");
        assert_eq!(git_ignores(&tree), expected, "git, {ignores:?}");
    }
}

/// What git itself says of the three files.
fn git_ignores(tree: &WorkTree) -> [bool; 3] {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(tree.path()).args(arguments);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        command.output().expect("git runs").status.success()
    };
    assert!(git(&["init", "-q"]));
    [".env", "apps/api/.env", "apps/api/.env.keep"].map(|path| git(&["check-ignore", "-q", path]))
}

#[test]
fn the_gitignore_of_the_repository_counts_from_below() {
    let tree = WorkTree::of(&[
        (".git/HEAD", ""),
        (".gitignore", ".env\n"),
        ("app/wrangler.toml", ""),
        ("app/.env", ""),
        ("outside/.gitignore", "x"),
    ]);
    assert_eq!(dotenv(&tree.survey_from("app")), [".env [] ignored"]);
    fs::remove_dir_all(tree.at(".git")).expect("removed");
    assert_eq!(dotenv(&tree.survey_from("app")), [".env []"]);
}

#[test]
fn order_does_not_depend_on_threads() {
    let tree = WorkTree::new();
    for n in 0..100 {
        let config = r#"{ "assets": { "directory": "public" }, "d1_databases": [{}] }"#;
        tree.write(&format!("apps/{n}/wrangler.json"), config);
        tree.write(&format!("apps/{n}/package.json"), "{}");
        tree.write(&format!("apps/{n}/.env"), "A=1");
        tree.write(&format!("apps/{n}/public/_headers"), "");
        tree.write(&format!("apps/{n}/migrations/1.sql"), "");
    }
    let paths =
        |w: Workspace| -> Vec<String> { w.files.into_iter().map(|file| file.path).collect() };
    let first = paths(tree.survey());
    assert_eq!(first.len(), 500);
    for _ in 0..5 {
        assert_eq!(paths(tree.survey()), first);
    }
}

#[test]
fn a_value_is_never_shown() {
    const SECRETS: [&str; 5] = ["s3cr3t-one", "two-s3cr3t", "thr33-s3cr3t", "f0ur-s3cr3t", "f1ve"];
    let text = format!(
        "# was: {}\nAPI_TOKEN = '{}' # {}\nKEY=\"a\n{}\"\n{}\n",
        SECRETS[0], SECRETS[1], SECRETS[2], SECRETS[3], SECRETS[4]
    );
    let tree = WorkTree::of(&[("wrangler.toml", "nane = 'a'"), (".dev.vars", &text)]);
    let mut report = tree.check();
    let index = report.files.iter().position(|file| file.path == ".dev.vars").expect("read");
    let covered = &report.files[index].text;
    assert_eq!(covered.len(), text.len());
    assert!(covered.contains("API_TOKEN = '*") && covered.contains("KEY=\"*"), "{covered}");
    assert_eq!(covered.lines().count(), text.lines().count());

    let file = clodo::core::model::FileId(u32::try_from(index).expect("few files"));
    let place = |start: usize, end: usize| Place { file, span: Span::new(start, end) };
    let lines = text.match_indices('\n').map(|(at, _)| at);
    let everywhere = lines.map(|at| place(at.saturating_sub(3), at)).collect::<Vec<_>>();
    let any = report.findings.first().expect("an unknown key").clone();
    let finding = |at: Place| Finding {
        rule: "secrets/in-the-repository",
        place: Some(at),
        related: everywhere.iter().map(|at| (*at, "and here".to_owned())).collect(),
        ..any.clone()
    };
    report.findings =
        everywhere.iter().copied().chain([place(0, text.len())]).map(finding).collect();
    for format in Format::ALL {
        for color in [false, true] {
            let options = TextOptions { color, ..TextOptions::default() };
            let shown = render(&report, format, &options);
            // These two only count, and link to the pages of rules that there are.
            let only_counts = matches!(format, Format::Dotenv | Format::GitlabAnnotations);
            assert!(only_counts || shown.contains("secrets/in-the-repository"), "{format:?}");
            for secret in SECRETS {
                assert!(!shown.contains(secret), "{format:?}\n{shown}");
            }
        }
    }
    // The formats that quote files would have shown them all.
    report.files[index].text = text;
    let shown = render(&report, Format::Text, &TextOptions::default());
    assert!(SECRETS.iter().all(|secret| shown.contains(secret)), "{shown}");
}
