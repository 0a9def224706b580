//! The table of flags, held against Wrangler's own tree of commands.

use std::collections::BTreeMap;

use clodo::core::config::wrangler::flags::{DeployCommand, FLAGS, Takes};
use serde_json::{Value, json};

use super::commands;
use crate::toolchain::toolchain;

/// Flags that yargs adds to every command by itself.
const BY_ITSELF: [&str; 1] = ["help"];

#[test]
fn the_table_is_wranglers() {
    let Some(tools) = toolchain() else { return };
    let tree = commands(tools);
    let list = |key: &str| tree[key].as_array().expect("a list").iter();
    for (key, command) in [
        ("deploy", DeployCommand::Deploy),
        ("versions upload", DeployCommand::VersionsUpload),
        ("triggers deploy", DeployCommand::TriggersDeploy),
    ] {
        let theirs: BTreeMap<&str, &Value> = list("global")
            .chain(list(key))
            .map(|flag| (flag["name"].as_str().expect("a name"), flag))
            .collect();
        let ours: BTreeMap<&str, Value> = FLAGS
            .iter()
            .filter(|flag| flag.on.has(command) && !BY_ITSELF.contains(&flag.name))
            .map(|flag| {
                let takes = match flag.takes {
                    Takes::Nothing => "nothing",
                    Takes::Maybe => "maybe",
                    Takes::One => "one",
                    Takes::Several => "several",
                };
                let row = json!({ "name": flag.name, "aliases": flag.aliases, "takes": takes });
                (flag.name, row)
            })
            .collect();
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "{key}");
        for (name, flag) in theirs {
            assert_eq!(ours[name], *flag, "{key} --{name}");
        }
    }
}
