//! Where a request goes, and whether it may.

use std::net::IpAddr;

use url::{Host, Url};

use super::address::is_allowed;
use crate::{
    config::{Grant, HostGrant},
    net::Bounds,
};

/// Whose words a URL is, for errors: those of a secret are never quoted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin<'s> {
    /// The request's own.
    Request,
    /// The secret of this name.
    Secret(&'s str),
}

/// The URL, if a request may go there.
///
/// # Errors
/// What is not granted, as the end of "asked for …".
pub(super) fn target(text: &str, origin: Origin<'_>, grant: &Grant, bounds: &Bounds) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|_| format!("{}, which is no URL", origin.noun()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{}, which is neither http nor https", origin.noun()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{}, which holds a user or a password", origin.noun()));
    }
    let wanted = HostGrant::of(&url).ok_or_else(|| format!("{}, which names no host", origin.noun()))?;
    // `example.com.` is `example.com`, for certificates too.
    if matches!(url.host(), Some(Host::Domain(_))) && url.set_host(Some(&wanted.host)).is_err() {
        return Err(format!("{}, which names no host", origin.noun()));
    }
    url.set_fragment(None);
    if !grant.http.iter().any(|granted| granted.covers(&wanted)) {
        return Err(format!("{}, which `plugins.grants` does not grant to the plugin", origin.host(&wanted)));
    }
    if bounds.hosts.as_ref().is_some_and(|hosts| !hosts.iter().any(|lent| lent.covers(&wanted))) {
        return Err(format!("{}, which the plugin's manifest does not name", origin.host(&wanted)));
    }
    match literal(&url).map(|address| is_allowed(address, &grant.networks)) {
        Some(Err(what)) => {
            Err(format!("{}, which is {what}; only `networks` in `plugins.grants` lets it in", origin.host(&wanted)))
        }
        _ => Ok(url),
    }
}

/// The address, where the URL has one in place of a name: nobody resolves it, so that it is checked here.
fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
    }
}

impl Origin<'_> {
    fn noun(self) -> String {
        match self {
            Self::Request => "a URL".to_owned(),
            Self::Secret(name) => format!("the URL in the secret {name}"),
        }
    }

    fn host(self, wanted: &HostGrant) -> String {
        match self {
            Self::Request => format!("the host \"{wanted}\""),
            Self::Secret(name) => format!("the host in the secret {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(hosts: &[&str], networks: &[&str]) -> Grant {
        Grant {
            http: hosts.iter().map(|host| host.parse().unwrap_or_else(|why| panic!("{host}: {why:?}"))).collect(),
            networks: networks.iter().map(|network| network.parse().expect("a network")).collect(),
            ..Grant::default()
        }
    }

    fn checked(text: &str, grant: &Grant) -> Result<String, String> {
        target(text, Origin::Request, grant, &Bounds::default()).map(String::from)
    }

    #[test]
    fn a_granted_host_is_reached_however_it_is_spelled() {
        let grant = grant(&["hooks.x.test", "http://plain.x.test", "y.test:8443", "bücher.test"], &[]);
        let cases = [
            ("https://hooks.x.test/a?b#c", "https://hooks.x.test/a?b"),
            ("https://HOOKS.x.test:443", "https://hooks.x.test/"),
            ("https://hooks.x.test./a", "https://hooks.x.test/a"),
            ("http://plain.x.test/", "http://plain.x.test/"),
            ("https://y.test:8443/", "https://y.test:8443/"),
            ("https://BÜCHER.test/", "https://xn--bcher-kva.test/"),
        ];
        for (text, expected) in cases {
            assert_eq!(checked(text, &grant).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn whatever_is_not_granted_is_named() {
        let grant = grant(&["hooks.x.test", "http://plain.x.test"], &[]);
        let host = |text: &str| format!("the host \"{text}\", which `plugins.grants` does not grant to the plugin");
        let cases = [
            ("https://evil.test/", host("evil.test")),
            ("https://hooks.x.test.evil.test/", host("hooks.x.test.evil.test")),
            ("https://sub.hooks.x.test/", host("sub.hooks.x.test")),
            ("https://hooks.x.test:8443/", host("hooks.x.test:8443")),
            ("http://hooks.x.test/", host("http://hooks.x.test")),
            ("http://hooks.x.test:443/", host("http://hooks.x.test:443")),
            ("https://plain.x.test/", host("plain.x.test")),
            ("https://hooks.x.test@evil.test/", "a URL, which holds a user or a password".to_owned()),
            ("https://user:word@hooks.x.test/", "a URL, which holds a user or a password".to_owned()),
            ("https://evil.test\\@hooks.x.test/", host("evil.test")),
            ("ftp://hooks.x.test/", "a URL, which is neither http nor https".to_owned()),
            ("file:///etc/passwd", "a URL, which is neither http nor https".to_owned()),
            ("hooks.x.test", "a URL, which is no URL".to_owned()),
            ("https://", "a URL, which is no URL".to_owned()),
        ];
        for (text, expected) in cases {
            assert_eq!(checked(text, &grant), Err(expected), "{text}");
        }
    }

    #[test]
    fn an_address_must_be_allowed_beside_being_granted() {
        let loopback = grant(&["http://127.0.0.1:8080", "http://[::1]:8080"], &[]);
        let spellings = ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.1.", "[::1]"];
        for host in spellings {
            let why = checked(&format!("http://{host}:8080/"), &loopback).expect_err(host);
            assert!(why.contains("which is loopback"), "{host}: {why}");
        }
        let open = grant(&["http://127.0.0.1:8080"], &["127.0.0.0/8"]);
        for host in spellings.into_iter().filter(|host| !host.starts_with('[')) {
            assert_eq!(
                checked(&format!("http://{host}:8080/"), &open).as_deref(),
                Ok("http://127.0.0.1:8080/"),
                "{host}"
            );
        }
        let metadata = grant(&["http://169.254.169.254"], &["10.0.0.0/8"]);
        let why = checked("http://169.254.169.254/latest", &metadata).expect_err("no way there");
        assert!(why.contains("a cloud's metadata service"), "{why}");
    }

    #[test]
    fn a_granted_host_that_is_not_lent_is_not_reached() {
        let grant = grant(&["hooks.x.test", "http://y.test:80"], &[]);
        let lent = ["hooks.x.test", "y.test:80"].map(|host| host.parse().expect("a host")).to_vec();
        let bounds = Bounds { hosts: Some(lent), secrets: None };
        let checked = |text, origin| target(text, origin, &grant, &bounds).map(String::from);
        assert!(checked("https://hooks.x.test/", Origin::Request).is_ok());
        let why = "the host \"http://y.test\", which the plugin's manifest does not name";
        assert_eq!(checked("http://y.test/", Origin::Request), Err(why.to_owned()), "https alone is lent");
        let why = "the host in the secret hook, which the plugin's manifest does not name";
        assert_eq!(checked("http://y.test/", Origin::Secret("hook")), Err(why.to_owned()));
    }

    #[test]
    fn nothing_of_a_secret_is_quoted() {
        let grant = grant(&["hooks.x.test", "127.0.0.1"], &[]);
        for text in
            ["https://evil.test/T0K3N", "T0K3N", "ftp://T0K3N", "https://T0K3N@hooks.x.test", "https://127.0.0.1/T0K3N"]
        {
            let why = target(text, Origin::Secret("slack-url"), &grant, &Bounds::default()).expect_err(text);
            let shown = why.to_lowercase();
            assert!(why.contains("slack-url") && !shown.contains("t0k3n") && !shown.contains("evil"), "{why}");
        }
    }
}
