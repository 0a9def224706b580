//! Every console block of the documentation is run, and prints what it says.
//!
//! A comment above a block says where and how:
//!
//! - `<!-- console: in examples/storefront -->`: in a copy of this folder, committed to git. Without it
//!   in an empty folder.
//! - `sandbox`: inside `clodo sandbox`; `sandbox FILE`: with this seed.
//! - `exit N`: the last command exits with this code; all others with 0.
//! - `continues`: where the block before left off.
//! - `<!-- not run: why -->`: it cannot be run here, and who runs it instead.
//!
//! Lines below a command are what it prints, in this order, others between them or not; `…` stands for
//! anything in a line. A block that says nothing about what is printed is run all the same.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::toolchain::toolchain;
use crate::work_tree::{WorkTree, repository};

/// A command, and what the page says that it prints.
#[derive(Debug)]
struct Step {
    line: usize,
    command: String,
    prints: Vec<String>,
    exit: i32,
}

/// Blocks that are run together.
#[derive(Debug, Default)]
struct Session {
    folder: Option<String>,
    sandbox: Option<Option<String>>,
    steps: Vec<Step>,
}

#[test]
fn every_console_block_prints_what_it_says() {
    let Some(toolchain) = toolchain() else { return };
    let mut pages = vec!["README.md".to_owned()];
    let folder = fs::read_dir(repository().join("docs")).expect("the documentation");
    let names =
        folder.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned());
    pages.extend(names.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")));
    pages.sort();
    let node = toolchain.node.parent().expect("a folder").display();
    let bin = toolchain.folder.join("node_modules/.bin");
    let path = format!("{node}:{}:{}", bin.display(), std::env::var("PATH").expect("PATH"));
    let mut wrong = String::new();
    let mut run = 0;
    for page in pages {
        let text = fs::read_to_string(repository().join(&page)).expect("a page");
        let sessions = sessions(&text).unwrap_or_else(|why| panic!("{page}: {why}"));
        for session in sessions {
            run += session.steps.len();
            for failure in session.run(&path) {
                let _ = writeln!(wrong, "{page}:{failure}");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(run > 10, "only {run} commands: the pages are read wrongly");
}

/// The sessions of a page.
fn sessions(text: &str) -> Result<Vec<Session>, String> {
    let mut sessions: Vec<Session> = Vec::new();
    let mut above = "";
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if line != "```console" {
            if !line.is_empty() {
                above = line;
            }
            continue;
        }
        let block: Vec<(usize, &str)> = lines
            .by_ref()
            .take_while(|(_, line)| *line != "```")
            .map(|(n, l)| (n + 1, l))
            .collect();
        let told = |begins: &str| Some(above.strip_prefix(begins)?.strip_suffix("-->")?.trim());
        if let Some(why) = told("<!-- not run:") {
            if why.is_empty() {
                return Err(format!("{}: say why it is not run", number + 1));
            }
            continue;
        }
        let manner = told("<!-- console:").unwrap_or_default();
        let (mut session, mut exit, mut continues) = (Session::default(), 0, false);
        for part in manner.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match part.split_once(' ').unwrap_or((part, "")) {
                ("in", folder) => session.folder = Some(folder.to_owned()),
                ("sandbox", seed) => {
                    session.sandbox = Some(Some(seed.to_owned()).filter(|seed| !seed.is_empty()));
                }
                ("exit", code) => exit = code.parse().map_err(|_| format!("{number}: {part}"))?,
                ("continues", "") => continues = true,
                _ => return Err(format!("{}: {part:?} is not known", number + 1)),
            }
        }
        session.steps = steps(&block, exit)?;
        match sessions.last_mut() {
            Some(before) if continues => before.steps.append(&mut session.steps),
            _ => sessions.push(session),
        }
        above = "";
    }
    Ok(sessions)
}

fn steps(block: &[(usize, &str)], exit: i32) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    for (line, text) in block {
        match (text.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => {
                let command = command.to_owned();
                steps.push(Step { line: *line, command, prints: Vec::new(), exit: 0 });
            }
            (None, Some(step)) if step.command.ends_with('\\') => {
                step.command += "\n";
                step.command += text;
            }
            (None, Some(step)) => step.prints.push((*text).to_owned()),
            (None, None) => return Err(format!("{line}: a block begins with `$ `")),
        }
    }
    if let Some(last) = steps.last_mut() {
        last.exit = exit;
    }
    Ok(steps)
}

