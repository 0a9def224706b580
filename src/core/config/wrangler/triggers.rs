//! The cron triggers of a Worker.

use super::Environment;
use crate::core::model::{Place, Value};

/// One of `triggers.crons`.
#[derive(Clone, Debug)]
pub struct CronTrigger<'a> {
    /// What stands there. Wrangler only looks whether it is in a list.
    pub value: &'a Value,
    /// Its path: `triggers.crons[0]`.
    pub path: String,
    /// Where it stands.
    pub place: Place,
}

/// The cron triggers that an environment deploys.
pub fn crons<'a>(environment: &Environment<'a>) -> Vec<CronTrigger<'a>> {
    let Some(triggers) = environment.get("triggers") else { return Vec::new() };
    let path = triggers.path();
    let file = environment.service.config.file;
    let crons = triggers.value().get("crons").map(Value::items).unwrap_or_default();
    crons
        .iter()
        .enumerate()
        .map(|(index, value)| CronTrigger {
            value,
            path: format!("{path}.crons[{index}]"),
            place: Place { file, span: value.span },
        })
        .collect()
}
