//! Connections to the relay: kept from mail to mail while they are good, and never trusted once a mail went wrong.

use std::time::Duration;

use futures_util::future::join_all;
use nudged_tests::{Act, Database, Office, Plan, Relay, Stage, at, notice, smtp};

use Act::{Hold, Reply};

async fn office(database: &Database, relay: &Relay) -> Office {
    let plan = Plan::email(smtp(&relay.url())).channel_wall(Duration::from_secs(2));
    plan.open(&database.url(), at("2026-05-04T09:00:00Z")).await
}

/// The outcome of one notice to this recipient.
async fn outcome(office: &Office, recipient: &str) -> &'static str {
    office.put([notice(recipient)]).await;
    office.deliver_one().await.outcome
}

fn told(relay: &Relay) -> Vec<String> {
    relay.taken().into_iter().flat_map(|taken| taken.to).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_one_after_the_other_share_a_connection() {
    let (database, relay) = (Database::fresh_sqlite(), Relay::start().await);
    let office = office(&database, &relay).await;
    for recipient in ["a@x.test", "b@x.test", "c@x.test"] {
        assert_eq!(outcome(&office, recipient).await, "delivered");
    }
    assert_eq!(told(&relay), ["a@x.test", "b@x.test", "c@x.test"]);
    assert_eq!(relay.sessions(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_takes_no_more_connections_than_there_are_places() {
    let (database, relay) = (Database::fresh_sqlite(), Relay::start().await);
    let mut office = office(&database, &relay).await;
    office.deliverer.config.concurrency = 3;
    let people: Vec<_> = (10..40).map(|n| format!("person{n}@x.test")).collect();
    office.put(people.iter().map(|person| notice(person))).await;
    let ended = office.deliver().await;
    assert!(ended.iter().all(|end| end.outcome == "delivered"), "{ended:?}");
    let mut told = told(&relay);
    told.sort();
    assert_eq!(told, people);
    assert!(relay.sessions() <= 3, "{}", relay.sessions());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_relay_has_closed_costs_no_attempt() {
    for last_words in ["", "421 4.4.2 idle for too long"] {
        let (database, relay) = (Database::fresh_sqlite(), Relay::start().await);
        let office = office(&database, &relay).await;
        assert_eq!(outcome(&office, "a@x.test").await, "delivered");
        relay.say_goodbye(last_words).await;

        office.put([notice("b@x.test")]).await;
        let delivery = office.deliver_one().await;

        assert_eq!((delivery.outcome, delivery.attempts), ("delivered", 1), "{last_words:?}: {delivery:?}");
        assert_eq!(told(&relay), ["a@x.test", "b@x.test"], "{last_words:?}");
        assert_eq!(relay.sessions(), 2, "{last_words:?}");
    }
}

/// Were the kept connection used again, the next mail would take the late answers to the one before for its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_connection_on_which_a_mail_stalled_is_given_up() {
    join_all([Stage::Mail, Stage::Recipient, Stage::Data, Stage::Dot].map(give_up_at)).await;
}

async fn give_up_at(stage: Stage) {
    let (database, relay) = (Database::fresh_sqlite(), Relay::start().await);
    let office = office(&database, &relay).await;
    assert_eq!(outcome(&office, "a@x.test").await, "delivered");
    relay.on(stage, Hold);
    assert_eq!(outcome(&office, "slow@x.test").await, "retry", "{stage:?}");
    assert_eq!(relay.sessions(), 1, "{stage:?}: the mail stalled on the kept connection");
    relay.release();

    relay.on_mails_to("gone@x.test", Stage::Recipient, Reply("550 5.1.1 no such user"));
    assert_eq!(outcome(&office, "gone@x.test").await, "rejected", "{stage:?}");

    assert_eq!(relay.sessions(), 2, "{stage:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_harms_neither_the_one_before_nor_the_next() {
    for stage in [Stage::Mail, Stage::Recipient, Stage::Data, Stage::Dot] {
        let (database, relay) = (Database::fresh_sqlite(), Relay::start().await);
        let office = office(&database, &relay).await;
        assert_eq!(outcome(&office, "a@x.test").await, "delivered");
        relay.on(stage, Reply("550 5.7.1 not this one"));
        let expected = if stage == Stage::Mail { "retry" } else { "rejected" };
        assert_eq!(outcome(&office, "gone@x.test").await, expected, "{stage:?}");
        relay.release();
        assert_eq!(outcome(&office, "b@x.test").await, "delivered", "{stage:?}");
        assert_eq!(told(&relay), ["a@x.test", "b@x.test"], "{stage:?}");
    }
}
