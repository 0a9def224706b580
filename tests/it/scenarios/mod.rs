//! How well clodo sees what a deployment will do to an account: each scenario is an account and a
//! project. Raw Wrangler deploys the project into the sandbox, which tells what would have happened;
//! clodo, which looked at the same account before, has to have said so.
//!
//! A scenario in which Wrangler fails or does harm needs a finding of one of the rules that it names,
//! at least a warning. A scenario in which nothing bad happens must be free of errors. The scenarios
//! are in `tests/scenarios`, the table of them in `docs/accuracy.md`.

mod harm;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;
use serde_json::Value;

use crate::sandbox::stand::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::{WorkTree, entries, repository};

/// A file of scenarios.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scenario: Vec<Scenario>,
}

/// An account, a project, and what comes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What it is about, in words.
    name: String,
    /// The account, as `clodo sandbox --seed` reads it.
    #[serde(default)]
    seed: String,
    /// What the configuration says beyond its head.
    #[serde(default)]
    config: String,
    /// Another head than [`HEAD`].
    header: Option<String>,
    /// Whether it is a Pages project, whose head is [`PAGES_HEAD`].
    #[serde(default)]
    pages: bool,
    /// Other files, by path.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// What Wrangler did before anybody looks: arguments, each run by itself.
    #[serde(default)]
    prepare: Vec<Vec<String>>,
    /// Wrangler's arguments; `deploy` alone where there are none.
    #[serde(default)]
    run: Vec<String>,
    /// What Wrangler reads from its standard input.
    #[serde(default)]
    input: String,
    /// Whether a GitHub workflow runs that command, so that clodo can know it.
    #[serde(default)]
    pipeline: bool,
    /// What Wrangler makes of it.
    wrangler: Outcome,
    /// The harm, where it cannot be read off the account but shows when the Worker runs.
    harm: Option<String>,
    /// The rules of which one has to say so.
    #[serde(default)]
    finds: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    /// It ends with an error.
    Fails,
    /// It succeeds, and does what nobody asked for.
    Harms,
    /// It succeeds.
    Fine,
}

/// How most configurations begin.
const HEAD: &str = "name = \"shop\"\nmain = \"src/index.js\"\ncompatibility_date = \"2026-01-01\"\n\
                    workers_dev = false\npreview_urls = false\n";

/// How those of Pages projects begin.
const PAGES_HEAD: &str =
    "name = \"shop\"\npages_build_output_dir = \"dist\"\ncompatibility_date = \"2026-01-01\"\n";

/// What really happened.
struct Deployed {
    outcome: Outcome,
    /// In words: the code that Wrangler ended with, or the harm.
    words: String,
    /// Everything that Wrangler printed.
    said: String,
}

/// What clodo says beforehand.
struct Foreseen {
    /// Rule and severity of each finding.
    findings: Vec<(String, String)>,
}

