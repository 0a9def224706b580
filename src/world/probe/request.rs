//! One request, once.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

use super::EDGE_URL;
use super::resolve::Public;
use crate::core::verify::Seen;
use crate::core::verify::address::Destination;
use crate::world::http::{Http, HttpError, builder, innermost};

/// How much of a body is read.
const MAX_BODY: usize = 1 << 20;

/// How long one request may take, with its whole answer.
const MAX_WAIT: Duration = Duration::from_secs(15);

/// Version overrides: a request is answered by a version that has no share of the others:
/// <https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/#version-overrides>.
const OVERRIDES: &str = "cloudflare-workers-version-overrides";

/// Why no requests can be sent.
#[derive(Debug, thiserror::Error)]
pub enum ProberError {
    /// The edge of the sandbox is none.
    #[error("{EDGE_URL} is no address of loopback: {0}")]
    Edge(String),
    /// There is no client.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Lost(pub String);

/// Sends the requests of checks.
#[derive(Clone, Debug)]
pub struct Prober {
    client: reqwest::Client,
    edge: Option<Url>,
}

/// A request of a check.
#[derive(Clone, Debug)]
pub struct Probe<'a> {
    /// The method.
    pub method: &'a str,
    /// Where to.
    pub to: &'a Destination,
    /// Its headers, with the values of variables in them.
    pub headers: &'a [(String, String)],
    /// The Worker and the version that shall answer, whatever share of the requests it has.
    pub version: Option<(&'a str, &'a str)>,
}

impl Prober {
    /// What sends requests, with the authorities and the proxy of the other client. `edge` is the
    /// value of [`EDGE_URL`], `private` are the hosts that may lead to private addresses.
    ///
    /// # Errors
    /// Where the edge is no address of loopback, or there can be no client.
    pub fn new(http: &Http, edge: Option<&str>, private: &[String]) -> Result<Self, ProberError> {
        let edge = edge.filter(|edge| !edge.is_empty()).map(loopback).transpose()?;
        let public = Public::but(proxy_host(), private);
        let client = builder(http.settings())?
            .timeout(MAX_WAIT)
            .dns_resolver(Arc::new(public))
            // Every attempt is one of its own: what an old connection leads to may be what was.
            .pool_max_idle_per_host(0);
        let client = if edge.is_some() { client.no_proxy() } else { client };
        let client = client.build().map_err(|error| HttpError::Client(innermost(&error)))?;
        Ok(Self { client, edge })
    }

    /// Sends a request, once, and reads its answer.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn send(&self, probe: &Probe<'_>) -> Result<Seen, Lost> {
        let request = self.request(probe)?;
        let started = Instant::now();
        let mut response = self.client.execute(request).await.map_err(|error| lost(&error))?;
        let (mut body, mut cut) = (Vec::new(), false);
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            let room = MAX_BODY - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                cut = true;
                break;
            }
        }
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Ok(Seen {
            status: response.status().as_u16(),
            headers: response.headers().iter().map(header).collect(),
            body,
            cut,
            took: started.elapsed(),
        })
    }

    fn request(&self, probe: &Probe<'_>) -> Result<reqwest::Request, Lost> {
        let Destination { host, path } = probe.to;
        let bad = |what: &str| Lost(format!("{what} cannot be sent"));
        let url = match &self.edge {
            Some(edge) => at_edge(edge, path),
            None => {
                let url = Url::parse(&format!("https://{host}{path}"));
                url.map_err(|_| bad("this address"))?
            }
        };
        // Names are looked at as they are resolved, and these are resolved by nobody.
        if self.edge.is_none() && url.host_str().is_none_or(|host| host.parse::<IpAddr>().is_ok()) {
            return Err(Lost(format!("{host} is no name of a host")));
        }
        let method = Method::from_bytes(probe.method.as_bytes()).map_err(|_| bad("this method"))?;
        let mut request = reqwest::Request::new(method, url);
        let headers = request.headers_mut();
        for (name, value) in probe.headers {
            insert(headers, name, value).ok_or_else(|| bad(&format!("the header {name}")))?;
        }
        if let Some((worker, version)) = probe.version {
            let asked = format!("{worker}=\"{version}\"");
            insert(headers, OVERRIDES, &asked).ok_or_else(|| bad("the version"))?;
        }
        if self.edge.is_some() {
            let host = HeaderValue::from_str(host).map_err(|_| bad("this host"))?;
            headers.insert(HOST, host);
        }
        Ok(request)
    }
}

/// Adds a header; a secret may be in it.
fn insert(headers: &mut HeaderMap, name: &str, value: &str) -> Option<()> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    // Whose host it is was decided.
    if name != HOST {
        headers.insert(name, value);
    }
    Some(())
}

/// A path at the edge. It is never parsed as an address, which may name another host.
fn at_edge(edge: &Url, path: &str) -> Url {
    let (path, query) =
        path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let mut url = edge.clone();
    url.set_path(path);
    url.set_query(query);
    url
}

fn loopback(edge: &str) -> Result<Url, ProberError> {
    let refused = || ProberError::Edge(edge.to_owned());
    let url = Url::parse(edge).map_err(|_| refused())?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if is_loopback && url.scheme() == "http" { Ok(url) } else { Err(refused()) }
}

/// The host of the proxy that the environment names: it is asked for, and not what is behind it.
fn proxy_host() -> Option<String> {
    let named = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let url = named.iter().find_map(|name| std::env::var(name).ok())?;
    let url = if url.contains("://") { url } else { format!("http://{url}") };
    Url::parse(&url).ok()?.host_str().map(str::to_owned)
}

fn lost(error: &reqwest::Error) -> Lost {
    match error.is_timeout() {
        true => Lost(format!("no answer in {} s", MAX_WAIT.as_secs())),
        false => Lost(format!("no answer: {}", innermost(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_of_a_sandbox_is_on_loopback() {
        assert!(loopback("http://127.0.0.1:8800").is_ok());
        assert!(loopback("http://[::1]:8800").is_ok());
        for other in ["http://10.0.0.1", "https://127.0.0.1", "http://localhost", "127.0.0.1", ""] {
            assert!(loopback(other).is_err(), "{other}");
        }
    }

    #[test]
    fn whatever_the_path_is_it_is_asked_of_the_edge() {
        let edge = Url::parse("http://127.0.0.1:8800").expect("an address");
        for path in [
            "/http://127.0.0.1:18999/x",
            "/https:/evil.example",
            "//evil.example/x",
            "/v1:health",
            "/a?next=http://evil.example/?b",
            "/",
            "/x/../../y",
        ] {
            let url = at_edge(&edge, path);
            assert_eq!(url.origin(), edge.origin(), "{path}");
            let asked = Url::parse(&format!("https://shop.example.com{path}")).expect("an address");
            assert_eq!((url.path(), url.query()), (asked.path(), asked.query()), "{path}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_asked() {
        let prober = Prober::new(&Http::default(), None, &[]).expect("a prober");
        for host in ["127.0.0.1:1", "2130706433", "0x7f.1", "127.1"] {
            let to = Destination { host: host.into(), path: "/".into() };
            let probe = Probe { method: "GET", to: &to, headers: &[], version: None };
            let error = prober.send(&probe).await.expect_err(host);
            assert!(error.0.contains("no name of a host"), "{host}: {error}");
        }
        // By the name that every system has for itself.
        let to = Destination { host: "localhost:1".into(), path: "/".into() };
        let probe = Probe { method: "GET", to: &to, headers: &[], version: None };
        let error = prober.send(&probe).await.expect_err("it is private");
        assert!(error.0.contains("private address"), "{error}");
    }
}
