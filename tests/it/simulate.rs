//! A simulation sends what the days to come would send, and writes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::TimeDelta;
use nudged::{
    config::ReminderConfig,
    directory::{Addresses, StaticDirectory},
    model::{Code, Decision, Instant, Role, Share, Span, Verdict},
    pipeline::{Count, Scanner, Simulation, Writing},
    policy::{Brake, Cadence, Mode, Repeating, Wait},
    store::{Disposal, SqlStore},
};
use nudged_tests::{Database, HandClock, Shares, at, scanner, share};

/// One store with shares whose producers are pam and quin, and whose fallback is fay.
struct World {
    _database: Database,
    store: Arc<SqlStore>,
    scanner: Scanner,
}

fn on_email(addresses: &[&str]) -> Addresses {
    Addresses::from([("email".to_owned(), addresses.iter().map(|&address| address.to_owned()).collect())])
}

/// Shares that were submitted on these days of May 2026.
fn shares(days: &[u32]) -> Vec<Share> {
    let share = |day: &u32| Share { since: at(&format!("2026-05-{day:02}T08:30:00Z")), ..share(&format!("s{day}")) };
    days.iter().map(share).collect()
}

async fn world(shares: Vec<Share>) -> World {
    let database = Database::fresh_sqlite();
    let store = Arc::new(SqlStore::connect(&database.url()).await.expect("a store"));
    let groups = BTreeMap::from([("producers".to_owned(), on_email(&["pam@x.test", "quin@x.test"]))]);
    let scanner = Scanner {
        source: Arc::new(Shares(shares)),
        directory: Arc::new(StaticDirectory::new(groups, on_email(&["fay@x.test"]))),
        ..scanner(Arc::clone(&store) as _, Arc::new(HandClock::new(at("2026-05-01T00:00:00Z"))))
    };
    World { _database: database, store, scanner }
}

fn repeating(rule: Repeating, after: Wait) -> Cadence {
    Cadence { mode: Mode::Repeating(rule), after }
}

fn days(n: u32) -> Wait {
    Wait::Span(Span::days(n))
}

/// What is compared: when, to whom, about what, why, the n-th time.
type Sent = BTreeSet<(Instant, String, String, &'static str, u32)>;

fn sent(at: Instant, verdicts: &[Verdict]) -> Sent {
    let sends = verdicts.iter().filter(|verdict| verdict.decision == Decision::Send);
    let one = |verdict: &Verdict| {
        let recipient = verdict.recipient.clone().expect("somebody");
        (at, recipient, verdict.item.to_string(), verdict.code.as_str(), verdict.ordinal)
    };
    sends.map(one).collect()
}

impl World {
    /// A real scan, whose notices are then delivered; quin's address is refused if it is said so.
    async fn day(&self, reminders: &[&ReminderConfig], now: Instant, refuses_quin: bool) -> Vec<Verdict> {
        let report = self.scanner.scan(reminders, now, Writing::Outbox).await.expect("the scan ends");
        let created = at("2026-05-01T00:00:00Z");
        for lease in nudged_tests::take(self.store.as_ref(), "test", created, created + TimeDelta::hours(1), 1000).await
        {
            let attempt = nudged_tests::attempt(now);
            let refused = refuses_quin && lease.notification.recipient == "quin@x.test";
            let disposal = if refused { Disposal::Rejected } else { Disposal::Delivered };
            nudged_tests::end(self.store.as_ref(), &lease, &attempt, disposal).await;
        }
        report.verdicts.to_vec()
    }

    /// What real runs send: at 09:00, and whenever quiet hours end.
    async fn really(&self, reminders: &[&ReminderConfig], from: Instant, days: i64) -> Sent {
        let mut times: BTreeMap<Instant, BTreeSet<&str>> = BTreeMap::new();
        let all: BTreeSet<_> = reminders.iter().map(|reminder| reminder.name.as_str()).collect();
        for day in 0..days {
            times.insert(from + TimeDelta::days(day) + TimeDelta::hours(9), all.clone());
        }
        let mut seen = Sent::new();
        while let Some((now, due)) = times.pop_first() {
            let due: Vec<_> = reminders.iter().copied().filter(|one| due.contains(one.name.as_str())).collect();
            let verdicts = self.day(&due, now, false).await;
            for verdict in verdicts.iter().filter(|verdict| verdict.code == Code::QuietHours) {
                let Decision::Hold(Some(end)) = verdict.decision else { panic!("{verdict:?}") };
                let name = *all.get(verdict.reminder.as_str()).expect("a reminder");
                times.entry(end).or_default().insert(name);
            }
            seen.extend(sent(now, &verdicts));
        }
        seen
    }

    async fn simulate<'a>(&self, reminders: &[&'a ReminderConfig], from: Instant, days: i64) -> Simulation<'a> {
        let range = (from, from + TimeDelta::days(days));
        Simulation::read(self.scanner.clone(), reminders, range).await.expect("a source")
    }

    async fn foreseen(&self, reminders: &[&ReminderConfig], from: Instant, days: i64) -> Sent {
        let mut simulation = self.simulate(reminders, from, days).await;
        let mut seen = Sent::new();
        while let Some(step) = simulation.step().await.expect("a step") {
            seen.extend(sent(step.at, &step.report.verdicts.to_vec()));
        }
        seen
    }
}

