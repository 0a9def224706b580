//! Where the request of a check may go: to the service's own addresses, to hosts that the check
//! names, and never to an address that only the machine itself or its network reaches.
//!
//! `clodo.yml` and what a name resolves to may be somebody else's. A request that goes wherever they
//! say could read the metadata service of a cloud, or what stands behind a company's firewall.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::routes::{Pattern, routes, workers_dev};

/// Why a request is not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// No address of the service serves the path.
    #[error("no address of {0} serves this path")]
    NoAddress(String),
    /// It is no address of HTTPS.
    #[error("{0} is no address that begins with https://, or it holds more than host and path")]
    NoUrl(String),
    /// The host is nobody's that may be asked.
    #[error("{0} is no host of the service, and not among allow-hosts")]
    Foreign(String),
}

impl Forbidden {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoAddress(_) => {
                "give the service a custom domain, a route without wildcard in its host or \
                 workers.dev; or write the whole address"
            }
            Self::NoUrl(_) => "write a path such as /healthz, or https://HOST/PATH",
            Self::Foreign(_) => "add the host to allow-hosts of this check, if it is yours",
        }
    }
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The host, perhaps with a port.
    pub host: String,
    /// The path, with its query.
    pub path: String,
}

/// The addresses of a Worker, as patterns of routes: its custom domains, its routes, and workers.dev,
/// where `subdomain` is the account's.
pub fn addresses(
    environment: &Environment<'_>,
    worker: &str,
    subdomain: Option<&str>,
) -> Vec<String> {
    let routes = routes(environment);
    let (domains, routes): (Vec<_>, Vec<_>) =
        routes.iter().partition(|route| route.is_custom_domain());
    let domains = domains.iter().map(|domain| format!("{}/*", domain.pattern));
    let routes = routes.iter().map(|route| route.pattern.to_owned());
    let own = subdomain.filter(|_| workers_dev(environment));
    let own = own.map(|subdomain| format!("{worker}.{subdomain}.workers.dev/*"));
    domains.chain(routes).chain(own).collect()
}

/// The addresses of a Pages project, the same, from its domains: its own and that on pages.dev.
pub fn pages_addresses(domains: &[String]) -> Vec<String> {
    domains.iter().map(|domain| format!("{domain}/*")).collect()
}

/// Where the request of a check goes. `own` are the patterns of the service's addresses.
///
/// # Errors
/// Where it must not go there.
pub fn destination<'a>(
    url: &str,
    service: &str,
    own: &[String],
    allowed: impl IntoIterator<Item = &'a String>,
) -> Result<Destination, Forbidden> {
    let own: Vec<Pattern<'_>> = own.iter().map(|pattern| Pattern::of(pattern)).collect();
    if url.starts_with('/') {
        let path = if is_plain(url) { url } else { return Err(Forbidden::NoUrl(url.to_owned())) };
        let serves = |pattern: &&Pattern<'_>| {
            let is_host = is_host(pattern.host);
            is_host
                && pattern.covers(&Pattern {
                    scheme: pattern.scheme,
                    path: Some(path),
                    ..**pattern
                })
        };
        let found = own.iter().find(serves).ok_or_else(|| Forbidden::NoAddress(service.to_owned()));
        return Ok(Destination { host: found?.host.to_ascii_lowercase(), path: path.to_owned() });
    }
    let rest = url.strip_prefix("https://").filter(|rest| is_plain(rest));
    let rest = rest.ok_or_else(|| Forbidden::NoUrl(url.to_owned()))?;
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = host.to_ascii_lowercase();
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    if !is_host(name) {
        return Err(Forbidden::NoUrl(url.to_owned()));
    }
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let is_own = own.iter().any(|pattern| matches_host(pattern.host, &host));
    match is_own || allowed.into_iter().any(|allowed| allowed.eq_ignore_ascii_case(&host)) {
        true => Ok(Destination { host, path }),
        false => Err(Forbidden::Foreign(host)),
    }
}

/// Whether a host is one of those that a route's pattern means.
fn matches_host(pattern: &str, host: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    match pattern.strip_prefix('*') {
        // `*` alone would mean every host there is.
        Some(end) => end.contains('.') && host.ends_with(end),
        None => pattern == host,
    }
}

