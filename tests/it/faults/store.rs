//! The store goes away, stalls, or cannot be written.

use nudged_tests::{Act, Database, Home, NOW, Process, Proxy, Relay, Stage};
use rustix::process::Signal;
use serde_json::json;

/// A home whose store is on PostgreSQL, reached over a way that can be cut.
struct Far {
    home: Home,
    relay: Relay,
    store: Database,
    way: Proxy,
}

impl Far {
    async fn new() -> Self {
        let (relay, store) = (Relay::start().await, Database::fresh_postgres().await);
        let mut url = url::Url::parse(store.postgres_url().expect("PostgreSQL")).expect("a URL");
        let server = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432));
        let way = Proxy::before(&server).await;
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(way.address().port())).expect("a port");
        let mut home = Home::new(&relay.url()).await;
        home.configure(|config| {
            config["store"]["url"] = json!(url.as_str());
            config["plugins"]["limits"] = json!({ "channel_wall": "2s" });
            config["delivery"]["lease"] = json!("3s");
        });
        home.well(&["scan", "--now", NOW]).await;
        Self { home, relay, store, way }
    }

    /// The daemon, whose mail the relay has and has not answered yet.
    async fn with_a_mail_out(&self) -> Process {
        self.relay.on(Stage::Dot, Act::Hold);
        let daemon = self.home.daemon().await;
        self.relay.until_held().await;
        daemon
    }

    /// The one notice was told once, and that is known.
    async fn told_once(&self, daemon: Process) {
        self.store.until("SELECT COUNT(*) FROM nudged.ledger WHERE state = 'delivered'", 1).await;
        daemon.signal(Signal::TERM);
        assert_eq!(daemon.end().await, Some(0));
        assert_eq!(self.relay.taken().len(), 1);
        assert_eq!(self.store.number("SELECT COUNT(*) FROM nudged.outbox").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_waits_for_a_store_that_is_gone_for_longer_than_the_lease() {
    let far = Far::new().await;
    let daemon = far.with_a_mail_out().await;
    far.way.cut();
    far.relay.release();
    // Once a second: by then the lease is over.
    daemon.until_times("outcomes are not recorded yet", 5).await;
    far.way.mend();
    far.told_once(daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_waits_for_a_store_that_stalls() {
    let far = Far::new().await;
    let daemon = far.with_a_mail_out().await;
    far.way.stall();
    far.relay.release();
    far.relay.until("the mail is taken", |record| record.taken.len() == 1).await;
    far.way.mend();
    far.told_once(daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_while_the_store_cannot_be_written_and_all_of_it_afterwards() {
    let far = Far::new().await;
    let name = far.store.postgres_url().and_then(|url| url.rsplit('/').next()).expect("a name").to_owned();
    far.relay.on(Stage::Connect, Act::Reply("421 4.3.2 closed for the night"));
    let daemon = far.home.daemon().await;
    daemon.until("outcome=\"retry\"").await;
    far.store.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    far.way.cut();
    far.way.mend();
    daemon.until("read-only transaction").await;
    let asked = far.relay.sessions();
    daemon.until_times("read-only transaction", 3).await;
    assert_eq!(far.relay.sessions(), asked);
    far.relay.release();
    // Said from another database: here nothing can be changed any more.
    let elsewhere = Database::fresh_postgres().await;
    elsewhere.execute(&format!("ALTER DATABASE {name} RESET default_transaction_read_only")).await;
    // Connections keep what they began with.
    far.way.cut();
    far.way.mend();
    far.told_once(daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_without_its_store_says_so_and_tells_later_what_it_would_have_told() {
    let (relay, database) = (Relay::start().await, Database::fresh_postgres().await);
    let mut home = Home::new(&relay.url()).await;
    let server = url::Url::parse(database.postgres_url().expect("PostgreSQL")).expect("a URL");
    let mut gone = server.clone();
    gone.set_port(Some(1)).expect("a port");
    home.configure(|config| config["store"]["url"] = json!(gone.as_str()));
    let done = home.nudged(&["scan", "--now", NOW]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stderr.contains("store: ") && !done.stderr.contains(server.password().unwrap_or("\0")), "{done:?}");
    home.configure(|config| config["store"]["url"] = json!(server.as_str()));
    home.well(&["scan", "--now", NOW]).await;
    home.well(&["deliver", "--once"]).await;
    assert_eq!(relay.taken().len(), 1);
}