#[tokio::test]
async fn a_simulated_fortnight_sends_what_a_fortnight_of_runs_sends() {
    let each = || nudged_tests::reminder("each");
    let every = |n| Repeating { every: Some(days(n)), ..Repeating::default() };
    let fallback: Option<Role> = Some("fallback".to_owned());
    let reminders = [
        ReminderConfig { cadence: Cadence { mode: Mode::Single, after: days(3) }, ..nudged_tests::reminder("single") },
        ReminderConfig { cadence: repeating(every(2), days(0)), ..nudged_tests::reminder("every") },
        ReminderConfig {
            cadence: repeating(Repeating { max: Some(3), escalate_to: fallback, ..every(1) }, Wait::WorkingDays(2)),
            ..nudged_tests::reminder("max")
        },
        ReminderConfig {
            cadence: repeating(Repeating { decay: Some(1.5), ..every(1) }, days(0)),
            ..nudged_tests::reminder("decay")
        },
        ReminderConfig { quiet_hours: Some("08:00-11:30".parse().expect("quiet hours")), ..each() },
    ];
    let reminders: Vec<_> = reminders.iter().collect();
    let world = world(shares(&[1, 3, 9, 14])).await;
    // A past: two days that were told, quin's address refused on the second.
    world.day(&reminders, at("2026-05-04T09:00:00Z"), false).await;
    world.day(&reminders, at("2026-05-05T09:00:00Z"), true).await;
    let from = at("2026-05-06T00:00:00Z");
    let foreseen = world.foreseen(&reminders, from, 14).await;
    let told = world.really(&reminders, from, 14).await;
    assert!(told.len() > 100, "{}", told.len());
    let difference: Vec<_> = foreseen.symmetric_difference(&told).collect();
    assert!(difference.is_empty(), "{difference:?}");
    let codes: BTreeSet<_> = told.iter().map(|(.., code, _)| *code).collect();
    assert_eq!(codes, BTreeSet::from(["escalated", "first", "repeat"]));
}

#[tokio::test]
async fn what_waits_in_the_outbox_counts_as_told_and_what_is_over_is_closed_once() {
    let reminder = ReminderConfig {
        cadence: Cadence { mode: Mode::Single, after: days(0) },
        closing_notice: true,
        ..nudged_tests::reminder("each")
    };
    let mut world = world(shares(&[1, 2])).await;
    let now = at("2026-05-04T09:00:00Z");
    world.day(&[&reminder], now, false).await;
    world.scanner.source = Arc::new(Shares(shares(&[2, 3])));
    world.scanner.scan(&[&reminder], now + TimeDelta::days(1), Writing::DryRun).await.expect("a dry run");
    let foreseen = world.foreseen(&[&reminder], at("2026-05-05T00:00:00Z"), 5).await;
    let seen: BTreeSet<_> = foreseen.iter().map(|(_, _, item, code, _)| (item.as_str(), *code)).collect();
    assert_eq!(seen, BTreeSet::from([("share:s1", "resolved"), ("share:s3", "first")]));
    assert_eq!(foreseen.len(), 4, "both producers are told once of each");
    // The same with the notices of the third share left in the outbox.
    world.scanner.scan(&[&reminder], now + TimeDelta::days(1), Writing::Outbox).await.expect("the scan ends");
    let foreseen = world.foreseen(&[&reminder], at("2026-05-06T00:00:00Z"), 5).await;
    assert_eq!(foreseen, Sent::new());
}

