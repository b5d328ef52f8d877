//! Who is told of a share, why, and what is said where nobody can be.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::TimeDelta;
use nudged::{
    config::ReminderConfig,
    directory::{Addresses, StaticDirectory},
    model::{Notification, Share, Verdict},
    pipeline::{Report, Scanner, Writing},
    store::SqlStore,
};
use nudged_tests::{Database, HandClock, Shares, at, scanner, share};

const NOW: &str = "2026-06-04T09:00:00Z";

/// What a run with one reminder on the channel `post` meets. A share's producers and stewards are the groups of these
/// names.
struct Scene {
    shares: Vec<Share>,
    groups: BTreeMap<String, Addresses>,
    fallback: Addresses,
    audience: &'static [&'static str],
    is_mail: bool,
}

fn on_post(addresses: &[&str]) -> Addresses {
    Addresses::from([("post".to_owned(), addresses.iter().map(|&address| address.to_owned()).collect())])
}

/// One share, over mail.
fn scene(audience: &'static [&'static str]) -> Scene {
    Scene { shares: vec![share("s1")], groups: BTreeMap::new(), fallback: Addresses::new(), audience, is_mail: true }
}

impl Scene {
    fn group(mut self, name: &str, addresses: &[&str]) -> Self {
        self.groups.insert(name.to_owned(), on_post(addresses));
        self
    }

    fn fallback(self, address: &str) -> Self {
        Self { fallback: on_post(&[address]), ..self }
    }

    /// The run's report and the notifications that it wrote.
    async fn scan(self) -> (Report, Vec<Notification>) {
        let database = Database::fresh_sqlite();
        let store = Arc::new(SqlStore::connect(&database.url()).await.expect("a store"));
        let mail_channels = if self.is_mail { BTreeSet::from(["post".to_owned()]) } else { BTreeSet::new() };
        let scanner = Scanner {
            source: Arc::new(Shares(self.shares)),
            directory: Arc::new(StaticDirectory::new(self.groups, self.fallback)),
            mail_channels,
            ..scanner(Arc::clone(&store) as _, Arc::new(HandClock::new(at(NOW))))
        };
        let reminder = reminder(self.audience);
        let report = scanner.scan(&[&reminder], at(NOW), Writing::Outbox).await.expect("the scan ends");
        let leases = nudged_tests::take(store.as_ref(), "test", at(NOW), at(NOW) + TimeDelta::hours(1), 1000).await;
        (report, leases.into_iter().map(|lease| lease.notification).collect())
    }
}

fn reminder(audience: &[&str]) -> ReminderConfig {
    ReminderConfig {
        audience: Some(audience.iter().map(|&role| role.to_owned()).collect()),
        channels: vec!["post".to_owned()],
        ..nudged_tests::reminder("main")
    }
}

fn recipients(report: &Report) -> Vec<String> {
    report.verdicts.iter().filter_map(|verdict| verdict.recipient).collect()
}

/// The only verdict.
fn only(report: &Report) -> Verdict {
    let mut verdicts = report.verdicts.to_vec();
    assert_eq!(verdicts.len(), 1, "{verdicts:?}");
    verdicts.remove(0)
}

fn assert_nobody_is_told(report: &Report, why: &str) {
    let Verdict { decision, code, recipient, .. } = only(report);
    assert_eq!((decision.word(), code.as_str(), recipient), ("hold", "no-recipient", None));
    let [problem] = &report.problems[..] else { panic!("{:?}", report.problems) };
    assert_eq!(problem.item, Some(share("s1").key()));
    assert!(problem.text.contains(why), "{}", problem.text);
}

#[tokio::test]
async fn somebody_in_two_groups_gets_one_mail_whatever_the_case() {
    let scene = || {
        let scene = scene(&["producers", "stewards"]);
        scene.group("producers", &["Pam@X.test"]).group("stewards", &["pam@x.test"])
    };
    let (report, notifications) = scene().scan().await;
    let pam = only(&report);
    assert_eq!(pam.recipient.as_deref(), Some("pam@x.test"));
    assert_eq!(pam.roles, ["producers", "stewards"]);
    assert_eq!(pam.groups, ["producers", "stewards"]);
    let [notification] = &notifications[..] else { panic!("{notifications:?}") };
    assert_eq!(notification.recipient, "pam@x.test");
    assert_eq!(notification.preamble, "This waits for you as a member of producers and stewards.");

    let (report, _) = Scene { is_mail: false, ..scene() }.scan().await;
    assert_eq!(recipients(&report), ["Pam@X.test", "pam@x.test"], "elsewhere the case may tell people apart");
}

