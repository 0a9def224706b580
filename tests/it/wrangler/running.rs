//! A run that is followed: live, without secrets, and ended by signals.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::BufReader;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use clodo::world::wrangler::{
    Access, Call, Following, Interrupt, Line, Ran, Stream, Wrangler, WranglerError, locate,
};

use super::project;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

pub(super) fn wrangler(tools: &Toolchain, folder: &Path) -> Wrangler {
    let variable = |name: &str| match name {
        "CLODO_NODE" => Some(tools.node.display().to_string()),
        "PATH" => Some("/usr/bin:/bin".to_owned()),
        _ => None,
    };
    locate(folder, &variable, &|_| {}).expect("a Wrangler")
}

pub(super) fn call<'a>(folder: &'a Path, variables: &[(&str, &str)]) -> Call<'a> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), value.into()));
    Call {
        folder,
        arguments: vec!["deploy".into()],
        access: Access::Account,
        variables: variables.collect(),
        timeout: Duration::from_secs(120),
    }
}

pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn follow(
    tools: &Toolchain,
    call: &Call<'_>,
    lines: &dyn Fn(Line<'_>),
) -> Result<Ran, WranglerError> {
    let following = Following { lines, interrupt: Interrupt::never() };
    runtime().block_on(wrangler(tools, call.folder).follow(call, &following))
}

#[test]
fn lines_are_heard_as_they_are_printed() {
    let Some(tools) = toolchain() else { return };
    let tree = project(
        "const { existsSync } = require('fs');\n\
         console.log('\\x1b[32mone\\x1b[0m');\n\
         const wait = () => existsSync('go') ? console.error('two') : setTimeout(wait, 10);\n\
         wait();",
    );
    let heard = RefCell::new(Vec::new());
    let lines = |line: Line<'_>| {
        heard.borrow_mut().push((line.stream, line.text.to_owned(), line.plain()));
        // Without this it would wait for ever.
        std::fs::write(tree.at("go"), "").expect("written");
    };
    let ran = follow(tools, &call(&tree.path(), &[]), &lines).expect("a run");
    assert_eq!(
        heard.into_inner(),
        [
            (Stream::Stdout, "\u{1b}[32mone\u{1b}[0m".to_owned(), "one".to_owned()),
            (Stream::Stderr, "two".to_owned(), "two".to_owned()),
        ]
    );
    assert_eq!((&*ran.stdout, &*ran.stderr), ("one\n", "two\n"));
    assert!(ran.status.success() && !ran.interrupted);
}

