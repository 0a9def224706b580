//! A real Wrangler that something else kills: of what it was at, only its log tells.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs, thread};

use clodo::server::sandbox::faults::{Fault, What};

use super::real_project;
use super::running::{call, runtime, wrangler};
use crate::sandbox::stand::Stand;
use crate::toolchain::toolchain;

/// The processes that have this among their arguments.
fn processes_with(argument: &Path) -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    let has = |process: &fs::DirEntry| {
        let arguments = fs::read(process.path().join("cmdline")).unwrap_or_default();
        arguments.split(|byte| *byte == 0).any(|one| one == argument.as_os_str().as_encoded_bytes())
    };
    processes.filter(has).map(|one| one.file_name().to_string_lossy().into_owned()).collect()
}

/// The log of a run in a folder, once some words are in it.
fn log_with(folder: &Path, words: &str) -> Option<PathBuf> {
    let folder = folder.display().to_string();
    let files = fs::read_dir(env::temp_dir()).expect("a folder").flatten();
    let mut logs = files.filter(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.starts_with("wrangler-") && name.ends_with(".log")
    });
    let log = logs.find(|log| {
        let text = fs::read_to_string(log.path()).unwrap_or_default();
        text.contains(&folder) && text.contains(words)
    });
    Some(log?.path())
}

#[test]
fn what_it_was_at_is_told() {
    let Some(tools) = toolchain() else { return };
    let stand = Stand::new();
    let fault = Fault::always(What::Latency(600_000)).at("PUT", "*/workers/scripts/api*");
    stand.sandbox.faults.add(fault);
    let tree = real_project(tools);
    let config = tree.at("wrangler.toml");
    tree.write(
        "wrangler.toml",
        "name = \"api\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n",
    );
    tree.write("index.js", "export default { fetch: () => new Response('one') };\n");
    let folder = tree.path();
    let mut call = call(&folder, &[]);
    call.arguments.extend([OsString::from("--config"), config.clone().into()]);
    let account = stand.sandbox.environment();
    call.variables =
        account.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let ran = thread::scope(|scope| {
        scope.spawn(|| {
            while log_with(&folder, "REQUEST: PUT").is_none() {
                thread::sleep(Duration::from_millis(50));
            }
            for id in processes_with(&config) {
                let killed = Command::new("kill").args(["-KILL", &id]).status();
                assert!(killed.expect("kill").success());
            }
        });
        runtime().block_on(wrangler(tools, &folder).run(&call)).expect("a run")
    });
    assert_eq!(
        ran.failure().to_string(),
        format!(
            "it ended without a word (signal: 9 (SIGKILL)); the last that it asked for was PUT \
             /accounts/{}/workers/scripts/api",
            stand.account()
        )
    );
    let log = log_with(&folder, "REQUEST: PUT").expect("it is kept, for people");
    fs::remove_file(log).expect("removed");
}
