//! Who may ask for more than the daemon's health. Pure.
//!
//! With a token, whoever presents it. Without one the daemon listens on this machine only; then every program on it may
//! ask, but no web page that somebody on it is looking at: a page can make the browser send requests here, by the address
//! itself (its `Origin` gives it away) or by a name that resolves to it (its `Host` does).

use axum::http::{HeaderMap, HeaderName, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::{Host, Url};

use crate::config::Secret;

/// Why a request is not answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It does not present the token.
    Unknown,
    /// It may come from a web page; says what to do instead.
    Foreign(&'static str),
}

const FOREIGN_HOST: &str =
    "without api.token only requests to localhost or a loopback address are answered: use such a URL, or set api.token";
const FOREIGN_ORIGIN: &str = "requests from web pages are not answered";

/// Lets a request pass, or says why not.
pub(super) fn admit(headers: &HeaderMap, token: Option<&Secret>) -> Result<(), Refusal> {
    match token {
        Some(token) if presents(headers, token) => Ok(()),
        Some(_) => Err(Refusal::Unknown),
        None => admit_local(headers),
    }
}

/// Compares digests: that takes the same time whatever is presented, however long it is.
fn presents(headers: &HeaderMap, token: &Secret) -> bool {
    let presented = one(headers, header::AUTHORIZATION).and_then(|value| value.split_once(' '));
    let Some((_, presented)) = presented.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return false;
    };
    Sha256::digest(presented.trim()).ct_eq(&Sha256::digest(token.expose())).into()
}

fn admit_local(headers: &HeaderMap) -> Result<(), Refusal> {
    let host = one(headers, header::HOST).filter(|host| is_local(host)).ok_or(Refusal::Foreign(FOREIGN_HOST))?;
    let same_origin = |origin: &str| origin.eq_ignore_ascii_case(&format!("http://{host}"));
    let same_site = |site: &str| matches!(site, "same-origin" | "none");
    let fits = |name: HeaderName, fits: &dyn Fn(&str) -> bool| match headers.contains_key(&name) {
        true => one(headers, name).is_some_and(fits),
        false => true,
    };
    let ours = fits(header::ORIGIN, &same_origin) && fits(HeaderName::from_static("sec-fetch-site"), &same_site);
    if ours { Ok(()) } else { Err(Refusal::Foreign(FOREIGN_ORIGIN)) }
}

/// Whether the value of a `Host` field means this machine, whatever a resolver says.
fn is_local(host: &str) -> bool {
    let url = Url::parse(&format!("http://{host}/")).ok().filter(|url| url.path() == "/" && url.username().is_empty());
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// The value of a field that stands there once.
fn one(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok();
    value.filter(|_| values.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(fields: &[(&'static str, &'static str)], token: Option<&str>) -> Result<(), Refusal> {
        let fields = fields.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        admit(&fields.collect(), token.map(Secret::new).as_ref())
    }

    #[test]
    fn only_the_token_itself_opens() {
        let token = Some("0123456789abcdef");
        assert_eq!(asked(&[("authorization", "Bearer 0123456789abcdef")], token), Ok(()));
        assert_eq!(asked(&[("authorization", "bearer 0123456789abcdef")], token), Ok(()));
        for wrong in ["Bearer 0123456789abcdeg", "Bearer ", "Bearer", "Basic 0123456789abcdef", "0123456789abcdef"] {
            assert_eq!(asked(&[("authorization", wrong)], token), Err(Refusal::Unknown), "{wrong}");
        }
        assert_eq!(asked(&[("host", "localhost")], token), Err(Refusal::Unknown));
        let mut headers = HeaderMap::new();
        for _ in 0..2 {
            headers.append(header::AUTHORIZATION, "Bearer 0123456789abcdef".parse().unwrap());
        }
        assert_eq!(admit(&headers, Some(&Secret::new("0123456789abcdef"))), Err(Refusal::Unknown));
    }

    #[test]
    fn without_a_token_the_host_has_to_be_this_machine() {
        for local in ["localhost", "localhost:8642", "LOCALHOST:1", "127.0.0.1:8642", "127.9.9.9", "[::1]:8642"] {
            assert_eq!(asked(&[("host", local)], None), Ok(()), "{local}");
        }
        for foreign in [
            "evil.test",
            "localhost.evil.test:8642",
            "10.0.0.1",
            "[::2]",
            "",
            "localhost@evil.test",
            "evil.test/localhost",
        ] {
            assert_eq!(asked(&[("host", foreign)], None), Err(Refusal::Foreign(FOREIGN_HOST)), "{foreign}");
        }
        assert_eq!(asked(&[], None), Err(Refusal::Foreign(FOREIGN_HOST)));
    }

    #[test]
    fn without_a_token_no_web_page_gets_through() {
        let from = |origin| asked(&[("host", "localhost:8642"), ("origin", origin)], None);
        assert_eq!(from("http://localhost:8642"), Ok(()));
        for foreign in ["https://evil.test", "http://localhost:3000", "https://localhost:8642", "null", ""] {
            assert_eq!(from(foreign), Err(Refusal::Foreign(FOREIGN_ORIGIN)), "{foreign}");
        }
        let fetched = |site| asked(&[("host", "localhost:8642"), ("sec-fetch-site", site)], None);
        assert_eq!(fetched("none"), Ok(()));
        assert_eq!(fetched("cross-site"), Err(Refusal::Foreign(FOREIGN_ORIGIN)));
        assert_eq!(fetched("same-site"), Err(Refusal::Foreign(FOREIGN_ORIGIN)));
    }
}
