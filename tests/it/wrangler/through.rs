//! `clodo wrangler`: nothing comes between the user and Wrangler. A Wrangler of ours tells what it
//! got.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{clodo, project};
use crate::toolchain::{skip, toolchain};

const TELLS: &str = r#"
const { isTTY } = process.stdout;
const input = process.stdin.isTTY ? null : require("fs").readFileSync(0, "utf8");
console.log(JSON.stringify({
    args: process.argv.slice(2), cwd: process.cwd(), env: process.env, input,
    out: isTTY ?? false, in: process.stdin.isTTY ?? false, pid: process.pid,
}));
console.error("beside");
process.exitCode = 42;
"#;

#[test]
fn everything_behind_it_is_wranglers() {
    let Some(tools) = toolchain() else { return };
    let tree = project(TELLS);
    tree.write("apps/api/", "");
    let arguments =
        ["--help", "-C", "x", "--config", "y", "-v", "--", "a b", "*", "$HOME", "", "--color=z"];
    let mut command = clodo(tools, &tree.path());
    command.args(["-C", "apps/api", "wrangler"]).args(arguments);
    command.env("AWS_SECRET_ACCESS_KEY", "his own").env("NODE_PATH", "");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let id = child.id();
    child.stdin.take().expect("a pipe").write_all(b"a secret\n").expect("it reads");
    let ran = child.wait_with_output().expect("it ends");
    assert_eq!(ran.status.code(), Some(42), "{ran:?}");
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "beside\n");
    let told: Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    assert_eq!(told["args"], json!(arguments));
    assert_eq!(told["cwd"], json!(tree.at("apps/api")));
    assert_eq!(told["input"], "a secret\n");
    assert_eq!(told["env"]["AWS_SECRET_ACCESS_KEY"], "his own");
    let node = tools.node.parent().expect("a folder").display();
    assert_eq!(told["env"]["PATH"], json!(format!("{node}:/usr/bin:/bin")));
    assert_eq!(told["env"]["CI"], Value::Null);
    // The same process: signals and the terminal need no forwarding.
    assert_eq!(told["pid"], json!(id));
}

#[test]
fn the_path_stays_as_it_is_where_it_has_the_node() {
    let Some(tools) = toolchain() else { return };
    let tree = project(TELLS);
    let path = format!("/bin:{}", tools.node.parent().expect("a folder").display());
    let path = path.trim_start_matches("/bin:");
    let path = format!("{}:{path}", tree.path().display());
    let mut command = clodo(tools, &tree.path());
    command.env_remove("CLODO_NODE").env("PATH", &path).arg("wrangler").stdin(Stdio::null());
    let ran = command.output().expect("it runs");
    let told: Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    assert_eq!(told["env"]["PATH"], json!(path));
}

#[test]
fn signals_reach_it() {
    let Some(tools) = toolchain() else { return };
    let tree = project(
        "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000);\n\
         console.log('ready');",
    );
    let mut command = clodo(tools, &tree.path());
    let mut child = command.arg("wrangler").stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(7));
}

#[test]
fn a_terminal_is_a_terminal() {
    let Some(tools) = toolchain() else { return };
    // util-linux's, which runs a command in a terminal of its own.
    if !Command::new("script").arg("--version").output().is_ok_and(|ran| ran.status.success()) {
        return skip("there is no `script` to make a terminal with");
    }
    let tree = project(TELLS);
    let mut command = Command::new("script");
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", tree.path());
    command.env("CLODO_NODE", &tools.node).current_dir(tree.path());
    let line = format!("{} wrangler tail", env!("CARGO_BIN_EXE_clodo"));
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    // The end of its input would be the end of the terminal.
    let held = child.stdin.take();
    let mut shown = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut shown).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(42), "{shown}");
    drop(held);
    let told = shown.lines().find(|line| line.starts_with('{')).expect("what it tells");
    let told: Value = serde_json::from_str(told.trim()).expect("JSON");
    assert_eq!((&told["in"], &told["out"]), (&json!(true), &json!(true)));
}

#[test]
fn what_is_missing_is_said() {
    let Some(tools) = toolchain() else { return };
    let tree = crate::work_tree::WorkTree::new();
    let mut command = clodo(tools, &tree.path());
    let ran = command.env("PATH", tree.path()).args(["wrangler", "whoami"]).output();
    let ran = ran.expect("it runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert_eq!(
        said,
        "error: there is no Wrangler: not in node_modules, not on PATH, and no npx to fetch it with\n  \
         fix: add it to the project: npm install --save-dev wrangler\n"
    );
}