/// Whether this is the name of a host, and nothing that a parser of addresses could read otherwise.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    text.contains('.') && text.split('.').all(is_label)
}

/// Whether a text holds nothing that changes what is before it: no user, no fragment, no space.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic() && !b"@\\#".contains(&b))
}

/// Whether an address is one that the whole Internet reaches. The ranges are those of the IANA
/// Special-Purpose Address Registries:
/// <https://www.iana.org/assignments/iana-ipv4-special-registry/>,
/// <https://www.iana.org/assignments/iana-ipv6-special-registry/>.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(address) => is_public_v4(address),
            None => is_public_v6(address),
        },
    }
}

/// Whether an address is one of a network of one's own, or of the machine itself: where a check goes
/// if it names the host as private. What describes a machine to itself is none (169.254.169.254 of
/// most clouds, fd00:ec2::254 of one).
pub fn is_private(address: IpAddr) -> bool {
    const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_loopback(),
        IpAddr::V6(address) => {
            let is_own = address.is_unique_local() || address.is_loopback();
            is_own && address != METADATA
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !is_special
}

/// The IPv4 address in one of IPv6: mapped, translated (64:ff9b::/96) or of 6to4 (2002::/16).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => Some(of(g, h)),
        [0x2002, ..] => Some(of(b, c)),
        _ => None,
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is given to the Internet; 2001::/23 is special, 2001:db8::/32 for examples.
    let is_global = first & 0xe000 == 0x2000;
    let is_special = first == 0x2001 && (second < 0x200 || second == 0xdb8) || first == 0x3fff;
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Result<String, Forbidden> {
        let own = ["shop.example.com/*", "example.com/api/*", "*.example.org/*"].map(str::to_owned);
        let allowed = ["status.example.net".to_owned()];
        destination(url, "api", &own, &allowed).map(|found| found.host + &found.path)
    }

    #[test]
    fn a_path_is_asked_at_the_address_that_serves_it() {
        assert_eq!(at("/healthz?x=1").as_deref(), Ok("shop.example.com/healthz?x=1"));
        let own = ["example.com/api/*".to_owned()];
        let found = destination("/api/up", "api", &own, &[]).map(|found| found.host);
        assert_eq!(found.as_deref(), Ok("example.com"));
        let error = destination("/healthz", "api", &own, &[]).expect_err("it is not served");
        assert_eq!(error.to_string(), "no address of api serves this path");
        let wild = ["*.example.com/*".to_owned()];
        assert!(destination("/healthz", "api", &wild, &[]).is_err(), "no host can be told");
    }

    #[test]
    fn only_own_and_allowed_hosts_are_asked() {
        assert_eq!(at("https://SHOP.example.com").as_deref(), Ok("shop.example.com/"));
        assert_eq!(at("https://a.example.org/x").as_deref(), Ok("a.example.org/x"));
        assert_eq!(at("https://status.example.net/").as_deref(), Ok("status.example.net/"));
        for foreign in [
            "https://evil.example/",
            "https://example.org.evil.io/",
            "https://shop.example.com:444/",
        ] {
            assert!(matches!(at(foreign), Err(Forbidden::Foreign(_))), "{foreign}");
        }
        for odd in [
            "http://shop.example.com/",
            "https://shop.example.com@evil.example/",
            "https://shop.example.com\\@evil.example/",
            "https://127.1",
            "https://[::1]/",
            "https://localhost/",
            "https:///x",
            "//evil.example/",
            "ftp://shop.example.com/",
        ] {
            let found = at(odd);
            assert!(
                found.is_err() || found.as_deref() == Ok("shop.example.com//evil.example/"),
                "{odd}: {found:?}"
            );
        }
    }

    #[test]
    fn private_addresses_are_told() {
        for public in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]
        {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.100.100.200",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:169.254.169.254",
            "::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "fd00:ec2::254",
        ] {
            assert!(!is_public(private.parse().expect("an address")), "{private}");
        }
        for own in ["10.1.2.3", "127.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fc00::1"] {
            assert!(is_private(own.parse().expect("an address")), "{own}");
        }
        for closed in
            ["169.254.169.254", "100.100.100.200", "0.0.0.0", "fd00:ec2::254", "fe80::1", "1.1.1.1"]
        {
            assert!(!is_private(closed.parse().expect("an address")), "{closed}");
        }
    }
}
