//! Finding and reading Wrangler configurations, in trees that are really on disk.

mod redirects;
mod trees;
mod versions;

use std::path::{Path, PathBuf};

use clodo::core::model::{Format, Service, SideFile, Workspace};
use clodo::world::files::{ReadError, Request, read, read_text};

use crate::work_tree::WorkTree;

impl WorkTree {
    /// A service in each of the folders, in `wrangler.toml`.
    fn services(folders: &[&str]) -> Self {
        let tree = Self::new();
        for folder in folders {
            tree.write(&format!("{folder}/wrangler.toml"), "");
        }
        tree
    }

    /// A request to read what lies in a folder of it.
    fn reading(&self, root: &str, paths: &[&str]) -> Request {
        Request {
            root: self.at(root),
            paths: paths.iter().map(PathBuf::from).collect(),
            services: Vec::new(),
        }
    }

    fn read(&self) -> Workspace {
        self.read_paths(&[])
    }

    fn read_paths(&self, paths: &[&str]) -> Workspace {
        read(&self.reading("", paths)).expect("readable")
    }

    fn read_from(&self, root: &str) -> Workspace {
        read(&self.reading(root, &[])).expect("readable")
    }
}

/// The paths of the services' configurations.
fn configs(workspace: &Workspace) -> Vec<&str> {
    workspace.services.iter().map(|service| config_of(workspace, service)).collect()
}

fn config_of<'a>(workspace: &'a Workspace, service: &Service) -> &'a str {
    &workspace.file(service.config.file).path
}

/// The side files in words.
fn side_files(workspace: &Workspace) -> Vec<String> {
    let path = |file| &workspace.file(file).path;
    let words = |side: &SideFile| match side {
        SideFile::Ignored { path, by } => format!("{path} ignored for {by}"),
        SideFile::Shadowed { file, by } => format!("{} shadowed by {by}", path(*file)),
        SideFile::TypeScript { path } => format!("{path} is TypeScript"),
        SideFile::BrokenRedirect { file, problem } => format!("{}: {problem}", path(*file)),
        SideFile::Unreadable { path, why } => format!("{path}: {why}"),
    };
    workspace.side_files.iter().map(words).collect()
}

/// What was skipped; what only details show is in brackets.
fn skipped(workspace: &Workspace) -> Vec<String> {
    let words = workspace.skipped.iter().map(|skipped| match skipped.minor {
        true => format!("({}: {})", skipped.path, skipped.why),
        false => format!("{}: {}", skipped.path, skipped.why),
    });
    words.collect()
}

#[test]
fn a_folder_is_walked_and_services_come_in_the_order_of_their_paths() {
    let tree = WorkTree::of(&[
        ("b/wrangler.toml", "name = 'b'"),
        ("a/deep/wrangler.jsonc", "{ /* x */ \"name\": \"deep\", }"),
        ("a/wrangler.json", "{}"),
        ("wrangler.toml", ""),
        ("readme.md", ""),
    ]);
    let workspace = tree.read();
    let expected = ["a/deep/wrangler.jsonc", "a/wrangler.json", "b/wrangler.toml", "wrangler.toml"];
    assert_eq!(configs(&workspace), expected);
    let folders: Vec<_> = workspace.services.iter().map(|service| &*service.folder).collect();
    assert_eq!(folders, ["a/deep", "a", "b", ""]);
    let root = tree.path();
    let root_name = root.file_name().and_then(|name| name.to_str()).expect("a name");
    let names: Vec<_> = workspace.services.iter().map(|service| &*service.name).collect();
    assert_eq!(names, ["deep", "a", "b", root_name]);
    assert_eq!(workspace.name, root_name);
    assert_eq!(configs(&tree.read_paths(&["a", "b/"])), expected[..3]);
    assert_eq!(configs(&tree.read_paths(&["a", "a/deep", "."])), expected);
}

#[test]
fn nothing_is_found_in_an_empty_tree() {
    let workspace = WorkTree::of(&[("src/", "")]).read();
    assert!(workspace.services.is_empty() && workspace.side_files.is_empty());
}

