//! `nudged outbox`, as an operator uses it.

use std::time::Duration;

use chrono::TimeDelta;
use nudged::{
    clock::{Clock, SystemClock},
    model::{Instant, ItemKey, Notice, Occurrence, OpenOccurrence},
    store::{Attempt, Disposal, Enqueue, LedgerEntry, SqlStore, Store},
};
use nudged_tests::{Database, Done, Home, end, notice_over, take};
use serde_json::{Value, json};

macro_rules! on_both {
    ($($name:ident,)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::Database::fresh_sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::Database::fresh_postgres().await).await;
            })*
        }
    };
}

on_both! {
    what_waits_is_listed,
    one_is_shown_whole,
    what_failed_is_retried_and_goes_out,
    what_is_dropped_is_not_sent,
    a_store_that_is_not_there_is_looked_at_and_not_made,
}

/// A home over this store; whose mails go nowhere.
async fn home(database: &Database) -> Home {
    let mut home = Home::new("smtp://127.0.0.1:9").await;
    home.configure(|config| config["store"]["url"] = json!(database.written_url()));
    home
}

async fn open(database: &Database) -> SqlStore {
    SqlStore::connect(&database.url()).await.expect("a store")
}

fn now() -> Instant {
    SystemClock.now()
}

fn occurrence() -> Occurrence {
    Occurrence {
        reminder: "pending-share".into(),
        item: ItemKey::share("s1"),
        reason: "pending".into(),
        episode: Instant::UNIX_EPOCH,
    }
}

/// Puts a notification for `name@x.test` into the outbox, and ends its first attempt.
async fn put(store: &SqlStore, channel: &str, name: &str, disposal: Option<Disposal>) -> String {
    let at = now() - TimeDelta::minutes(5);
    let mut notification = notice_over(channel, &format!("{name}@x.test"));
    notification.subject = format!("Sales\u{1b}[2J for {name}");
    let occurrence = occurrence();
    let entries = vec![LedgerEntry { occurrence, sequence: 1, slot: at, notice: Notice::Reminder }];
    let id = notification.id.as_str().to_owned();
    let enqueue = Enqueue { notification, entries, decided: at, created: at };
    assert_eq!(store.enqueue(&[enqueue]).await.expect("written"), []);
    if let Some(disposal) = disposal {
        let leases = take(store, "test", at, now() + TimeDelta::hours(1), 100).await;
        let lease = leases.iter().find(|lease| lease.notification.id.as_str() == id).expect("a lease");
        let took = Duration::from_millis(120);
        let detail = "550 5.1.1 nobody\u{7} here".to_owned();
        let attempt = Attempt { started: at, took, detail, plugin: Some("email@0123".into()), receipt: None };
        end(store, lease, &attempt, disposal).await;
    }
    id
}

