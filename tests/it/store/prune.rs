//! What is over is forgotten, and nothing else.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use nudged::{
    model::{Instant, ItemKey, NotificationId, Occurrence, OpenOccurrence},
    store::{Action, Attempt, Custody, Disposal, Enqueue, Filter, LedgerEntry, Outbox, Runs, SqlStore, Store},
};
use nudged_tests::{Database, end, take};

use super::{attempt, digest, now, open, table};

on_both! {
    whatever_has_happened_what_is_open_is_remembered,
    what_is_over_is_forgotten_with_all_that_belongs_to_it,
    what_is_not_known_to_be_over_is_remembered,
    the_last_run_of_each_reminder_is_remembered,
    little_is_removed_at_a_time,
}

fn day(n: i64) -> Instant {
    now() + TimeDelta::days(n)
}

fn occurrence(share: &str) -> Occurrence {
    Occurrence {
        reminder: "pending-share".into(),
        item: ItemKey::share(share),
        reason: "pending".into(),
        episode: day(-1000),
    }
}

fn opened(occurrence: &Occurrence, at: Instant) -> OpenOccurrence {
    OpenOccurrence { occurrence: occurrence.clone(), title: "Sales".into(), opened: at }
}

/// A notification about these, decided then.
fn notice(to: &str, about: &[(Occurrence, u32)], at: Instant) -> Enqueue {
    let entry = |(occurrence, sequence): &(Occurrence, u32)| LedgerEntry {
        occurrence: occurrence.clone(),
        sequence: *sequence,
        slot: at,
        notice: Default::default(),
    };
    let mut enqueue = digest(to, &[], 1);
    enqueue.notification.id = NotificationId::derive("email", to, about.iter().map(|(one, n)| (one, *n)));
    Enqueue { entries: about.iter().map(entry).collect(), decided: at, created: at, ..enqueue }
}

/// Ends whatever is due then.
async fn deliver(store: &SqlStore, at: Instant, mut disposal: impl FnMut() -> Option<Disposal>) {
    for lease in take(store, "a", at, at + TimeDelta::hours(1), 100).await {
        match disposal() {
            Some(disposal) => drop(end(store, &lease, &Attempt { started: at, ..attempt("ok") }, disposal).await),
            None => store.defer(&[(&lease, at)]).await.expect("given back"),
        }
    }
}

/// Forgets in small steps until nothing is left to be forgotten; says how much.
async fn prune(store: &SqlStore, before: Instant, limit: u32) -> u64 {
    let mut gone = 0;
    loop {
        match store.prune(before, limit).await.expect("pruned") {
            0 => return gone,
            some => gone += some,
        }
    }
}

async fn count(database: &Database, name: &str) -> i64 {
    database.number(&format!("SELECT COUNT(*) FROM {}", table(database, name))).await
}

/// Forty occurrences that come and go.
struct Life {
    all: Vec<Occurrence>,
    is_open: BTreeMap<Occurrence, bool>,
    sequences: HashMap<(Occurrence, &'static str), u32>,
    random: fastrand::Rng,
}

impl Life {
    fn new(seed: u64) -> Self {
        let all = (0..40).map(|n| occurrence(&format!("s{seed}-{n}"))).collect();
        let random = fastrand::Rng::with_seed(seed);
        Self { all, is_open: BTreeMap::new(), sequences: HashMap::new(), random }
    }

    fn lasting(&self) -> Vec<Occurrence> {
        self.is_open.iter().filter(|(_, open)| **open).map(|(one, _)| one.clone()).collect()
    }

