//! What groups and recipients want, and what a directory that cannot be asked means.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Weekday;
use nudged::{
    config::{Preference, ReminderConfig},
    model::Span,
    policy::{Cadence, Mode, Repeating, Wait, WorkCalendar},
};
use nudged_tests::{Database, Rig, finding, main_reminder, on_both_rigs, share, told, verdicts};

const DAY_1: &str = "2026-06-01T09:00:00Z";
const DAY_2: &str = "2026-06-02T09:00:00Z";

async fn rig() -> Rig {
    let rig = Rig::new(Database::fresh_sqlite()).await;
    rig.script.find(share("s1"), finding(&share("s1")));
    rig
}

fn mute(name: &str) -> Preference {
    Preference { mute: BTreeSet::from([name.to_owned()]), ..Preference::default() }
}

fn only(reminder: &str, channels: &[&str]) -> Preference {
    let channels = channels.iter().map(|&name| name.to_owned()).collect();
    Preference { channels: BTreeMap::from([(reminder.to_owned(), channels)]), ..Preference::default() }
}

/// Whose preference it is, and what it says.
type Wish<'a> = (&'a str, Preference);

/// The verdicts of the first day about s1 on email and post.
async fn judged(wishes: Vec<Wish<'_>>, change: impl FnOnce(&mut ReminderConfig)) -> Vec<String> {
    let mut rig = rig().await;
    for (whose, wish) in wishes {
        let preferences = &mut rig.scanner.preferences;
        let of = if whose.contains('@') { &mut preferences.recipients } else { &mut preferences.groups };
        of.insert(whose.to_owned(), wish);
    }
    let mut reminder = ReminderConfig { channels: vec!["email".into(), "post".into()], ..main_reminder() };
    change(&mut reminder);
    let report = rig.scan(&[&reminder], DAY_1).await;
    let by_channel = |channel: &str| {
        let of = report.verdicts.iter().filter(|one| one.channel.as_deref() == Some(channel));
        of.map(|one| format!("{channel} {} {}", one.decision.word(), one.code)).collect::<Vec<_>>()
    };
    [by_channel("email"), by_channel("post")].concat()
}

#[tokio::test]
async fn preferences_mute_and_choose_channels() {
    let (sent, muted) = (["email send first", "post send first"], ["email drop muted", "post drop muted"]);
    let cases = [
        ("nothing said", vec![], sent),
        ("muted by the recipient", vec![("pam@x.test", mute("main"))], muted),
        ("every reminder muted by the recipient", vec![("pam@x.test", mute("*"))], muted),
        ("muted by the group", vec![("producers", mute("main"))], muted),
        ("every reminder muted by the group", vec![("producers", mute("*"))], muted),
        ("another reminder muted", vec![("pam@x.test", mute("other")), ("producers", mute("other"))], sent),
        ("another group's word", vec![("stewards", mute("*"))], sent),
        ("one channel wanted", vec![("pam@x.test", only("main", &["post"]))], ["email drop other-channel", sent[1]]),
        ("one channel for all", vec![("producers", only("*", &["email"]))], [sent[0], "post drop other-channel"]),
        ("only channels that it lacks", vec![("pam@x.test", only("main", &["slack"]))], sent),
        (
            "its own goes before all",
            vec![("pam@x.test", {
                let mut both = only("*", &["email"]);
                both.channels.extend(only("main", &["post"]).channels);
                both
            })],
            ["email drop other-channel", sent[1]],
        ),
        (
            "own word against the group's mute",
            vec![("producers", mute("*")), ("pam@x.test", only("main", &["email"]))],
            [sent[0], "post drop other-channel"],
        ),
        ("own word says nothing", vec![("producers", mute("*")), ("pam@x.test", only("other", &["email"]))], muted),
    ];
    for (name, wishes, expected) in cases {
        assert_eq!(judged(wishes, |_| {}).await, expected, "{name}");
    }
}

#[tokio::test]
async fn what_is_mandatory_is_neither_muted_nor_moved() {
    let wishes = || vec![("pam@x.test", mute("*")), ("producers", only("*", &["post"]))];
    let verdicts = judged(wishes(), |reminder| reminder.mandatory = true).await;
    assert_eq!(verdicts, ["email send first", "post send first"]);
}

#[tokio::test]
async fn a_member_of_two_groups_is_told_unless_both_say_no() {
    for (wishes, expected) in [
        (vec![("producers", mute("main"))], "s1 pam@x.test send first"),
        (vec![("producers", mute("main")), ("stewards", mute("*"))], "s1 pam@x.test drop muted"),
        (vec![("producers", mute("main")), ("stewards", only("main", &["slack"]))], "s1 pam@x.test send first"),
    ] {
        let mut rig = rig().await;
        rig.roster.set("stewards", "email", &["pam@x.test"]);
        let wishes = wishes.into_iter().map(|(group, wish)| (group.to_owned(), wish));
        rig.scanner.preferences.groups = wishes.collect();
        let reminder =
            ReminderConfig { audience: Some(vec!["producers".into(), "stewards".into()]), ..main_reminder() };
        let report = rig.scan(&[&reminder], DAY_1).await;
        assert_eq!(verdicts(&report), [expected]);
    }
}

