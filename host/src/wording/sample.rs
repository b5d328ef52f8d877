//! A notification that shows a template what there can be: everything, and as little as possible.

use chrono::TimeDelta;

use crate::model::{Instant, Notification, NotificationId, Reminder, Severity};

/// For a rehearsal; it goes to nobody.
pub(super) fn notification() -> Notification {
    Notification {
        id: NotificationId::from_stored("00000000000000000000000000000000".to_owned()),
        channel: "sample".to_owned(),
        recipient: "pam@example.com".to_owned(),
        subject: "2 share requests are waiting for your answer".to_owned(),
        preamble: "You get this because you are in sales-admins.".to_owned(),
        because: String::new(),
        text: "2 share requests are waiting for your answer.\n".to_owned(),
        reminders: vec![full(), least()],
        more: 1,
        decided: Instant::UNIX_EPOCH,
        refusable: true,
    }
}

fn full() -> Reminder {
    Reminder {
        item: "share:s1".to_owned(),
        reminder: "pending-share".to_owned(),
        reason: "pending".to_owned(),
        deadline: Some(Instant::UNIX_EPOCH + TimeDelta::days(9)),
        target: Some("s1|d1".to_owned()),
        title: "Sales: share request is waiting".to_owned(),
        sentence: "rita@example.com asks for access to Sales & Marketing.".to_owned(),
        severity: Severity::Critical,
        facts: vec![("Requester".to_owned(), "rita@example.com".to_owned())],
        link: Some("https://dataall.example.com/console/shares/s1".to_owned()),
        ordinal: 3,
        first_sent: Some(Instant::UNIX_EPOCH),
        history: "reminder 3, first sent on 1 January 1970".to_owned(),
        ..Reminder::default()
    }
}

fn least() -> Reminder {
    Reminder {
        item: "share:s2".to_owned(),
        reminder: "pending-share".to_owned(),
        reason: "pending".to_owned(),
        title: "Weather: share request is waiting".to_owned(),
        sentence: "tom@example.com asks for access to Weather.".to_owned(),
        ordinal: 1,
        ..Reminder::default()
    }
}
