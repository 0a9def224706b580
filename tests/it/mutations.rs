//! The second judge: Wrangler's own verdict on thousands of configurations, each broken in one
//! place, beside ours. And the same for texts that are hardly TOML or JSON any more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use clodo::core::config;
use clodo::core::config::wanted::Wanted;
use clodo::core::config::wrangler::Fleet;
use clodo::core::model::{ConfigFile, Finding, Format, PathKind, Service, Workspace, WranglerSays};
use clodo::core::pipeline::Pipelines;
use clodo::core::rules::{Context, check_service, find};
use rayon::prelude::*;

use crate::corruption::{corrupted, seeded};
use crate::toolchain::{Row, Toolchain, Verdict, Word, say, toolchain};
use crate::work_tree::{TODAY, WorkTree, entries, repository};

/// Of a hundred rows, how many may be judged otherwise than Wrangler judges them.
const ALLOWED_PERCENT: f64 = 1.0;

/// How many rows there must be at least, so that the test cannot pass by judging nothing.
const MUTATIONS: usize = 3000;

#[test]
fn clodo_agrees_with_wrangler_on_broken_configurations() {
    let Some(toolchain) = toolchain() else { return };
    let tally = Tally::of(toolchain, toolchain.mutations(&[]));
    say(&tally.table());
    assert!(tally.rows() >= MUTATIONS, "only {} rows", tally.rows());
    let share = 100.0 * tally.disagreements.len() as f64 / tally.rows() as f64;
    assert!(share < ALLOWED_PERCENT, "disagreement on {share:.2} % of the rows");
    let false_errors = tally.of_kind(Kind::FalseError);
    assert!(false_errors.is_empty(), "false errors:\n{}", false_errors.join("\n"));
}

/// Rules about a warning that Wrangler gives only after it has read a configuration, so that
/// `unstable_readConfig` does not give it; each with the warning's words.
const WARNED_LATER: [(&str, &str); 3] = [
    // `getAssetsOptions`
    ("assets/unreachable-assets", "run_worker_first=true set without an assets binding"),
    // `checkWorkflowConflicts`, which asks the account before the upload
    ("bindings/workflow-claimed-twice", "already exist and belong to different workers"),
    // `applyServiceAndEnvironmentTags`, with the upload
    ("env/no-top-level-name", "No top-level \\`name\\` has been defined"),
];

#[test]
fn wrangler_warns_of_more_once_it_has_read() {
    let Some(toolchain) = toolchain() else { return };
    let program = toolchain.folder.join("node_modules/wrangler/wrangler-dist/cli.js");
    let program = fs::read_to_string(program).expect("Wrangler's program");
    for (rule, words) in WARNED_LATER {
        assert!(find(rule).is_some_and(|rule| rule.wrangler == WranglerSays::Warns), "{rule}");
        assert!(program.contains(words), "{rule}: Wrangler does not say {words:?} any more");
    }
    // The one that needs no account, from the whole program.
    let (rule, words) = WARNED_LATER[0];
    let tree = WorkTree::new();
    tree.write(
        "wrangler.toml",
        "name = \"a\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-01\"\nassets = { directory = \
         \"public\", run_worker_first = true }\n",
    );
    tree.write("a.js", "export default { fetch: () => new Response() };\n");
    tree.write("public/index.html", "<p>hello</p>\n");
    let output = toolchain.wrangler(&tree.path(), ["deploy", "--dry-run"]).output();
    let said = output.expect("Node starts").stderr;
    assert!(String::from_utf8_lossy(&said).contains(words), "{}", String::from_utf8_lossy(&said));
    assert!(tree.check().findings.iter().any(|finding| finding.rule == rule));
}

/// How many texts are made of each configuration of the examples.
const EDITS: usize = 200;

#[test]
fn clodo_parses_what_wrangler_parses() {
    let Some(toolchain) = toolchain() else { return };
    let rows: Vec<Row> = example_configs().iter().flat_map(edited).collect();
    assert!(rows.len() >= 2000, "only {} rows", rows.len());
    let tally = Tally::of(toolchain, rows.into_iter());
    say(&tally.table());
    let about_syntax = tally.of_kind(Kind::Syntax);
    assert!(about_syntax.is_empty(), "about syntax:\n{}", about_syntax.join("\n"));
    let false_errors = tally.of_kind(Kind::FalseError);
    assert!(false_errors.is_empty(), "false errors:\n{}", false_errors.join("\n"));
}

