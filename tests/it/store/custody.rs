//! What an operator sees and does.

use nudged::{
    model::NotificationId,
    store::{Custody, Disposal, Fate, Filter, Finish, Kept, OutboxState, SqlStore, Store},
};
use nudged_tests::Database;

use super::{digest, finish, lease, minutes, now, occurrence, open, table, told};

on_both! {
    the_outbox_is_listed_by_state_channel_and_recipient,
    all_that_is_known_of_a_notification_is_shown,
    what_failed_is_queued_again_as_if_it_were_new,
    what_is_dropped_is_gone_and_what_is_being_sent_is_not_dropped,
    an_operator_is_told_once_and_never_of_the_telling_itself,
    an_id_is_found_by_its_first_digits_wherever_it_is,
}

/// Four notifications: `queued@`, `leased@` (until two minutes from now), `rejected@` and `dead@x.test`, by age.
async fn one_in_each_state(store: &SqlStore) -> [NotificationId; 4] {
    let mut ids = Vec::new();
    for (n, name) in ["rejected", "dead", "queued", "leased"].into_iter().enumerate() {
        let mut enqueue = digest(&format!("{name}@x.test"), &["s1"], 1);
        enqueue.created = now() + minutes(n as i64);
        enqueue.notification.channel = if name == "dead" { "chat".into() } else { "email".into() };
        ids.push(enqueue.notification.id.clone());
        store.enqueue(&[enqueue]).await.expect("written");
        let leases = if name == "queued" { Vec::new() } else { lease(store, "a", now() + minutes(3)).await };
        for lease in leases {
            match name {
                "rejected" => drop(finish(store, &lease, Disposal::Rejected).await),
                "dead" => drop(finish(store, &lease, Disposal::Dead).await),
                _ if lease.notification.recipient != "leased@x.test" => {
                    let back = [(&lease, now() + minutes(2))];
                    nudged::store::Outbox::defer(store, &back).await.expect("given back");
                }
                _ => {}
            }
        }
    }
    let [rejected, dead, queued, leased] = ids.try_into().expect("four");
    [queued, leased, rejected, dead]
}

fn ids(all: &[Kept]) -> Vec<&NotificationId> {
    all.iter().map(|kept| &kept.id).collect()
}

async fn the_outbox_is_listed_by_state_channel_and_recipient(database: Database) {
    let store = open(&database).await;
    let [queued, leased, rejected, dead] = one_in_each_state(&store).await;
    let all = store.list(&Filter::default()).await.expect("a list");
    assert_eq!(ids(&all), [&rejected, &dead, &queued, &leased], "oldest first");
    let expected = Kept {
        id: dead.clone(),
        channel: "chat".into(),
        recipient: "dead@x.test".into(),
        subject: "2 requests wait for you".into(),
        state: OutboxState::Dead,
        attempts: 1,
        created: now() + minutes(1),
        due: None,
        detail: Some("250 ok".into()),
    };
    assert_eq!(all[1], expected);
    assert_eq!((all[2].due, &all[2].detail), (Some(now() + minutes(2)), &None));
    assert_eq!(all[3].due, Some(now() + minutes(5)), "the end of its lease");
    let list = async |filter| store.list(&filter).await.expect("a list");
    let states = |states: &[OutboxState]| Filter { states: states.to_vec(), ..Filter::default() };
    assert_eq!(ids(&list(states(&[OutboxState::Leased])).await), [&leased]);
    assert_eq!(ids(&list(states(&[OutboxState::Dead, OutboxState::Queued])).await), [&dead, &queued]);
    let email = Filter { channel: Some("email".into()), limit: Some(2), ..Filter::default() };
    assert_eq!(ids(&list(email).await), [&rejected, &queued]);
    let recipient = Some("dead@x.test".to_owned());
    let to = Filter { recipient, channel: Some("chat".into()), ..states(&[OutboxState::Dead]) };
    assert_eq!(ids(&list(to).await), [&dead]);
    let neither = Filter { recipient: Some("dead@x.test".into()), channel: Some("email".into()), ..Filter::default() };
    assert_eq!(list(neither).await, []);
}

async fn all_that_is_known_of_a_notification_is_shown(database: Database) {
    let store = open(&database).await;
    let enqueue = digest("pam@x.test", &["s1", "s2"], 3);
    let id = enqueue.notification.id.clone();
    store.enqueue(std::slice::from_ref(&enqueue)).await.expect("written");
    let leases = lease(&store, "a", now()).await;
    finish(&store, &leases[0], Disposal::Requeue { not_before: now() }).await;
    let shown = store.show(&id).await.expect("an answer").expect("a dossier");
    let (kept, body) = shown.kept.expect("it waits");
    assert_eq!((kept.id, kept.attempts, body), (id.clone(), 1, Some(enqueue.notification)));
    let items: Vec<_> =
        shown.told.iter().map(|told| (told.occurrence.item.as_str(), told.sequence, told.fate)).collect();
    assert_eq!(items, [("share:s1", 3, Fate::Queued), ("share:s2", 3, Fate::Queued)]);
    assert_eq!(shown.attempts, [("retry".to_owned(), super::attempt("250 ok"))]);

    let leases = lease(&store, "a", now()).await;
    finish(&store, &leases[0], Disposal::Delivered).await;
    let shown = store.show(&id).await.expect("an answer").expect("a dossier");
    assert_eq!((shown.kept, shown.told[0].fate), (None, Fate::Delivered));
    let outcomes: Vec<_> = shown.attempts.iter().map(|(outcome, _)| outcome.as_str()).collect();
    assert_eq!(outcomes, ["retry", "delivered"]);
    assert_eq!(store.show(&NotificationId::from_stored("none".into())).await.expect("an answer"), None);
}

