//! "Why?" has an answer for every item.

use std::{collections::BTreeMap, sync::Arc};

use nudged::{
    config::{Preference, ReminderConfig},
    directory::{Addresses, StaticDirectory},
    model::{Instant, ItemKey, Share, Span},
    pipeline::{
        Scanner, Writing,
        explain::{Explanation, Notice, Past, explain},
    },
    policy::{Cadence, Mode, Repeating, Wait},
    store::{Disposal, SqlStore},
};
use nudged_tests::{Database, HandClock, Shares, at, scanner, share};

const NOW: &str = "2026-05-24T10:00:00Z";

/// One share, submitted on 1 May, whose producer is pam.
struct World {
    _database: Database,
    store: Arc<SqlStore>,
    scanner: Scanner,
}

async fn world() -> World {
    let database = Database::fresh_sqlite();
    let store = Arc::new(SqlStore::connect(&database.url()).await.expect("a store"));
    let pam = Addresses::from([("email".to_owned(), vec!["pam@x.test".to_owned()])]);
    let groups = BTreeMap::from([("producers".to_owned(), pam)]);
    let submitted = Share { since: at("2026-05-01T08:30:00Z"), ..share("s1") };
    let scanner = Scanner {
        source: Arc::new(Shares(vec![submitted, share("s2")])),
        directory: Arc::new(StaticDirectory::new(groups, Addresses::new())),
        ..scanner(Arc::clone(&store) as _, Arc::new(HandClock::new(at(NOW))))
    };
    World { _database: database, store, scanner }
}

impl World {
    /// A scan on this day at nine, whose notices are delivered.
    async fn told(&self, reminder: &ReminderConfig, day: u32) {
        let now = at(&format!("2026-05-{day:02}T09:00:00Z"));
        self.scanner.scan(&[reminder], now, Writing::Outbox).await.expect("the scan ends");
        let until = at("2026-05-25T09:00:00Z");
        for lease in nudged_tests::take(self.store.as_ref(), "test", at(NOW), until, 100).await {
            let attempt = nudged_tests::attempt(now);
            nudged_tests::end(self.store.as_ref(), &lease, &attempt, Disposal::Delivered).await;
        }
    }

    async fn explain(&self, reminder: &ReminderConfig) -> Explanation {
        let answer = explain(&self.scanner, &[reminder], &ItemKey::share("s1"), at(NOW)).await;
        answer.expect("an answer").expect("the share is there")
    }
}

fn repeating(rule: Repeating) -> ReminderConfig {
    let cadence = Cadence { mode: Mode::Repeating(rule), after: Wait::Span(Span::days(1)) };
    ReminderConfig { cadence, ..nudged_tests::reminder("each") }
}

/// The one verdict.
fn only(explanation: &Explanation) -> &Notice {
    let [finding] = &explanation.reminders[0].findings[..] else { panic!("{explanation:?}") };
    let [notice] = &finding.notices[..] else { panic!("{finding:?}") };
    notice
}

fn next(notice: &Notice) -> Option<(Instant, &'static str, u32)> {
    notice.next.as_ref().map(|next| (next.at, next.code, next.ordinal))
}

#[tokio::test]
async fn what_was_told_today_comes_again_tomorrow() {
    let (world, reminder) = (world().await, repeating(Repeating { max: Some(3), ..Repeating::default() }));
    world.told(&reminder, 23).await;
    world.told(&reminder, 24).await;
    let explanation = world.explain(&reminder).await;
    let notice = only(&explanation);
    assert_eq!((notice.verdict, notice.code), ("hold", "not-due"));
    assert_eq!(
        (notice.recipient.as_deref(), notice.groups.as_slice()),
        (Some("pam@x.test"), &["producers".to_owned()][..])
    );
    assert_eq!(next(notice), Some((at("2026-05-25T09:00:00Z"), "repeat", 3)));
    assert_eq!(notice.never, None);
    let rules = notice.rules.join("; ");
    for rule in
        ["after 1d: 23 days old", "at every scheduled run", "at most 3 times: told 2", "last at 24 May 2026 09:00"]
    {
        assert!(rules.contains(rule), "{rule:?} is missing in {rules}");
    }
    let states = explanation.history.iter().map(|past| match past {
        Past::Opened { .. } => "opened",
        Past::Closed { .. } => "closed",
        Past::Notice { state, .. } => *state,
    });
    assert_eq!(states.collect::<Vec<_>>(), ["opened", "delivered", "delivered"], "of this item alone");
}

