//! The examples are real: Wrangler deploys the good ones, and every mistake that is planted in the
//! broken one is found where it stands.

use std::collections::BTreeMap;
use std::fs;

use clodo::core::model::{Finding, Place, Report, WranglerSays};
use rayon::prelude::*;

use crate::toolchain::toolchain;
use crate::work_tree::{WorkTree, repository};

const GOOD: [&str; 2] = ["examples/hello", "examples/storefront"];
const BROKEN: &str = "examples/broken";

/// Planted mistakes that no rule finds yet. Whoever writes the rule takes them off this list.
const LATER: [u32; 27] = [
    2, 3, 4, 6, 10, 11, 12, 15, 16, 17, 18, 19, 24, 25, 27, 28, 29, 30, 34, 35, 40, 41, 44, 47, 49,
    50, 53,
];

#[test]
fn clodo_finds_nothing_in_the_good_examples() {
    for example in GOOD {
        let report = WorkTree::copy_of(example).check();
        assert!(!report.services.is_empty(), "{example} has services");
        let found: Vec<_> = report.findings.iter().map(|f| (f.rule, &f.message)).collect();
        assert!(found.is_empty(), "{example}: {found:?}");
    }
}

#[test]
fn wrangler_deploys_the_good_examples() {
    let Some(toolchain) = toolchain() else { return };
    let mut runs = Vec::new();
    for example in GOOD {
        for service in WorkTree::copy_of(example).check().services {
            for environment in service.environments {
                let name = environment.name.unwrap_or_default();
                runs.push((example, service.config.clone(), name));
            }
        }
    }
    assert!(runs.len() >= 10, "only {} services and environments", runs.len());
    let failed: Vec<String> = runs
        .par_iter()
        .filter_map(|(example, config, environment)| {
            // A copy for each, because Wrangler builds into a folder beside the configuration.
            let tree = WorkTree::copy_of(example);
            let args = ["deploy", "--dry-run", "--config", config, "--env", environment];
            let output = toolchain.wrangler(&tree.path(), args).output().expect("Node starts");
            let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let is_content = output.status.success() && !said.concat().contains("WARNING");
            (!is_content).then(|| format!("{example}/{config} --env {environment:?}:\n{}", said.concat()))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_planted_mistake_is_found_where_it_stands() {
    let tree = WorkTree::copy_of(BROKEN);
    let report = tree.check();
    let planted = planted();
    assert!(planted.len() >= 25, "a tour of {} mistakes", planted.len());
    let mut wrong = Vec::new();
    for (number, mistake) in &planted {
        let found = report.findings.iter().any(|finding| mistake.is_found_by(finding, &report));
        match (found, LATER.contains(number)) {
            (false, false) => wrong.push(format!("{number} is not found: {mistake:?}")),
            (true, true) => wrong.push(format!("{number} is found now; take it off the list of those for later")),
            _ => {}
        }
    }
    for finding in &report.findings {
        if !planted.values().any(|mistake| mistake.is_at(finding, &report)) {
            wrong.push(format!("nobody planted {}: {}", finding.rule, finding.message));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// A mistake of the tour.
#[derive(Debug)]
struct Mistake {
    /// Relative to the example.
    file: String,
    /// The first line below the comment that holds its number.
    line: u32,
    /// What the README says that Wrangler does.
    wrangler: String,
}

impl Mistake {
    fn is_found_by(&self, finding: &Finding, report: &Report) -> bool {
        let agrees = match finding.wrangler {
            WranglerSays::Rejects => self.wrangler == "rejects",
            WranglerSays::Warns => self.wrangler == "warns",
            WranglerSays::Silent => self.wrangler == "silent",
            // Only `wrangler deploy` reads the configuration again and stops, or the API does.
            WranglerSays::Fails => self.wrangler != "warns",
        };
        agrees && self.is_at(finding, report)
    }

    /// Whether a finding points here, or speaks of the whole file.
    fn is_at(&self, finding: &Finding, report: &Report) -> bool {
        let related = finding.related.iter().map(|(place, _)| *place);
        let here = |Place { file, span }| {
            let source = &report.files[file.0 as usize];
            source.path == self.file && source.position(span.start).line == self.line
        };
        finding.place.into_iter().chain(related).any(here) || finding.message.contains(&self.file)
    }
}

/// The mistakes by number: the table of the README, and the comments in the files.
fn planted() -> BTreeMap<u32, Mistake> {
    let folder = repository().join(BROKEN);
    let readme = fs::read_to_string(folder.join("README.md")).expect("the tour has a README");
    let mut planted = BTreeMap::new();
    for row in readme.lines() {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, number, file, _, wrangler, _] = cells[..] else { continue };
        let Ok(number) = number.parse::<u32>() else { continue };
        let file = file.trim_matches('`').to_owned();
        let text = fs::read_to_string(folder.join(&file)).expect("the file of the mistake");
        let line = below_comment(&text, number)
            .unwrap_or_else(|| panic!("{file} has no comment with the number {number}"));
        let mistake = Mistake { file, line, wrangler: wrangler.to_owned() };
        assert!(planted.insert(number, mistake).is_none(), "{number} stands twice");
    }
    planted
}

fn below_comment(text: &str, number: u32) -> Option<u32> {
    fn comment(line: &str) -> Option<&str> {
        let line = line.trim_start();
        line.strip_prefix('#').or_else(|| line.strip_prefix("//"))
    }
    let starts = format!(" {number}. ");
    let is_it = |line: &str| comment(line).is_some_and(|comment| comment.starts_with(&starts));
    let mut lines = text.lines().zip(1..).skip_while(|(line, _)| !is_it(line));
    lines.find(|(line, _)| comment(line).is_none()).map(|(_, line)| line)
}
