//! What git says has changed.

use clodo::core::model::Severity;
use clodo::flow::check::check;
use clodo::flow::project::Request;
use clodo::world::git::{Changes, GitError, changes};

use crate::git::git;
use crate::work_tree::WorkTree;

fn commit(tree: &WorkTree, files: &[(&str, &str)]) {
    files.iter().for_each(|(path, text)| tree.write(path, text));
    git(&tree.path(), &["add", "--all"]);
    git(&tree.path(), &["commit", "--quiet", "--message", "a"]);
}

#[test]
fn changes_are_counted_from_where_the_branch_began() {
    let tree = WorkTree::new();
    git(&tree.path(), &["init", "--quiet", "--initial-branch", "main"]);
    commit(&tree, &[("a.txt", "1"), ("apps/api/package.json", "{}"), ("package.json", "{}")]);
    git(&tree.path(), &["checkout", "--quiet", "-b", "feature"]);
    commit(&tree, &[("apps/api/b\u{e4}d name.txt", "1"), ("lib/x.ts", "1")]);
    git(&tree.path(), &["checkout", "--quiet", "main"]);
    commit(&tree, &[("a.txt", "2")]);
    git(&tree.path(), &["checkout", "--quiet", "feature"]);

    let all = changes(&tree.path(), "main").expect("changes");
    assert_eq!(all.paths, ["apps/api/b\u{e4}d name.txt", "lib/x.ts"]);
    assert_eq!(all.manifests, ["apps/api/package.json", "package.json"]);
    let below = changes(&tree.path().join("apps/api"), "main").expect("changes");
    assert_eq!(
        below,
        Changes {
            paths: vec!["b\u{e4}d name.txt".into(), "../../lib/x.ts".into()],
            manifests: vec!["package.json".into(), "../../package.json".into()],
        }
    );
}

#[test]
fn a_base_that_is_not_here_is_told() {
    let tree = WorkTree::new();
    git(&tree.path(), &["init", "--quiet"]);
    commit(&tree, &[("a.txt", "1")]);
    for base in ["origin/main", "0123456789abcdef0123456789abcdef01234567", "--output=x", ""] {
        let error = changes(&tree.path(), base).expect_err(base);
        assert!(matches!(error, GitError::NoBase { .. }), "{base}: {error}");
    }
    assert!(!tree.path().join("x").exists());
}

#[test]
fn a_check_of_a_change_leaves_out_what_it_does_not_concern() {
    let tree = WorkTree::new();
    git(&tree.path(), &["init", "--quiet", "--initial-branch", "main"]);
    commit(
        &tree,
        &[
            ("apps/api/wrangler.toml", "name = 1\n"),
            ("apps/web/wrangler.toml", "name = 2\n"),
            ("packages/ui/package.json", r#"{ "name": "ui" }"#),
            ("apps/web/package.json", r#"{ "dependencies": { "ui": "*" } }"#),
            ("README.md", "a"),
        ],
    );
    git(&tree.path(), &["checkout", "--quiet", "-b", "feature"]);
    let found = || {
        let request = Request { changed_since: Some("main".into()), ..tree.request() };
        let checked = check(&request).expect("a report");
        let paths = checked.report.services.iter().map(|service| service.config.clone());
        let errors = checked.report.findings.iter().filter(|f| f.severity == Severity::Error);
        (paths.collect::<Vec<_>>().join(" "), errors.count(), checked.report.coverage.unaffected)
    };
    commit(&tree, &[("README.md", "b")]);
    assert_eq!(found(), (String::new(), 0, 2));
    commit(&tree, &[("packages/ui/index.css", "b")]);
    let (paths, errors, unaffected) = found();
    assert_eq!((&*paths, unaffected), ("apps/web/wrangler.toml", 1));
    assert!(errors > 0);
    commit(&tree, &[("package-lock.json", "{}")]);
    assert_eq!(found().0, "apps/api/wrangler.toml apps/web/wrangler.toml");

    let request = Request { changed_since: Some("nowhere".into()), ..tree.request() };
    let error = check(&request).expect_err("no such commit");
    assert!(error.to_string().contains("nowhere") && error.hint().contains("fetch"), "{error}");
}