/// The configurations of the examples that can be parsed, and those that cannot.
fn example_configs() -> Vec<Row> {
    fn collect(folder: &std::path::Path, rows: &mut Vec<Row>) {
        for path in entries(folder) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() && name != "node_modules" && name != ".wrangler" {
                collect(&path, rows);
            } else if matches!(&*name, "wrangler.toml" | "wrangler.json" | "wrangler.jsonc") {
                let id = path.strip_prefix(repository()).expect("inside").display().to_string();
                let text = fs::read_to_string(&path).expect("a readable example");
                rows.push(Row { id, name, text, ..Row::default() });
            }
        }
    }
    let mut rows = Vec::new();
    collect(&repository().join("examples"), &mut rows);
    rows
}

/// A configuration with a few random edits, many times.
fn edited(row: &Row) -> Vec<Row> {
    let mut random = seeded(&row.id);
    let edit = |number| {
        let id = format!("{}#{number}", row.id);
        Row { id, text: corrupted(&row.text, &mut random), ..row.clone() }
    };
    (0..EDITS).map(edit).collect()
}

/// What clodo says about a row.
struct Ours {
    syntax: bool,
    rejects: Vec<Finding>,
    warns: Vec<Finding>,
}

/// Judges a row without touching the disk, as `flow::check` does with what it has read.
fn ours(row: &Row) -> Ours {
    let text = row.text.strip_prefix('\u{feff}').unwrap_or(&row.text);
    let format = Format::of(&row.name);
    let mut workspace = Workspace::default();
    let file = workspace.add_file(row.name.clone(), text.to_owned());
    let config = ConfigFile::new(file, format, config::parse(format, text));
    let syntax = config.syntax.is_some();
    workspace.services.push(Service::new(config, ""));
    let paths = &mut workspace.facts.paths;
    // Somebody has looked, and there is nothing but the files of the row.
    paths.extend(Wanted::of(&workspace.services).paths.into_iter().map(|path| (path, None)));
    paths.insert(String::new(), Some(PathKind::Folder));
    for (path, text) in &row.files {
        paths.insert(path.clone(), Some(PathKind::File { bytes: text.len() as u64 }));
        for (at, _) in path.match_indices('/') {
            paths.insert(path[..at].to_owned(), Some(PathKind::Folder));
        }
    }
    let service = &workspace.services[0];
    let cx = Context {
        workspace: &workspace,
        fleet: &Fleet::of(&workspace),
        pipelines: &Pipelines::of(&workspace),
        today: TODAY,
        external_workers: None,
        off: &BTreeSet::new(),
        environments: &Vec::from_iter(row.env.clone()),
        snapshot: None,
        protections: None,
    };
    let mut findings = if syntax { Vec::new() } else { check_service(&cx, service) };
    let chosen = row.env.as_deref().filter(|name| !name.is_empty());
    // Without the environment, Wrangler goes on with the top level.
    let is_defined = chosen.is_none_or(|name| service.environments.iter().any(|e| **e == *name));
    findings.retain(|finding| {
        if WARNED_LATER.iter().any(|(rule, _)| *rule == finding.rule) {
            return false;
        }
        let about = |name: Option<&str>| finding.environments.iter().any(|e| e.as_deref() == name);
        finding.environments.is_empty() || about(chosen) || !is_defined && about(None)
    });
    let mut said = |what| findings.extract_if(.., |finding| finding.wrangler == what).collect();
    Ours { syntax, rejects: said(WranglerSays::Rejects), warns: said(WranglerSays::Warns) }
}

/// How two verdicts differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Only one of the two can parse the text.
    Syntax,
    /// Wrangler accepts what clodo says it rejects.
    FalseError,
    /// Wrangler rejects, and clodo does not say so.
    MissedError,
    /// Wrangler falls over (a TypeError …), and clodo does not say so.
    MissedCrash,
    /// Wrangler accepts without a word what clodo says it warns about.
    FalseWarning,
    /// Wrangler accepts with a warning, and clodo does not say so.
    MissedWarning,
}

