//! Trees as they are found in the wild, and worse.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::time::Instant;

use super::{WorkTree, configs, side_files, skipped};

#[test]
fn dependencies_output_and_hidden_folders_are_left_out() {
    let tree = WorkTree::services(&[
        "app",
        "node_modules/x",
        "app/node_modules/x",
        "dist/x",
        "build/x",
        "out/x",
        "coverage/x",
        "target/x",
        ".hidden",
        ".wrangler/tmp",
        "vendor",
    ]);
    assert_eq!(configs(&tree.read()), ["app/wrangler.toml", "vendor/wrangler.toml"]);
    // But not what was asked for.
    let asked = tree.read_paths(&["build", ".hidden", "node_modules/x"]);
    let expected =
        [".hidden/wrangler.toml", "build/x/wrangler.toml", "node_modules/x/wrangler.toml"];
    assert_eq!(configs(&asked), expected);
}

#[test]
fn a_configuration_in_what_looks_like_output_is_not_passed_over_in_silence() {
    let workspace = WorkTree::services(&["apps/build"]).read();
    let why = "it is named like the output of a build; give its path to have it checked";
    assert_eq!(skipped(&workspace), [format!("apps/build: {why}")]);
}

#[test]
fn gitignored_folders_are_left_out_with_and_without_git() {
    let tree = WorkTree::services(&["app", "generated/x", "app/keep", "app/drop"]);
    tree.write(".gitignore", "generated/\n");
    tree.write("app/.gitignore", "*\n!keep\n");
    let expected = ["app/keep/wrangler.toml", "app/wrangler.toml"];
    assert_eq!(configs(&tree.read()), expected);
    tree.write(".git/HEAD", "ref: refs/heads/main\n");
    assert_eq!(configs(&tree.read()), expected);
    // In a repository, the files above the walked folder count as well; those above it do not.
    tree.write("inner/.git/HEAD", "");
    tree.write("inner/generated/x/wrangler.toml", "");
    tree.write("sub/generated/x/wrangler.toml", "");
    tree.write("sub/wrangler.toml", "");
    assert_eq!(configs(&tree.read_from("sub")), ["wrangler.toml"]);
    assert_eq!(configs(&tree.read_from("inner")), ["generated/x/wrangler.toml"]);
}

#[test]
fn a_gitignored_configuration_is_what_wrangler_would_deploy() {
    let tree = WorkTree::services(&["app"]);
    tree.write(".gitignore", "wrangler.toml\n");
    assert_eq!(configs(&tree.read()), ["app/wrangler.toml"]);
}

#[test]
fn a_line_of_a_gitignore_that_is_nonsense_is_no_reason_to_skip() {
    let tree = WorkTree::services(&["app"]);
    tree.write(".gitignore", "a[\n");
    tree.write(".git/HEAD", "");
    let workspace = tree.read_paths(&["app"]);
    assert_eq!(configs(&workspace), ["app/wrangler.toml"]);
    assert!(workspace.skipped.is_empty(), "{:?}", skipped(&workspace));
}

#[test]
fn links_to_folders_are_not_followed_and_links_to_files_are_read() {
    let tree = WorkTree::services(&["app", "shared", "elsewhere/lib"]);
    fs::remove_file(tree.at("app/wrangler.toml")).expect("removed");
    symlink("../shared/wrangler.toml", tree.at("app/wrangler.toml")).expect("a link");
    symlink("..", tree.at("app/up")).expect("a link");
    symlink(".", tree.at("app/self")).expect("a link");
    symlink("../elsewhere/lib", tree.at("app/lib")).expect("a link");
    symlink("nowhere", tree.at("app/dangling")).expect("a link");
    symlink("loop", tree.at("app/loop")).expect("a link");
    symlink("../shared", tree.at("app/node_modules")).expect("a link");
    let workspace = tree.read();
    let expected = ["app/wrangler.toml", "elsewhere/lib/wrangler.toml", "shared/wrangler.toml"];
    assert_eq!(configs(&workspace), expected);
    let expected = [
        "(app/lib: a link to another folder; links are not followed)",
        "app/self: a link to a folder above it",
        "app/up: a link to a folder above it",
    ];
    assert_eq!(skipped(&workspace), expected);
    // A link that was asked for is another matter: it is the folder that it leads to.
    assert_eq!(configs(&tree.read_paths(&["app/lib"])), ["elsewhere/lib/wrangler.toml"]);
}