#[tokio::test]
async fn the_requester_is_told_over_mail_and_nowhere_else() {
    let (report, notifications) = scene(&["requester"]).scan().await;
    assert_eq!(only(&report).recipient.as_deref(), Some("rita@x.test"));
    assert_eq!(report.problems, []);
    assert_eq!(notifications[0].preamble, "This waits for you.");

    let (report, notifications) = Scene { is_mail: false, ..scene(&["requester"]) }.scan().await;
    assert_nobody_is_told(&report, "nobody can be told on channel post (its roles name no group)");
    assert_eq!(notifications, []);
}

#[tokio::test]
async fn a_requester_without_an_address_is_not_told() {
    let nameless = Scene { shares: vec![Share { owner: "rita".to_owned(), ..share("s1") }], ..scene(&["requester"]) };
    let (report, _) = nameless.scan().await;
    assert_nobody_is_told(&report, "nobody can be told on channel post");
}

#[tokio::test]
async fn an_unknown_role_and_an_unknown_group_are_listed_once_for_many_shares() {
    let scene = scene(&["producers", "stewards", "bosses"]).group("producers", &["pam@x.test"]);
    let shares = (0..600).map(|n| share(&format!("s{n}"))).collect();
    let (report, notifications) = Scene { shares, ..scene }.scan().await;
    let problems: Vec<_> = report.problems.iter().map(|problem| problem.text.as_str()).collect();
    let group = "the group stewards is not in the directory: add it to directory.groups";
    assert_eq!(problems, [group, r#"the role "bosses" is not known"#]);
    assert_eq!(report.count("send"), 600);
    assert_eq!(notifications.len(), 1);
    let digest = &notifications[0];
    assert_eq!((digest.reminders.len(), digest.more), (50, 550), "the rest is counted");
    assert!(digest.text.ends_with("… and 550 more, less urgent than these.\n"), "{}", digest.text);
}

#[tokio::test]
async fn without_members_and_fallback_nobody_is_told_and_the_operator_reads_why_once() {
    let (report, notifications) = scene(&["producers"]).group("producers", &[]).scan().await;
    assert_nobody_is_told(&report, "the group producers has no members");
    assert_eq!(notifications, []);

    let (report, _) = scene(&["producers"]).scan().await;
    assert_nobody_is_told(&report, "the group producers is not in the directory");

    let (report, _) = scene(&["bosses"]).scan().await;
    assert_nobody_is_told(&report, r#"the role "bosses" is not known"#);
}

#[tokio::test]
async fn the_fallback_is_told_that_nobody_else_can_be() {
    let (report, notifications) =
        scene(&["producers"]).group("producers", &[]).fallback("Platform@x.test").scan().await;
    let verdict = only(&report);
    assert_eq!((verdict.decision.word(), verdict.recipient.as_deref()), ("send", Some("platform@x.test")));
    assert_eq!((&verdict.roles[..], verdict.groups.len()), (&["fallback".to_owned()][..], 0));
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
    let [notification] = &notifications[..] else { panic!("{notifications:?}") };
    let preamble = "This waits for you because no address is known of those who should act.";
    assert_eq!(notification.preamble, preamble);
    assert!(notification.text.starts_with(preamble), "{}", notification.text);
}

#[tokio::test]
async fn one_member_is_enough_to_leave_the_fallback_alone() {
    let scene = scene(&["producers", "stewards"]).group("stewards", &["jim@x.test"]).fallback("platform@x.test");
    let (report, _) = scene.scan().await;
    assert_eq!(recipients(&report), ["jim@x.test"]);
}

#[tokio::test]
async fn a_digest_says_how_much_of_it_is_there_for_want_of_an_address() {
    let stranded = |uri: &str| Share { producers: Some("strangers".to_owned()), ..share(uri) };
    let scene = scene(&["producers"]).group("producers", &["pam@x.test"]).fallback("pam@x.test");
    let (_, notifications) = Scene { shares: vec![share("s1"), stranded("s2"), stranded("s3")], ..scene }.scan().await;
    let [notification] = &notifications[..] else { panic!("{notifications:?}") };
    assert_eq!(
        notification.preamble,
        "3 things wait for you as a member of producers, \
         2 of them because no address is known of those who should act."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_an_inbox_the_groups_and_people_of_the_source_are_the_recipients() {
    let database = Database::fresh_sqlite();
    let store = Arc::new(SqlStore::connect(&database.url()).await.expect("a store"));
    let share = share("s1");
    let (producers, owner) = (share.producers.clone().expect("a team"), share.owner.clone());
    let scanner = Scanner {
        source: Arc::new(Shares(vec![share])),
        ..scanner(Arc::clone(&store) as _, Arc::new(HandClock::new(at(NOW))))
    };
    let reminder = ReminderConfig { channels: vec!["inbox".to_owned()], ..reminder(&["producers", "requester"]) };
    let report = scanner.scan(&[&reminder], at(NOW), Writing::Outbox).await.expect("the scan ends");
    assert_eq!(BTreeSet::from_iter(recipients(&report)), BTreeSet::from([producers, owner]));
    assert!(report.problems.is_empty(), "nobody needs an address: {:?}", report.problems);
}
