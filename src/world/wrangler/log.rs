//! Wrangler's log of a run. What went wrong stands in standard error; where a run ends without a word,
//! killed or out of memory, the log says what it was at.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempPath;

use crate::core::mask::Secrets;

/// Names the file, where it ends with `.log`, or a folder to make it in (cli.js:71120).
pub(super) const PATH: &str = "WRANGLER_LOG_PATH";

/// Says whether there is one at all.
const WRITES: &str = "WRANGLER_WRITE_LOGS";

/// What precedes a request to the API: its method and its address.
const REQUEST: &str = "-- START CF API REQUEST: ";

/// What the path of every address of the API begins with.
const BASE: &str = "/client/v4";

/// The log of one run; nothing where the user says that there is none, or where it goes.
pub(super) struct Log(Option<TempPath>);

impl Log {
    /// Of a run. `variable` is the environment in which the user says something about it.
    pub(super) fn new(variable: impl Fn(&str) -> Option<OsString>) -> io::Result<Self> {
        if variable(PATH).is_some() || variable(WRITES).is_some() {
            return Ok(Self(None));
        }
        let file = tempfile::Builder::new().prefix("wrangler-").suffix(".log").tempfile()?;
        Ok(Self(Some(file.into_temp_path())))
    }

    /// Where Wrangler is to write it.
    pub(super) fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// What was asked of the API last, as `PUT /accounts/1/workers/scripts/api`. The run is over and
    /// went wrong: what is in the log is kept, for people.
    pub(super) fn last_request(self, secrets: &Secrets) -> Option<String> {
        let path = self.0?;
        let text = fs::read(&path).ok().filter(|text| !text.is_empty())?;
        // It is for people; that it cannot be kept changes nothing of what the run did.
        let _ = path.keep();
        let text = secrets.hide_in(&String::from_utf8_lossy(&text));
        let request = text.lines().rev().find_map(|line| line.strip_prefix(REQUEST))?;
        let (method, address) = request.trim().split_once(' ')?;
        let (_, path) = address.split_once("://")?;
        let path = path.find('/').map_or("", |slash| &path[slash..]);
        Some(format!("{method} {}", path.strip_prefix(BASE).unwrap_or(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_request_is_told() {
        let log = Log::new(|_| None).expect("a log");
        let path = log.path().expect("ours").to_owned();
        let text = "--- debug\n-- START CF API REQUEST: GET https://api.test/client/v4/user\n---\n\
             -- START CF API REQUEST: PUT http://127.0.0.1:1/client/v4/accounts/s3cret/x\n---\nQUERY";
        fs::write(&path, text).expect("written");
        let secrets = Secrets::new(["s3cret".to_owned()]);
        assert_eq!(log.last_request(&secrets).as_deref(), Some("PUT /accounts/***/x"));
        fs::remove_file(path).expect("it was kept");
    }

    #[test]
    fn the_log_of_the_user_is_the_users() {
        for name in [PATH, WRITES] {
            let log = Log::new(|asked| (asked == name).then(|| "x".into())).expect("a log");
            assert_eq!(log.path(), None);
        }
    }

    #[test]
    fn a_run_that_went_well_leaves_none() {
        let log = Log::new(|_| None).expect("a log");
        let path = log.path().expect("ours").to_owned();
        drop(log);
        assert!(!path.exists());
    }
}
