//! `clodo fix`: every repair is made, in TOML and in JSON, on the example of its rule's page, and
//! Wrangler takes what it leaves.

use std::collections::{BTreeMap, BTreeSet};

use clodo::core::config;
use clodo::core::model::Format;
use clodo::core::rules::ALL;
use clodo::flow::fix::{self, Fixed};
use clodo::flow::project::Request;

use crate::json::to_json;
use crate::toolchain::{Row, Word, toolchain};
use crate::work_tree::WorkTree;

/// At least so many rules repair what they find.
const REPAIRING_RULES: usize = 20;

fn fixed(tree: &WorkTree, only: &[&str]) -> Fixed {
    let only: Vec<String> = only.iter().map(|rule| (*rule).to_owned()).collect();
    fix::fix(&tree.request(), &only).expect("a readable work tree")
}

/// The example of each rule that repairs something, as it stands on the page and in JSON.
fn examples() -> Vec<(&'static str, &'static str, String)> {
    let mut examples = Vec::new();
    for rule in ALL {
        for example in rule.page().examples().into_iter().filter(|e| e.heading == "Bad") {
            let format = if example.language == "toml" { Format::Toml } else { Format::Json };
            let Ok(value) = config::parse(format, &example.text) else { continue };
            let json = format!("// kept\n{:#}\n", to_json(&value));
            match format {
                Format::Toml => {
                    examples.push((rule.id, "wrangler.toml", format!("# kept\n{}", example.text)));
                    examples.push((rule.id, "wrangler.jsonc", json));
                }
                _ => {
                    examples.push((rule.id, "wrangler.jsonc", format!("// kept\n{}", example.text)))
                }
            }
        }
    }
    examples
}

#[test]
fn every_repair_is_made_and_wrangler_takes_the_result() {
    let mut repairing: BTreeSet<&str> = BTreeSet::new();
    let mut rows = Vec::new();
    for (rule, name, text) in examples() {
        let tree = WorkTree::new();
        tree.write(name, &text);
        let repairs = |f: &clodo::core::model::Finding| f.rule == rule && !f.repair.is_empty();
        if !tree.check().findings.iter().any(repairs) {
            continue;
        }
        let fixed = fixed(&tree, &[rule]);
        assert!(fixed.taken_back.is_empty(), "{rule}: {:?} in\n{text}", fixed.taken_back);
        let [change] = fixed.changes.as_slice() else {
            panic!("{rule}: expected one changed file, found {:?}", fixed.changes)
        };
        assert!(change.after.contains("kept"), "{rule}: a comment is lost in\n{}", change.after);
        tree.write(name, &change.after);
        let left: Vec<String> = tree
            .check()
            .findings
            .into_iter()
            .filter(repairs)
            .map(|finding| finding.message)
            .collect();
        assert!(left.is_empty(), "{rule} is not repaired: {left:?} in\n{}", change.after);
        repairing.insert(rule);
        rows.push(Row {
            id: format!("{rule} in {name}"),
            name: name.to_owned(),
            text: change.after.clone(),
            ..Row::default()
        });
    }
    println!("{} rules repair: {repairing:?}", repairing.len());
    assert!(repairing.len() >= REPAIRING_RULES, "only {} rules repair", repairing.len());

    let Some(toolchain) = toolchain() else { return };
    let mut refused = BTreeMap::new();
    toolchain.judge().all(rows.into_iter(), |row, verdict| {
        if verdict.verdict == Word::Reject {
            refused.insert(row.id, (row.text, verdict.error));
        }
    });
    assert!(refused.is_empty(), "Wrangler refuses what was repaired: {refused:#?}");
}

#[test]
fn a_repair_that_makes_things_worse_is_taken_back() {
    let tree = WorkTree::new();
    // Renaming the key would put the text where a list must be.
    tree.write(
        "wrangler.toml",
        "name = \"a\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-31\"\n\
         compatability_flags = 5\n",
    );
    let fixed = fixed(&tree, &["config/unknown-key"]);
    assert!(fixed.changes.is_empty(), "{:?}", fixed.changes);
    assert_eq!(fixed.taken_back.len(), 1);
}

#[test]
fn what_is_suppressed_is_left_alone() {
    let tree = WorkTree::new();
    let text = "name = \"a\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-31\"\n\
         # clodo-ignore config/unknown-key: read by another tool\ncompatability_flags = []\n";
    tree.write("wrangler.toml", text);
    assert!(fixed(&tree, &["config/unknown-key"]).changes.is_empty());
}

#[test]
fn conflicts_are_made_one_after_the_other() {
    let tree = WorkTree::new();
    tree.write(
        "wrangler.toml",
        "nmae = \"a\" # the name\nmain = \"a.js\"\nnode_compat = true\ncompatibility_date = \"2026/1/31\"\n\
         route = \"a.example.com/*\"\nroutes = []\n",
    );
    let request = Request { paths: vec!["wrangler.toml".into()], ..tree.request() };
    let fixed = fix::fix(&request, &[]).expect("a readable work tree");
    let [change] = fixed.changes.as_slice() else { panic!("{fixed:?}") };
    assert_eq!(
        change.after,
        "name = \"a\" # the name\nmain = \"a.js\"\ncompatibility_date = \"2026-01-31\"\n\
         routes = [\"a.example.com/*\"]\ncompatibility_flags = [\"nodejs_compat\"]\n"
    );
}
