//! What leads to a Worker beside its versions.

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::{Route, routes};
use crate::core::config::wrangler::triggers::crons;
use crate::core::model::deployment::Triggers;

/// What leads to a Worker, as its configuration says.
pub fn triggers(environment: &Environment<'_>) -> Triggers {
    let (domains, routes): (Vec<_>, Vec<_>) =
        routes(environment).into_iter().partition(Route::is_custom_domain);
    let patterns =
        |routes: Vec<Route<'_>>| routes.into_iter().map(|route| route.pattern.to_owned()).collect();
    let crons = crons(environment);
    let crons = crons.iter().filter_map(|cron| cron.value.as_str().map(str::to_owned));
    Triggers { routes: patterns(routes), domains: patterns(domains), crons: crons.collect() }
}