#[tokio::test]
async fn a_requester_who_is_told_as_such_is_not_bound_by_the_team() {
    let mut rig = rig().await;
    rig.scanner.preferences.groups.insert("requesters".to_owned(), mute("*"));
    let roles = vec!["requesters".into(), "requester".into()];
    let reminder = ReminderConfig { audience: Some(roles), ..main_reminder() };
    let report = rig.scan(&[&reminder], DAY_1).await;
    assert_eq!(verdicts(&report), ["s1 rita@x.test send first"]);
}

#[tokio::test]
async fn quiet_hours_count_on_the_recipients_own_clock() {
    let tokyo = || Preference { timezone: Some(chrono_tz::Asia::Tokyo), ..Preference::default() };
    // 09:00 in UTC is 18:00 in Tokyo.
    let night = |text: &str| Preference { quiet_hours: text.parse().ok(), ..Preference::default() };
    let cases = [
        ("the reminder's hours on the recipient's clock", vec![("pam@x.test", tokyo())], Some("17:30-19:00"), "10:00"),
        ("the recipient's own hours", vec![("pam@x.test", night("08:00-09:30"))], Some("22:00-07:00"), "09:30"),
        ("the group's hours", vec![("producers", night("08:00-09:45"))], None, "09:45"),
        (
            "own before the group's",
            vec![("producers", night("08:00-09:45")), ("pam@x.test", night("08:00-09:15"))],
            None,
            "09:15",
        ),
    ];
    for (name, wishes, hours, end) in cases {
        let mut rig = rig().await;
        for (whose, wish) in wishes {
            let preferences = &mut rig.scanner.preferences;
            let of = if whose.contains('@') { &mut preferences.recipients } else { &mut preferences.groups };
            of.insert(whose.to_owned(), wish);
        }
        let quiet_hours = hours.map(|hours| hours.parse().expect("quiet hours"));
        let reminder = ReminderConfig { quiet_hours, mandatory: true, ..main_reminder() };
        let report = rig.scan(&[&reminder], DAY_1).await;
        let until = nudged::model::Decision::Hold(Some(nudged_tests::at(&format!("2026-06-01T{end}:00Z"))));
        assert_eq!(
            (report.verdicts.to_vec()[0].decision, report.verdicts.to_vec()[0].code.as_str()),
            (until, "quiet-hours"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn working_days_are_counted_by_the_recipients_own_calendar() {
    let every = Some(Wait::WorkingDays(1));
    let mode = Mode::Repeating(Repeating { every, ..Repeating::default() });
    let cadence = Cadence { mode, after: Wait::Span(Span::ZERO) };
    let reminder = ReminderConfig { cadence, ..main_reminder() };
    let mut rig = rig().await;
    rig.roster.set("producers", "email", &["pam@x.test", "dina@x.test"]);
    let dubai = WorkCalendar { weekend: vec![Weekday::Fri, Weekday::Sat], ..WorkCalendar::default() };
    let dina = Preference { calendar: Some(dubai.into()), ..Preference::default() };
    rig.scanner.preferences.recipients.insert("dina@x.test".to_owned(), dina);
    for (day, expected) in [
        ("2026-06-04", &["email dina@x.test: s1", "email pam@x.test: s1"][..]), // Thursday
        ("2026-06-05", &["email pam@x.test: s1"]),
        ("2026-06-06", &[]),
        ("2026-06-07", &["email dina@x.test: s1"]),
        ("2026-06-08", &["email dina@x.test: s1", "email pam@x.test: s1"]),
    ] {
        assert_eq!(told(&rig.tell(&[&reminder], &format!("{day}T09:00:00Z")).await), expected, "{day}");
    }
}

on_both_rigs! {
    while_the_directory_is_away_nobody_is_told_and_then_everybody,
}

async fn while_the_directory_is_away_nobody_is_told_and_then_everybody(rig: Rig) {
    rig.script.find(share("s1"), finding(&share("s1")));
    let roles = vec!["producers".into(), "stewards".into()];
    let main = ReminderConfig { audience: Some(roles), ..main_reminder() };
    let other = ReminderConfig { audience: Some(vec!["producers".into()]), ..nudged_tests::reminder("other") };
    rig.roster.hide("stewards", true);
    let report = rig.scan(&[&main, &other], DAY_1).await;
    assert_eq!(verdicts(&report), ["s1 - hold directory-failed", "s1 pam@x.test send first"]);
    assert_eq!(report.incomplete.iter().collect::<Vec<_>>(), ["main"]);
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
    assert_eq!(told(&rig.deliver().await), ["email pam@x.test: s1"], "of the other; the fallback is told nothing");
    rig.roster.hide("stewards", false);
    let next = rig.tell(&[&main, &other], "2026-06-01T09:01:00Z").await;
    assert_eq!(told(&next), ["email pam@x.test: s1", "email stu@x.test: s1"]);
    assert_eq!(rig.tell(&[&main, &other], DAY_2).await.len(), 2);
}
