//! Which of two commits is the newer, as git has it.

use std::path::Path;

use clodo::core::downgrade::Ancestry;
use clodo::core::model::context::Sha;
use clodo::world::git::{ancestry, committed_at};

use crate::git::{command, said};
use crate::work_tree::WorkTree;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let date = ("GIT_COMMITTER_DATE", "2026-11-22T12:00:00Z");
    said(command(folder).args(arguments).envs([date]))
}

fn commit(folder: &Path, message: &str) -> Sha {
    git(folder, &["commit", "--quiet", "--allow-empty", "--message", message]);
    Sha::parse(&git(folder, &["rev-parse", "HEAD"])).expect("a commit")
}

#[test]
fn a_commit_is_ahead_of_those_that_it_holds() {
    let tree = WorkTree::new();
    let folder = tree.path();
    git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
    let first = commit(&folder, "one");
    git(&folder, &["checkout", "--quiet", "-b", "feature"]);
    let feature = commit(&folder, "two");
    git(&folder, &["checkout", "--quiet", "main"]);
    let second = commit(&folder, "three");
    git(&folder, &["merge", "--quiet", "--no-ff", "--message", "merge", "feature"]);
    let merge = Sha::parse(&git(&folder, &["rev-parse", "HEAD"])).expect("a commit");
    for (live, wanted, expected) in [
        (&first, &first, Ancestry::Same),
        (&first, &merge, Ancestry::Ahead),
        (&feature, &merge, Ancestry::Ahead),
        (&merge, &second, Ancestry::Behind),
        (&merge, &feature, Ancestry::Behind),
        (&feature, &second, Ancestry::Diverged),
    ] {
        assert_eq!(ancestry(&folder, live, wanted).expect("git"), expected, "{live} {wanted}");
    }
    let absent = Sha::parse(&"1".repeat(40)).expect("a commit");
    assert_eq!(ancestry(&folder, &absent, &merge).expect("git"), Ancestry::Unknown);
    let noon = "2026-11-22T12:00:00Z".parse().ok();
    assert_eq!(committed_at(&folder, &merge), noon);
    assert_eq!(committed_at(&folder, &absent), None);

    // A shallow clone does not have the way from one to the other.
    let shallow = WorkTree::new();
    let from = format!("file://{}", folder.display());
    git(&shallow.path(), &["clone", "--quiet", "--depth", "1", &from, "."]);
    assert_eq!(ancestry(&shallow.path(), &second, &merge).expect("git"), Ancestry::Unknown);
    let fetch = ["fetch", "--quiet", "--depth", "1", "origin", "feature:feature"];
    git(&shallow.path(), &fetch);
    assert_eq!(ancestry(&shallow.path(), &feature, &merge).expect("git"), Ancestry::Unknown);
}
