//! What the daemon answers about itself.

use nudged_tests::{Home, Relay};
use rustix::process::Signal;
use serde_json::json;
use tokio::net::TcpListener;

const TOKEN: &str = "correct-horse-battery-staple";

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_is_healthy_and_ready_and_serves_nothing_else() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    let api = daemon.api();
    assert_eq!((api.get("/-/healthy").await.status, api.get("/-/ready").await.status), (200, 200));
    assert_eq!(api.get("/-/ready").await.json(), json!({ "ready": true, "reasons": {} }));
    assert_eq!(api.get("/").await.status, 404);
    assert_eq!(api.get("/-/reload").await.status, 405, "only POST reloads");
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_makes_the_daemon_unready_until_it_is_back() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    let api = daemon.api();
    home.dataall.database.execute("ALTER TABLE share_object RENAME TO away").await;
    let unready = api.until("/-/ready", 503).await;
    assert_eq!(unready.json(), json!({ "ready": false, "reasons": { "source": "cannot be used" } }));
    assert_eq!(api.get("/-/healthy").await.status, 200, "a restart would not mend it");
    assert_eq!(api.metrics().await.sample("nudged_ready"), Some(0.0));
    home.dataall.database.execute("ALTER TABLE away RENAME TO share_object").await;
    api.until("/-/ready", 200).await;

    home.change_store("ALTER TABLE outbox RENAME TO away").await;
    let unready = api.until("/-/ready", 503).await;
    assert_eq!(unready.json()["reasons"], json!({ "store": "cannot be used" }));
    home.change_store("ALTER TABLE away RENAME TO outbox").await;
    api.until("/-/ready", 200).await;
    assert_eq!(api.metrics().await.sample("nudged_ready"), Some(1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_for_by_everything_but_the_health() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    std::fs::write(home.path("token"), TOKEN).expect("a file");
    home.configure(|config| config["api"]["token"] = json!({ "file": "token" }));
    let daemon = home.daemon().await;
    let api = daemon.api();
    assert_eq!((api.get("/-/healthy").await.status, api.get("/-/ready").await.status), (200, 200));
    let wrong = format!("Bearer {TOKEN}x");
    for (method, path) in [("GET", "/metrics"), ("GET", "/-/plugins"), ("POST", "/-/reload")] {
        let bare = api.ask(method, path, &[("Host", "localhost")]).await;
        assert_eq!(bare.status, 401, "{bare:?}");
        assert!(bare.head.to_lowercase().contains("www-authenticate: bearer"), "{bare:?}");
        assert_eq!(api.ask(method, path, &[("Host", "a.test"), ("Authorization", &wrong)]).await.status, 401);
        let right = format!("Bearer {TOKEN}");
        assert_eq!(api.ask(method, path, &[("Host", "a.test"), ("Authorization", &right)]).await.status, 200);
    }
    std::fs::write(home.path("token"), "another-horse-another-staple").expect("a file");
    let right = format!("Bearer {TOKEN}");
    let reload = api.ask("POST", "/-/reload", &[("Host", "a.test"), ("Authorization", &right)]).await;
    assert_eq!(reload.status, 200);
    let old = api.ask("GET", "/metrics", &[("Host", "a.test"), ("Authorization", &right)]).await;
    assert_eq!(old.status, 401, "a reload takes another token");
    assert!(!daemon.log().contains("horse"), "{}", daemon.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_no_web_page_and_no_foreign_name_gets_through() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    let api = daemon.api();
    let host = api.address().to_string();
    for fields in [
        vec![("Host", "rebound.test")],
        vec![("Host", &host), ("Origin", "https://evil.test")],
        vec![("Host", &host), ("Sec-Fetch-Site", "cross-site")],
    ] {
        assert_eq!(api.ask("POST", "/-/reload", &fields).await.status, 403, "{fields:?}");
        assert_eq!(api.ask("GET", "/metrics", &fields).await.status, 403, "{fields:?}");
        assert_eq!(api.ask("GET", "/-/plugins", &fields).await.status, 403, "{fields:?}");
        assert_eq!(api.ask("POST", "/-/plugins/email/release", &fields).await.status, 403, "{fields:?}");
    }
    assert!(!daemon.log().contains("reloaded"), "{}", daemon.log());
    assert_eq!(api.reload().await.body, "reloaded\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_one_clear_error() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = taken.local_addr().expect("its address").to_string();
    home.configure(|config| config["api"]["listen"] = json!(address));
    let done = home.nudged(&["run"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    let expected = format!(
        "nudged: api.listen: {address} is in use: stop what listens there, or write another address, or \"off\""
    );
    assert_eq!(done.stderr.lines().last(), Some(expected.as_str()), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_may_listen_nowhere() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    home.configure(|config| config["api"]["listen"] = json!("off"));
    let daemon = home.daemon().await;
    assert!(!daemon.log().contains("api listens"), "{}", daemon.log());
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dawdles_or_says_too_much_is_cut_off_and_keeps_nobody_away() {
    let relay = Relay::start().await;
    let home = Home::new(&relay.url()).await;
    let daemon = home.daemon().await;
    let api = daemon.api();
    let dawdle: Vec<_> = (0..80)
        .map(|_| tokio::spawn(async move { api.send("GET /-/healthy HTTP/1.1\r\nHost: local").await }))
        .collect();
    // More of them than there are places: the next question is answered when the first are cut off.
    assert_eq!(api.get("/-/healthy").await.status, 200);
    for dawdle in dawdle {
        let answer = dawdle.await.expect("it was cut off");
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    let much = format!("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    assert!(!api.send(&much).await.contains("200 OK"));
    let body = "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n";
    assert!(api.send(body).await.contains("200 OK"), "nobody reads or waits for a body");
}
