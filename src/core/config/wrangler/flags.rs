#![allow(missing_docs)]
use std::ffi::OsString;
#[derive(Clone, Copy, Debug)]
pub enum DeployCommand {
    Deploy,
    VersionsUpload,
    TriggersDeploy,
}
#[derive(Clone, Debug, Default)]
pub struct Passed(Vec<OsString>);
#[derive(Clone, Debug, thiserror::Error)]
#[error("flag")]
pub struct FlagError;
impl FlagError {
    pub fn hint(&self) -> String {
        String::new()
    }
}
impl Passed {
    pub fn only_direct(&self) -> Option<&str> {
        None
    }
    pub fn for_command(&self, _: DeployCommand) -> Vec<OsString> {
        self.0.clone()
    }
}
pub fn read(flags: &[OsString]) -> Result<Passed, FlagError> {
    Ok(Passed(flags.to_vec()))
}