async fn what_failed_is_queued_again_as_if_it_were_new(database: Database) {
    let store = open(&database).await;
    let all = one_in_each_state(&store).await;
    let [_, _, rejected, dead] = all.clone();
    database.execute(&format!("UPDATE {} SET lost = 7", table(&database, "outbox"))).await;
    store.report(&all, &[], now()).await.expect("an operator is told");
    let later = now() + minutes(600);
    let queued = store.retry(&all, later).await.expect("an answer");
    let mut expected = vec![rejected.clone(), dead.clone()];
    expected.sort();
    assert_eq!(queued, expected);
    for to in ["rejected@x.test", "dead@x.test"] {
        let channel = if to == "dead@x.test" { "chat" } else { "email" };
        let histories = store.history(&[occurrence("s1")], super::late()).await.expect("a history");
        assert!(histories[&occurrence("s1")][&(channel.to_owned(), to.to_owned())].in_flight, "{to}");
    }
    let leases = lease(&store, "a", later).await;
    let again: Vec<_> = leases.iter().filter(|lease| expected.contains(&lease.notification.id)).collect();
    assert_eq!(again.len(), 2);
    for lease in again {
        assert_eq!((lease.attempts, lease.lost, lease.created), (0, 0, later));
        assert_eq!(finish(&store, lease, Disposal::Dead).await, Finish::Done);
    }
    let unreported = store.unreported(10).await.expect("a list");
    assert_eq!(unreported.len(), 2, "they failed afresh");
    assert_eq!(
        store.show(&dead).await.expect("an answer").expect("a dossier").attempts.len(),
        2,
        "nothing is forgotten"
    );
}

async fn what_is_dropped_is_gone_and_what_is_being_sent_is_not_dropped(database: Database) {
    let store = open(&database).await;
    let all = one_in_each_state(&store).await;
    let [queued, leased, rejected, dead] = all.clone();
    let dropped = store.discard(&all, now() + minutes(4)).await.expect("an answer");
    let mut expected = vec![queued.clone(), rejected, dead.clone()];
    expected.sort();
    assert_eq!(dropped, expected);
    assert_eq!(ids(&store.list(&Filter::default()).await.expect("a list")), [&leased]);
    for (id, fate) in [(&queued, Fate::Cancelled), (&dead, Fate::Dead)] {
        let shown = store.show(id).await.expect("an answer").expect("a dossier");
        assert_eq!(shown.told[0].fate, fate);
        let (outcome, attempt) = shown.attempts.last().expect("an attempt");
        assert_eq!((outcome.as_str(), attempt.detail.as_str()), ("cancelled", "dropped by an operator"));
    }
    assert!(!told(&store, "s1", "queued@x.test").await.expect("a history").in_flight);
    assert_eq!(store.discard(&all, now() + minutes(4)).await.expect("an answer"), []);
    // Nobody is at work on it any more.
    assert_eq!(store.discard(&all, now() + minutes(5)).await.expect("an answer"), [leased]);
}

async fn an_operator_is_told_once_and_never_of_the_telling_itself(database: Database) {
    let store = open(&database).await;
    let [_, _, rejected, dead] = one_in_each_state(&store).await;
    assert_eq!(ids(&store.unreported(10).await.expect("a list")), [&rejected, &dead]);
    assert_eq!(ids(&store.unreported(1).await.expect("a list")), [&rejected]);
    let both = [rejected, dead];
    let telling = digest("ops@x.test", &[], 1).notification;
    store.report(&both, std::slice::from_ref(&telling), now() + minutes(60)).await.expect("told");
    let second = digest("other-ops@x.test", &[], 1).notification;
    store.report(&both, &[second], now() + minutes(60)).await.expect("told before");
    assert_eq!(store.unreported(10).await.expect("a list"), []);
    let leases = lease(&store, "a", now() + minutes(60)).await;
    let told: Vec<_> = leases.iter().filter(|lease| lease.notification.recipient.contains("ops@")).collect();
    assert_eq!(told.len(), 1, "two daemons that notice the same tell it once");
    assert_eq!((&told[0].notification, told[0].created), (&telling, now() + minutes(60)));
    finish(&store, told[0], Disposal::Dead).await;
    assert_eq!(store.unreported(10).await.expect("a list"), [], "a failed report makes no report");
}

async fn an_id_is_found_by_its_first_digits_wherever_it_is(database: Database) {
    let store = open(&database).await;
    let mut all = Vec::new();
    for (n, id) in ["abcdef00", "abcdef01", "abcd0000", "abce0000"].into_iter().enumerate() {
        let mut enqueue = digest(&format!("p{n}@x.test"), &["s1"], 1);
        enqueue.notification.id = NotificationId::from_stored(id.into());
        all.push(enqueue);
    }
    store.enqueue(&all).await.expect("written");
    for lease in lease(&store, "a", now()).await.iter().take(2) {
        finish(&store, lease, Disposal::Delivered).await;
    }
    let cases: [(&str, u32, &[&str]); 5] = [
        ("abcdef", 9, &["abcdef00", "abcdef01"]),
        ("abcd", 9, &["abcd0000", "abcdef00", "abcdef01"]),
        ("abc", 2, &["abcd0000", "abcdef00"]),
        ("abce0000", 9, &["abce0000"]),
        ("ffff", 9, &[]),
    ];
    for (digits, limit, expected) in cases {
        let found = store.ids_beginning_with(digits, limit).await.expect("ids");
        assert_eq!(found.iter().map(NotificationId::as_str).collect::<Vec<_>>(), expected, "{digits}");
    }
}
