//! A program with everything that it starts: a process group.
//!
//! Wrangler is a small script that starts the real one, which starts builds. A signal for the first
//! alone would leave the others running. In a group of its own it also does not get the Ctrl-C of
//! the terminal beside the one that is passed on to it. It ends with clodo, also where that is killed.

use std::io;
use std::process::ExitStatus;

use tokio::process::{Child, ChildStderr, ChildStdout, Command};

#[cfg(unix)]
use super::guard::Guard;
use super::interrupt::Signal;

/// A program that runs, and what it started. It is killed with its last use.
pub(super) struct Group {
    child: Child,
    ended: bool,
    /// Lives as long as the group is ours. `None` where there is no shell: then the lock alone keeps
    /// the next deployment away from a Wrangler that was left.
    #[cfg(unix)]
    _guard: Option<Guard>,
}

impl Group {
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        let mut guard = Guard::start().ok();
        #[cfg(unix)]
        command.process_group(0);
        let child = command.kill_on_drop(true).spawn()?;
        #[cfg(unix)]
        if let (Some(guard), Some(group)) = (&mut guard, child.id()) {
            guard.watch(group);
        }
        Ok(Self {
            child,
            ended: false,
            #[cfg(unix)]
            _guard: guard,
        })
    }

    /// Its two streams, the first time.
    pub(super) fn streams(&mut self) -> Option<(ChildStdout, ChildStderr)> {
        Some((self.child.stdout.take()?, self.child.stderr.take()?))
    }

    /// Waits until the program itself has ended.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.ended = true;
        Ok(status)
    }

    /// Asks all of it to end.
    pub(super) fn ask(&self, signal: Signal) {
        #[cfg(unix)]
        self.send(signal.into());
        // A console has sent Ctrl-C to all of it already.
        #[cfg(not(unix))]
        let _ = signal;
    }

    /// Ends all of it at once.
    pub(super) fn kill(&mut self) {
        #[cfg(unix)]
        self.send(rustix::process::Signal::KILL);
        #[cfg(not(unix))]
        // It may just have ended.
        let _ = self.child.start_kill();
    }

    #[cfg(unix)]
    fn send(&self, signal: rustix::process::Signal) {
        use rustix::process::{Pid, kill_process_group};
        // `None` once it has ended and was waited for: then the number may be another's.
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(id) = id {
            // It may just have ended.
            let _ = kill_process_group(id, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.ended {
            self.kill();
        }
    }
}
