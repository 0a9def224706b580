//! What must not be deployed by itself: what was taken back, and what is older than what is live.

use super::place::{Place, says};
use crate::git::git;
use crate::toolchain::toolchain;

#[test]
fn what_was_taken_back_is_not_deployed_until_somebody_says_so() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    place.deploy(&[], 0);
    let first = place.serving("api");
    place.tree.write("index.js", says("two"));
    place.deploy(&[], 0);
    let back = place.clodo(&["rollback", "--reason", "it is slow", "--yes"]);
    assert_eq!(back.code, Some(0), "{back:?}");
    assert_eq!(place.serving("api"), first);
    // Without a repository there is no commit; the same code is known by what is built.
    let said = place.clodo(&["deploy"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("of api is held since"), "{said:?}");
    assert!(said.err.contains("it is slow") && said.err.contains("--clear-hold"), "{said:?}");
    assert_eq!(place.serving("api"), first);
    // Other code may go.
    place.tree.write("index.js", says("three"));
    place.deploy(&[], 0);
    assert_ne!(place.serving("api"), first);
    place.tree.write("index.js", says("two"));
    assert_eq!(place.clodo(&["deploy"]).code, Some(3));
    let cleared = place.clodo(&["rollback", "--clear-hold", "--reason", "it is mended"]);
    assert_eq!(cleared.code, Some(0), "{cleared:?}");
    place.deploy(&[], 0);
}

#[test]
fn older_code_does_not_go_over_newer_by_itself() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    let folder = place.tree.path();
    place.tree.write(".gitignore", "node_modules\n.clodo\n.wrangler\n.config\n");
    git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
    let commit = |message: &str| {
        git(&folder, &["add", "--all"]);
        git(&folder, &["commit", "--quiet", "--message", message]);
    };
    commit("one");
    place.tree.write("index.js", says("two"));
    commit("two");
    place.deploy(&[], 0);
    let newer = place.serving("api");
    git(&folder, &["checkout", "--quiet", "HEAD~1"]);
    let said = place.clodo(&["deploy"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("what is live is newer"), "{said:?}");
    assert!(said.err.contains("--allow-downgrade"), "{said:?}");
    assert_eq!(place.serving("api"), newer);
    place.deploy(&["--allow-downgrade"], 0);
    assert_ne!(place.serving("api"), newer);
    // And forward again, without a word.
    git(&folder, &["checkout", "--quiet", "main"]);
    place.deploy(&[], 0);
}

#[test]
fn what_a_rollback_left_is_not_overwritten_by_what_is_older_still() {
    let Some(toolchain) = toolchain() else { return };
    let place = Place::api(toolchain);
    let folder = place.tree.path();
    place.tree.write(".gitignore", "node_modules\n.clodo\n.wrangler\n.config\n");
    git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
    for word in ["one", "two", "three"] {
        place.tree.write("index.js", says(word));
        git(&folder, &["add", "--all"]);
        git(&folder, &["commit", "--quiet", "--message", word]);
        place.deploy(&[], 0);
    }
    let back = place.clodo(&["rollback", "--reason", "it is slow", "--yes"]);
    assert_eq!(back.code, Some(0), "{back:?}");
    let two = place.serving("api");
    git(&folder, &["checkout", "--quiet", "HEAD~2"]);
    let said = place.clodo(&["deploy"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("what is live is newer"), "{said:?}");
    assert_eq!(place.serving("api"), two);
    // What serves again may be deployed again, with a change.
    git(&folder, &["checkout", "--quiet", "main~1"]);
    place.tree.write("index.js", says("two and a half"));
    place.deploy(&[], 0);
}
