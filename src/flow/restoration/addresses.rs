//! Routes and custom domains are put back: those of before, and no others. What leads to another
//! Worker by now is left to it, and said.

use std::collections::BTreeSet;

use super::Place;
use crate::core::config::wrangler::routes::{Pattern, is_within};
use crate::core::model::account::ZoneRoute;
use crate::core::model::deployment::{BaseDomain, BaseRoute};
use crate::world::cloudflare::CloudflareError;

/// Why a part was not put back in full.
#[derive(Debug)]
pub(super) struct Stopped {
    /// What was done until then.
    pub(super) done: Vec<String>,
    /// Why it stopped.
    pub(super) why: String,
}

impl From<CloudflareError> for Stopped {
    fn from(error: CloudflareError) -> Self {
        Self { done: Vec::new(), why: error.in_brief() }
    }
}

/// Puts back the routes that led to the Worker.
pub(super) async fn routes(place: Place<'_>, wanted: &[BaseRoute]) -> Result<Vec<String>, Stopped> {
    let Place { cloudflare, account, worker, .. } = place;
    let listed = cloudflare.workers(account).await?.remove(worker).unwrap_or_default().routes;
    let same: BTreeSet<&str> = wanted.iter().map(|route| route.pattern.as_str()).collect();
    if listed.iter().map(String::as_str).collect::<BTreeSet<_>>() == same {
        return Ok(Vec::new());
    }
    let (mut done, mut taken) = (Vec::new(), Vec::new());
    for zone in zones(place, wanted, &listed).await? {
        let live = cloudflare.zone_routes(&zone).await?;
        for route in wanted.iter().filter(|route| route.zone == zone) {
            match live.iter().find(|live| live.pattern == route.pattern) {
                Some(ZoneRoute { script: Some(script), .. }) if script == worker => {}
                Some(ZoneRoute { script: Some(other), .. }) => {
                    taken.push(format!("{} leads to {other} now", route.pattern));
                }
                Some(off) => {
                    let on = ZoneRoute { script: Some(worker.to_owned()), ..off.clone() };
                    cloudflare.update_route(&zone, &on).await?;
                    done.push(format!("route {}", route.pattern));
                }
                None => {
                    cloudflare.create_route(&zone, &route.pattern, Some(worker)).await?;
                    done.push(format!("route {}", route.pattern));
                }
            }
        }
        let own = live.iter().filter(|live| live.script.as_deref() == Some(worker));
        for extra in own.filter(|live| !same.contains(live.pattern.as_str())) {
            cloudflare.delete_route(&zone, &extra.id).await?;
            done.push(format!("no route {}", extra.pattern));
        }
    }
    finished(done, &taken)
}

/// The zones of the routes of before, and of those that there are now.
async fn zones(
    Place { cloudflare, .. }: Place<'_>,
    wanted: &[BaseRoute],
    listed: &[String],
) -> Result<BTreeSet<String>, CloudflareError> {
    let mut zones: BTreeSet<String> = wanted.iter().map(|route| route.zone.clone()).collect();
    let is_new = |pattern: &&String| !wanted.iter().any(|route| route.pattern == **pattern);
    let new: Vec<&str> =
        listed.iter().filter(is_new).map(|pattern| Pattern::of(pattern).plain_host()).collect();
    if !new.is_empty() {
        let all = cloudflare.zones().await?;
        let holds = |name: &str| new.iter().any(|host| is_within(host, name));
        zones.extend(all.into_iter().filter(|zone| holds(&zone.name)).map(|zone| zone.id));
    }
    Ok(zones)
}

/// Puts back the custom domains that led to the Worker.
pub(super) async fn domains(
    place: Place<'_>,
    wanted: &[BaseDomain],
) -> Result<Vec<String>, Stopped> {
    let Place { cloudflare, account, worker, .. } = place;
    let live = cloudflare.custom_domains(account).await?;
    let (mut done, mut taken) = (Vec::new(), Vec::new());
    for domain in wanted {
        match live.iter().find(|live| live.hostname == domain.hostname) {
            Some(live) if live.service == worker => {}
            Some(live) => taken.push(format!("{} leads to {} now", domain.hostname, live.service)),
            None => {
                let BaseDomain { hostname, zone, .. } = domain;
                cloudflare.attach_domain(account, hostname, zone, worker).await?;
                done.push(format!("custom domain {hostname}"));
            }
        }
    }
    let own = live.iter().filter(|live| live.service == worker);
    for extra in own.filter(|live| !wanted.iter().any(|one| one.hostname == live.hostname)) {
        cloudflare.detach_domain(account, &extra.id).await?;
        done.push(format!("no custom domain {}", extra.hostname));
    }
    finished(done, &taken)
}

/// What came of a part, where something of it is another's by now.
pub(super) fn finished(done: Vec<String>, taken: &[String]) -> Result<Vec<String>, Stopped> {
    if taken.is_empty() { Ok(done) } else { Err(Stopped { done, why: taken.join(", ") }) }
}
