//! Where requests go, for somebody who wants them to go elsewhere.

use std::{collections::BTreeMap, sync::Arc};

use nudged::{
    clock::SystemClock,
    config::{Grant, Secret},
    model::NotificationId,
    net::{GrantedHttp, HttpError, HttpRequest, HttpSender},
};

fn request(url: &str) -> HttpRequest {
    HttpRequest {
        id: NotificationId::from_stored("n1".to_owned()),
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        signed_with: Vec::new(),
        bounds: Arc::default(),
    }
}

/// Grants, with no network of its own.
fn sender(hosts: &[&str], secret: &str) -> GrantedHttp {
    let http = hosts.iter().map(|host| host.parse().unwrap_or_else(|why| panic!("{host}: {why:?}"))).collect();
    let secrets = BTreeMap::from([("hook".to_owned(), Secret::new(secret))]);
    GrantedHttp::new(&Grant { http, ..Grant::default() }, secrets, None, Arc::new(SystemClock)).expect("a sender")
}

/// A URL that a parser may read otherwise than a client.
const AMBIGUOUS: &[&str] = &[
    "https://granted.test@evil.test/",
    "https://granted.test:443@evil.test/",
    "https://granted.test%40evil.test/",
    "https://granted.test%2eevil.test/",
    "https://evil.test#@granted.test/",
    "https://evil.test?@granted.test/",
    "https://evil.test/@granted.test/",
    "https://evil.test\\@granted.test/",
    "https://evil.test\\.granted.test/",
    "https:\\\\evil.test/granted.test",
    "https:evil.test",
    "https:///evil.test/",
    "https://evil\t.test/",
    "ht\ntps://evil.test/",
    " https://evil.test/",
    "https://evil.test\u{3002}/",
    "https://evil\u{3002}test/",
    "https://granted\u{ff0e}test.evil.test/",
    "https://granted.test..evil.test/",
    "https://granted.test../",
    "https://.granted.test/",
    "https://gr\u{430}nted.test/",
    "https://xn--grnted-3nf.test/",
    "https://granted.test:0/",
    "https://granted.test:444/",
    "https://granted.test:80/",
    "http://granted.test/",
    "http://granted.test:443/",
    "wss://granted.test/",
    "gopher://granted.test/",
    "unix:/run/docker.sock",
    "//granted.test/",
    "granted.test",
    "secret:",
    "secret:none",
    "SECRET:hook",
    "",
];

#[tokio::test]
async fn an_ambiguous_url_goes_nowhere() {
    for url in AMBIGUOUS {
        let asked = sender(&["granted.test"], "https://hook.evil.test/").send(&request(url)).await;
        assert!(matches!(asked, Err(HttpError::Denied(_))), "{url:?}: {asked:?}");
        // Nor does it when it comes out of a secret.
        let hidden =
            sender(&["granted.test"], if url.is_empty() { "x" } else { url }).send(&request("secret:hook")).await;
        assert!(matches!(hidden, Err(HttpError::Denied(_))), "{url:?}: {hidden:?}");
    }
}

#[tokio::test]
async fn an_address_inside_is_refused_in_every_spelling_though_it_is_granted() {
    let inside = [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.0.0.1.",
        "127\u{3002}0\u{3002}0\u{3002}1",
        "\u{ff11}27.0.0.1",
        "%31%32%37.0.0.1",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "100.64.0.1",
        "[::]",
        "[::1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:169.254.169.254]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b:1::a00:1]",
        "[2002:a9fe:a9fe::]",
        "[2001:0:a00:1::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[::ffff:0:127.0.0.1]",
        "[fec0::1]",
        "[ff02::1]",
    ];
    for host in inside {
        let url = format!("https://{host}/");
        let Ok(granted) = url.trim_end_matches('/').parse::<nudged::config::HostGrant>() else {
            panic!("{host} cannot be granted");
        };
        let grant = Grant { http: vec![granted], ..Grant::default() };
        let sender = GrantedHttp::new(&grant, BTreeMap::new(), None, Arc::new(SystemClock)).expect("a sender");
        let asked = sender.send(&request(&url)).await;
        assert!(matches!(&asked, Err(HttpError::Denied(why)) if why.contains("which is ")), "{host}: {asked:?}");
    }
    for zone in
        ["https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/", "https://[::ffff:1.2.3]/", "https://1.2.3.256/"]
    {
        let asked = sender(&["granted.test"], "x").send(&request(zone)).await;
        assert!(matches!(&asked, Err(HttpError::Denied(why)) if why.contains("no URL")), "{zone}: {asked:?}");
    }
}
