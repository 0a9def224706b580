//! Workers of the services as they are live, for the rules that compare one of their settings.

use super::ServiceContext;
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::Kind;
use crate::core::model::account::{Account, Seen, Worker, WorkersDev};

/// The environments that are asked for and whose Worker is live, with its name, and whether it
/// answers on workers.dev.
pub(super) fn workers_dev<'a>(
    cx: &ServiceContext<'a>,
) -> impl Iterator<Item = (Environment<'a>, String, &'a WorkersDev)> {
    live(cx, |worker| &worker.workers_dev)
}

/// The environments that are asked for and whose Worker is live, with its name and its cron
/// triggers.
pub(super) fn crons<'a>(
    cx: &ServiceContext<'a>,
) -> impl Iterator<Item = (Environment<'a>, String, &'a Vec<String>)> {
    live(cx, |worker| &worker.crons)
}

/// Whether an environment may be for development alone, and was in fact never deployed.
pub(super) fn may_stay_local(environment: &Environment<'_>, account: &Account) -> bool {
    let live = environment.worker().is_some_and(|name| {
        account.workers.known().is_none_or(|workers| workers.contains_key(&name))
    });
    !live && may_be_local(environment)
}

fn live<'a, T: 'a>(
    cx: &ServiceContext<'a>,
    part: fn(&'a Worker) -> &'a Seen<T>,
) -> impl Iterator<Item = (Environment<'a>, String, &'a T)> {
    let is_worker = cx.service.kind == Kind::Worker;
    cx.live().filter(move |_| is_worker).filter_map(move |(environment, account)| {
        let name = environment.worker()?;
        let known = part(account.workers.known()?.get(&name)?).known()?;
        Some((environment, name, known))
    })
}
