//! Every exit code, in one place. They are an interface: pipelines branch on them.

use std::process::ExitCode;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is well.
    Ok = 0,
    /// There are findings at or above the fail level.
    Findings = 1,
    /// The command line or a configuration of clodo's own is wrong.
    Usage = 2,
    /// The gate denied the deployment.
    Denied = 3,
    /// The gate waits: for an approval, a window or a lock.
    Waiting = 4,
    /// The deployment failed, and the previous version serves.
    Failed = 5,
    /// The deployment failed and could not be put back: a person is needed.
    NeedsPerson = 6,
    /// Cloudflare, the forge or the network failed.
    Network = 7,
    /// Something changes, or may. Only where it was asked for: `--detailed-exitcode`.
    Changes = 10,
    /// A bug in clodo.
    Bug = 101,
}

impl Exit {
    /// Every code, in order.
    pub const ALL: [Self; 10] = [
        Self::Ok,
        Self::Findings,
        Self::Usage,
        Self::Denied,
        Self::Waiting,
        Self::Failed,
        Self::NeedsPerson,
        Self::Network,
        Self::Changes,
        Self::Bug,
    ];

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// What it means, in one line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "all is well",
            Self::Findings => "findings at or above the fail level",
            Self::Usage => "the command line or clodo.yml is wrong, or there is nothing to check",
            Self::Denied => "the gate denied the deployment",
            Self::Waiting => "the gate waits for an approval, a window or a lock",
            Self::Failed => "the deployment failed; the previous version serves",
            Self::NeedsPerson => {
                "the deployment failed and could not be put back; a person is needed"
            }
            Self::Network => "Cloudflare, the forge or the network failed",
            Self::Changes => "something changes, or may (only with --detailed-exitcode)",
            Self::Bug => "a bug in clodo",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
