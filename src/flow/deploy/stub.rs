//! Empty Workers, made where services need each other and none of them exists: a binding leads only
//! to what is there.

use std::ffi::OsString;
use std::fs;

use super::strategies::failure_of;
use super::{DeployError, Stage};
use crate::core::model::deployment::{Progress, State, Step};

/// What answers until the service itself is deployed, in the same deployment.
const EMPTY: &str = "export default {\n  fetch() {\n    return new Response(\"This Worker is being \
                     deployed.\\n\", { status: 503 });\n  },\n};\n";

/// A date that every Wrangler knows; the service brings its own.
const COMPATIBILITY_DATE: &str = "2024-01-01";

impl Stage<'_> {
    /// Makes the empty Workers of the course. `Some`: why one could not be made.
    pub(super) async fn make_stubs(&self) -> Result<Option<String>, DeployError> {
        for name in &self.course.stubs {
            let works = self.course.waves.iter().flatten();
            let Some(work) = works.into_iter().find(|work| work.service == *name) else { continue };
            let active = self.client.active_deployment(&self.account.id, &work.worker).await?;
            if active.is_some() {
                continue;
            }
            let running = Progress { state: Some(State::Running), ..Progress::default() };
            self.begin(name, Step::Deploy, running).await?;
            let folder = tempfile::tempdir()?;
            fs::write(folder.path().join("stub.mjs"), EMPTY)?;
            let mut arguments: Vec<OsString> = ["deploy", "stub.mjs"].map(OsString::from).into();
            arguments.push(format!("--name={}", work.worker).into());
            arguments.push(format!("--compatibility-date={COMPATIBILITY_DATE}").into());
            arguments.push(format!("--message={}", self.message()).into());
            let ran = self.run_at(name, folder.path(), arguments).await;
            if let Some(failure) = failure_of(&ran) {
                let error = format!("{name} could not be made empty first: {failure}");
                self.record.failed(name, Step::Deploy, Progress::default(), &error).await?;
                return Ok(Some(error));
            }
            self.done(name, Step::Deploy, Progress::default()).await?;
        }
        Ok(None)
    }
}
