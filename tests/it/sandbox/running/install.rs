//! The installation of the runtime: once for all, also where two want it at once or one broke off.

use std::fs;
use std::path::{Path, PathBuf};

use clodo::server::sandbox::Options;
use clodo::server::sandbox::runner::Places;

use super::super::stand::Stand;
use super::{deploy, version};
use crate::toolchain::toolchain;

/// Visits a Worker of a sandbox with its own cache.
fn answer(cache: &Path, node: &Path) -> (u16, String) {
    let runner = Some(Places { cache: cache.into(), node: Some(node.into()) });
    let stand = Stand::with(Options { runner, ..Options::default() });
    let code = "export default { fetch: () => new Response('ok') };";
    let id = version(&stand, "it", code, &[]);
    deploy(&stand, "it", &[(&id, 100.0)]);
    stand.visit("it.localhost", "/", &[])
}

#[test]
fn two_may_install_at_once_and_a_half_is_noticed() {
    let Some(tools) = toolchain() else { return };
    let cache = tempfile::tempdir().expect("a folder");
    let ok = (200, "ok".to_owned());
    std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| answer(cache.path(), &tools.node)));
        for one in both {
            assert_eq!(one.join().expect("no panic"), ok);
        }
    });
    let installed: Vec<PathBuf> = fs::read_dir(cache.path())
        .expect("a folder")
        .map(|it| it.expect("an entry").path())
        .collect();
    let [folder] = &installed[..] else { panic!("{installed:?}") };
    fs::remove_file(folder.join(".complete")).expect("it was complete");
    fs::remove_dir_all(folder.join("node_modules/miniflare/dist")).expect("it was there");
    assert_eq!(answer(cache.path(), &tools.node), ok);
}

#[test]
fn what_is_missing_is_said_where_a_worker_is_visited() {
    let cache = tempfile::tempdir().expect("a folder");
    let (status, text) = answer(cache.path(), &cache.path().join("no-node"));
    assert_eq!(status, 503);
    assert!(text.contains("CLODO_NODE") && text.contains("does not run"), "{text}");
}
