//! Where the state is, by what `clodo.yml` says.

use std::path::PathBuf;

use clodo::core::config::clodo_yml;
use clodo::flow::state;
use clodo::world::store::{Place, StoreError};

use crate::git::git;
use crate::work_tree::WorkTree;

fn file(tree: &WorkTree, folder: &str, path: &str, text: &str) -> PathBuf {
    let settings = clodo_yml::read(path, text).expect("settings");
    match state::place(&tree.at(folder), &settings, None).expect("a place") {
        Place::Sqlite(path) => path,
        place => panic!("{place:?}"),
    }
}

#[test]
fn without_a_word_it_is_at_the_root_of_the_repository() {
    let tree = WorkTree::of(&[("apps/shop/wrangler.toml", "")]);
    assert_eq!(file(&tree, "apps", "clodo.yml", "{}"), tree.at("apps/.clodo/state.db"));
    git(&tree.path(), &["init", "--quiet"]);
    let expected = tree.path().canonicalize().expect("a folder").join(".clodo/state.db");
    assert_eq!(file(&tree, "apps", "clodo.yml", "{}"), expected);
}

#[test]
fn a_path_is_relative_to_the_file_that_names_it() {
    let tree = WorkTree::of(&[("ci/clodo.yml", "")]);
    let said = "state: { sqlite: state/clodo.db }";
    assert_eq!(file(&tree, "", "clodo.yml", said), tree.at("state/clodo.db"));
    assert_eq!(file(&tree, "", "ci/clodo.yml", said), tree.at("ci/state/clodo.db"));
    let absolute = "state: { sqlite: /var/lib/clodo.db }";
    assert_eq!(file(&tree, "", "clodo.yml", absolute), PathBuf::from("/var/lib/clodo.db"));
}

#[test]
fn a_database_of_d1_needs_a_way_to_it() {
    let settings = clodo_yml::read("clodo.yml", "state: { d1: clodo-state }").expect("settings");
    let error = state::place(&WorkTree::new().path(), &settings, None).expect_err("no token");
    assert_eq!(error, StoreError::NoToken { name: "clodo-state".into() });
    assert_eq!(error.hint(), "set CLOUDFLARE_API_TOKEN");
}
