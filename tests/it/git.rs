//! git, as Ana has it: with no settings but hers and those of the repository.

use std::env;
use std::path::Path;
use std::process::Command;

/// Runs it in a folder, and gives what it says.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    said(command(folder).args(arguments))
}

/// It in a folder, without arguments.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .args(["-c", "user.name=ana", "-c", "user.email=ana@example.com"])
        .current_dir(folder)
        .env_clear()
        .envs(env::var_os("PATH").map(|path| ("PATH", path)))
        .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null")]);
    command
}

/// What a run that ends well says.
pub(crate) fn said(command: &mut Command) -> String {
    let output = command.output().expect("git starts");
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}