/// Stands in what is printed between two commands.
const MARK: char = '\u{1e}';

impl Session {
    /// Runs it. What is not as the page says.
    fn run(&self, path: &str) -> Vec<String> {
        let tree = WorkTree::new();
        // Its name is that of the folder, which is printed.
        let folder = self.folder.as_deref().unwrap_or("empty");
        let work = tree.at(folder.rsplit('/').next().unwrap_or(folder));
        match &self.folder {
            Some(folder) => fs::rename(WorkTree::copy_of(folder).path(), &work).expect("a folder"),
            None => fs::create_dir(&work).expect("a folder"),
        }
        let script: String = self
            .steps
            .iter()
            .map(|step| format!("{}\nprintf '{MARK}%s{MARK}' $?\n", step.command))
            .collect();
        let prepared = "git init -q -b main && git add -A && \
            git -c user.name=ana -c user.email=ana@example.com commit -q --allow-empty -m first\n";
        let prepare = Command::new("bash").args(["-c", prepared]).current_dir(&work).status();
        assert!(prepare.expect("git").success());
        let clodo = Path::new(env!("CARGO_BIN_EXE_clodo"));
        let mut command = match &self.sandbox {
            None => Command::new("bash"),
            Some(seed) => {
                let mut command = Command::new(clodo);
                command.arg("sandbox");
                if let Some(seed) = seed {
                    command.arg("--seed").arg(repository().join(seed));
                }
                command.args(["--", "bash"]);
                command
            }
        };
        let home = WorkTree::new();
        let output = command
            .args(["-c", &format!("exec 2>&1\n{script}")])
            .current_dir(&work)
            .env_clear()
            .env("PATH", format!("{}:{path}", clodo.parent().expect("a folder").display()))
            .env("HOME", home.path())
            .envs(std::env::var_os("CLODO_NODE").map(|node| ("CLODO_NODE", node)))
            .env("USER", "ana")
            .output()
            .expect("bash starts");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut parts = printed.split(MARK);
        let mut wrong = Vec::new();
        for step in &self.steps {
            let (said, code) = (parts.next().unwrap_or_default(), parts.next());
            let fails = |why: String| {
                format!("{}: `{}` {why}; it printed:\n{said}", step.line, step.command)
            };
            match code.and_then(|code| code.parse::<i32>().ok()) {
                None => wrong.push(fails("did not end".to_owned())),
                Some(code) if code != step.exit => {
                    wrong.push(fails(format!("exits with {code}, not {}", step.exit)));
                }
                Some(_) => {}
            }
            if let Some(missing) = missing(&step.prints, said) {
                wrong.push(fails(format!("does not print {missing:?}")));
            }
        }
        wrong
    }
}

/// The first line of a page that is not printed after those before it.
fn missing<'a>(prints: &'a [String], said: &str) -> Option<&'a str> {
    let mut said = said.lines();
    prints
        .iter()
        .filter(|line| !matches!(line.trim(), "" | "…"))
        .find(|line| !said.any(|printed| is_like(line.trim_end(), printed.trim_end())))
        .map(String::as_str)
}

/// Whether a line is printed as a page says, where `…` stands for anything.
fn is_like(says: &str, printed: &str) -> bool {
    let mut parts = says.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        last = Some(part);
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.is_empty() || last.is_some_and(|last| last.is_empty() || printed.ends_with(last))
}

#[test]
fn pages_are_read() {
    let page = "Text\n\n<!-- console: in examples/hello, exit 1 -->\n```console\n$ a\nout\n$ b \\\n  c\n```\n\
        <!-- console: continues -->\n```console\n$ d\n```\n<!-- not run: Docker -->\n```console\n$ e\n```\n";
    let sessions = sessions(page).expect("a page");
    let [session] = sessions.as_slice() else { panic!("{sessions:?}") };
    let commands: Vec<_> = session.steps.iter().map(|step| (&*step.command, step.exit)).collect();
    assert_eq!(commands, [("a", 0), ("b \\\n  c", 1), ("d", 0)]);
    assert!(is_like("a … c", "a b c") && is_like("a…", "abc") && is_like("a", "a"));
    assert!(!is_like("a … c", "a b d") && !is_like("a", "ab") && !is_like("b", "ab"));
    assert_eq!(missing(&["x".to_owned(), "z".to_owned()], "x\ny"), Some("z"));
}
