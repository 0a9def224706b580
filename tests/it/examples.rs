//! The examples are real: Wrangler deploys the good ones, and every mistake that is planted in the
//! broken one is found where it stands.

use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;

use clodo::core::model::{Finding, Place, Report, WranglerSays};
use rayon::prelude::*;

use crate::toolchain::toolchain;
use crate::work_tree::{WorkTree, repository};

const GOOD: [&str; 2] = ["examples/hello", "examples/storefront"];
const BROKEN: &str = "examples/broken";

/// Mistakes that a rule marks at another line than the one below the comment: something is
/// missing, the comment stands in the middle, or it is the code that shows it.
const BESIDE: [(u32, &str); 4] = [
    (16, "d1/no-id"),
    (27, "durable-objects/duplicate-tag"),
    (53, "workers-dev/implicit"),
    (56, "bindings/undeclared"),
];

/// What follows from a mistake elsewhere: the binding that the code of `profile` uses stands in the
/// configuration that 56 says is never read.
const FOLLOWS: [&str; 1] = ["bindings/undeclared"];

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
            let said = [output.stdout, output.stderr]
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let is_content = output.status.success() && !said.concat().contains("WARNING");
            (!is_content)
                .then(|| format!("{example}/{config} --env {environment:?}:\n{}", said.concat()))
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
        let finds = |finding: &&Finding| {
            mistake.is_at(finding, &report) || BESIDE.contains(&(*number, finding.rule))
        };
        let found = report.findings.iter().filter(finds).any(|finding| mistake.agrees(finding));
        if !found {
            wrong.push(format!("{number} is not found: {mistake:?}"));
        }
    }
    for finding in report.findings.iter().filter(|finding| !FOLLOWS.contains(&finding.rule)) {
        let is_beside = BESIDE.iter().any(|(_, rule)| *rule == finding.rule);
        if !is_beside && !planted.values().any(|mistake| mistake.is_near(finding, &report)) {
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
    /// The lines around the comment, up to the next empty ones.
    near: RangeInclusive<u32>,
    /// What the README says that Wrangler does.
    wrangler: String,
}

impl Mistake {
    /// Whether a finding says of Wrangler what the README says.
    fn agrees(&self, finding: &Finding) -> bool {
        match finding.wrangler {
            WranglerSays::Rejects => self.wrangler == "rejects",
            WranglerSays::Warns => self.wrangler == "warns",
            WranglerSays::Silent => self.wrangler == "silent",
            // Only `wrangler deploy` reads the configuration again and stops, or the API does.
            WranglerSays::Fails => self.wrangler != "warns",
        }
    }

    /// Whether a finding points here, or speaks of the whole file.
    fn is_at(&self, finding: &Finding, report: &Report) -> bool {
        self.points_into(finding, report, self.line..=self.line)
    }

    fn is_near(&self, finding: &Finding, report: &Report) -> bool {
        self.points_into(finding, report, self.near.clone())
    }

    fn points_into(&self, finding: &Finding, report: &Report, lines: RangeInclusive<u32>) -> bool {
        let related = finding.related.iter().map(|(place, _)| *place);
        let here = |Place { file, span }| {
            let source = &report.files[file.0 as usize];
            source.path == self.file && lines.contains(&source.position(span.start).line)
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
        let (line, near) = place_of(&text, number)
            .unwrap_or_else(|| panic!("{file} has no comment with the number {number}"));
        let mistake = Mistake { file, line, near, wrangler: wrangler.to_owned() };
        assert!(planted.insert(number, mistake).is_none(), "{number} stands twice");
    }
    planted
}

/// The first line below the comment with a number, and the lines around it.
fn place_of(text: &str, number: u32) -> Option<(u32, RangeInclusive<u32>)> {
    fn comment(line: &str) -> Option<&str> {
        let line = line.trim_start();
        line.strip_prefix('#').or_else(|| line.strip_prefix("//"))
    }
    let starts = format!(" {number}. ");
    let is_it = |line: &str| comment(line).is_some_and(|comment| comment.starts_with(&starts));
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| is_it(line))?;
    let below = at + lines[at..].iter().position(|line| comment(line).is_none())?;
    let first = lines[..at].iter().rposition(|line| line.is_empty()).map_or(0, |empty| empty + 1);
    let last = lines[at..].iter().position(|line| line.is_empty()).map_or(lines.len(), |n| at + n);
    let number = |index: usize| u32::try_from(index + 1).ok();
    Some((number(below)?, number(first)?..=number(last)?))
}
