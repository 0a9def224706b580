//! `--staged`: what is judged is what a commit would hold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clodo::core::model::Report;
use clodo::flow::project::{ProjectError, Request};
use clodo::flow::staged;
use clodo::world::git::{GitError, Index};

use crate::git::git;
use crate::work_tree::WorkTree;

const GOOD: &str = "name = \"shop\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-01-31\"\n\
                    workers_dev = false\npreview_urls = false\n";
const BAD: &str = "name = \"Shop!\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-01-31\"\n\
                   workers_dev = false\npreview_urls = false\n";
const CODE: &str = "export default { fetch: () => new Response(\"shop\") };\n";

/// A repository whose index holds a project below `folder`.
fn repository(folder: &str, config: &str) -> WorkTree {
    let tree = WorkTree::new();
    let path = |name: &str| Path::new(folder).join(name).display().to_string();
    tree.write(&path("wrangler.toml"), config);
    tree.write(&path("src/index.ts"), CODE);
    git(&tree.path(), &["init", "--quiet"]);
    git(&tree.path(), &["add", "--all"]);
    tree
}

fn report(request: &Request) -> Report {
    match staged::check(request) {
        Ok(checked) => checked.report,
        Err(error) => panic!("{error}"),
    }
}

/// The findings at error level: rule, file and line.
fn errors(report: &Report) -> Vec<String> {
    let errors =
        report.findings.iter().filter(|f| f.severity == clodo::core::model::Severity::Error);
    errors
        .map(|finding| {
            let place = finding.place.expect("a place");
            let file = &report.files[place.file.0 as usize];
            format!("{} {}:{}", finding.rule, file.path, file.position(place.span.start).line)
        })
        .collect()
}

#[test]
fn the_index_is_judged_and_not_the_work_tree() {
    let tree = repository("", GOOD);
    tree.write("wrangler.toml", BAD);
    assert_eq!(errors(&report(&tree.request())), [""; 0], "the mistake is not staged");
    assert_eq!(errors(&tree.check()).len(), 1, "the work tree has it");

    git(&tree.path(), &["add", "wrangler.toml"]);
    tree.write("wrangler.toml", GOOD);
    let staged = errors(&report(&tree.request()));
    assert_eq!(staged.len(), 1, "{staged:?}");
    assert!(staged[0].ends_with(" wrangler.toml:1"), "shown as in the work tree: {staged:?}");
    assert_eq!(errors(&tree.check()), [""; 0], "the work tree is repaired");
}

#[test]
fn what_git_does_not_know_is_absent() {
    let tree = repository("api", GOOD);
    tree.write("new/wrangler.toml", BAD);
    tree.write("clodo.yml", "version: 7\n");
    let report = report(&tree.request());
    let services: Vec<_> = report.services.iter().map(|service| service.config.as_str()).collect();
    assert_eq!(services, ["api/wrangler.toml"]);
    assert_eq!(report.name, tree.path().file_name().expect("a name").to_string_lossy());
}

#[test]
fn deleted_and_staged_is_gone() {
    let tree = repository("api", GOOD);
    tree.write("web/wrangler.toml", BAD);
    git(&tree.path(), &["add", "--all"]);
    git(&tree.path(), &["commit", "--quiet", "--message", "both"]);
    git(&tree.path(), &["rm", "--quiet", "--cached", "web/wrangler.toml"]);
    assert_eq!(errors(&report(&tree.request())), [""; 0]);
}

#[test]
fn a_folder_of_the_repository() {
    let tree = repository("apps/api", GOOD);
    tree.write("apps/web/wrangler.toml", BAD);
    git(&tree.path(), &["add", "--all"]);
    let mut request = tree.request();
    request.root = tree.at("apps/web");
    let found = errors(&report(&request));
    assert!(found.iter().any(|error| error.ends_with(" wrangler.toml:1")), "{found:?}");
    // Paths in the work tree mean those in the index.
    request.root = tree.path();
    request.paths = vec![tree.at("apps/api")];
    assert_eq!(errors(&report(&request)), [""; 0]);
    request.paths = vec![PathBuf::from("apps/web/wrangler.toml")];
    assert_eq!(errors(&report(&request)).len(), 1);
}

#[test]
fn the_copy_of_a_killed_run_is_removed_by_the_next() {
    let abandoned = tempfile::Builder::new().prefix("clodo-staged-").tempdir().expect("a folder");
    fs::write(abandoned.path().join("lock"), "").expect("a file");
    let tree = repository("", GOOD);
    let (first, second) = (Index::copy(&tree.path()), Index::copy(&tree.path()));
    assert!(!abandoned.path().exists());
    assert!(first.expect("a copy").root().exists(), "it is in use");
    drop(second);
}

#[test]
fn the_copy_is_removed() {
    let tree = repository("", GOOD);
    let index = Index::copy(&tree.path()).expect("a copy");
    let root = index.root().to_owned();
    assert!(root.join("wrangler.toml").is_file());
    drop(index);
    assert!(!root.exists() && !root.parent().expect("a parent").exists());
    // A check that ends with an error leaves nothing behind either: the copy is dropped there too.
    let mut request = tree.request();
    request.paths = vec![PathBuf::from("nowhere")];
    assert!(matches!(staged::check(&request), Err(ProjectError::Read(_))));
}

#[test]
fn without_a_repository_it_says_so() {
    let tree = WorkTree::new();
    let error = Index::copy(&tree.path()).expect_err("no repository");
    assert!(matches!(&error, GitError::Refused { command: "rev-parse", .. }), "{error}");
    assert!(error.hint().contains("git repository"), "{error}");
}

#[test]
fn a_hook_says_which_index_counts() {
    let tree = repository("", GOOD);
    // As `git commit FILE` does it: a second index, which alone has the mistake.
    let other = tree.at(".git/next-index-1.lock");
    tree.write("wrangler.toml", BAD);
    std::fs::copy(tree.at(".git/index"), &other).expect("a copy");
    let clodo = |index: Option<&Path>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
        command.args(["check", "--staged", "--quiet"]).current_dir(tree.path()).env_clear();
        command.envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
        command.envs(index.map(|index| ("GIT_INDEX_FILE", index)));
        command.output().expect("clodo runs").status.code()
    };
    let mut add = Command::new("git");
    add.arg("-C").arg(tree.path()).args(["add", "wrangler.toml"]).env("GIT_INDEX_FILE", &other);
    assert!(add.status().expect("git is installed").success());
    assert_eq!(clodo(None), Some(0));
    assert_eq!(clodo(Some(&other)), Some(1));
    assert_eq!(clodo(Some(Path::new(".git/next-index-1.lock"))), Some(1));
}
