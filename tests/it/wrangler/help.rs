//! `clodo wrangler COMMAND --help` prints what Wrangler prints, byte for byte.

use std::sync::Mutex;

use super::{clodo, commands, raw, real_project};
use crate::toolchain::toolchain;

/// How many run at once. Each is a Node that reads all of Wrangler.
const AT_ONCE: usize = 2;

#[test]
fn every_command_helps_as_it_does_without_clodo() {
    let Some(tools) = toolchain() else { return };
    let tree = commands(tools);
    let names: Vec<&str> =
        tree["names"].as_array().expect("a list").iter().filter_map(|name| name.as_str()).collect();
    assert!(names.len() > 40, "{names:?}");
    // Without a command Wrangler lists them all.
    let lines = names.into_iter().map(|name| vec![name, "--help"]);
    let left: Mutex<Vec<Vec<&str>>> =
        Mutex::new(lines.chain([vec!["--help"], vec![], vec!["-v"], vec!["no-such"]]).collect());
    let project = real_project(tools);
    let folder = project.path();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(line) = left.lock().expect("no panic").pop() else { return };
                    let expected = raw(tools, &folder).args(&line).output().expect("it runs");
                    let mut ours = clodo(tools, &folder);
                    let ours = ours.arg("wrangler").args(&line).output().expect("it runs");
                    assert_eq!(ours.status, expected.status, "{line:?}");
                    let text = |bytes: &[u8]| without_log(&String::from_utf8_lossy(bytes));
                    assert_eq!(text(&ours.stdout), text(&expected.stdout), "{line:?}");
                    assert_eq!(text(&ours.stderr), text(&expected.stderr), "{line:?}");
                }
            });
        }
    });
}

/// The name of the log file has the time in it.
fn without_log(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !line.contains("Logs were written to")).collect()
}
