//! The addresses that environments would deploy beside those that the account has: in which zone
//! each lies, and to whom it leads now.

use std::collections::BTreeSet;

use super::{Context, ServiceContext};
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::{Pattern, Route, routes};
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::config::zones::{records_of, zone_of};
use crate::core::model::account::{
    Account, CustomDomain, DnsRecord, PagesProject, Zone, ZoneRoute,
};

/// A route or custom domain that an environment would deploy.
pub(super) struct Address<'a> {
    /// Whose it would be.
    pub(super) environment: Environment<'a>,
    /// The account that it would be in.
    pub(super) account: &'a Account,
    /// The Worker that it would lead to.
    pub(super) worker: String,
    /// The route.
    pub(super) route: Route<'a>,
}

/// The addresses of the environments that are asked for, without those that are still to be filled
/// in: first the routes, then the custom domains.
pub(super) fn addresses<'a>(cx: &ServiceContext<'a>) -> (Vec<Address<'a>>, Vec<Address<'a>>) {
    let all = cx.live().flat_map(|(environment, account)| {
        let worker = environment.worker();
        let routes = worker.into_iter().flat_map(move |worker| {
            routes(&environment).into_iter().map(move |route| (worker.clone(), route))
        });
        routes.map(move |(worker, route)| Address { environment, account, worker, route })
    });
    let all = all.filter(|one| !one.route.is_placeholder() && !one.route.pattern.is_empty());
    all.partition(|one| !one.route.is_custom_domain())
}

/// The zones that the addresses lie in, each once for an environment, with its first address there.
pub(super) fn zones<'a>(cx: &ServiceContext<'a>) -> Vec<(Address<'a>, &'a Zone)> {
    let (routes, domains) = addresses(cx);
    let mut seen = BTreeSet::new();
    let in_zones = routes.into_iter().chain(domains).filter_map(|address| {
        let zone = address.zone()?;
        Some((address, zone))
    });
    in_zones.filter(|(address, zone)| seen.insert((address.environment.name, &zone.id))).collect()
}

impl<'a> Address<'a> {
    /// The host, without a wildcard.
    pub(super) fn host(&self) -> &'a str {
        self.route.parts().plain_host()
    }

    /// The zone that it lies in, if the token sees one.
    pub(super) fn zone(&self) -> Option<&'a Zone> {
        zone_of(&self.route, self.account)
    }

    /// The routes of all Workers in its zone, where they were seen.
    pub(super) fn routes_of_zone(&self) -> Option<&'a [ZoneRoute]> {
        Some(self.zone()?.routes.known()?)
    }

    /// The route of its zone that has the same pattern.
    pub(super) fn same_route(&self) -> Option<&'a ZoneRoute> {
        let own = self.route.canonical();
        self.routes_of_zone()?.iter().find(|one| Pattern::of(&one.pattern).canonical() == own)
    }

    /// The custom domain that has the same host.
    pub(super) fn same_domain(&self) -> Option<&'a CustomDomain> {
        let domains = self.account.custom_domains.known()?;
        domains.iter().find(|domain| domain.hostname.eq_ignore_ascii_case(self.route.pattern))
    }

    /// Whether a Worker has its host as a custom domain.
    pub(super) fn has_custom_domain(&self) -> bool {
        let host = self.host();
        let domains = self.account.custom_domains.known().into_iter().flatten();
        domains.into_iter().any(|domain| domain.hostname.eq_ignore_ascii_case(host))
    }

    /// The DNS records that answer for its host, where they are known.
    pub(super) fn records(&self) -> Option<Vec<&'a DnsRecord>> {
        records_of(&self.route, self.zone()?)
    }

    /// The DNS records that stand in the way of a custom domain which no Worker has yet.
    pub(super) fn records_in_the_way(&self) -> Vec<&'a DnsRecord> {
        let unclaimed = self.account.custom_domains.known().is_some() && !self.has_custom_domain();
        let mut records = self.records().filter(|_| unclaimed).unwrap_or_default();
        records.retain(|record| record.name.eq_ignore_ascii_case(self.host()));
        records
    }

    /// The Pages project that a custom domain which no Worker has yet leads to.
    pub(super) fn pages_project(&self) -> Option<&'a str> {
        let by_record = self.records_in_the_way().into_iter().find_map(|record| {
            let target = record.content.as_deref().filter(|_| record.kind == "CNAME")?;
            let name = target.trim_end_matches('.').strip_suffix(".pages.dev")?;
            Some(name.rsplit('.').next().unwrap_or(name))
        });
        let projects = self.account.pages_projects.known().into_iter().flatten();
        let host = self.host();
        let has = |project: &&'a PagesProject| {
            project.domains.iter().any(|domain| domain.eq_ignore_ascii_case(host))
        };
        let by_project = || projects.into_iter().find(has).map(|project| &*project.name);
        by_record.or_else(by_project).filter(|_| !self.has_custom_domain())
    }

    /// Whether it is known to whom the address leads now. Then the rules that look at the account
    /// say who takes it from whom, and those that compare files need not.
    pub(super) fn is_settled(&self) -> bool {
        match self.route.is_custom_domain() {
            true => self.same_domain().is_some(),
            false => self.same_route().is_some(),
        }
    }

    /// Whether the environment inherits it from one whose Worker has it: that is told from the
    /// files, by `env/inherits-route` and `env/inherits-custom-domain`.
    pub(super) fn is_inherited_from(&self, owner: &str) -> bool {
        let from = |other: Environment<'_>| {
            !may_be_local(&other) && other.worker().as_deref() == Some(owner)
        };
        self.route.inherited && Environment::all(self.environment.service).any(from)
    }

    /// Whether `owner` is another environment of the service, and this one may never be deployed:
    /// a top level that is there for its environments only, or one for development.
    pub(super) fn is_shadow_of(&self, owner: &str) -> bool {
        let is = |other: Environment<'_>| other.worker().as_deref() == Some(owner);
        (self.environment.is_top() || may_be_local(&self.environment))
            && Environment::all(self.environment.service).any(is)
    }
}

