//! Requirements of changes that touch certain files.

use super::scene::Scene;
use crate::deploy::place::{API, Place, says};
use crate::git::git;
use crate::sandbox::Stand;
use crate::toolchain::toolchain;
use crate::work_tree::WorkTree;

const OPEN: &str = "environments: { production: { wrangler-env: '' } }\n";

const GATED: &str = "
environments:
  production:
    wrangler-env: ''
    gate: { approvals: [{ any-of: [user:bo], when: { paths: [db/**] } }] }
";

/// Writes files, and commits them.
fn commit(tree: &WorkTree, files: &[(&str, &str)]) -> String {
    for (path, text) in files {
        tree.write(path, text);
    }
    git(&tree.path(), &["add", "."]);
    git(&tree.path(), &["commit", "--quiet", "--message=Change"]);
    git(&tree.path(), &["rev-parse", "HEAD"])
}

#[test]
fn it_asks_for_people_where_one_of_the_files_is_touched() {
    let Some(toolchain) = toolchain() else { return };
    let tree = WorkTree::of(&[(".gitignore", "node_modules\n.clodo\n.wrangler\n")]);
    git(&tree.path(), &["init", "--quiet", "--initial-branch=main"]);
    let one = says("one");
    let first = [("wrangler.toml", API), ("index.js", &*one), ("clodo.yml", OPEN)];
    let commits = [
        commit(&tree, &first),
        commit(&tree, &[("index.js", &says("two")), ("clodo.yml", GATED)]),
        commit(&tree, &[("index.js", &says("three")), ("db/0001.sql", "SELECT 1;")]),
    ];
    let [open, aside, touching] = &commits;
    let seed = format!(
        "
github:
  tokens: [{{ value: ghp_robot, login: robot }}]
  repositories:
    - name: acme/shop
      collaborators: {{ cy: maintain, robot: admin }}
      commits:
        - {{ author: cy, sha: {open} }}
        - {{ author: cy, sha: {aside} }}
        - {{ author: cy, sha: {touching} }}
"
    );
    let place = Place::new(toolchain, Stand::seeded(&seed), tree);
    let mut scene = Scene::of(place);
    for (sha, code) in [(open, 0), (aside, 0), (touching, 4)] {
        git(&scene.place.tree.path(), &["checkout", "--quiet", sha]);
        scene.start_run("main", "cy");
        scene.sha.clone_from(sha);
        let said = scene.deploy(&[], code);
        let waits = said.err.contains("production waits for 1 more approval of user:bo");
        assert_eq!(waits, code == 4, "{}", said.err);
    }
}