#[test]
fn a_file_is_read_alone_as_wrangler_config_does() {
    let tree = WorkTree::of(&[
        ("apps/api/wrangler.json", "{}"),
        ("apps/api/wrangler.toml", "name = 'other'"),
        ("apps/api/.wrangler/deploy/config.json", "nonsense"),
        ("apps/api/staging.conf", "name = 'staging'"),
        ("wrangler.json", "{}"),
    ]);
    let workspace = tree.read_paths(&["apps/api/../api/wrangler.toml", "apps/api/staging.conf"]);
    assert_eq!(configs(&workspace), ["apps/api/staging.conf", "apps/api/wrangler.toml"]);
    assert!(workspace.side_files.is_empty(), "{:?}", workspace.side_files);
    let [staging, toml] = &*workspace.services else { panic!("two services") };
    assert_eq!((staging.config.format, &*staging.name), (Format::Unknown, "api"));
    assert_eq!((toml.config.format, &*toml.name), (Format::Toml, "other"));
}

#[test]
fn what_is_asked_for_and_not_there_is_an_error() {
    let tree = WorkTree::services(&["a"]);
    let error = read(&tree.reading("", &["a", "nowhere"])).expect_err("missing");
    assert_eq!(error.to_string(), "`nowhere` does not exist");
    assert!(error.hint().contains("-C"));
    let error = read(&tree.reading("none", &[])).expect_err("missing");
    assert!(matches!(error, ReadError::Missing { .. }), "{error}");
    let error = read(&tree.reading("", &["/dev/null"])).expect_err("a device");
    assert_eq!(error.to_string(), "`/dev/null` is neither a file nor a folder");
    let error = read(&tree.reading("", &["a/wrangler.toml/b"])).expect_err("no folder");
    assert!(error.to_string().starts_with("cannot look at `a/wrangler.toml/b`: "), "{error}");
    let request = Request { services: vec!["apps/[".into()], ..tree.reading("", &[]) };
    let error = read(&request).expect_err("not a glob");
    assert!(error.to_string().starts_with("`apps/[` in `services` is not a glob"), "{error}");
}

#[test]
fn services_say_which_folders_count() {
    let tree = WorkTree::services(&[".", "apps/api", "apps/old", "tests/fixture"]);
    let read = |services: &[&str], paths: &[&str]| {
        let services = services.iter().map(|glob| glob.to_string()).collect();
        read(&Request { services, ..tree.reading("", paths) }).expect("readable")
    };
    let workspace = read(&["apps/*", "!apps/old"], &[]);
    assert_eq!(configs(&workspace), ["apps/api/wrangler.toml"]);
    let why = "not among the `services` of clodo.yml";
    let expected = [format!("(: {why})"), format!("(apps/old: {why})")];
    assert_eq!(skipped(&workspace)[..2], expected);
    assert_eq!(configs(&read(&["apps/*"], &["apps"])).len(), 2);
    // A file that is named counts whatever the globs say, and nothing is searched upwards.
    let file = ["tests/fixture/wrangler.toml"];
    assert_eq!(configs(&read(&["apps/*"], &file)), file);
    assert!(read(&["apps/*"], &["tests"]).services.is_empty());
}

#[test]
fn json_wins_over_jsonc_wins_over_toml() {
    let tree = WorkTree::of(&[
        ("a/wrangler.toml", ""),
        ("a/wrangler.jsonc", "{}"),
        ("a/wrangler.json", "{}"),
        ("b/wrangler.toml", ""),
        ("b/wrangler.jsonc", "{}"),
        // To Wrangler, a folder of that name is not there.
        ("c/wrangler.json/", ""),
        ("c/wrangler.toml", ""),
    ]);
    let workspace = tree.read();
    assert_eq!(configs(&workspace), ["a/wrangler.json", "b/wrangler.jsonc", "c/wrangler.toml"]);
    let expected = [
        "a/wrangler.jsonc ignored for a/wrangler.json",
        "a/wrangler.toml ignored for a/wrangler.json",
        "b/wrangler.toml ignored for b/wrangler.jsonc",
    ];
    assert_eq!(side_files(&workspace), expected);
}

#[test]
fn a_better_name_higher_up_shadows_a_configuration() {
    let tree = WorkTree::of(&[
        ("wrangler.jsonc", "{}"),
        ("repo/apps/toml/wrangler.toml", ""),
        ("repo/apps/jsonc/wrangler.jsonc", "{}"),
        ("repo/json/wrangler.json", "{}"),
        ("repo/json/below/wrangler.jsonc", "{}"),
    ]);
    let workspace = tree.read_from("repo");
    assert_eq!(workspace.services.len(), 4);
    let expected = [
        "apps/toml/wrangler.toml shadowed by ../wrangler.jsonc",
        "json/below/wrangler.jsonc shadowed by json/wrangler.json",
    ];
    assert_eq!(side_files(&workspace), expected);
}