    /// Some begin or end; somebody is told of some that last; what waits ends in every way.
    async fn go_on(&mut self, store: &SqlStore, at: Instant) {
        for _ in 0..4 {
            let one = &self.all[self.random.usize(0..self.all.len())];
            let was_open = self.is_open.insert(one.clone(), true) == Some(true);
            if was_open {
                Store::close(store, std::slice::from_ref(one), at).await.expect("closed");
                self.is_open.insert(one.clone(), false);
            } else {
                store.open(&[opened(one, at)]).await.expect("open");
            }
        }
        let to = ["pam@x.test", "sue@x.test"][self.random.usize(0..2)];
        let mut about = Vec::new();
        for one in self.lasting() {
            if self.random.u8(0..4) == 0 {
                let sequence = self.sequences.entry((one.clone(), to)).or_default();
                *sequence += 1;
                about.push((one, *sequence));
            }
        }
        if !about.is_empty() {
            assert_eq!(store.enqueue(&[notice(to, &about, at)]).await.expect("written"), []);
        }
        deliver(store, at, || match self.random.u8(0..20) {
            0 => Some(Disposal::Rejected),
            1 => Some(Disposal::Dead),
            2 => Some(Disposal::Cancelled),
            3 => Some(Disposal::Requeue { not_before: at }),
            4 => None,
            _ => Some(Disposal::Delivered),
        })
        .await;
    }
}

/// What decisions about these are made of, and all that waits.
async fn known(store: &SqlStore, lasting: &[Occurrence]) -> impl PartialEq + std::fmt::Debug + use<> {
    let histories = store.history(lasting, day(1000)).await.expect("a history");
    let mut deliveries = Vec::new();
    for one in lasting {
        deliveries.push(store.first_deliveries(one).await.expect("deliveries"));
    }
    let waiting = store.list(&Filter::default()).await.expect("a list").into_iter();
    let waiting: Vec<_> = waiting.filter(|kept| kept.due.is_some()).map(|kept| kept.id).collect();
    let contents = store.contents(&waiting).await.expect("contents");
    (histories, deliveries, waiting, contents)
}

async fn whatever_has_happened_what_is_open_is_remembered(database: Database) {
    let store = open(&database).await;
    let mut gone = 0;
    for seed in 0..5 {
        let mut life = Life::new(seed);
        for step in 0..30 {
            life.go_on(&store, day(10 * step)).await;
        }
        let before = known(&store, &life.lasting()).await;
        gone += prune(&store, day(10 * life.random.i64(10..30)), life.random.u32(1..20)).await;
        assert_eq!(known(&store, &life.lasting()).await, before, "seed {seed}");
    }
    assert!(gone > 100, "only {gone} rows were forgotten: nothing was tried");
}

async fn what_is_over_is_forgotten_with_all_that_belongs_to_it(database: Database) {
    let store = open(&database).await;
    let over = occurrence("s1");
    store.open(&[opened(&over, day(0))]).await.expect("open");
    let action = Action { occurrence: over.clone(), intent: "{}".into() };
    store.begin_action(&action, day(0)).await.expect("begun");
    store.enqueue(&[notice("pam@x.test", &[(over.clone(), 1)], day(0))]).await.expect("written");
    store.enqueue(&[notice("sue@x.test", &[(over.clone(), 1)], day(0))]).await.expect("written");
    let mut ends = [Disposal::Delivered, Disposal::Dead].into_iter();
    deliver(&store, day(1), || ends.next()).await;
    Store::close(&store, std::slice::from_ref(&over), day(2)).await.expect("closed");

    assert_eq!(prune(&store, day(2), 100).await, 0, "it was over at that instant, not before");
    // The dead one goes; its occurrence waits for what is being done about it.
    assert_eq!(prune(&store, day(3), 100).await, 1);
    store.end_action(&over).await.expect("ended");
    assert_eq!(prune(&store, day(3), 100).await, 2 + 1 + 1 + 2, "entries, the action, the occurrence, attempts");
    for name in ["outbox", "ledger", "attempt", "action", "occurrence"] {
        assert_eq!(count(&database, name).await, 0, "{name}");
    }
}

async fn what_is_not_known_to_be_over_is_remembered(database: Database) {
    let store = open(&database).await;
    let [over, lasts, unknown, waits, late] = ["over", "lasts", "unknown", "waits", "late"].map(occurrence);
    let known = [&over, &lasts, &waits, &late].map(|one| opened(one, day(0)));
    store.open(&known).await.expect("open");
    // One message about what is over and what lasts; one that nobody remembers as open.
    let shared = [(over.clone(), 1), (lasts.clone(), 1)];
    let all = [
        notice("pam@x.test", &shared, day(0)),
        notice("sue@x.test", &shared, day(0)),
        notice("rita@x.test", &[(unknown, 1)], day(0)),
    ];
    store.enqueue(&all).await.expect("written");
    let mut leases = take(&store, "a", day(0), day(1), 100).await;
    leases.sort_by(|a, b| a.notification.recipient.cmp(&b.notification.recipient));
    for (lease, disposal) in leases.iter().zip([Disposal::Delivered, Disposal::Delivered, Disposal::Dead]) {
        end(&store, lease, &Attempt { started: day(0), ..attempt("ok") }, disposal).await;
    }
    // One that still waits, and one that was told of after it was over.
    store.enqueue(&[notice("quin@x.test", &[(waits.clone(), 1)], day(0))]).await.expect("written");
    store.enqueue(&[notice("dora@x.test", &[(late.clone(), 1)], day(50))]).await.expect("written");
    Store::close(&store, &[over.clone(), waits, late], day(1)).await.expect("closed");

    // Of the message that is dead (for sue) everything stays, for it tells of something that lasts; so does, therefore,
    // what is over.
    assert_eq!(prune(&store, day(40), 100).await, 0);
    let dead = store.list(&Filter::default()).await.expect("a list").into_iter().find(|kept| kept.due.is_none());
    store.discard(&[dead.expect("a dead one").id], day(2)).await.expect("dropped");
    assert_eq!(prune(&store, day(40), 100).await, 2 + 1, "what is over, with its entries in both messages");
    assert_eq!(count(&database, "attempt").await, 4, "of messages that tell of something else too");
    let left = store.told(&[over]).await.expect("a ledger");
    assert_eq!(left, []);
    assert_eq!(count(&database, "ledger").await, 5);
}

async fn the_last_run_of_each_reminder_is_remembered(database: Database) {
    let store = open(&database).await;
    for (reminder, days) in [("daily", vec![0, 1, 2, 3]), ("yearly", vec![-300, 1])] {
        for n in days {
            store.claim_run(reminder, day(n), "a", day(n), day(n + 1)).await.expect("claimed");
            store.finish_run(reminder, day(n)).await.expect("ended");
        }
    }
    // One that nobody has taken up in all that time, and one whose time is to come.
    for planned in [day(-5), day(201)] {
        store.plan_run("daily", planned).await.expect("planned");
    }
    assert_eq!(prune(&store, day(200), 2).await, 5);
    assert_eq!(store.last_run("daily").await.expect("a run"), Some(day(3)));
    assert_eq!(store.last_run("yearly").await.expect("a run"), Some(day(1)));
    assert_eq!(store.planned_runs(day(300)).await.expect("runs"), [("daily".to_owned(), day(201))]);
}

async fn little_is_removed_at_a_time(database: Database) {
    let store = open(&database).await;
    let all: Vec<_> = (0..10).map(|n| occurrence(&format!("s{n}"))).collect();
    let known: Vec<_> = all.iter().map(|one| opened(one, day(0))).collect();
    store.open(&known).await.expect("open");
    let about: Vec<_> = all.iter().map(|one| (one.clone(), 1)).collect();
    for to in ["pam@x.test", "sue@x.test", "rita@x.test"] {
        store.enqueue(&[notice(to, &about, day(0))]).await.expect("written");
    }
    deliver(&store, day(0), || Some(Disposal::Delivered)).await;
    Store::close(&store, &all, day(1)).await.expect("closed");
    // Two occurrences with three entries each fit into seven.
    assert_eq!(store.prune(day(2), 7).await.expect("pruned"), 6 + 2);
    // One goes as a whole, even if it is more than that.
    assert_eq!(store.prune(day(2), 1).await.expect("pruned"), 3 + 1);
    assert_eq!(prune(&store, day(2), 7).await, 7 * 4 + 3);
}
