//! What the forge shows of a rollback.

use super::ground::Ground;
use super::{News, Tools, Wishes, story};
use crate::core::model::account::{Account, Seen};
use crate::core::model::deployment::State;
use crate::core::rollback::RolledBack;
use crate::flow::addresses::urls;
use crate::flow::announce::{self, End, Notice, Past};
use crate::flow::publish::Missed;

/// Tells the forge, when all is done: nobody who waits for the traffic waits for that.
pub(super) async fn announce(
    ground: &Ground,
    tools: Tools<'_>,
    wishes: &Wishes,
    done: &RolledBack,
) {
    let Some(id) = &done.id else { return };
    let http = ground.cloudflare.http();
    let services: Vec<String> = done.names().cloned().collect();
    let notice = Notice {
        deployment: id,
        environment: &ground.environment.name,
        commit: done.route.commit(),
        rollback: true,
        services: &services,
    };
    let announced = announce::open(http, tools.context, &tools.variable, &notice).await;
    let missed = |missed: &[Missed]| missed.iter().for_each(|one| (tools.tell)(News::Missed(one)));
    missed(&announced.notes);
    if let (State::Succeeded, Some((id, commit))) = (done.state, done.route.taken_back()) {
        let environment = &ground.environment.name;
        let past = Past { id, environment, commit };
        let (context, variable) = (tools.context, &tools.variable);
        missed(&announce::amend(http, context, variable, &past, End::TakenBack).await);
        let told = story::tell(http, tools, wishes, environment, (id, commit)).await;
        missed(told.as_slice());
    }
    let url = if announced.is_shown() { start_page(ground).await } else { None };
    missed(&announced.close(http, done.state.into(), url.as_deref()).await);
}

/// Where what serves can be visited, by the configurations. Of the account, only its name on
/// workers.dev is asked for.
async fn start_page(ground: &Ground) -> Option<String> {
    let subdomain = ground.cloudflare.workers_subdomain(&ground.account).await;
    let subdomain = subdomain.map_or(Seen::NotAsked, Seen::Known);
    let account = Account { subdomain, ..Account::default() };
    let environment = Some(ground.environment.wrangler.as_str()).filter(|name| !name.is_empty());
    urls(&ground.workspace, environment, |_| Some(&account)).into_iter().next()
}