#[test]
fn what_wrangler_does_is_known_before() {
    let Some(toolchain) = toolchain() else { return };
    let scenarios = scenarios();
    assert!(scenarios.len() >= 120, "{} scenarios", scenarios.len());
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(scenario) = scenarios.get(number) else { break };
            let (deployed, foreseen) = play(toolchain, scenario);
            let row = (number, scenario, deployed, foreseen);
            rows.lock().expect("no test panicked").push(row);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    let mut rows = rows.into_inner().expect("no test panicked");
    rows.sort_by_key(|(number, ..)| *number);
    let wrong: Vec<String> = rows.iter().filter_map(|(_, s, d, f)| judge(s, d, f)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    publish(&rows.iter().map(|(_, s, d, f)| line(s, d, f)).collect::<String>());
}

/// A line of the table.
fn line(scenario: &Scenario, deployed: &Deployed, foreseen: &Foreseen) -> String {
    let wrangler = match (deployed.outcome, deployed.words.as_str()) {
        (Outcome::Fine, _) => "succeeds".to_owned(),
        (Outcome::Fails, "") => "fails".to_owned(),
        (Outcome::Fails, words) => format!("fails, {words}"),
        (Outcome::Harms, words) => format!("exit 0, {words}"),
    };
    let found = foreseen.findings.iter().find(|(rule, severity)| {
        severity != "note" && scenario.finds.iter().any(|wanted| rule.contains(&**wanted))
    });
    let clodo = match (deployed.outcome, found) {
        (Outcome::Fine, _) => "no error".to_owned(),
        (_, Some((rule, severity))) if rule.contains(' ') => format!("{severity}: exit 7"),
        (_, Some((rule, severity))) => format!("{severity} `{rule}`"),
        (_, None) => String::new(),
    };
    format!("| {} | {wrangler} | {clodo} |\n", scenario.name)
}

/// Where the table begins and ends in `docs/accuracy.md`.
const MARKS: (&str, &str) = ("<!-- scenarios -->\n", "<!-- end of scenarios -->\n");

/// Writes the table, or compares it.
fn publish(lines: &str) {
    let path = repository().join("docs/accuracy.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(MARKS.0).expect("the beginning of the table");
    let (_, after) = rest.split_once(MARKS.1).expect("the end of the table");
    let head = "| scenario | raw Wrangler | clodo, before |\n|---|---|---|\n";
    let expected = format!("{before}{}{head}{lines}{}{after}", MARKS.0, MARKS.1);
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        fs::write(&path, expected).expect("the page can be written");
    } else {
        assert!(page == expected, "docs/accuracy.md is not up to date; run with UPDATE=1");
    }
}

/// All scenarios, in the order of their files.
fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    for path in entries(&repository().join("tests/scenarios")) {
        let text = fs::read_to_string(&path).expect("a file of scenarios");
        let file: File =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        all.extend(file.scenario);
    }
    all
}

/// Lets clodo look, and then Wrangler act.
fn play(toolchain: &Toolchain, scenario: &Scenario) -> (Deployed, Foreseen) {
    let tree = project(scenario);
    let stand = Stand::seeded(&scenario.seed);
    for arguments in &scenario.prepare {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        stand.wrangler(toolchain, &tree.path(), &arguments);
    }
    let foreseen = foresee(&stand, &tree, scenario);
    (deploy(toolchain, &stand, &tree, scenario), foreseen)
}

fn project(scenario: &Scenario) -> WorkTree {
    let tree = WorkTree::new();
    tree.write("src/index.js", "export default { fetch() { return new Response(\"ok\") } };\n");
    if scenario.pages {
        tree.write("dist/index.html", "<h1>shop</h1>\n");
    }
    for (path, text) in &scenario.files {
        tree.write(path, text);
    }
    tree.write("wrangler.toml", scenario.text());
    if scenario.pipeline {
        let command = scenario.arguments().join(" ");
        let workflow = format!(
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n      \
             - uses: actions/checkout@v4\n      - run: npx wrangler {command}\n"
        );
        tree.write(".github/workflows/deploy.yml", workflow);
    }
    tree
}

impl Scenario {
    /// The configuration.
    fn text(&self) -> String {
        let head = if self.pages { PAGES_HEAD } else { HEAD };
        let mut text = self.header.as_deref().unwrap_or(head).to_owned();
        // A key that the scenario sets itself stands there once.
        for line in self.config.lines().take_while(|line| !line.starts_with('[')) {
            if let Some((key, _)) = line.split_once(" = ") {
                let keep = |kept: &&str| !kept.starts_with(&format!("{key} = "));
                text = text.lines().filter(keep).map(|line| format!("{line}\n")).collect();
            }
        }
        text + &self.config
    }

    fn arguments(&self) -> Vec<&str> {
        match self.run.is_empty() {
            true => vec!["deploy"],
            false => self.run.iter().map(String::as_str).collect(),
        }
    }

