//! From names to addresses that the whole Internet reaches.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use hickory_resolver::TokioResolver;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::core::verify::address::{is_private, is_public};

/// A name leads to a private address.
#[derive(Debug, thiserror::Error)]
#[error("{0} leads to a private address, and to no other")]
struct Private(String);

/// Resolves names with the system's configuration, and keeps the public addresses.
#[derive(Clone)]
pub(super) struct Public {
    resolver: Arc<OnceLock<Result<TokioResolver, String>>>,
    /// The host of the proxy, which may be anywhere.
    proxy: Option<String>,
    /// The hosts that may lead to private addresses.
    private: Arc<[String]>,
}

impl Public {
    /// Public addresses only, but for the host of the proxy and those that may be private.
    pub(super) fn but(proxy: Option<String>, private: &[String]) -> Self {
        Self { resolver: Arc::default(), proxy, private: private.into() }
    }

    fn lets(&self, name: &str, address: IpAddr) -> bool {
        let is_named = || self.private.iter().any(|host| host.eq_ignore_ascii_case(name));
        is_public(address)
            || self.proxy.as_deref() == Some(name)
            || is_private(address) && is_named()
    }
}

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let resolver = this.resolver.get_or_init(|| {
                let builder = TokioResolver::builder_tokio().map_err(|error| error.to_string())?;
                builder.build().map_err(|error| error.to_string())
            });
            let resolver = resolver.as_ref().map_err(Clone::clone)?;
            let found = resolver.lookup_ip(name.as_str()).await?;
            let addresses: Vec<SocketAddr> = found
                .iter()
                .filter(|address| this.lets(name.as_str(), *address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if addresses.is_empty() {
                return Err(Private(name.as_str().to_owned()).into());
            }
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}
