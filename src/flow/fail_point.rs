//! Places at which a test ends the program, as a lost machine would: before and after everything
//! that is written down, and everything that is done outside.
//!
//! `CLODO_FAIL_POINT` names the place, `before journal step-done deploy`, and `CLODO_FAIL_POINT_PASS`
//! the how manyth time it is passed, where that is not the first; `CLODO_FAIL_POINTS` a file that gets
//! the names of all places that are passed. In a release there are none.

/// Does nothing: this is a release.
#[cfg(not(debug_assertions))]
pub(super) fn reach(_when: When, _what: &str) {}

/// On which side of what happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    /// It has not happened.
    Before,
    /// It has.
    After,
}

/// Ends the program, if this is the place that was named.
#[cfg(debug_assertions)]
pub(super) fn reach(when: When, what: &str) {
    use std::io::Write as _;

    use rustix::process::{Signal, getpid, kill_process};

    let when = match when {
        When::Before => "before",
        When::After => "after",
    };
    let point = format!("{when} {what}");
    if let Ok(path) = std::env::var("CLODO_FAIL_POINTS") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        // A test that cannot write its file fails of itself.
        let _ = file.and_then(|mut file| writeln!(file, "{point}"));
    }
    if std::env::var("CLODO_FAIL_POINT").is_ok_and(|named| named == point) && is_the_pass() {
        let _ = kill_process(getpid(), Signal::KILL);
    }
}

/// Whether the place that was named has been passed often enough.
#[cfg(debug_assertions)]
fn is_the_pass() -> bool {
    use std::sync::atomic::{AtomicUsize, Ordering};

    static PASSED: AtomicUsize = AtomicUsize::new(0);
    let named = std::env::var("CLODO_FAIL_POINT_PASS").ok().and_then(|pass| pass.parse().ok());
    PASSED.fetch_add(1, Ordering::Relaxed) + 1 == named.unwrap_or(1)
}
