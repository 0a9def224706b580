//! Signatures by somebody's SSH key: `ssh-keygen -Y sign`, which knows agents, security keys and
//! passphrases. Verifying them needs no program: see `core::gate`.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// The program, of OpenSSH 8.0 or later.
const PROGRAM: &str = "ssh-keygen";

/// What it gets of our environment: where programs, keys and the agent are, and how to ask for a
/// passphrase.
const PASSED_ON: [&str; 10] = [
    "DISPLAY",
    "HOME",
    "LANG",
    "PATH",
    "SSH_ASKPASS",
    "SSH_ASKPASS_REQUIRE",
    "SSH_AUTH_SOCK",
    "SYSTEMROOT",
    "TERM",
    "USERPROFILE",
];

/// The keys of a person, the one first that `ssh` would try first and that most have.
const KEYS: [&str; 4] = ["id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_rsa"];

/// Why there is no signature.
#[derive(Debug, thiserror::Error)]
pub enum SshError {
    /// There is no key.
    #[error("there is no SSH key in {0}")]
    NoKey(PathBuf),
    /// There is no such program.
    #[error("cannot run {PROGRAM}: {0}")]
    NoProgram(io::Error),
    /// It did not sign.
    #[error("{PROGRAM} did not sign: {0}")]
    Refused(String),
}

impl SshError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoKey(_) => "name the key that the forge knows: --key FILE",
            Self::NoProgram(_) => "install OpenSSH",
            Self::Refused(_) => "see whether the key is there, and the agent knows it: ssh-add -l",
        }
    }
}

/// The key of whoever has this home.
///
/// # Errors
/// [`SshError::NoKey`] where there is none.
pub fn key(home: &Path) -> Result<PathBuf, SshError> {
    let folder = home.join(".ssh");
    let found = KEYS.iter().map(|name| folder.join(name)).find(|path| path.exists());
    found.ok_or(SshError::NoKey(folder))
}

/// Signs a text. The key is a private one, or a public one whose other half the agent has.
///
/// # Errors
/// Where it is not signed.
pub async fn sign(key: &Path, namespace: &str, text: &str) -> Result<String, SshError> {
    let passed_on = PASSED_ON.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
    let mut child = Command::new(PROGRAM)
        .args(["-Y", "sign", "-n", namespace, "-f"])
        .arg(key)
        .env_clear()
        .envs(passed_on)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(SshError::NoProgram)?;
    if let Some(mut stdin) = child.stdin.take() {
        // It may have ended without reading; what it says tells why.
        let _ = stdin.write_all(text.as_bytes()).await;
    }
    let output = child.wait_with_output().await.map_err(SshError::NoProgram)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let line = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no reason");
        return Err(SshError::Refused(line.trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
