//! The program as it is run: what it prints where, and the code it ends with.

use std::fs;
use std::io::pipe;
use std::path::Path;
use std::process::{Command, Stdio};

use clodo::core::rules::ALL;
use clodo::exit::Exit;
use serde_json::Value;

use crate::toolchain::skip;
use crate::work_tree::{WorkTree, entries};

/// What came of a run.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

/// The program in a folder, with nothing of our own surroundings.
fn clodo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clodo"));
    command.current_dir(folder).env_clear().env("HOME", folder).stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("what it prints is text");
    Run {
        code: output.status.code().expect("no signal ended it"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

impl WorkTree {
    fn clodo(&self, args: &[&str]) -> Run {
        run(clodo(&self.path()).args(args))
    }
}

/// A Worker without a mistake.
fn good() -> WorkTree {
    let tree = WorkTree::new();
    tree.write(
        "wrangler.toml",
        "name = \"shop\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-01-31\"\n\
         workers_dev = false\npreview_urls = false\n\n[observability]\nenabled = true\n",
    );
    tree.write("src/index.ts", "export default { fetch: () => new Response() };\n");
    tree
}

/// A Worker with an error in its environment and a warning beside it.
fn bad() -> WorkTree {
    let tree = good();
    let good = fs::read_to_string(tree.at("wrangler.toml")).expect("a file");
    let more = "\n[env.staging]\nminify = \"yes\"\nrelease_train = \"weekly\"\n";
    tree.write("wrangler.toml", good + more);
    tree
}

#[test]
fn the_code_says_how_it_ended() {
    let (good, bad, empty) = (good(), bad(), WorkTree::new());
    for (tree, args, code) in [
        (&good, &["check"][..], Exit::Ok),
        (&good, &["check", "wrangler.toml"], Exit::Ok),
        (&good, &["check", "--offline", "-e", ""], Exit::Ok),
        (&bad, &["check"], Exit::Findings),
        (&bad, &["check", "-e", "staging"], Exit::Findings),
        (&bad, &["check", "-e", ""], Exit::Ok),
        (&bad, &["check", "-e", "nope"], Exit::Findings),
        (&bad, &["check", "--fail-level", "never"], Exit::Ok),
        (&bad, &["check", "--fail-level", "warning"], Exit::Findings),
        (&empty, &["check"], Exit::Usage),
        (&good, &["check", "nowhere"], Exit::Usage),
        (&good, &["-C", "nowhere", "check"], Exit::Usage),
        (&good, &["check", "--config", "nowhere.yml"], Exit::Usage),
        (&good, &["check", "--baseline", "nowhere.json"], Exit::Usage),
        (&good, &[], Exit::Usage),
        (&good, &["deploi"], Exit::Usage),
        (&good, &["check", "--verbose", "--quiet"], Exit::Usage),
        (&good, &["--help"], Exit::Ok),
        (&good, &["--version"], Exit::Ok),
    ] {
        let run = tree.clodo(args);
        assert_eq!(run.code, i32::from(code.code()), "clodo {}: {run:?}", args.join(" "));
    }
}

#[test]
fn results_go_to_stdout_and_the_rest_to_stderr() {
    let run = bad().clodo(&["check", "--format", "json", "--verbose"]);
    assert!(serde_json::from_str::<Value>(&run.out).is_ok(), "{run:?}");
    assert!(run.err.contains("checked in"), "{run:?}");
    let run = WorkTree::new().clodo(&["check", "-q", "--format", "json"]);
    assert!(serde_json::from_str::<Value>(&run.out).is_ok(), "{run:?}");
    assert!(run.err.contains("there is no Wrangler configuration"), "{run:?}");
    assert!(run.err.contains("fix: "), "{run:?}");
}

#[test]
fn a_slip_of_the_hand_gets_a_suggestion() {
    let tree = good();
    for (args, suggestion) in [
        (&["chekc"][..], "check"),
        (&["check", "--ofline"], "--offline"),
        (&["check", "--format", "jsno"], "json"),
        (&["check", "--write", "sarf=x"], "sarif"),
        (&["check", "--write", "sarif"], "FORMAT=PATH"),
        (&["check", "--fail-level", "errors"], "error, warning or never"),
        (&["check", "--color", "alwasy"], "always"),
        (&["explain", "config/unknwon-key"], "config/unknown-key"),
        (&["explain", "unknown-key"], "config/unknown-key"),
        (&["explain", "no-such-thing-at-all"], "clodo rules"),
        (&["help", "chek"], "clodo help check"),
        (&["help", "exit-code"], "clodo help exit-codes"),
        (&["completions", "bsh"], "bash"),
    ] {
        let run = tree.clodo(args);
        assert_eq!(run.code, 2, "clodo {}: {run:?}", args.join(" "));
        assert!(run.err.contains(suggestion), "clodo {}: {run:?}", args.join(" "));
        assert!(run.out.is_empty(), "clodo {}: {run:?}", args.join(" "));
    }
}

#[test]
fn an_environment_that_is_not_defined_is_named() {
    let run = bad().clodo(&["check", "-e", "stagin", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    let [finding] = &report["findings"].as_array().expect("a list")[..] else { panic!("{run:?}") };
    assert_eq!(finding["rule"], "env/not-defined");
    assert_eq!(finding["environment"], "stagin");
    assert!(finding["help"].as_str().is_some_and(|help| help.contains("staging")), "{finding}");
}

/// Each format, with what tells it from the others.
type Looks = fn(&str) -> bool;

const FORMATS: [(&str, Looks); 7] = [
    ("text", |text| text.contains("error[config/wrong-type]") && text.contains("wrangler.toml:")),
    ("json", |text| json(text)["schema"] == "clodo.check/1"),
    ("sarif", |text| json(text)["version"] == "2.1.0"),
    ("junit", |text| text.starts_with("<?xml") && text.contains("<testsuites")),
    ("gitlab", |text| json(text)[0]["check_name"] == "config/wrong-type"),
    ("github", |text| text.contains("::error ") && text.contains("file=wrangler.toml")),
    ("markdown", |text| text.contains("config/wrong-type") && !text.contains("error[")),
];

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn every_format_can_be_printed_and_written_in_one_run() {
    let tree = bad();
    for (format, is_it) in FORMATS {
        let run = tree.clodo(&["check", "--format", format]);
        assert_eq!(run.code, 1, "{format}: {run:?}");
        assert!(is_it(&run.out), "{format}: {run:?}");
    }
    let targets = FORMATS.map(|(format, _)| format!("{format}=reports/{format}"));
    let mut command = clodo(&tree.path());
    command.arg("check");
    for target in &targets {
        command.args(["--write", target]);
    }
    let printed = run(&mut command);
    assert!(printed.out.starts_with("error[") || printed.out.contains("\nerror["), "{printed:?}");
    for (format, is_it) in FORMATS {
        let text = fs::read_to_string(tree.at(&format!("reports/{format}"))).expect("written");
        assert!(is_it(&text), "{format}: {text}");
        assert!(!text.contains('\u{1b}'), "{format}: a file has no colours");
    }
    // A second time, over what is there.
    assert_eq!(run(&mut command).code, 1);
}

#[test]
fn a_report_that_cannot_be_written_is_no_success() {
    let tree = good();
    tree.write("file", "");
    let run = tree.clodo(&["check", "--write", "sarif=file/report.sarif"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("cannot create"), "{run:?}");
}

#[test]
fn a_baseline_puts_aside_what_is_known() {
    let tree = bad();
    let write = tree.clodo(&["check", "--write-baseline", "known.json"]);
    assert_eq!(write.code, 0, "{write:?}");
    let with = |text: &str| {
        tree.write("apps/other/wrangler.toml", text);
        tree.clodo(&["check", "--baseline", "known.json", "--format", "json"])
    };
    let same = with("name = \"other\"\n");
    let new = with("name = \"other\"\nminify = 1\n");
    assert_eq!(new.code, 1, "{new:?}");
    let rules = |run: &Run| {
        let report = json(&run.out);
        let findings = report["findings"].as_array().expect("a list").iter();
        findings.map(|f| f["rule"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    assert!(!rules(&same).iter().any(|rule| rule == "config/wrong-type"), "{same:?}");
    assert!(rules(&new).iter().any(|rule| rule == "config/wrong-type"), "{new:?}");
}

#[test]
fn a_wrong_clodo_yml_is_shown_with_its_source() {
    let tree = good();
    tree.write("clodo.yml", "version: 1\nchecks:\n  fail-levle: error\n");
    let run = tree.clodo(&["check"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.out.is_empty(), "{run:?}");
    for part in ["--> clodo.yml:3:3", "fail-levle: error", "^^^^", "did you mean", "clodo schema"] {
        assert!(run.err.contains(part), "{part:?} is not in {}", run.err);
    }
    tree.write("other.yml", "version: 1\nchecks: { rules: { config/unknwon-key: off } }\n");
    let run = tree.clodo(&["check", "--config", "other.yml"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("config/unknown-key"), "{run:?}");
}

#[test]
fn clodo_yml_has_its_say() {
    let tree = bad();
    tree.write("clodo.yml", "version: 1\nchecks: { rules: { config/wrong-type: off } }\n");
    assert_eq!(tree.clodo(&["check"]).code, 0);
    tree.write("clodo.yml", "version: 1\nchecks: { fail-level: never }\n");
    assert_eq!(tree.clodo(&["check"]).code, 0);
    assert_eq!(tree.clodo(&["check", "--fail-level", "error"]).code, 1);
    let elsewhere = WorkTree::new();
    elsewhere.write("strict.yml", "version: 1\nchecks: { fail-level: warning }\n");
    let config = elsewhere.at("strict.yml");
    let mut command = clodo(&tree.path());
    command.arg("check").env("CLODO_CONFIG", config);
    assert_eq!(run(&mut command).code, 1);
}

#[test]
fn colours_are_for_terminals() {
    let tree = bad();
    let plain = tree.clodo(&["check"]);
    assert!(!plain.out.contains('\u{1b}'), "{plain:?}");
    let asked = tree.clodo(&["check", "--color", "always"]);
    assert!(asked.out.contains('\u{1b}'), "{asked:?}");
    let structured = tree.clodo(&["check", "--color", "always", "--format", "json"]);
    assert!(!structured.out.contains('\u{1b}'), "{structured:?}");

    let line = format!("{} check", env!("CARGO_BIN_EXE_clodo"));
    let on_terminal = |variables: &[(&str, &str)]| {
        let mut command = Command::new("script");
        command.args(["-q", "-e", "-c", &line, "/dev/null"]).current_dir(tree.path());
        command.env_clear().env("PATH", "/usr/bin:/bin").env("TERM", "xterm-256color");
        command.envs(variables.iter().copied()).stdin(Stdio::null()).output()
    };
    match on_terminal(&[]) {
        Ok(output) => assert!(output.stdout.contains(&0x1b), "{output:?}"),
        Err(error) => return skip(&format!("no terminal: `script` cannot be started ({error})")),
    }
    let output = on_terminal(&[("NO_COLOR", "1")]).expect("it has just been started");
    assert!(!output.stdout.contains(&0x1b), "{output:?}");
}

#[test]
fn a_reader_that_goes_away_changes_no_exit_code() {
    let (good, bad) = (good(), bad());
    for (tree, args, code) in [
        (&good, &["rules"][..], 0),
        (&good, &["check"], 0),
        (&good, &["--help"], 0),
        (&good, &["explain", "config/unknown-key"], 0),
        (&bad, &["check"], 1),
        (&bad, &["check", "--format", "json"], 1),
    ] {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let mut command = clodo(&tree.path());
        let child = command.args(args).stdout(writer).stderr(Stdio::piped()).spawn();
        let output = child.expect("the program starts").wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "clodo {}: {said}", args.join(" "));
        assert!(said.is_empty(), "clodo {}: {said}", args.join(" "));
    }
}

#[test]
fn each_mistake_says_what_to_do() {
    let tree = bad();
    for (args, expected) in [
        (&["check", "nowhere"][..], "`nowhere` does not exist"),
        (&["check", "-C", "nowhere"], "nowhere is not a folder"),
        (
            &["check", "--baseline", "no.json"],
            "the baseline no.json cannot be read: it does not exist",
        ),
        (&["check", "--baseline", "wrangler.toml"], "the baseline wrangler.toml cannot be used: "),
        (&["check", "--config", "no.yml"], "no.yml cannot be read: it does not exist"),
        (&["help", "nothing"], "there is no command or topic nothing"),
        (&["explain", "nothing"], "there is no rule nothing"),
    ] {
        let run = tree.clodo(args);
        let lines: Vec<&str> = run.err.lines().collect();
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(
            matches!(lines[..], [error, fix]
            if error.strip_prefix("error: ").is_some_and(|text| text.starts_with(expected))
            && fix.starts_with("  fix: ")),
            "{args:?}: {}",
            run.err
        );
    }
}

#[test]
fn paths_beside_the_files_of_a_repository_count_from_its_root() {
    let tree = WorkTree::new();
    fs::create_dir_all(tree.path().join(".git")).expect("a folder");
    tree.write("apps/api/wrangler.toml", "name = 5\n");
    let shown = |format: &str| tree.clodo(&["check", "-C", "apps/api", "--format", format]).out;
    assert!(shown("github").contains("file=apps/api/wrangler.toml,"), "{}", shown("github"));
    assert!(shown("sarif").contains(r#""uri": "apps/api/wrangler.toml""#), "{}", shown("sarif"));
    assert!(shown("gitlab").contains(r#""path": "apps/api/wrangler.toml""#), "{}", shown("gitlab"));
    // In the terminal, and to programs, they count from the folder that was asked for.
    assert!(shown("text").contains("--> wrangler.toml:1:8"), "{}", shown("text"));
    assert!(shown("json").contains(r#""file": "wrangler.toml""#), "{}", shown("json"));
}

#[test]
fn an_environment_that_no_service_has_stands_in_the_table() {
    let tree = good();
    tree.write("b/wrangler.toml", "name = \"b\n");
    let run = tree.clodo(&["check", "-e", "staging"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error[config/syntax]"), "a broken file has no environment: {run:?}");
    for line in ["  service   staging", "  b         1 error", "  shop      1 error"] {
        assert!(run.out.lines().any(|shown| shown == line), "{line}: {}", run.out);
    }
    assert!(run.out.ends_with("Not ready: b, shop.\n"), "{}", run.out);
    let run = tree.clodo(&["check", "-e", ""]);
    assert!(run.out.contains("2 services, 1 environment, files only"), "{}", run.out);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let full = fs::File::options().write(true).open("/dev/full").expect("Linux has one");
    let tree = good();
    let mut command = clodo(&tree.path());
    let output = command.arg("rules").stdout(full).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.is_empty());
}

#[test]
fn help_explains_itself() {
    let tree = WorkTree::new();
    let codes = tree.clodo(&["help", "exit-codes"]);
    for exit in Exit::ALL {
        let line = format!("{:>4}  {}", exit.code(), exit.meaning());
        assert!(codes.out.lines().any(|shown| shown == line), "{line}: {codes:?}");
    }
    let root = clodo::cli::command();
    for command in root.get_subcommands() {
        let name = command.get_name();
        let help = tree.clodo(&["help", name]);
        assert_eq!((help.code, help.err.as_str()), (0, ""), "{name}");
        let examples = help.out.split("Examples:").nth(1).unwrap_or_default();
        let shown = examples.matches(&format!("clodo {name}")).count();
        assert!(shown >= 2, "`clodo help {name}` shows {shown} examples");
    }
    let version = tree.clodo(&["--version"]);
    assert_eq!(version.out, format!("clodo {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn rules_can_be_listed_and_explained() {
    let tree = WorkTree::new();
    let list = json(&tree.clodo(&["rules", "--format", "json"]).out);
    let list = list.as_array().expect("an array");
    assert_eq!(list.len(), ALL.len());
    for (rule, shown) in ALL.iter().zip(list) {
        for key in ["id", "severity", "summary", "needs", "wrangler"] {
            assert!(shown[key].is_string(), "{}: {key} in {shown}", rule.id);
        }
        assert!(shown["catalogue"].is_array(), "{}", rule.id);
        let page = tree.clodo(&["explain", rule.id]);
        assert_eq!(page.code, 0, "{page:?}");
        assert!(page.out.starts_with(&format!("# {}\n", rule.page().title())), "{page:?}");
        assert!(page.out.contains(rule.id), "{page:?}");
    }
    let table = tree.clodo(&["rules"]);
    assert_eq!(table.out.lines().count(), ALL.len());
}

#[test]
fn shells_and_manuals_get_theirs() {
    let tree = WorkTree::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = tree.clodo(&["completions", shell]);
        assert_eq!(script.code, 0, "{script:?}");
        assert!(script.out.contains("fail-level"), "{shell} completes the flags");
    }
    let page = tree.clodo(&["man"]);
    assert!(page.out.contains(".TH clodo 1"), "{page:?}");
    assert_eq!(tree.clodo(&["man", "--out", "pages"]).code, 0);
    let names: Vec<_> = entries(&tree.at("pages"))
        .iter()
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    assert!(
        names.contains(&"clodo.1".into()) && names.contains(&"clodo-check.1".into()),
        "{names:?}"
    );
    let schema = json(&tree.clodo(&["schema"]).out);
    assert!(schema["properties"]["checks"].is_object(), "{schema}");
}

#[test]
fn outside_of_ci_and_git_nothing_is_known_and_all_is_well() {
    let tree = WorkTree::new();
    let plain = tree.clodo(&["env"]);
    assert_eq!((plain.code, plain.out.as_str()), (0, ""), "{plain:?}");
    assert!(plain.err.contains("neither a CI system nor a git repository"), "{plain:?}");
    let explained = tree.clodo(&["env", "--explain", "-q"]);
    assert_eq!((explained.code, explained.err.as_str()), (0, ""), "{explained:?}");
    assert!(explained.out.contains("not known; set CLODO_SHA"), "{explained:?}");
    let all = json(&tree.clodo(&["env", "--format", "json"]).out);
    assert_eq!(all["schema"], "clodo.env/1");
    let context = all["context"].as_object().expect("an object");
    assert!(context.len() > 20 && context.values().all(Value::is_null), "{all}");
}

#[test]
fn git_says_where_a_person_works() {
    let tree = WorkTree::new();
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        git.env_clear().env("PATH", PATH).env("HOME", tree.path()).current_dir(tree.path());
        git.args(["-c", "user.name=ana", "-c", "user.email=ana@example.com"]).args(args).output()
    };
    if let Err(error) = git(&["init", "--quiet", "--initial-branch=feature/cart"]) {
        return skip(&format!("git cannot be started ({error})"));
    }
    let address = "https://ana:decoy-secret@gitlab.example.com/acme/web/shop.git";
    git(&["remote", "add", "origin", address]).expect("it has just been started");
    git(&["commit", "--quiet", "--allow-empty", "-m", "Begin"]).expect("it has just been started");
    let head = git(&["rev-parse", "HEAD"]).expect("it has just been started").stdout;
    let head = String::from_utf8(head).expect("text");

    tree.write("apps/api/file", "");
    let env = |args: &[&str]| {
        let mut command = clodo(&tree.path().join("apps/api"));
        run(command.env("PATH", PATH).arg("env").args(args))
    };
    let all = json(&env(&["--format", "json", "--explain"]).out);
    for (field, value) in [
        ("ci", Value::Null),
        ("forge", "gitlab".into()),
        ("api_url", "https://gitlab.example.com/api/v4".into()),
        ("repository", "acme/web/shop".into()),
        ("branch", "feature/cart".into()),
        ("head_sha", head.trim().into()),
        ("workspace", tree.path().to_string_lossy().into()),
    ] {
        assert_eq!(all["context"][field], value, "{field}: {all}");
    }
    assert_eq!(all["sources"]["repository"], "git: origin");
    assert!(!all.to_string().contains("decoy-secret"), "{all}");

    // On a detached head, which is what CI systems make, there is no branch.
    git(&["checkout", "--quiet", "--detach"]).expect("it has just been started");
    assert!(!env(&[]).out.contains("feature/cart"));
}

/// Where the tools of the system are.
const PATH: &str = "/usr/bin:/bin";

#[test]
fn a_job_knows_what_it_is_about() {
    let tree = WorkTree::new();
    let head = "4ead".repeat(10);
    tree.write(
        "event.json",
        format!(r#"{{ "pull_request": {{ "number": 12, "head": {{ "sha": "{head}" }} }} }}"#),
    );
    let mut command = clodo(&tree.path());
    command.envs([
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_SHA", &"badc0de0".repeat(5)),
        ("GITHUB_HEAD_REF", "##[set-output name=a]b"),
        ("GITHUB_TOKEN", "decoy-secret"),
    ]);
    command.env("GITHUB_EVENT_PATH", tree.path().join("event.json")).arg("env");
    let text = run(&mut command);
    let lines: Vec<_> = text.out.lines().map(|line| line.split_whitespace().collect()).collect();
    for line in [vec!["head_sha", &head], vec!["pull_request", "12"]] {
        assert!(lines.contains(&line), "{line:?}: {text:?}");
    }
    assert!(!text.out.contains("##[") && !text.out.contains("decoy-secret"), "{text:?}");

    let wrong = run(command.env("CLODO_PR", "twelve"));
    assert_eq!(wrong.code, 2, "{wrong:?}");
    let said = "error: CLODO_PR is not a number\n  fix: correct it, or remove it: unset CLODO_PR\n";
    assert_eq!(wrong.err, said);
}
