//! Which hosts a grant lets a plugin reach.

use std::{fmt, str::FromStr};

use url::{Host, Url};

use super::meaning::HostGrant;

/// The port of a grant that names none.
const HTTPS: u16 = 443;

/// Why a text is no grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoGrant {
    /// It is no host, with or without `https://` and a port.
    NoHost,
    /// Its scheme is another than http or https.
    Scheme,
    /// It holds a user, a path, a query or a fragment.
    MoreThanHost,
    /// It holds a `*`.
    Pattern,
}

impl HostGrant {
    /// The grant that a URL needs; `None` if it is neither http nor https, or names no host.
    pub fn of(url: &Url) -> Option<Self> {
        let host = match url.host()? {
            Host::Domain(name) => name.strip_suffix('.').unwrap_or(name).to_lowercase(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let plain = match url.scheme() {
            "http" => true,
            "https" => false,
            _ => return None,
        };
        let port = url.port_or_known_default().filter(|port| *port != HTTPS);
        (!host.is_empty()).then_some(Self { host, port, plain })
    }

    /// Whether it lets a plugin do what needs `wanted`.
    pub fn covers(&self, wanted: &Self) -> bool {
        self.host == wanted.host && self.port == wanted.port && (self.plain || !wanted.plain)
    }
}

impl FromStr for HostGrant {
    type Err = NoGrant;

    /// `example.com`, `example.com:8443`, `http://127.0.0.1:8080`.
    fn from_str(text: &str) -> Result<Self, NoGrant> {
        if text.contains('*') {
            return Err(NoGrant::Pattern);
        }
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&whole).map_err(|_| NoGrant::NoHost)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NoGrant::Scheme);
        }
        let more = !url.username().is_empty() || url.password().is_some() || url.path() != "/";
        if more || url.query().is_some() || url.fragment().is_some() || text.ends_with('/') {
            return Err(NoGrant::MoreThanHost);
        }
        Self::of(&url).ok_or(NoGrant::NoHost)
    }
}

impl fmt::Display for HostGrant {
    /// As it is written in the configuration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.plain { "http://" } else { "" };
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{scheme}{open}{}{close}", self.host)?;
        match (self.port, self.plain) {
            (Some(80), true) | (None, false) => Ok(()),
            (port, _) => write!(f, ":{}", port.unwrap_or(HTTPS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_granted_and_shown() {
        let grant = |host: &str, port, plain| HostGrant { host: host.to_owned(), port, plain };
        let cases = [
            ("hooks.x.test", grant("hooks.x.test", None, false), "hooks.x.test"),
            ("Hooks.X.test.", grant("hooks.x.test", None, false), "hooks.x.test"),
            ("https://x.test:443", grant("x.test", None, false), "x.test"),
            ("https://x.test:8443", grant("x.test", Some(8443), false), "x.test:8443"),
            ("http://x.test", grant("x.test", Some(80), true), "http://x.test"),
            ("http://127.1:8080", grant("127.0.0.1", Some(8080), true), "http://127.0.0.1:8080"),
            ("http://x.test:443", grant("x.test", None, true), "http://x.test:443"),
            ("[::1]:8443", grant("::1", Some(8443), false), "[::1]:8443"),
            ("bücher.test", grant("xn--bcher-kva.test", None, false), "xn--bcher-kva.test"),
        ];
        for (text, expected, shown) in cases {
            let read: HostGrant = text.parse().unwrap_or_else(|why| panic!("{text}: {why:?}"));
            assert_eq!((&read, read.to_string().as_str()), (&expected, shown), "{text}");
            assert_eq!(shown.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_grant_of_http_covers_https_on_the_same_port_and_not_the_other_way_round() {
        let grant = |text: &str| text.parse::<HostGrant>().expect("a grant");
        assert!(grant("http://x.test:8080").covers(&grant("https://x.test:8080")));
        assert!(!grant("https://x.test:8080").covers(&grant("http://x.test:8080")));
        assert!(!grant("http://x.test").covers(&grant("x.test")), "other ports");
        assert!(!grant("x.test").covers(&grant("sub.x.test")));
    }
}
