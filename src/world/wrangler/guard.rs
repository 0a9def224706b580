//! Who ends a program when clodo is killed, and can do nothing about it any more.
//!
//! A Wrangler that lives on would upload later, over what was deployed meanwhile by whoever came next.
//! The kernel's own signal for this (Linux: `PR_SET_PDEATHSIG`) reaches one process and not what that
//! started. So a shell of a few kilobytes waits at a pipe of ours: when clodo ends, however that is,
//! the pipe closes, and it kills the group.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// Reads the number of the group, and then a line that says that it has ended. Without one, clodo is
/// gone.
const WATCH: &str = "read -r group && { read -r ended || kill -s KILL -- \"-$group\"; }";

/// Watches over a group. Dropped, it does so no longer.
pub(super) struct Guard(Child);

impl Guard {
    /// Begins to watch, over nothing yet: so that there is no time in which a program runs that
    /// nobody watches, but for that of [`Self::watch`].
    pub(super) fn start() -> io::Result<Self> {
        // Its streams are its own: a reader of ours must not wait for it. Nor must it get a Ctrl-C.
        let mut command = Command::new("/bin/sh");
        command.args(["-c", WATCH]).env_clear().current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().map(Self)
    }

    /// Watches over a group.
    pub(super) fn watch(&mut self, group: u32) {
        self.tell(&group.to_string());
    }

    fn tell(&mut self, line: &str) {
        if let Some(pipe) = &mut self.0.stdin {
            // Where somebody killed it there is nobody to tell.
            let _ = writeln!(pipe, "{line}");
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.tell("");
        // It ends at once, and must not stay as a zombie.
        let _ = self.0.wait();
    }
}
