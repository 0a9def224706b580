//! What holds for every rule: its id, its page, and that it fires on what is bad and is silent on
//! what is good.
//!
//! A rule is shown at work in one of two ways. Where a single file says it all, the page has
//! fenced examples under `## Bad` and `## Good`. Where it takes more than that (several files, a
//! flag, the age of a file), `tests/fixtures/rules/FAMILY/NAME/` has the folders `bad…` and
//! `good…`, and beside them, if needed, `options.json` with what a folder cannot say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clodo::core::model::{Finding, Report, Severity};
use clodo::core::rules::{ALL, Rule, find};
use clodo::flow::project::Request;
use serde::Deserialize;

use crate::work_tree::{WorkTree, copy, entries, report, repository};

/// The families that are documented.
pub(crate) const FAMILIES: [&str; 19] = [
    "auth",
    "config",
    "env",
    "secrets",
    "kv",
    "d1",
    "r2",
    "queues",
    "services",
    "durable-objects",
    "bindings",
    "routes",
    "workers-dev",
    "crons",
    "build",
    "assets",
    "versions",
    "pages",
    "pipeline",
];

/// The catalogue of deployment mistakes: each subject, and how many ids it has, from 01.
const CATALOGUE: [(&str, u32); 27] = [
    ("AUTH", 13),
    ("CFG", 20),
    ("ENV", 10),
    ("SEC", 15),
    ("KV", 6),
    ("D1", 13),
    ("R2", 5),
    ("Q", 9),
    ("SVC", 5),
    ("DO", 12),
    ("HD", 1),
    ("VEC", 1),
    ("DISP", 1),
    ("MTLS", 1),
    ("SS", 1),
    ("WF", 4),
    ("TAIL", 1),
    ("EMAIL", 1),
    ("RT", 16),
    ("WD", 3),
    ("CR", 6),
    ("BLD", 4),
    ("SIZE", 3),
    ("AST", 10),
    ("VER", 15),
    ("PG", 12),
    ("CI", 9),
];

#[test]
fn an_id_is_family_and_name_and_says_where_the_rule_lives() {
    let sources = repository().join("src/core/rules");
    let mut files = BTreeSet::new();
    for family in entries(&sources).iter().filter(|path| path.is_dir()) {
        for file in entries(family) {
            let id = format!("{}/{}", dashed(family), dashed(&file));
            let rule = find(&id).unwrap_or_else(|| panic!("{} has no rule {id}", file.display()));
            let text = fs::read_to_string(&file).expect("the source is readable");
            assert_eq!(rule.page, text, "the page of {id} is another file's");
            files.insert(id);
        }
    }
    for rule in ALL {
        assert!(FAMILIES.contains(&rule.family()), "{}: no such family is documented", rule.id);
        assert!(files.contains(rule.id), "{} does not lie where its id says", rule.id);
        let plain =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '/');
        assert!(rule.id.chars().all(plain), "{}: small letters, digits and dashes", rule.id);
    }
    assert_eq!(files.len(), ALL.len(), "an id stands twice");
}

fn dashed(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().replace('_', "-")
}

#[test]
fn the_metadata_is_in_order() {
    for rule in ALL {
        assert!(semver::Version::parse(rule.since).is_ok(), "{}: since {}", rule.id, rule.since);
        for id in rule.catalogue {
            let known = id.split_once('-').is_some_and(|(subject, number)| {
                let last =
                    CATALOGUE.iter().find(|(known, _)| *known == subject).map(|(_, last)| last);
                let number = Some(number).filter(|digits| digits.len() == 2);
                let number = number.and_then(|digits| digits.parse().ok());
                last.zip(number).is_some_and(|(last, number)| (1..=*last).contains(&number))
            });
            assert!(known, "{}: the catalogue has no {id}", rule.id);
        }
        let twice = rule.catalogue.iter().collect::<BTreeSet<_>>().len() < rule.catalogue.len();
        assert!(!twice, "{}: a catalogue id stands twice", rule.id);
    }
}

