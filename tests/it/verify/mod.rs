//! `clodo verify`: what is asked, where requests go, and what the answers are worth.

mod answers;
mod commands;
mod destinations;
mod server;
mod sight;

use serde_json::json;

use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

const VERIFY: &[&str] = &["verify", "-e", "production", "--format", "json"];

/// A Worker on workers.dev that is as its configuration says, and the checks of its environment.
pub(crate) fn tree(stand: &Stand, checks: &str) -> WorkTree {
    let tree = WorkTree::new();
    let config = json!({
        "name": "api", "main": "index.js", "workers_dev": true, "preview_urls": true,
        "compatibility_date": "2026-01-01", "version_metadata": { "binding": "META" },
        "account_id": stand.account(),
    });
    tree.write("wrangler.json", config.to_string());
    tree.write("index.js", "export default {}");
    tree.write("clodo.yml", format!("environments:\n  production:\n    verify:\n{checks}"));
    tree
}
