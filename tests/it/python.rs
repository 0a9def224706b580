//! Python with packages, for clients that others wrote.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::toolchain::skip;

/// Python with packages, such as `cloudflare==5.9.0`, in a folder that later runs find again; `None`,
/// and the reason said, where it cannot be had.
pub(crate) fn python(packages: &[&str]) -> Option<PathBuf> {
    install(packages).map_err(|why| skip(&why)).ok()
}

fn install(packages: &[&str]) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(packages.join("+"));
    let (python, marker) = (folder.join("bin/python"), folder.join("installed"));
    let lock =
        fs::File::create(folder.with_extension("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    if marker.exists() {
        return Ok(python);
    }
    let run = |program: &Path, args: &[&str]| {
        let output = Command::new(program).args(args).stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if output.status.success() { Ok(()) } else { Err(format!("{args:?}: {said}")) }
    };
    let made = folder.to_str().ok_or("a folder whose name is no text")?;
    run(Path::new("python3"), &["-m", "venv", "--clear", made])?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(&python, &[&install, packages].concat())?;
    fs::write(&marker, "").map_err(|error| error.to_string())?;
    Ok(python)
}