/// The disagreement about a row, if there is one, with what was said.
fn compare(row: &Row, ours: &Ours, theirs: &Verdict) -> Option<(Kind, String)> {
    let accepts = theirs.verdict == Word::Accept;
    let rejects = ours.syntax || !ours.rejects.is_empty();
    let we_say = |findings: &[Finding]| {
        findings.first().map_or("it cannot be parsed".to_owned(), |finding| {
            format!("{}: {}", finding.rule, finding.message)
        })
    };
    let they_say = |texts: &mut dyn Iterator<Item = &String>| {
        texts.next().map_or_else(String::new, |text| text.replace('\n', " "))
    };
    let (kind, said) = if ours.syntax != theirs.parse_error {
        (Kind::Syntax, they_say(&mut theirs.error.iter()))
    } else if accepts && rejects {
        (Kind::FalseError, we_say(&ours.rejects))
    } else if !accepts && !rejects {
        let kind = if theirs.internal { Kind::MissedCrash } else { Kind::MissedError };
        (kind, they_say(&mut theirs.error.iter()))
    } else if accepts && theirs.warnings.is_empty() && !ours.warns.is_empty() {
        (Kind::FalseWarning, we_say(&ours.warns))
    } else if accepts && !theirs.warnings.is_empty() && ours.warns.is_empty() {
        (Kind::MissedWarning, they_say(&mut theirs.warnings.iter()))
    } else {
        return None;
    };
    let said: String = said.chars().take(160).collect();
    Some((kind, format!("{}: {said}", row.id)))
}

/// All rows, counted.
#[derive(Default)]
struct Tally {
    /// By what Wrangler says: rows, and those on which clodo agrees.
    verdicts: BTreeMap<&'static str, (usize, usize)>,
    disagreements: Vec<(Kind, String)>,
}

/// How many rows are looked at side by side.
const BATCH: usize = 512;

impl Tally {
    fn of(toolchain: &Toolchain, rows: impl Iterator<Item = Row> + Send) -> Self {
        let mut tally = Self::default();
        let mut batch = Vec::with_capacity(BATCH);
        toolchain.judge().all(rows, |row, verdict| {
            batch.push((row, verdict));
            if batch.len() == BATCH {
                tally.add(&batch);
                batch.clear();
            }
        });
        tally.add(&batch);
        tally.disagreements.sort();
        tally
    }

    fn add(&mut self, batch: &[(Row, Verdict)]) {
        let compared: Vec<_> = batch
            .par_iter()
            .map(|(row, verdict)| (verdict, compare(row, &ours(row), verdict)))
            .collect();
        for (verdict, disagreement) in compared {
            let word = match verdict.verdict {
                Word::Reject if verdict.parse_error => "cannot parse it",
                Word::Reject if verdict.internal => "falls over",
                Word::Reject => "rejects it",
                Word::Accept if verdict.warnings.is_empty() => "accepts it",
                Word::Accept => "warns",
            };
            let (rows, agreed) = self.verdicts.entry(word).or_default();
            *rows += 1;
            *agreed += usize::from(disagreement.is_none());
            self.disagreements.extend(disagreement);
        }
    }

    fn rows(&self) -> usize {
        self.verdicts.values().map(|(rows, _)| rows).sum()
    }

    fn of_kind(&self, kind: Kind) -> Vec<&str> {
        let found = self.disagreements.iter().filter(|(found, _)| *found == kind);
        found.map(|(_, what)| what.as_str()).collect()
    }

    fn table(&self) -> String {
        let mut text = format!("{:18} {:>8} {:>8}\n", "Wrangler", "rows", "agreed");
        for (word, (rows, agreed)) in &self.verdicts {
            let _ = writeln!(text, "{word:18} {rows:>8} {agreed:>8}");
        }
        let _ = writeln!(
            text,
            "{:18} {:>8} {:>8}",
            "all",
            self.rows(),
            self.rows() - self.disagreements.len()
        );
        for (kind, what) in &self.disagreements {
            let _ = writeln!(text, "{kind:?}: {what}");
        }
        text
    }
}