/// What the repository says of a Worker that has an address.
pub(super) enum Holder {
    /// It is another repository's, or nobody's.
    Stranger,
    /// It is deployed from here, and the configuration claims the address.
    Claims,
    /// It is deployed from here, and the configuration has the address no more.
    LetsGo,
}

/// What the repository says of a Worker that has an address.
pub(super) fn holder(cx: &Context<'_>, worker: &str, pattern: &str, custom: bool) -> Holder {
    let here = cx.fleet.named(worker);
    let own = match custom {
        true => pattern.to_ascii_lowercase(),
        false => Pattern::of(pattern).canonical(),
    };
    let claims = |environment: &Environment<'_>| {
        let same =
            |route: &Route<'_>| route.is_custom_domain() == custom && route.canonical() == own;
        routes(environment).iter().any(same)
    };
    match here {
        [] => Holder::Stranger,
        here if here.iter().any(claims) => Holder::Claims,
        _ => Holder::LetsGo,
    }
}

/// The routes that lead to a Worker now, with their zones, as far as zones were seen.
pub(super) fn routes_of<'a>(
    account: &'a Account,
    worker: &str,
) -> impl Iterator<Item = (&'a Zone, &'a ZoneRoute)> {
    let zones = account.zones.known().into_iter().flatten();
    let all = zones
        .flat_map(|zone| zone.routes.known().into_iter().flatten().map(move |route| (zone, route)));
    all.filter(move |(_, route)| route.script.as_deref() == Some(worker))
}

/// The custom domains that lead to a Worker now.
pub(super) fn domains_of<'a>(
    account: &'a Account,
    worker: &str,
) -> impl Iterator<Item = &'a CustomDomain> {
    let domains = account.custom_domains.known().into_iter().flatten();
    domains.filter(move |domain| domain.service == worker)
}

/// Some of many names, in a sentence.
pub(super) fn some_of<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    /// How many are named.
    const SHOWN: usize = 3;
    let names: Vec<&str> = names.into_iter().collect();
    match names.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..SHOWN].join(", ")),
    }
}