#[test]
fn below_nothing_the_search_goes_upwards_as_wranglers_does() {
    let tree = WorkTree::of(&[
        ("shop/wrangler.jsonc", "{ \"name\": \"shop\" }"),
        ("shop/apps/api/wrangler.toml", ""),
        ("shop/apps/api/src/", ""),
        ("shop/apps/web/src/", ""),
    ]);
    let workspace = tree.read_from("shop/apps/web/src");
    assert_eq!(configs(&workspace), ["../../../wrangler.jsonc"]);
    assert_eq!(&*workspace.services[0].folder, "../../..");
    // Started in `api/src`, Wrangler passes by the TOML file for the JSON file above it.
    assert_eq!(configs(&tree.read_from("shop/apps/api/src")), ["../../../wrangler.jsonc"]);
    let workspace = read(&tree.reading("shop", &["apps/api/src", "apps/web/src"])).expect("found");
    assert_eq!(configs(&workspace), ["wrangler.jsonc"]);
}

#[test]
fn typescript_is_noted() {
    let tree = WorkTree::of(&[("a/cloudflare.config.ts", ""), ("a/cloudflare.config.js", "")]);
    assert_eq!(side_files(&tree.read()), ["a/cloudflare.config.ts is TypeScript"]);
    // It is no configuration to a Wrangler that is started without the flag.
    tree.write("wrangler.toml", "");
    assert_eq!(configs(&tree.read_paths(&["a"])), ["wrangler.toml"]);
}

#[test]
fn text_is_decoded_as_wrangler_does() {
    let tree = WorkTree::new();
    let text = |bytes: &[u8]| {
        tree.write("file", bytes);
        read_text(&tree.at("file"))
    };
    assert_eq!(text(b"\xef\xbb\xbfa\xef\xbb\xbf").expect("UTF-8"), "a\u{feff}");
    assert_eq!(text(b"\xff\xc3\x28\xe2\x82").expect("mended"), "\u{fffd}\u{fffd}(\u{fffd}");
    for (bytes, name) in [
        (&b"\xff\xfea\0"[..], "UTF-16 LE"),
        (b"\xfe\xff\0a", "UTF-16 BE"),
        (b"\xff\xfe\0\0a\0\0\0", "UTF-32 LE"),
        (b"\0\0\xfe\xff\0\0\0a", "UTF-32 BE"),
    ] {
        let error = text(bytes).expect_err(name).to_string();
        assert!(
            error.ends_with(&format!("/file` is encoded as {name}; save it as UTF-8")),
            "{error}"
        );
    }
    let error = read_text(Path::new("/nowhere/file")).expect_err("missing");
    assert_eq!(error.to_string(), "cannot read `/nowhere/file`: it does not exist");
}

#[test]
fn a_configuration_that_cannot_be_parsed_is_a_service_with_the_reason() {
    let tree = WorkTree::of(&[("a/wrangler.toml", "name = 'a'\nmain =")]);
    tree.write("b/wrangler.json", b"\xff\xfe{\0}\0");
    let workspace = tree.read();
    let [a, b] = &*workspace.services else { panic!("two services") };
    let error = a.config.syntax.as_ref().expect("a syntax error");
    assert_eq!(workspace.file(a.config.file).position(error.span.start).line, 2);
    assert!(a.config.root.is_none());
    let error = b.config.syntax.as_ref().expect("a syntax error");
    assert_eq!(error.message, "the file is encoded as UTF-16 LE; save it as UTF-8");
    assert_eq!((&*a.name, &*b.name), ("a", "b"));
}

#[test]
fn nesting_without_end_is_a_syntax_error() {
    let tree = WorkTree::of(&[("wrangler.json", &"[".repeat(200_000))]);
    tree.write("toml/wrangler.toml", format!("a = {}", "[".repeat(200_000)));
    let workspace = tree.read();
    assert!(workspace.services.iter().all(|service| service.config.syntax.is_some()));
}
