//! What data.all's users find under the bell.

use nudged_sdk::{
    inbox::Entry,
    testing::{InboxHost, NotificationBuilder, PlainReminder, described},
};

use super::*;

fn posted(notification: NotificationBuilder) -> Vec<Entry> {
    let table = InboxHost::answering(Outcome::Delivered("rows".to_owned()));
    assert_eq!(Inbox::send(&notification.build(NoParameters)), Outcome::Delivered("rows".to_owned()));
    table.posted()
}

fn one(change: impl FnOnce(&mut PlainReminder)) -> Entry {
    let mut reminder = PlainReminder::default();
    change(&mut reminder);
    posted(NotificationBuilder::new().reminder(reminder)).pop().expect("a row")
}

#[test]
fn the_manifest_asks_for_the_inbox_and_nothing_else() {
    let manifest = described::<Inbox>();
    assert_eq!((&manifest["name"], &manifest["kind"]), (&"inbox".into(), &"channel".into()));
    assert_eq!(manifest["asks"].as_array().map(Vec::len), Some(1));
    assert_eq!(manifest["asks"][0], "inbox");
}

#[test]
fn each_reminder_is_a_row_that_leads_to_its_share() {
    let second = PlainReminder { title: "Weather: share request is waiting".to_owned(), ..PlainReminder::default() };
    let rows = posted(NotificationBuilder::new().reminder(PlainReminder::default()).reminder(second));
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].message, "Sales: share request is waiting: rita@x.test asks for access to Sales.");
    assert_eq!(rows[0].target.as_deref(), Some("s1|d1"));
    assert!(rows[1].message.starts_with("Weather: "), "{rows:?}");
    assert_eq!(one(|reminder| reminder.target = None).target, None);
}

#[test]
fn the_type_is_never_one_of_data_alls_own_and_fits_its_column() {
    let kind = |notice: &str, reason: &str| {
        one(|reminder| (reminder.notice, reminder.reason) = (notice.to_owned(), reason.to_owned())).kind
    };
    assert_eq!(kind("reminder", "pending"), "NUDGED_REMINDER_PENDING");
    assert_eq!(kind("closing", "stack-failed"), "NUDGED_CLOSING_STACK_FAILED");
    assert_eq!(kind("reminder", "é'; DROP"), "NUDGED_REMINDER_____DROP");
    assert_eq!(kind("reminder", &"x".repeat(500)).len(), KIND);
}

#[test]
fn the_message_is_one_short_line_and_says_which_reminder_it_is() {
    let third = one(|reminder| reminder.history = "reminder 3, first sent on 12 May 2026".to_owned());
    assert!(third.message.contains("(reminder 3, first sent on 12 May 2026): rita@x.test asks"), "{third:?}");
    let hostile = one(|reminder| {
        reminder.title = "a\r\nb\u{202e}".to_owned();
        reminder.sentence = "\u{0}".to_owned() + &"é".repeat(5_000);
    });
    assert!(hostile.message.starts_with("a b: éé"), "{hostile:?}");
    assert_eq!(hostile.message.chars().count(), MESSAGE);
}

#[test]
fn what_is_not_shown_is_counted_in_a_row_of_its_own() {
    let rows = posted(NotificationBuilder::new().reminder(PlainReminder::default()).with(|all| all.more = 7));
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[1].kind.as_str(), rows[1].message.as_str()),
        ("NUDGED_MORE", "… and 7 more, less urgent than these.")
    );
}

#[test]
fn what_the_table_answers_is_the_outcome() {
    let answer = Outcome::Retry { detail: "the database is away".to_owned(), after: None };
    let _table = InboxHost::answering(answer.clone());
    let notification = NotificationBuilder::new().reminder(PlainReminder::default());
    assert_eq!(Inbox::send(&notification.build(NoParameters)), answer);
}