fn lines(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn assert_no(done: &Done, words: &[&str]) {
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    for word in words {
        assert!(done.stderr.contains(word), "{word:?} is missing: {done:?}");
    }
}

async fn what_waits_is_listed(database: Database) {
    let (home, store) = (home(&database).await, open(&database).await);
    assert_eq!(home.well(&["outbox", "list"]).await, "nothing waits\n");
    assert_eq!(home.well(&["outbox", "list", "--format", "json"]).await, "");
    let dead = put(&store, "email", "pam", Some(Disposal::Dead)).await;
    let queued = put(&store, "a-longer-name", "sue", None).await;
    let text = home.well(&["outbox", "list"]).await;
    let shown: Vec<_> = text.lines().collect();
    assert_eq!(shown.len(), 4, "{text}");
    assert!(shown[1].contains("Sales\u{fffd}[2J for pam") && !text.contains('\u{1b}'), "{text}");
    assert!(shown[2].ends_with("550 5.1.1 nobody\u{fffd} here"), "{text}");
    let columns = |word: &str, row: usize| shown[row].find(word).expect(word);
    assert_eq!([columns("id", 0); 2], [columns(&dead, 1), columns(&queued, 3)], "{text}");
    assert_eq!(columns("subject", 0), columns("Sales", 3), "{text}");

    let listed = lines(&home.well(&["outbox", "list", "--format", "json"]).await);
    let mut first = listed[0].clone();
    assert!(first["created"].as_str().is_some_and(|at| at.ends_with('Z')), "{first}");
    first["created"] = json!(null);
    let expected = json!({
        "notification": dead, "state": "dead", "channel": "email", "recipient": "pam@x.test",
        "subject": "Sales\u{1b}[2J for pam", "attempts": 1, "created": null, "due": null,
        "detail": "550 5.1.1 nobody\u{7} here",
    });
    assert_eq!(first, expected);
    for (filter, expected) in [
        (&["--state", "queued"][..], vec![&queued]),
        (&["--state", "queued", "--state", "dead"], vec![&dead, &queued]),
        (&["--channel", "email"], vec![&dead]),
        (&["--recipient", "sue@x.test"], vec![&queued]),
        (&["--limit", "1"], vec![&dead]),
        (&["--state", "leased"], vec![]),
    ] {
        let arguments = [&["outbox", "list", "--format", "json"], filter].concat();
        let listed = lines(&home.well(&arguments).await);
        let ids: Vec<_> = listed.iter().map(|one| one["notification"].as_str().expect("an id")).collect();
        assert_eq!(ids, expected, "{filter:?}");
    }
    assert_eq!(home.nudged(&["outbox", "list", "--state", "lost"]).await.code, Some(2));
}

async fn one_is_shown_whole(database: Database) {
    let (home, store) = (home(&database).await, open(&database).await);
    let dead = put(&store, "email", "pam", Some(Disposal::Dead)).await;
    let delivered = put(&store, "email", "sue", Some(Disposal::Delivered)).await;
    let text = home.well(&["outbox", "show", &dead[..6]]).await;
    for word in [
        &format!("notification {dead}: dead")[..],
        "to pam@x.test by email",
        "subject: Sales\u{fffd}[2J for pam",
        "    Sales: a share request waits\n",
        "pending-share share:s1 (pending): reminder no. 1 of ",
        " dead by email@0123 in 120 ms: 550 5.1.1 nobody\u{fffd} here",
    ] {
        assert!(text.contains(word), "{word:?} is missing: {text}");
    }
    let shown = lines(&home.well(&["outbox", "show", &dead, "--format", "json"]).await);
    let one = &shown[0];
    assert_eq!((one["state"].as_str(), one["items"][0]["state"].as_str()), (Some("dead"), Some("dead")));
    assert_eq!(
        (one["attempts"][0]["outcome"].as_str(), one["attempts"][0]["millis"].as_u64()),
        (Some("dead"), Some(120))
    );
    assert!(one["text"].as_str().is_some_and(|text| text.contains('\n')), "{one}");
    let text = home.well(&["outbox", "show", &delivered]).await;
    assert!(text.starts_with(&format!("notification {delivered}: delivered\n")), "{text}");
    assert!(text.contains("its text is not kept"), "{text}");
    assert_no(&home.nudged(&["outbox", "show", "0123456"]).await, &["0123456: there is no such notification"]);
    for wrong in ["01234", "01234g", "pending-share"] {
        let done = home.nudged(&["outbox", "show", wrong]).await;
        assert_eq!(done.code, Some(2), "{done:?}");
        assert!(done.stderr.contains("6 of them at least"), "{done:?}");
    }
}

async fn what_failed_is_retried_and_goes_out(database: Database) {
    let (mut home, store) = (home(&database).await, open(&database).await);
    home.configure(|config| {
        let email = config["channels"]["email"].as_object_mut().expect("a channel");
        email.remove("smtp");
        email.insert("maildir".to_owned(), json!("mail"));
        // These are months old and about nothing: they would not be sent any more.
        config["delivery"]["recheck_after"] = json!("3000d");
    });
    let dead = put(&store, "email", "pam", Some(Disposal::Dead)).await;
    let rejected = put(&store, "email", "sue", Some(Disposal::Rejected)).await;
    let other = put(&store, "gone", "rita", Some(Disposal::Dead)).await;
    let done = home.nudged(&["outbox", "retry", &dead[..8], &dead]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(done.stdout, format!("queued {dead} to pam@x.test by email: Sales\u{fffd}[2J for pam\n"));
    assert_no(&home.nudged(&["outbox", "retry", &dead]).await, &[&dead, "waits to be sent already"]);
    let all = home.well(&["outbox", "retry", "--all", "--channel", "email", "--format", "json"]).await;
    let expected = json!({ "notification": rejected, "channel": "email", "recipient": "sue@x.test", "done": "queued" });
    assert_eq!(lines(&all), [expected]);
    assert_eq!(home.well(&["outbox", "retry", "--all", "--channel", "email"]).await, "there is none\n");
    let delivered = home.well(&["deliver", "--once", "--format", "json"]).await;
    assert_eq!(lines(&delivered).len(), 2, "{delivered}");
    assert!(lines(&delivered).iter().all(|line| line["outcome"] == "delivered"), "{delivered}");
    assert_no(&home.nudged(&["outbox", "retry", &dead]).await, &[&dead, "not in the outbox any more"]);
    let left = lines(&home.well(&["outbox", "list", "--format", "json"]).await);
    assert_eq!((left.len(), left[0]["notification"].as_str()), (1, Some(other.as_str())));
    for wrong in [&["retry"][..], &["retry", "--all", &dead], &["retry", &dead, "--channel", "email"]] {
        assert_eq!(home.nudged(&[&["outbox"], wrong].concat()).await.code, Some(2), "{wrong:?}");
    }
}

async fn what_is_dropped_is_not_sent(database: Database) {
    let (home, store) = (home(&database).await, open(&database).await);
    let dead = put(&store, "chat", "sue", Some(Disposal::Dead)).await;
    let leased = put(&store, "email", "quin", None).await;
    assert_eq!(take(&store, "test", now(), now() + TimeDelta::hours(1), 100).await.len(), 1);
    let queued = put(&store, "email", "pam", None).await;
    let done = home.nudged(&["outbox", "drop", &queued, &leased, "abcdef"]).await;
    assert_eq!(done.code, Some(1), "{done:?}");
    assert_eq!(done.stdout, format!("dropped {queued} to pam@x.test by email: Sales\u{fffd}[2J for pam\n"));
    for word in [&format!("{leased} is being sent")[..], "abcdef: there is no such notification"] {
        assert!(done.stderr.contains(word), "{word:?} is missing: {done:?}");
    }
    store
        .open(&[OpenOccurrence { occurrence: occurrence(), title: "Sales".into(), opened: now() }])
        .await
        .expect("open");
    let explained = home.well(&["explain", "share:s1"]).await;
    let words = "to pam@x.test by email: cancelled, for it was resolved before it was sent, or an operator dropped it";
    assert!(explained.contains(words), "{explained}");
    let shown = lines(&home.well(&["outbox", "show", &queued, "--format", "json"]).await);
    assert_eq!((&shown[0]["state"], &shown[0]["items"][0]["state"]), (&json!("cancelled"), &json!("cancelled")));
    for wrong in
        [&["drop"][..], &["drop", "--all"], &["drop", "--state", "dead"], &["drop", "--all", "--channel", "chat"]]
    {
        assert_eq!(home.nudged(&[&["outbox"], wrong].concat()).await.code, Some(2), "{wrong:?}");
    }
    let dropped = home.well(&["outbox", "drop", "--all", "--state", "dead", "--format", "json"]).await;
    assert_eq!((lines(&dropped)[0]["notification"].as_str(), lines(&dropped).len()), (Some(dead.as_str()), 1));
    assert_eq!(lines(&home.well(&["outbox", "list", "--format", "json"]).await).len(), 1);
}

async fn a_store_that_is_not_there_is_looked_at_and_not_made(database: Database) {
    let home = home(&database).await;
    assert_eq!(home.well(&["outbox", "list"]).await, "nothing waits\n");
    assert_eq!(home.well(&["outbox", "drop", "--all", "--state", "dead"]).await, "there is none\n");
    for command in ["show", "retry", "drop"] {
        assert_no(&home.nudged(&["outbox", command, "abcdef"]).await, &["abcdef: there is no such notification"]);
    }
    if database.is_postgres() {
        assert_eq!(database.number("SELECT COUNT(*) FROM pg_namespace WHERE nspname = 'nudged'").await, 0);
    } else {
        assert!(!database.file().exists());
    }
}