#[tokio::test]
async fn who_was_told_as_often_as_agreed_is_told_no_more() {
    let (world, reminder) = (world().await, repeating(Repeating { max: Some(2), ..Repeating::default() }));
    world.told(&reminder, 23).await;
    world.told(&reminder, 24).await;
    let explanation = world.explain(&reminder).await;
    let notice = only(&explanation);
    assert_eq!((notice.verdict, notice.code, next(notice)), ("drop", "max-reached", None));
    assert_eq!(notice.never.as_deref(), Some("told as often as agreed"));
}

#[tokio::test]
async fn who_waits_for_the_end_of_quiet_hours_is_told_then() {
    let quiet = Some("22:00-11:30".parse().expect("quiet hours"));
    let reminder = ReminderConfig { quiet_hours: quiet, ..repeating(Repeating::default()) };
    let mut world = world().await;
    let tokyo = Preference { timezone: Some(chrono_tz::Europe::Berlin), ..Preference::default() };
    world.scanner.preferences.recipients.insert("pam@x.test".to_owned(), tokyo);
    let explanation = world.explain(&reminder).await;
    let notice = only(&explanation);
    assert_eq!((notice.verdict, notice.code), ("send", "first"), "12:00 in Berlin");
    assert_eq!(notice.zone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(next(notice), Some((at("2026-05-25T09:30:00Z"), "first", 1)), "09:00 UTC is 11:00 in Berlin");
}

#[tokio::test]
async fn what_is_still_in_the_outbox_is_on_its_way_and_the_next_comes_after_it() {
    let (world, reminder) = (world().await, repeating(Repeating::default()));
    world.scanner.scan(&[&reminder], at("2026-05-24T09:00:00Z"), Writing::Outbox).await.expect("the scan ends");
    let explanation = world.explain(&reminder).await;
    let notice = only(&explanation);
    assert_eq!((notice.verdict, notice.code), ("hold", "in-flight"));
    assert_eq!(next(notice), Some((at("2026-05-25T09:00:00Z"), "repeat", 2)));
}

#[tokio::test]
async fn whoever_mutes_a_reminder_or_is_in_no_group_is_told_why() {
    let reminder = repeating(Repeating::default());
    let mut world = world().await;
    let mute = Preference { mute: ["each".to_owned()].into(), ..Preference::default() };
    world.scanner.preferences.recipients.insert("pam@x.test".to_owned(), mute);
    let explanation = world.explain(&reminder).await;
    assert_eq!((only(&explanation).verdict, only(&explanation).code), ("drop", "muted"));
    world.scanner.directory = Arc::new(StaticDirectory::default());
    let explanation = world.explain(&reminder).await;
    assert_eq!((only(&explanation).verdict, only(&explanation).code), ("hold", "no-recipient"));
    let problems = &explanation.reminders[0].problems;
    assert!(
        problems.iter().any(|problem| problem.contains("the group producers is not in the directory")),
        "{problems:?}"
    );
}

#[tokio::test]
async fn what_is_over_is_told_to_those_who_were_told() {
    let reminder = ReminderConfig { closing_notice: true, ..repeating(Repeating::default()) };
    let mut world = world().await;
    world.told(&reminder, 23).await;
    let approved = Share { status: "Processed".to_owned(), ..share("s1") };
    world.scanner.source = Arc::new(Shares(vec![approved]));
    world.scanner.strategies = Arc::new(FindsNone);
    let explanation = world.explain(&reminder).await;
    let of = &explanation.reminders[0];
    assert!(of.findings.is_empty(), "{of:?}");
    let [notice] = &of.closing[..] else { panic!("{of:?}") };
    assert_eq!((notice.verdict, notice.code, notice.recipient.as_deref()), ("send", "resolved", Some("pam@x.test")));
}

/// A strategy that finds nothing.
struct FindsNone;

struct FindNone(nudged::model::Manifest);

impl nudged::pipeline::Strategies for FindsNone {
    fn strategy(&self, name: &str) -> Result<Arc<dyn nudged::plugin::Strategy>, nudged::model::Fault> {
        let found = nudged_tests::FindsEach.strategy(name)?;
        Ok(Arc::new(FindNone(found.manifest().clone())))
    }
}

#[async_trait::async_trait]
impl nudged::plugin::Strategy for FindNone {
    fn manifest(&self) -> &nudged::model::Manifest {
        &self.0
    }

    async fn evaluate(
        &self,
        _: Arc<[nudged::model::Item]>,
        _: &nudged::plugin::Context,
    ) -> Result<Vec<nudged::model::Finding>, nudged::model::Fault> {
        Ok(Vec::new())
    }
}

mod command {
    use nudged_tests::{Home, NOW, Relay, lay, plugin_file};
    use serde_json::{Map, Value, json};

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().expect("an object").clone()
    }

    /// A share of a home's dataset, or of another.
    fn share(uri: &str, status: &str, dataset: &str) -> Map<String, Value> {
        object(json!({
            "shareUri": uri, "datasetUri": dataset, "environmentUri": "e1", "groupUri": "team-1", "status": status,
            "owner": "rita@x.test", "created": "2026-01-01T08:00:00", "updated": "2026-01-05 08:00:00",
            "principalId": "p1", "principalName": "role-team", "principalType": "Group",
        }))
    }

    async fn json_of(home: &Home, item: &str) -> Value {
        let out = home.well(&["explain", item, "--now", NOW, "--format", "json"]).await;
        serde_json::from_str(&out).expect("one object")
    }

    #[tokio::test]
    async fn a_share_that_waits_is_explained_from_the_table_to_the_next_mail() {
        let relay = Relay::start().await;
        let mut home = Home::new(&relay.url()).await;
        home.configure(|config| config["reminders"]["pending-share"]["cadence"] = json!({ "after": "1d", "max": 10 }));
        home.well(&["scan", "--now", NOW]).await;
        home.well(&["deliver", "--once"]).await;
        let before = home.files();
        let text = home.well(&["explain", "s1", "--now", NOW]).await;
        for part in [
            "share:s1 at 2026-05-04T09:00:00Z",
            "status: Submitted",
            "dataset: Sales",
            "found: Pending share request for Sales (pending,",
            "pam@x.test by email, as producers of team-1",
            "at most 10 times: told 1",
            "now: hold (not-due)",
            "next: 5 May 2026 09:00 UTC to pam@x.test by email (repeat, no. 2)",
            "reminder no. 1 to pam@x.test by email: delivered",
        ] {
            assert!(text.contains(part), "{part:?} is missing in {text}");
        }
        let answer = json_of(&home, "share:s1").await;
        let keys: Vec<_> = answer.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["item", "now", "facts", "problems", "reminders", "history"]);
        let notice = &answer["reminders"][0]["findings"][0]["notices"][0];
        assert_eq!((&notice["code"], &notice["next"]["at"]), (&json!("not-due"), &json!("2026-05-05T09:00:00Z")));
        assert_eq!(answer["history"][1]["state"], "delivered");
        assert_eq!(home.files(), before);
    }

    #[tokio::test]
    async fn a_strategy_that_does_not_look_says_which_of_its_conditions_fails() {
        let mut home = Home::new("smtp://127.0.0.1:9").await;
        lay(&[plugin_file("expiring-share"), plugin_file("failing-stack")], &home.path("plugins"));
        home.configure(|config| {
            for name in ["expiring-share", "failing-stack"] {
                let reminder =
                    json!({ "strategy": name, "active": false, "schedule": "0 9 * * *", "channels": ["email"] });
                config["reminders"][name] = reminder;
            }
        });
        home.dataall.insert("share_object", &[share("s2", "Processed", "d1")]).await;
        let answer = json_of(&home, "s2").await;
        let unread = |name: &str| {
            let of = answer["reminders"].as_array().expect("a list").iter().find(|of| of["reminder"] == name);
            of.expect("a reminder")["unread"].to_string()
        };
        assert!(unread("pending-share").contains("its status is \\\"Processed\\\", not Submitted"), "{answer}");
        assert!(unread("expiring-share").contains("it has no last day"), "{answer}");
        assert!(unread("expiring-share").contains("none of its 0 items has the status Share_Succeeded"), "{answer}");
        assert!(unread("failing-stack").contains("about stacks"), "{answer}");
        let text = home.well(&["explain", "s2", "--now", NOW]).await;
        assert!(text.contains("NOT ACTIVE"), "{text}");
    }

    #[tokio::test]
    async fn what_is_not_there_is_told_apart() {
        let home = Home::new("smtp://127.0.0.1:9").await;
        let mut deleted = share("gone", "Submitted", "d1");
        deleted.insert("deleted".to_owned(), json!("2026-02-01 00:00:00"));
        home.dataall.insert("share_object", &[deleted, share("dangling", "Submitted", "d9")]).await;
        for (item, why) in [
            ("share:nobody", "share:nobody: there is no such item"),
            ("share:gone", "share:gone: it is deleted"),
            ("dangling", "its dataset \"d9\" does not exist"),
            ("stack:k1", "stack:k1: there is no such item"),
            ("record:contracts:c1", "there is no source contracts in `sources`"),
        ] {
            let done = home.nudged(&["explain", item]).await;
            assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
            assert!(done.stderr.contains(why), "{why:?} is missing in {}", done.stderr);
        }
    }
}
