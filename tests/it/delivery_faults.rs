//! What nudged makes of relays that refuse, stall, hang up or cannot be trusted.

use std::{sync::Arc, time::Duration};

use nudged::config::TlsMode;
use nudged_tests::{Act, Database, Manner, Office, Plan, Relay, Stage, at, notice, smtp, smtp_with};
use rustls::{ServerConfig, crypto::ring::default_provider, pki_types::PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use Act::{HangUp, Hold, Reply};

async fn office(database: &Database, plan: Plan) -> Office {
    plan.open(&database.url(), at("2026-05-04T09:00:00Z")).await
}

/// The outcome and the detail of one delivery under this plan.
async fn delivered_by(plan: Plan) -> (&'static str, String) {
    let database = Database::fresh_sqlite();
    let office = office(&database, plan).await;
    office.put([notice("pam@x.test")]).await;
    let delivery = office.deliver_one().await;
    (delivery.outcome, delivery.detail)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_final_only_if_it_is_about_the_mail() {
    let table = [
        (Stage::Connect, Reply("421 4.3.2 shutting down"), "retry"),
        (Stage::Connect, Reply("554 5.3.2 no service"), "retry"),
        (Stage::Auth, Reply("454 4.7.0 temporary failure"), "retry"),
        (Stage::Auth, Reply("535 5.7.8 wrong password"), "retry"),
        (Stage::Mail, Reply("451 4.3.0 try later"), "retry"),
        (Stage::Mail, Reply("530 5.7.0 authentication required"), "retry"),
        (Stage::Mail, Reply("550 5.7.1 sender refused"), "retry"),
        (Stage::Recipient, Reply("421 4.4.2 too many"), "retry"),
        (Stage::Recipient, Reply("450 4.2.1 greylisted"), "retry"),
        (Stage::Recipient, Reply("452 4.2.2 mailbox full"), "retry"),
        (Stage::Recipient, Reply("550 5.1.1 no such user"), "rejected"),
        (Stage::Recipient, Reply("552 5.2.2 over quota"), "rejected"),
        (Stage::Recipient, Reply("554 5.7.1 relay access denied"), "rejected"),
        (Stage::Data, Reply("451 4.3.0 try later"), "retry"),
        (Stage::Data, Reply("554 5.5.1 no valid recipients"), "rejected"),
        (Stage::Dot, Reply("452 4.3.1 disk full"), "retry"),
        (Stage::Dot, Reply("550 5.7.1 looks like spam"), "rejected"),
        (Stage::Dot, Reply("552 5.3.4 too big"), "rejected"),
        (Stage::Dot, Reply("354 go on"), "retry"),
        (Stage::Recipient, Reply("354 go on"), "retry"),
    ];
    for (stage, act, outcome) in table {
        let relay = Relay::with(Manner { auth: true, ..Manner::default() }).await;
        relay.on(stage, act.clone());
        let url = relay.url().replace("//", "//nudged:secret-word@");

        let (came_of_it, detail) = delivered_by(Plan::email(smtp(&url))).await;

        assert_eq!(came_of_it, outcome, "{stage:?} {act:?}: {detail}");
        let Reply(reply) = act else { unreachable!("the table holds replies") };
        assert!(detail.contains(&reply[4..]), "the relay's words are kept: {detail}");
        assert!(!detail.contains("secret-word"), "{detail}");
        assert_eq!(relay.taken(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_is_no_refusal() {
    for stage in [Stage::Connect, Stage::Mail, Stage::Recipient, Stage::Data, Stage::Content, Stage::Dot] {
        let relay = Relay::start().await;
        relay.on(stage, HangUp);
        let (outcome, detail) = delivered_by(Plan::email(smtp(&relay.url()))).await;
        assert_eq!(outcome, "retry", "{stage:?}: {detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_not_there_is_no_refusal() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("the port"));
    drop(listener);
    let (outcome, detail) = delivered_by(Plan::email(smtp(&url))).await;
    assert_eq!(outcome, "retry");
    assert!(detail.to_lowercase().contains("refused"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_stalls_costs_one_attempt() {
    for stage in [Stage::Connect, Stage::Recipient, Stage::Data, Stage::Dot] {
        let relay = Relay::start().await;
        relay.on(stage, Hold);
        let plan = Plan::email(smtp(&relay.url())).channel_wall(Duration::from_secs(1));
        let (outcome, detail) = delivered_by(plan).await;
        assert_eq!(outcome, "retry", "{stage:?}: {detail}");
        assert!(detail.contains("1s"), "{detail}");
    }
}

/// Were the connection used again, the next mail would take the late answers to the one before for its own.
#[tokio::test(flavor = "multi_thread")]
async fn the_answers_to_a_mail_that_was_given_up_are_never_taken_for_those_to_the_next() {
    let database = Database::fresh_sqlite();
    let relay = Relay::start().await;
    let plan = Plan::email(smtp(&relay.url())).channel_wall(Duration::from_secs(2));
    let office = office(&database, plan).await;
    for (n, stage) in [Stage::Recipient, Stage::Data, Stage::Dot].into_iter().enumerate() {
        let (slow, gone) = (format!("slow{n}@x.test"), format!("gone{n}@x.test"));
        relay.on_mails_to(&slow, stage, Hold);
        office.put([notice(&slow)]).await;
        assert_eq!(office.deliver_one().await.outcome, "retry");
        relay.release();

        relay.on_mails_to(&gone, Stage::Recipient, Reply("550 5.1.1 no such user"));
        office.put([notice(&gone)]).await;
        let delivery = office.deliver_one().await;
        assert_eq!(delivery.outcome, "rejected", "after a stall at {stage:?}: {delivery:?}");
        relay.release();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_keeps_no_other_waiting() {
    let database = Database::fresh_sqlite();
    let relay = Relay::start().await;
    relay.on_mails_to("gone@x.test", Stage::Recipient, Reply("550 5.1.1 no such user"));
    relay.on_mails_to("busy@x.test", Stage::Recipient, Reply("450 4.2.1 busy"));
    let office = office(&database, Plan::email(smtp(&relay.url()))).await;
    office.put(["a", "gone", "b", "busy", "c"].map(|name| notice(&format!("{name}@x.test")))).await;

    let mut ended: Vec<_> =
        office.deliver().await.iter().map(|end| (end.notification.recipient.clone(), end.outcome)).collect();

    ended.sort();
    let expected =
        [("a", "delivered"), ("b", "delivered"), ("busy", "retry"), ("c", "delivered"), ("gone", "rejected")];
    assert_eq!(ended, expected.map(|(name, outcome)| (format!("{name}@x.test"), outcome)));
    let mut told: Vec<_> = relay.taken().into_iter().flat_map(|taken| taken.to).collect();
    told.sort();
    assert_eq!(told, ["a@x.test", "b@x.test", "c@x.test"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_in_the_clear_where_tls_is_required() {
    let relay = Relay::with(Manner { auth: true, ..Manner::default() }).await;
    let url = relay.url().replace("//", "//nudged:secret-word@");
    let (outcome, detail) = delivered_by(Plan::email(smtp_with(&url, TlsMode::Required))).await;
    assert_eq!(outcome, "retry");
    assert!(detail.contains("STARTTLS"), "{detail}");
    assert!(!relay.heard("AUTH") && !relay.heard("MAIL"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    for mode in [TlsMode::Required, TlsMode::Opportunistic] {
        let relay = Relay::with(Manner { tls: Some(self_signed()), auth: true, ..Manner::default() }).await;
        let url = relay.url().replace("//", "//nudged:secret-word@");
        let (outcome, detail) = delivered_by(Plan::email(smtp_with(&url, mode))).await;
        assert_eq!(outcome, "retry");
        assert!(detail.contains("certificate"), "{detail}");
        assert!(relay.heard("STARTTLS"));
        assert!(!relay.heard("AUTH") && !relay.heard("MAIL"));
    }
}

/// A certificate for this machine's address, signed by itself.
fn self_signed() -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a key that fits");
    TlsAcceptor::from(Arc::new(config))
}
