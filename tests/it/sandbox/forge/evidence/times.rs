//! The gate of a base branch and the freeze periods of a project, as the forges tell them.

use ::clodo::core::model::context::{CiContext, Field};
use ::clodo::flow::gate::{FreezesError, PolicyError, asks, freezes};
use ::clodo::flow::project::Request;
use ::clodo::world::forge::{Kind, open};
use ::clodo::world::store::{Place, Store};

use super::super::gitlab;
use super::Asker;
use super::github::stand as github;
use crate::work_tree::WorkTree;

#[test]
fn the_base_branch_is_the_forges() {
    let stand = github();
    // Whoever wrote the work tree took the gate out of it.
    let tree = WorkTree::of(&[("clodo.yml", "version: 1")]);
    let request = Request { root: tree.path(), ..Request::default() };
    let mut context = CiContext::default();
    for (field, value) in [(Field::Event, "pull_request"), (Field::BaseBranch, "main")] {
        context.set(field, value).expect("a field");
    }
    let read = |token: &str| {
        let asker = Asker::new(&stand, Kind::GitHub, "acme/shop", token);
        stand.runtime.block_on(async {
            let forge = open(&asker.http, &asker.to, &asker.credential);
            asks(&request, &context, forge.evidence(), "production", None).await
        })
    };
    assert!(read("ghs_job").is_ok());
    let error = read("ghs_none").expect_err("nobody tells");
    assert!(matches!(error, PolicyError::Forge { .. }), "{error}");
}

#[test]
fn freeze_periods_of_gitlab_count() {
    let stand = gitlab();
    let tree = WorkTree::of(&[]);
    let gate =
        ::clodo::core::config::clodo_yml::read("clodo.yml", "environments: { p: { gate: {} } }")
            .expect("settings")
            .environments
            .remove(0)
            .gate;
    let mut context = CiContext::default();
    context.set(Field::Forge, "gitlab").expect("a forge");
    let found = |token: &str| {
        let asker = Asker::new(&stand, Kind::GitLab, "group/sub/shop", token);
        stand.runtime.block_on(async {
            let store = Store::open(&Place::Sqlite(tree.at("state.db"))).await.expect("a store");
            let forge = open(&asker.http, &asker.to, &asker.credential);
            freezes(&store, gate.as_ref(), &context, forge.evidence()).await
        })
    };
    let known = found("glpat-cy").expect("freezes");
    assert!(known.len() > 1 && known.iter().all(|one| one.id.starts_with("gitlab:")), "{known:?}");
    let error = found("glpat-none").expect_err("nobody tells");
    assert!(matches!(error, FreezesError::Forge(_)), "{error}");
}