#[tokio::test]
async fn runs_are_those_from_the_first_instant_on_and_before_the_last() {
    let reminder = nudged_tests::reminder("each");
    let world = world(shares(&[1])).await;
    for (from, to, runs) in [
        ("2026-05-04T09:00:00Z", "2026-05-05T09:00:00Z", vec!["2026-05-04T09:00:00Z"]),
        ("2026-05-04T09:00:01Z", "2026-05-05T09:00:01Z", vec!["2026-05-05T09:00:00Z"]),
        ("2026-05-04T10:00:00Z", "2026-05-05T08:00:00Z", vec![]),
    ] {
        let range = (at(from), at(to));
        let mut simulation = Simulation::read(world.scanner.clone(), &[&reminder], range).await.expect("a source");
        let mut seen = Vec::new();
        while let Some(step) = simulation.step().await.expect("a step") {
            seen.push(step.at);
        }
        assert_eq!(seen, runs.into_iter().map(at).collect::<Vec<_>>(), "{from}");
    }
}

#[tokio::test]
async fn where_the_brake_would_hold_it_is_told_and_the_rest_is_as_after_a_release() {
    let reminder = nudged_tests::reminder("each");
    let mut world = world(shares(&[1, 2, 3])).await;
    world.scanner.brake = Brake { first_run: 2, ..Brake::default() };
    let foreseen = world.simulate(&[&reminder], at("2026-05-10T00:00:00Z"), 3).await.run(|_| {}).await.expect("an end");
    let jumps: Vec<_> = foreseen.jumps.iter().map(|jump| (jump.at, jump.findings, jump.most)).collect();
    assert_eq!(jumps, [(at("2026-05-10T09:00:00Z"), 3, 2)], "the first scan alone");
    assert_eq!(foreseen.total(), Count { notifications: 6, reminders: 18 });
    assert_eq!(foreseen.reminders["each"][&("send", "repeat")], 12);
    let pam = foreseen.people[&("pam@x.test".to_owned(), "email".to_owned())];
    assert_eq!(pam, Count { notifications: 3, reminders: 9 });
}

mod command {
    use std::collections::BTreeMap;

    use nudged_tests::{Home, lay, plugin_file};
    use serde_json::{Map, Value, json};