#[test]
fn no_secret_is_heard_however_it_is_printed() {
    let Some(tools) = toolchain() else { return };
    let tree = project(
        "const { appendFileSync } = require('fs');\n\
         appendFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH,\n\
           JSON.stringify({ type: 'deploy', version_id: 'v1', said: process.env.CLOUDFLARE_API_TOKEN }) + '\\n');\n\
         const text = `${process.env.CLOUDFLARE_API_TOKEN} and from-the-file and line two`;\n\
         let at = 0;\n\
         const print = () => at < text.length && process.stdout.write(text[at++], () => setTimeout(print, 2));\n\
         print();",
    );
    tree.write("secrets.json", r#"{ "A": "from-the-file", "B": "line one\nline two" }"#);
    let variables =
        [("CLOUDFLARE_API_TOKEN", "s3cret-t0ken"), ("WRANGLER_OUTPUT_FILE_PATH", "notes.json")];
    let folder = tree.path();
    let mut call = call(&folder, &variables);
    call.arguments.extend(["--secrets-file", "secrets.json"].map(OsString::from));
    let ran = follow(tools, &call, &|line| assert!(!line.text.contains("t0ken"), "{line:?}"));
    let ran = ran.expect("a run");
    assert_eq!(ran.stdout, "*** and *** and ***\n");
    let event = ran.event("deploy").expect("an event");
    assert_eq!((&event["version_id"], &event["said"]), (&"v1".into(), &"***".into()));
    // The file that the user asked for is his, and is what Wrangler writes.
    let notes = std::fs::read_to_string(tree.at("notes.json")).expect("the user's notes");
    assert!(notes.starts_with("{\"type\":\"deploy\",\"version_id\":\"v1\""), "{notes}");
}

/// A Wrangler that starts something that would outlive it, and tells its id.
const STARTS_ANOTHER: &str = "\
    const child = require('child_process').spawn('sleep', ['1000'], { stdio: 'inherit' });\n\
    console.log(child.pid); setInterval(() => {}, 1000);";

fn is_alive(id: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // A zombie is dead, and waits for somebody to notice.
    status.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

fn dies(id: &str) -> bool {
    (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        !is_alive(id)
    })
}

#[test]
#[cfg(target_os = "linux")]
fn what_takes_too_long_ends_with_all_that_it_started() {
    let Some(tools) = toolchain() else { return };
    let tree = project(STARTS_ANOTHER);
    let started = RefCell::new(String::new());
    let folder = tree.path();
    let call = Call { timeout: Duration::from_secs(3), ..call(&folder, &[]) };
    let ended = follow(tools, &call, &|line| *started.borrow_mut() = line.plain());
    assert!(matches!(ended, Err(WranglerError::TimedOut { .. })), "{ended:?}");
    let started = started.into_inner();
    assert!(!started.is_empty() && dies(&started), "{started} lives");
}

#[test]
#[cfg(target_os = "linux")]
fn a_caller_that_goes_away_leaves_nothing_behind() {
    let Some(tools) = toolchain() else { return };
    let tree = project(STARTS_ANOTHER);
    let (sender, started) = std::sync::mpsc::channel();
    let folder = tree.path();
    let call = call(&folder, &[]);
    let lines = |line: Line<'_>| sender.send(line.plain()).expect("somebody listens");
    let following = Following { lines: &lines, interrupt: Interrupt::never() };
    let wrangler = wrangler(tools, &folder);
    let started = runtime().block_on(async {
        let mut run = Box::pin(wrangler.follow(&call, &following));
        loop {
            tokio::select! {
                ended = &mut run => panic!("it ended: {ended:?}"),
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
            if let Ok(started) = started.try_recv() {
                break started;
            }
        }
    });
    assert!(dies(&started), "{started} lives");
}

/// The folder of [`followed_by_another_process`].
const FOLDER: &str = "CLODO_TEST_FOLLOWS";

/// Run by the tests below as a process of its own, which signals may be sent to.
#[test]
#[ignore = "a part of other tests"]
fn followed_by_another_process() {
    let Some((tools, folder)) = toolchain().zip(std::env::var_os(FOLDER)) else { return };
    let folder = Path::new(&folder);
    let wrangler = wrangler(tools, folder);
    runtime().block_on(async {
        let interrupt = Interrupt::listen().expect("signals");
        let following = Following { lines: &|line| println!("> {}", line.text), interrupt };
        let ran = wrangler.follow(&call(folder, &[]), &following).await.expect("a run");
        println!("> {} {}", ran.status, ran.interrupted);
    });
}

/// Starts it, and waits until its Wrangler has printed a line.
fn another_process(tree: &WorkTree) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "wrangler::running::followed_by_another_process"]);
    command.args(["--ignored", "--nocapture"]).env(FOLDER, tree.path());
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
    wait_for(&mut lines, "> ready");
    (child, lines)
}

fn wait_for(lines: &mut impl std::io::BufRead, expected: &str) {
    let mut line = String::new();
    while line.trim() != expected {
        line.clear();
        assert_ne!(lines.read_line(&mut line).expect("a line"), 0, "it ended before {expected}");
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

fn rest(mut lines: impl std::io::Read, child: &mut Child) -> String {
    let mut text = String::new();
    lines.read_to_string(&mut text).expect("text");
    assert!(child.wait().expect("it ends").success(), "{text}");
    text
}

#[test]
fn a_signal_is_passed_on_and_the_run_ends_with_what_it_was() {
    let Some(_) = toolchain() else { return };
    for (name, node) in [("-INT", "SIGINT"), ("-TERM", "SIGTERM"), ("-HUP", "SIGHUP")] {
        let tree = project(&format!(
            "process.on('{node}', () => {{ console.log('stopping'); process.exitCode = 3; clearInterval(it); }});\n\
             const it = setInterval(() => {{}}, 1000); console.log('ready');"
        ));
        let (mut child, lines) = another_process(&tree);
        signal(&child, name);
        let text = rest(lines, &mut child);
        assert!(text.contains("> stopping\n> exit status: 3 true\n"), "{name}: {text}");
    }
}

#[test]
fn a_second_signal_kills() {
    let Some(_) = toolchain() else { return };
    let tree = project(
        "process.on('SIGTERM', () => console.log('not yet'));\n\
         setInterval(() => {}, 1000); console.log('ready');",
    );
    let (mut child, mut lines) = another_process(&tree);
    signal(&child, "-TERM");
    wait_for(&mut lines, "> not yet");
    signal(&child, "-INT");
    let text = rest(lines, &mut child);
    assert!(text.contains("> signal: 9 (SIGKILL) true\n"), "{text}");
}