#[test]
fn a_dangling_configuration_is_not_there_and_an_endless_one_is_noted() {
    let tree = WorkTree::services(&["a", "b"]);
    symlink("nowhere", tree.at("a/wrangler.json")).expect("a link");
    symlink("wrangler.json", tree.at("b/wrangler.json")).expect("a link");
    let workspace = tree.read();
    assert_eq!(configs(&workspace), ["a/wrangler.toml", "b/wrangler.toml"]);
    let [only] = &*skipped(&workspace) else { panic!("{:?}", workspace.skipped) };
    assert!(only.starts_with("b: "), "{only}");
}

#[test]
fn what_may_not_be_read_is_noted() {
    let tree = WorkTree::services(&["open", "closed/below", "secret"]);
    let (closed, secret) = (tree.at("closed"), tree.at("secret/wrangler.toml"));
    let mode = |path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions")
    };
    mode(&closed, 0o000);
    mode(&secret, 0o000);
    let everything_is_readable = fs::read_dir(&closed).is_ok();
    let workspace = tree.read();
    mode(&closed, 0o755);
    if everything_is_readable {
        eprintln!("skipped: the user of this test (root?) may read everything");
        return;
    }
    assert_eq!(configs(&workspace), ["open/wrangler.toml"]);
    assert_eq!(skipped(&workspace), ["closed: no permission to read it"]);
    assert_eq!(side_files(&workspace), ["secret/wrangler.toml: no permission to read it"]);
}

/// Runs a shell script in the tree: what no path is short enough to name needs `cd`.
fn sh(tree: &WorkTree, script: &str) {
    let status = Command::new("sh").args(["-ec", script]).current_dir(tree.path()).status();
    assert!(status.expect("there is a shell").success(), "{script}");
}

#[test]
fn a_tree_too_deep_for_paths_is_walked_as_far_as_paths_go() {
    let tree = WorkTree::services(&["a", "z"]);
    // Five times a thousand folders. One in the middle of what can be reached has a service.
    let thousand = "d/".repeat(1000);
    sh(
        &tree,
        &format!("for i in 1 2 3 4 5; do mkdir -p {thousand}; cd -P {thousand}; done 2>/dev/null"),
    );
    tree.write(&format!("{thousand}wrangler.toml"), "name = 'deep'");
    let workspace = tree.read();
    sh(&tree, "rm -rf d");
    let deep = format!("{thousand}wrangler.toml");
    assert_eq!(configs(&workspace), ["a/wrangler.toml", &deep, "z/wrangler.toml"]);
    let [only] = &*skipped(&workspace) else { panic!("{} skipped", workspace.skipped.len()) };
    assert!(only.starts_with("d/d/") && only.ends_with(": its path is too long"), "{only}");
}

#[test]
fn order_does_not_depend_on_threads() {
    let folders: Vec<String> = (0..200).map(|n| format!("apps/{}/{n}", n % 7)).collect();
    let tree = WorkTree::services(&folders.iter().map(String::as_str).collect::<Vec<_>>());
    let first = tree.read();
    assert!(configs(&first).is_sorted());
    assert_eq!(first.services.len(), 200);
    for _ in 0..5 {
        let paths = |w: &clodo::core::model::Workspace| -> Vec<String> {
            w.files.iter().map(|file| file.path.clone()).collect()
        };
        assert_eq!(paths(&tree.read()), paths(&first));
    }
}

#[test]
fn time_grows_with_the_number_of_services_and_not_with_its_square() {
    let tree = |count: usize| {
        let tree = WorkTree::of(&[("package.json", r#"{"devDependencies":{"wrangler":"4.1.0"}}"#)]);
        for n in 0..count {
            tree.write(&format!("apps/{n}/wrangler.toml"), "name = 'x'\nmain = 'src/index.ts'\n");
        }
        tree
    };
    let time = |tree: &WorkTree| {
        let start = Instant::now();
        tree.read();
        start.elapsed()
    };
    let (few, many) = (tree(400), tree(4_000));
    assert_eq!((few.read().services.len(), many.read().services.len()), (400, 4_000));
    // Ten times as many; the square would be a hundred times as long, whatever else the machine does.
    let is_linear = |_| time(&many) < time(&few) * 40;
    assert!((0..10).any(is_linear), "{:?} {:?}", time(&few), time(&many));
}
