//! Telling the forge of a run what a report says.

use super::Telling;
use crate::core::model::Report;
use crate::core::model::context::CiContext;
use crate::flow::destination::{destination, missed};
use crate::flow::publish::{self, Published, publish};
use crate::world::forge::{Credential, Destination, Kind};
use crate::world::http::{Http, block_on};

/// Tells the forge of a run what a report says.
pub fn tell(
    report: &Report,
    passes: bool,
    context: &CiContext,
    telling: &Telling,
    http: &Http,
    credential: &dyn Fn(Kind) -> Option<Credential>,
) -> Published {
    let to = match destination(context, &telling.key, telling.started_at) {
        Ok(to) => Destination { pull_request: to.pull_request.or(telling.pull_request), ..to },
        Err(missed) => return Published { missed: vec![missed], ..Published::default() },
    };
    let credential = credential(to.forge);
    let options = publish::Options { passes, ..telling.options };
    let report = report.in_repository();
    let telling = publish(http, &report, &to, credential.as_ref(), &options);
    block_on(telling).unwrap_or_else(|error| {
        let why = format!("the system gives no queue for events ({error})");
        Published { missed: vec![missed(why, "try again", false)], ..Published::default() }
    })
}
