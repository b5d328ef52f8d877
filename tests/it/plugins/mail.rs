//! Channels with mail: one mail a notification, to its recipient, and what was sent stays sent.

use nudged::pipeline::Delivery;
use nudged_tests::{Act, Database, Plan, Relay, Stage, at, guest_file, notice_over, smtp};

/// How the delivery of one notice over a channel with this guest ended, at this relay.
async fn delivered_by(guest: &str, relay: &Relay) -> Delivery {
    let database = Database::fresh_sqlite();
    let plan = Plan::default().file(guest_file(guest)).channel("post", guest, Some(smtp(&relay.url())));
    let office = plan.open(&database.url(), at("2026-05-04T09:00:00Z")).await;
    office.put([notice_over("post", "pam@x.test")]).await;
    let delivery = office.deliver_one().await;
    assert_eq!(office.deliver().await, [], "nothing is left for now");
    delivery
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_sent_stays_sent_whatever_its_guest_does_then() {
    for guest in ["panics-after-mail", "mails-twice"] {
        let relay = Relay::start().await;
        let delivery = delivered_by(guest, &relay).await;
        let end = (delivery.outcome, delivery.attempts, delivery.detail.as_str());
        assert_eq!(end, ("delivered", 1, "250 taken"), "{guest}");
        let to: Vec<_> = relay.taken().into_iter().map(|taken| taken.to).collect();
        assert_eq!(to, [["pam@x.test"]], "{guest}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_not_sent_is_tried_again_after_a_panic() {
    let relay = Relay::start().await;
    relay.on(Stage::Recipient, Act::Reply("450 4.2.1 busy"));
    let delivery = delivered_by("panics-after-mail", &relay).await;
    assert_eq!(delivery.outcome, "retry", "{delivery:?}");
    assert!(delivery.detail.contains(": trap: panicked at"), "{delivery:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_mail_is_denied_even_if_the_first_was_not_sent() {
    let relay = Relay::start().await;
    relay.on(Stage::Recipient, Act::Reply("450 4.2.1 busy"));
    let delivery = delivered_by("mails-twice", &relay).await;
    assert_eq!(delivery.outcome, "retry", "{delivery:?}");
    assert!(delivery.detail.ends_with("denied: asked for a second mail for one notification"), "{delivery:?}");
    assert_eq!(relay.sessions(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_field_that_steers_the_relay_is_denied() {
    let relay = Relay::start().await;
    let delivery = delivered_by("widens-recipients", &relay).await;
    assert_eq!(delivery.outcome, "retry", "{delivery:?}");
    assert!(delivery.detail.contains(r#"denied: asked for the header field "X-SMTPAPI""#), "{delivery:?}");
    assert_eq!(relay.sessions(), 0, "nothing reaches the relay");
}