    const MONTH: [&str; 5] = ["simulate", "--from", "2026-05-01", "--to", "2026-06-01"];

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().expect("an object").clone()
    }

    /// A home with a pending share, and one whose access ends on 20 May.
    async fn home() -> Home {
        let mut home = Home::new("smtp://127.0.0.1:9").await;
        lay(&[plugin_file("expiring-share")], &home.path("plugins"));
        let share = json!({
            "shareUri": "s2", "datasetUri": "d1", "environmentUri": "e1", "groupUri": "team-1", "status": "Processed",
            "owner": "rita@x.test", "created": "2026-01-01T08:00:00", "updated": "2026-01-05 08:00:00",
            "principalId": "p1", "principalName": "role-team", "principalType": "Group",
            "expiryDate": "2026-05-20 00:00:00",
        });
        home.dataall.insert("share_object", &[object(share)]).await;
        let item = json!({
            "shareItemUri": "i1", "shareUri": "s2", "itemUri": "t1", "itemType": "Table", "itemName": "orders",
            "status": "Share_Succeeded", "owner": "rita@x.test", "created": "2026-01-01T08:00:00",
        });
        home.dataall.insert("share_object_item", &[object(item)]).await;
        home.configure(|config| {
            config["reminders"]["pending-share"]["cadence"] = json!({ "mode": "repeating", "every": "7d", "max": 3 });
            config["reminders"]["expiring-share"] = json!({
                "strategy": "expiring-share", "schedule": "0 9 * * *", "channels": ["email"],
                "cadence": { "mode": "ladder", "days_before": [14, 7, 1] }, "quiet_hours": "08:00-10:00",
            });
        });
        home
    }

    fn lines(stdout: &str) -> Vec<Value> {
        stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }

    #[tokio::test]
    async fn a_month_is_shown_by_day_by_person_and_by_reminder_and_nothing_is_written() {
        let home = home().await;
        let before = home.files();
        let out = lines(&home.well(&[&MONTH[..], &["--format", "json"]].concat()).await);
        let days = out.iter().filter_map(|line| Some((line.get("day")?.as_str()?, line["reminders"].as_u64()?)));
        let days: BTreeMap<_, _> = days.filter(|(_, reminders)| *reminders > 0).collect();
        let expected = [
            ("2026-05-01", 1),
            ("2026-05-06", 1),
            ("2026-05-08", 1),
            ("2026-05-13", 1),
            ("2026-05-15", 1),
            ("2026-05-19", 1),
        ];
        assert_eq!(days, BTreeMap::from(expected));
        let of = |name: &str| out.iter().find(|line| line["reminder"] == name).expect("a reminder");
        assert_eq!(of("pending-share")["codes"]["max-reached"], 16);
        assert_eq!(of("pending-share")["sends"], 3);
        let ladder = &of("expiring-share")["codes"];
        assert_eq!((&ladder["first"], &ladder["step"], &ladder["quiet-hours"]), (&json!(1), &json!(2), &json!(3)));
        let person = out.iter().find(|line| line.get("recipient").is_some()).expect("a person");
        let expected = json!({ "recipient": "pam@x.test", "channel": "email", "notifications": 6, "reminders": 6 });
        assert_eq!(*person, expected);
        let summary = &out.last().expect("a summary")["summary"];
        assert_eq!((&summary["notifications"], &summary["items"]), (&json!(6), &json!(2)));
        let text = home.well(&MONTH).await;
        for part in ["as they are now", "2026-05-13        1          1", "pam@x.test (email)", "pending-share: 3"] {
            assert!(text.contains(part), "{part:?} is missing in {text}");
        }
        assert_eq!(home.files(), before);
    }

    #[tokio::test]
    async fn nothing_is_written_to_a_store_that_is_there() {
        let home = home().await;
        home.well(&["scan", "--now", "2026-04-20T09:00:00Z"]).await;
        let before = home.files();
        home.well(&MONTH).await;
        home.well(&["explain", "s1", "--now", "2026-05-04"]).await;
        assert_eq!(home.files(), before);
    }

    #[tokio::test]
    async fn a_range_that_is_none_is_a_mistake_of_usage() {
        let home = home().await;
        for (from, to, words) in [
            ("2026-05-01", "2026-05-01", ["--to", "later"]),
            ("2026-05-02", "2026-05-01", ["--to", "later"]),
            ("2026-05-01", "2028-05-01", ["--to", "366"]),
            ("May", "2026-05-01", ["--from", "2026-05-01T09:00:00Z"]),
        ] {
            let done = home.nudged(&["simulate", "--from", from, "--to", to]).await;
            assert_eq!(done.code, Some(2), "{done:?}");
            assert_eq!(done.stdout, "");
            assert!(words.iter().all(|word| done.stderr.contains(word)), "{done:?}");
        }
    }

    #[tokio::test]
    async fn a_strategy_that_is_missing_is_told_once_and_the_answer_is_no() {
        let home = home().await;
        std::fs::remove_file(home.path("plugins/expiring-share.wasm")).expect("it was there");
        let done = home.nudged(&MONTH).await;
        assert_eq!(done.code, Some(1), "{done:?}");
        assert_eq!(done.stdout.matches("reminder expiring-share did not run").count(), 1, "{done:?}");
        assert!(done.stdout.contains("pending-share: 3"), "{done:?}");
    }
}
