//! A terminal at which somebody types.

use std::fs::File;
use std::io::Write as _;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A terminal at which this was typed: the end that a program reads, and the end that keeps it open.
pub(crate) fn typed(keys: &str) -> (File, File) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal).expect("a terminal");
    unlockpt(&terminal).expect("a terminal");
    let name = ptsname(&terminal, Vec::new()).expect("its name");
    let name = name.to_str().expect("UTF-8");
    let input = File::options().read(true).write(true).open(name).expect("its other end");
    let mut keyboard = File::from(terminal);
    keyboard.write_all(keys.as_bytes()).expect("typed");
    (input, keyboard)
}
