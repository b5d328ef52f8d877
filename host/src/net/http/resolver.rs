//! Names to addresses, of which only those come through that may be reached.

use std::{io, net::SocketAddr, sync::Arc};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_allowed;

/// Looks names up.
#[async_trait::async_trait]
pub(super) trait Lookup: Send + Sync {
    /// All addresses of the name.
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>>;
}

/// The system's resolver.
pub(super) struct System;

#[async_trait::async_trait]
impl Lookup for System {
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

/// A resolver that hands out no address that may not be reached. Connections are made to exactly what it hands out.
pub(super) struct Guarded {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) networks: Arc<[IpNet]>,
}

/// All addresses of a name are out of bounds.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is at {address}, which is {what}; only `networks` in `plugins.grants` lets it in")]
pub(super) struct OutOfBounds {
    name: String,
    address: std::net::IpAddr,
    what: &'static str,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, networks) = (Arc::clone(&self.lookup), Arc::clone(&self.networks));
        Box::pin(async move {
            let found = lookup.lookup(name.as_str()).await?;
            let allowed = sift(name.as_str(), found, &networks)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// The addresses that may be reached; an error if there are others only.
fn sift(name: &str, found: Vec<SocketAddr>, networks: &[IpNet]) -> Result<Vec<SocketAddr>, OutOfBounds> {
    let mut refused = None;
    let mut allowed = Vec::new();
    for one in found {
        match is_allowed(one.ip(), networks) {
            Ok(()) => allowed.push(one),
            Err(what) => refused = refused.or(Some((one.ip(), what))),
        }
    }
    match refused {
        Some((address, what)) if allowed.is_empty() => Err(OutOfBounds { name: name.to_owned(), address, what }),
        _ => Ok(allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().expect("an address"), 0)).collect()
    }

    #[test]
    fn only_addresses_that_may_be_reached_come_through() {
        let mixed = addresses(&["10.0.0.1", "8.8.8.8", "::1", "2606:4700::1111"]);
        assert_eq!(sift("x.test", mixed, &[]), Ok(addresses(&["8.8.8.8", "2606:4700::1111"])));
        let private = ["10.0.0.0/8".parse().expect("a network")];
        assert_eq!(sift("x.test", addresses(&["10.0.0.1", "::1"]), &private), Ok(addresses(&["10.0.0.1"])));
    }

    #[test]
    fn a_name_without_such_an_address_is_told_why() {
        let why = sift("x.test", addresses(&["169.254.169.254", "::1"]), &[]).expect_err("nothing is left");
        assert!(
            why.to_string().starts_with("x.test is at 169.254.169.254, which is a cloud's metadata service"),
            "{why}"
        );
    }
}
