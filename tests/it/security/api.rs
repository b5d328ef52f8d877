//! The API, for a page in the operator's browser and for a client that means two things with one request.

use nudged_tests::{Home, Process, Relay};
use serde_json::json;

/// Reloads, and fails if the log tells of another reload before it.
async fn assert_reloaded_once(daemon: &Process) {
    assert_eq!(daemon.api().reload().await.status, 200);
    daemon.until("reloaded").await;
    let log = daemon.log();
    assert_eq!(log.lines().filter(|line| line.contains("reloaded")).count(), 1, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_shape_of_request_passes_for_a_local_one() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    let api = daemon.api();
    let host = api.address();
    let head = |fields: &str| format!("POST /-/reload HTTP/1.1\r\n{fields}\r\n\r\n");
    let local = format!("Host: {host}");
    for request in [
        head("Host: evil.test"),
        head(""),
        head(&format!("{local}\r\nHost: evil.test")),
        head(&format!("Host: evil.test\r\n{local}")),
        head(&format!("Host : {host}")),
        head(&format!(" {local}")),
        head(&format!("Host: evil.test\r\n {host}")),
        head(&format!("Host: {host}@evil.test")),
        head(&format!("Host: evil.test#{host}")),
        head("Host: localhost.evil.test"),
        head("Host: 127.0.0.1.evil.test"),
        head("Host: [::ffff:10.0.0.1]"),
        head(&format!("{local}\r\nOrigin: http://localhost.evil.test")),
        head(&format!("{local}\r\nOrigin: null")),
        head(&format!("{local}\r\nOrigin: http://{host}\r\nOrigin: http://evil.test")),
        head(&format!("{local}\r\nSec-Fetch-Site: cross-site\r\nX-Forwarded-Host: {host}")),
        format!("POST http://{host}/-/reload HTTP/1.1\r\nHost: evil.test\r\n\r\n"),
        "POST /-/reload HTTP/1.0\r\n\r\n".to_owned(),
        format!("POST /-/reload HTTP/1.1\n{local}\n Origin: x\n\n"),
        format!("GET /-/reload HTTP/1.1\r\n{local}\r\nX-HTTP-Method-Override: POST\r\n\r\n"),
        format!("OPTIONS /-/reload HTTP/1.1\r\n{local}\r\nOrigin: https://evil.test\r\n\r\n"),
    ] {
        let answer = api.send(&request).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["400", "403", "405"].contains(&status), "{request:?}: {answer:?}");
        assert!(!answer.to_lowercase().contains("access-control-allow"), "{answer:?}");
    }
    assert_reloaded_once(&daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_one_request_whatever_is_said_of_its_length() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    let api = daemon.api();
    let local = format!("Host: {}", api.address());
    let second = format!("POST /-/reload HTTP/1.1\r\n{local}\r\n\r\n");
    for fields in [
        format!("Content-Length: 0\r\nContent-Length: {}", second.len()),
        "Content-Length: 4\r\nTransfer-Encoding: chunked".to_owned(),
        "Transfer-Encoding: chunked\r\nContent-Length: 4".to_owned(),
        "Transfer-Encoding: chunked, identity".to_owned(),
        "Transfer-Encoding : chunked".to_owned(),
        "Transfer-Encoding: xchunked".to_owned(),
        "Content-Length: -1".to_owned(),
        "Content-Length: +0".to_owned(),
        "Connection: keep-alive".to_owned(),
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA".to_owned(),
    ] {
        let answer =
            api.send(&format!("GET /-/healthy HTTP/1.1\r\n{local}\r\n{fields}\r\n\r\n0\r\n\r\n{second}")).await;
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{fields}: {answer:?}");
    }
    let bare = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    assert!(!api.send(bare).await.contains("200 OK"));
    assert_reloaded_once(&daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_part_of_a_token_opens() {
    const TOKEN: &str = "cnry-0123456789-abcdef";
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    std::fs::write(home.path("token"), TOKEN).expect("a file");
    home.configure(|config| config["api"]["token"] = json!({ "file": "token" }));
    let daemon = home.daemon().await;
    let api = daemon.api();
    let right = format!("Bearer {TOKEN}");
    for end in 0..right.len() {
        let answer = api.ask("GET", "/metrics", &[("Host", "localhost"), ("Authorization", &right[..end])]).await;
        assert_eq!(answer.status, 401, "{:?}", &right[..end]);
        assert!(!answer.body.contains("cnry"), "{answer:?}");
    }
    for field in ["Proxy-Authorization", "X-Api-Key", "Cookie"] {
        assert_eq!(api.ask("GET", "/metrics", &[("Host", "localhost"), (field, &right)]).await.status, 401, "{field}");
    }
    let path = format!("/metrics?token={TOKEN}");
    assert_eq!(api.ask("GET", &path, &[("Host", "localhost")]).await.status, 401);
    assert_eq!(api.ask("GET", "/metrics", &[("Host", "a.test"), ("Authorization", &right)]).await.status, 200);
    assert!(!daemon.log().contains("cnry"), "{}", daemon.log());
}