#[test]
fn a_page_has_every_section_in_order() {
    let with = |middle: &[&'static str]| {
        let (before, after) = (["What it checks", "Why it matters"], ["How to fix", "References"]);
        [&before[..], middle, &after].concat()
    };
    let shapes = [with(&["Bad", "Good"]), with(&["Example"])];
    for rule in ALL {
        let page = rule.page();
        let mut fenced = false;
        let mut outside = Vec::new();
        for line in page.lines() {
            if line.starts_with("```") {
                fenced = !fenced;
            } else if !fenced {
                outside.push(line);
            }
        }
        assert!(!fenced, "{}: a fence is not closed", rule.id);
        let titles: Vec<_> = outside.iter().filter(|line| line.starts_with("# ")).collect();
        assert_eq!(titles.len(), 1, "{}: one title", rule.id);
        assert!(!page.title().ends_with('.'), "{}: a title is no sentence", rule.id);
        let sections: Vec<_> = outside.iter().filter_map(|line| line.strip_prefix("## ")).collect();
        assert!(shapes.contains(&sections), "{}: has the sections {sections:?}", rule.id);
        for section in sections {
            assert!(!page.section(section).is_empty(), "{}: {section} is empty", rule.id);
        }
    }
}

#[test]
fn every_rule_is_shown_at_work() {
    for rule in ALL {
        let headings: BTreeSet<String> =
            rule.page().examples().into_iter().map(|example| example.heading).collect();
        let on_page = headings.contains("Bad") && headings.contains("Good");
        let cases = cases(rule);
        let has = |kind: &str| cases.iter().any(|case| case.name().starts_with(kind));
        assert!(
            on_page || has("bad") && has("good"),
            "{}: neither `## Bad` and `## Good` on its page nor bad and good in {}",
            rule.id,
            fixtures(rule).display(),
        );
    }
}

