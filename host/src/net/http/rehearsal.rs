//! Whether a request could be sent if all were granted that the plugin asks for: for those that never leave the machine.

use super::{
    client::{SECRET, method},
    fields::field,
    target::{Origin, target},
};
use crate::{
    config::{Grant, HostGrant},
    net::HttpRequest,
};

/// Holds a request against the rules that do not depend on what a configuration grants: method, URL, header fields, and
/// the hosts and secrets that the plugin's manifest names. What the secrets are is not known.
///
/// # Errors
/// What it asks for and may not have, as the end of "asked for …".
pub(crate) fn may_be_sent(request: &HttpRequest) -> Result<(), String> {
    method(&request.method)?;
    match request.url.strip_prefix(SECRET) {
        Some(name) => secret(name, request)?,
        None => {
            let http = url::Url::parse(&request.url).ok().and_then(|url| HostGrant::of(&url)).into_iter().collect();
            let networks = ["0.0.0.0/0", "::/0"].iter().filter_map(|all| all.parse().ok()).collect();
            let all = Grant { http, networks, ..Grant::default() };
            target(&request.url, Origin::Request, &all, &request.bounds)?;
        }
    }
    for one in &request.headers {
        field(&one.name, &one.value)?;
        one.secret.iter().try_for_each(|name| secret(name, request))?;
    }
    request.signed_with.iter().try_for_each(|name| secret(name, request))
}

fn secret(name: &str, request: &HttpRequest) -> Result<(), String> {
    let lent = request.bounds.secrets.as_ref().is_none_or(|names| names.contains(name));
    lent.then_some(()).ok_or_else(|| format!("the secret {name:?}, which the plugin's manifest does not name"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        model::NotificationId,
        net::{Bounds, HttpField},
    };

    fn request(url: &str) -> HttpRequest {
        HttpRequest {
            id: NotificationId::from_stored("n".to_owned()),
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            signed_with: Vec::new(),
            bounds: Arc::new(Bounds::default()),
        }
    }

    #[test]
    fn any_host_will_do_but_no_other_rule_is_waived() {
        for url in ["https://hooks.x.test/in", "http://127.0.0.1:8080", "secret:hook"] {
            assert_eq!(may_be_sent(&request(url)), Ok(()), "{url}");
        }
        let field = |name: &str| HttpField { name: name.to_owned(), value: "v".to_owned(), secret: None };
        let cases = [
            (request("hooks"), "a URL, which is no URL"),
            (request("https://me:pw@x.test/"), "a URL, which holds a user or a password"),
            (HttpRequest { method: "TRACE".to_owned(), ..request("https://x.test") }, "the method \"TRACE\""),
            (
                HttpRequest { headers: vec![field("Host")], ..request("https://x.test") },
                "the header field \"Host\", which is the host's own",
            ),
        ];
        for (request, expected) in cases {
            assert_eq!(may_be_sent(&request), Err(expected.to_owned()));
        }
    }

    #[test]
    fn what_the_manifest_names_is_all_there_is() {
        let bounds =
            Bounds { hosts: Some(vec!["x.test".parse().expect("a host")]), secrets: Some(["key".to_owned()].into()) };
        let bounded = |url: &str| HttpRequest { bounds: Arc::new(bounds.clone()), ..request(url) };
        assert_eq!(may_be_sent(&bounded("https://x.test/a")), Ok(()));
        let why = may_be_sent(&bounded("https://y.test/")).expect_err("another host");
        assert_eq!(why, "the host \"y.test\", which the plugin's manifest does not name");
        assert_eq!(may_be_sent(&bounded("secret:key")), Ok(()));
        let signed = HttpRequest { signed_with: vec!["other".to_owned()], ..bounded("https://x.test/a") };
        let why = may_be_sent(&signed).expect_err("another secret");
        assert_eq!(why, "the secret \"other\", which the plugin's manifest does not name");
    }
}