    /// The environment that is deployed; `""` is the top level.
    fn environment(&self) -> &str {
        let mut arguments = self.run.iter().skip_while(|argument| *argument != "--env");
        arguments.nth(1).map_or("", String::as_str)
    }

    /// The Worker that is deployed.
    fn worker(&self) -> String {
        match self.environment() {
            "" => "shop".to_owned(),
            environment => format!("shop-{environment}"),
        }
    }
}

/// What `clodo check` finds in the environment that is going to be deployed.
fn foresee(stand: &Stand, tree: &WorkTree, scenario: &Scenario) -> Foreseen {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.current_dir(tree.path()).env_clear().env("HOME", tree.path()).stdin(Stdio::null());
    command.envs(stand.sandbox.environment()).args(["check", "--format", "json"]);
    // An environment that nobody defined cannot be asked for.
    if !scenario.pipeline {
        command.args(["-e", scenario.environment()]);
    }
    let output = command.output().expect("clodo starts");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let findings = report["findings"].as_array().cloned().unwrap_or_else(|| {
        // A token that can do nothing is no finding but the end.
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        vec![serde_json::json!({ "rule": text, "severity": "error" })]
    });
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = findings.iter().map(|f| (word(f, "rule"), word(f, "severity"))).collect();
    Foreseen { findings }
}

/// What raw Wrangler does.
fn deploy(toolchain: &Toolchain, stand: &Stand, tree: &WorkTree, scenario: &Scenario) -> Deployed {
    let state = || serde_json::to_value(&*stand.sandbox.state()).expect("plain data");
    let before = state();
    let ran = stand.run(toolchain, &tree.path(), &scenario.arguments(), &scenario.input);
    let said = ran.stdout + &ran.stderr;
    if ran.code != Some(0) {
        let code = said.rsplit_once("[code: ").and_then(|(_, rest)| rest.split(']').next());
        let words = code.map_or_else(String::new, |code| format!("code {code}"));
        return Deployed { outcome: Outcome::Fails, words, said };
    }
    let mut harm = harm::harm(&before, &state(), &scenario.worker(), &scenario.text());
    harm.extend(scenario.harm.clone());
    let outcome = if harm.is_empty() { Outcome::Fine } else { Outcome::Harms };
    Deployed { outcome, words: harm.join("; "), said }
}

/// What is wrong with a scenario, if anything.
fn judge(scenario: &Scenario, deployed: &Deployed, foreseen: &Foreseen) -> Option<String> {
    let mut wrong = String::new();
    if deployed.outcome != scenario.wrangler {
        let last: Vec<&str> =
            deployed.said.lines().rev().filter(|l| !l.is_empty()).take(6).collect();
        let (outcome, words) = (deployed.outcome, &deployed.words);
        let last = last.into_iter().rev().collect::<Vec<_>>().join("\n      ");
        write!(wrong, "\n    Wrangler: {outcome:?} ({words})\n      {last}").expect("a string");
    }
    let findings = &foreseen.findings;
    let named = |rule: &str| scenario.finds.iter().any(|wanted| rule.contains(&**wanted));
    let is_error = |(_, severity): &&(String, String)| severity == "error";
    let foretold = findings.iter().any(|(rule, severity)| named(rule) && severity != "note");
    let list = |found: Vec<&(String, String)>| {
        found
            .iter()
            .map(|(rule, severity)| format!("{severity} {rule}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match deployed.outcome {
        Outcome::Fine if findings.iter().any(|f| is_error(&f)) => {
            let errors = list(findings.iter().filter(is_error).collect());
            write!(wrong, "\n    false: {errors}").expect("a string");
        }
        Outcome::Fails | Outcome::Harms if !foretold => {
            let all = list(findings.iter().collect());
            write!(wrong, "\n    not foretold; found: {all}").expect("a string");
        }
        _ => {}
    }
    (!wrong.is_empty()).then(|| format!("  {}{wrong}", scenario.name))
}