#[test]
fn the_examples_on_the_pages_do_what_they_say() {
    let mut wrong = Vec::new();
    for rule in ALL {
        for (heading, files) in projects(rule) {
            let tree = WorkTree::new();
            // What nearly every example names as its `main`; nobody can say what it exports.
            tree.write(
                "src/index.ts",
                "export * from \"shop\";\nexport { default } from \"shop\";\n",
            );
            for (path, text) in &files {
                tree.write(path, text);
            }
            let what = format!("{}, ## {heading}", rule.id);
            wrong.extend(judge(rule, heading == "Bad", &what, &tree.check()));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_fixtures_do_what_they_say() {
    let mut wrong = Vec::new();
    for rule in ALL {
        for case in cases(rule) {
            let tree = WorkTree::new();
            copy(&case.folder, &tree.path());
            let request = case.options.prepare(&tree);
            let what = format!("{}, {}", rule.id, case.name());
            wrong.extend(judge(rule, case.name().starts_with("bad"), &what, &report(&request)));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    for family in entries(&repository().join("tests/fixtures/rules")) {
        for folder in entries(&family) {
            let id = format!("{}/{}", dashed(&family), dashed(&folder));
            let rule =
                find(&id).unwrap_or_else(|| panic!("{} belongs to no rule", folder.display()));
            for path in entries(&folder) {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                let fits = if path.is_dir() {
                    name.starts_with("bad") || name.starts_with("good")
                } else {
                    name == OPTIONS
                };
                assert!(fits, "{}: {name} is neither bad, nor good, nor {OPTIONS}", rule.id);
            }
            let known: BTreeSet<_> = cases(rule).iter().map(Case::name).collect();
            for name in options(&folder).into_keys() {
                assert!(known.contains(&name), "{}: {OPTIONS} speaks of {name}", rule.id);
            }
        }
    }
}

/// What is wrong: a bad example has to make its rule speak, a good one has to leave it silent and
/// to be free of every other rule's errors.
fn judge(rule: &Rule, bad: bool, what: &str, report: &Report) -> Option<String> {
    let fires = report.findings.iter().any(|finding| finding.rule == rule.id);
    let unwanted = |finding: &&Finding| {
        finding.rule == rule.id
            || finding.severity == Severity::Error
            || family(finding) == rule.family()
    };
    let show = |finding: &Finding| format!("    {}: {}", finding.rule, finding.message);
    match bad {
        true if !fires => {
            let others: Vec<_> = report.findings.iter().map(show).collect();
            Some(format!("{what}: the rule is silent\n{}", others.join("\n")))
        }
        true => None,
        false => {
            let found: Vec<_> = report.findings.iter().filter(unwanted).map(show).collect();
            (!found.is_empty()).then(|| format!("{what}: is not good\n{}", found.join("\n")))
        }
    }
}

fn family(finding: &Finding) -> &'static str {
    finding.rule.split_once('/').map_or("", |(family, _)| family)
}

/// The projects on a rule's page, by heading. A file name that comes again begins another project.
fn projects(rule: &Rule) -> Vec<(String, BTreeMap<String, String>)> {
    let mut projects: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    for example in rule.page().examples() {
        let name = example.file.unwrap_or_else(|| {
            match &*example.language {
                "toml" => "wrangler.toml",
                "json" => "wrangler.json",
                "jsonc" => "wrangler.jsonc",
                "yaml" => "clodo.yml",
                other => panic!("{}: an example in {other:?} needs a file name", rule.id),
            }
            .to_owned()
        });
        match projects.last_mut() {
            Some((heading, files)) if *heading == example.heading && !files.contains_key(&name) => {
                files.insert(name, example.text);
            }
            _ => projects.push((example.heading, BTreeMap::from([(name, example.text)]))),
        }
    }
    projects
}

/// A folder of a rule's fixtures.
struct Case {
    folder: PathBuf,
    options: Options,
}

impl Case {
    fn name(&self) -> String {
        self.folder.file_name().expect("a name").to_string_lossy().into_owned()
    }
}

const OPTIONS: &str = "options.json";

/// What a folder cannot say about itself.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// The environments that are asked for, as after `--env`.
    environments: Vec<String>,
    /// The day of the run.
    today: Option<String>,
    /// Files that were changed after all others.
    newer: Vec<String>,
    /// Files that nobody may read.
    unreadable: Vec<String>,
    /// Files that are larger than anybody wants to keep in a repository, and their sizes.
    large: BTreeMap<String, u64>,
    /// Folders with more files than that, and how many.
    many: BTreeMap<String, u32>,
}

impl Options {
    fn prepare(&self, tree: &WorkTree) -> Request {
        for (path, size) in &self.large {
            let file = fs::File::create(tree.at(path)).expect("a file");
            file.set_len(*size).expect("a size");
        }
        for (folder, count) in &self.many {
            (0..*count).for_each(|number| tree.write(&format!("{folder}/{number}"), ""));
        }
        let hour = Duration::from_secs(3600);
        set_age(&tree.path(), SystemTime::now() - 2 * hour);
        for path in &self.newer {
            set_age(&tree.at(path), SystemTime::now() - hour);
        }
        for path in &self.unreadable {
            make_unreadable(&tree.at(path));
        }
        let mut request = tree.request();
        request.environments.clone_from(&self.environments);
        if let Some(today) = &self.today {
            request.today = today.parse().expect("a date");
        }
        request
    }
}

/// A mode without permissions does not keep out root, which tests in a container often are. What
/// nobody can read, whoever they are, is the memory at address 0.
#[cfg(target_os = "linux")]
fn make_unreadable(path: &Path) {
    fs::remove_file(path).expect("the file is there");
    std::os::unix::fs::symlink("/proc/self/mem", path).expect("a link");
}

#[cfg(not(target_os = "linux"))]
fn make_unreadable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0)).expect("permissions");
}

fn set_age(path: &Path, time: SystemTime) {
    if path.is_dir() {
        entries(path).iter().for_each(|path| set_age(path, time));
    } else {
        let file = fs::File::options().append(true).open(path).expect("a file");
        file.set_modified(time).expect("a time");
    }
}

fn fixtures(rule: &Rule) -> PathBuf {
    Path::new("tests/fixtures/rules").join(rule.id)
}

fn cases(rule: &Rule) -> Vec<Case> {
    let folder = repository().join(fixtures(rule));
    if !folder.is_dir() {
        return Vec::new();
    }
    let mut options = options(&folder);
    let folders = entries(&folder).into_iter().filter(|path| path.is_dir());
    folders
        .map(|folder| {
            let mut case = Case { folder, options: Options::default() };
            case.options = options.remove(&case.name()).unwrap_or_default();
            case
        })
        .collect()
}

fn options(folder: &Path) -> BTreeMap<String, Options> {
    match fs::read_to_string(folder.join(OPTIONS)) {
        Ok(text) => serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.join(OPTIONS).display())),
        Err(_) => BTreeMap::new(),
    }
}
