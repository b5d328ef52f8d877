//! Mistakes in `reminders`.

use super::Mistake;

pub(super) const MISTAKES: &[Mistake] = &[
    (
        "reminders",
        r#"{ "Pending": { "channels": ["email"] } }"#,
        r#"6: reminders.Pending: "Pending" is not a name; write lower-case letters, digits and `-`, a letter first, at most 64, such as `pending-share`"#,
    ),
    ("reminders", r#"{ "a": { } }"#, r#"6: reminders.a.channels: is missing; add "channels": ["email"]"#),
    (
        "reminders",
        r#"{ "a": { "channels": [] } }"#,
        r#"6: reminders.a.channels: is empty; write at least one such as ["email"]"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email", "emial"] } }"#,
        r#"6: reminders.a.channels[1]: there is no channel "emial"; did you mean `email`?"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email", "email"] } }"#,
        "6: reminders.a.channels: names something twice; name each one once",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": "email" } }"#,
        r#"6: reminders.a.channels: is a string, not a list; write a list such as ["email"]"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "strategy": "" } }"#,
        r#"6: reminders.a.strategy: "" is not a name; write lower-case letters, digits and `-`, a letter first, at most 64, such as `pending-share`"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "schedule": "61 * * * *" } }"#,
        r#"6: reminders.a.schedule: "61 * * * *" is not a cron expression of five fields (minute hour day-of-month month day-of-week): Component error: Number out of bounds; write five fields such as "0 9 * * 1", which is Mondays at 09:00"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "schedule": "0 9 30 2 *" } }"#,
        r#"6: reminders.a.schedule: "0 9 30 2 *" never comes; write five fields such as "0 9 * * 1", which is Mondays at 09:00"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "schedule": "daily" } }"#,
        r#"6: reminders.a.schedule: "daily" is not a cron expression of five fields (minute hour day-of-month month day-of-week): it has 1 fields; write five fields such as "0 9 * * 1", which is Mondays at 09:00"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "schedule": null } }"#,
        r#"6: reminders.a.schedule: is null, not a string; write a string such as "0 9 * * *""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "timezone": "utc" } }"#,
        r#"6: reminders.a.timezone: "utc" is not a time zone; did you mean `UTC`?"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "catch_up": "1 day" } }"#,
        r#"6: reminders.a.catch_up: "1 day" is not a length of time; write a number and a unit, such as "30s", "15m", "12h", "2d" or "1w""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "audience": [] } }"#,
        r#"6: reminders.a.audience: is empty; write at least one such as ["producers","stewards"]"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "audience": ["producer"] } }"#,
        r#"6: warning: reminders.a.audience[0]: "producer" is not a role that nudged knows; did you mean `producers`?"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "group_by": "items" } }"#,
        r#"6: reminders.a.group_by: "items" is none of the words that are known here; did you mean `item`?"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "parameters": [] } }"#,
        "6: reminders.a.parameters: is a list, not an object; write an object such as {}",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "retention": {} } }"#,
        "6: reminders.a.retention: is not a known key; write one of `strategy`, `active`, `schedule`, `run_schedule`, `run_at`, `timezone`, `catch_up`, `cadence`, `audience`, `channels`, `group_by`, `digest_limit`, `group_notifications`, `source`, `mandatory`, `quiet_hours`, `calendar`, `closing_notice`, `on_expiry`, `parameters`",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "group_by": { "item": true } } }"#,
        "6: reminders.a.group_by: is an object, not a word; write one of `recipient`, `item`",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "group_by": "item", "group_by": "item" } }"#,
        "6: reminders.a.group_by: is written twice, first on line 6; keep one",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "run_schedule": [1, 3], "schedule": "0 9 * * *" } }"#,
        "6: reminders.a.run_schedule: is given beside `schedule`; keep one of the two",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "run_schedule": [] } }"#,
        "6: reminders.a.run_schedule: is empty; write at least one such as [1,3,7]",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "run_schedule": [1, 31] } }"#,
        "6: reminders.a.run_schedule[1]: 31 is too large; write 30 or less",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "run_schedule": [1, 1] } }"#,
        "6: reminders.a.run_schedule: names something twice; name each one once",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "run_schedule": "1" } }"#,
        "6: reminders.a.run_schedule: is a string, not a list; write a list such as [1,3,7]",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "run_schedule": [28] } }"#,
        "6: warning: reminders.a.run_schedule[0]: months of 28 days or fewer do not have that day, and are skipped; write 27 or less for a day that every month has",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "run_schedule": [1], "run_at": "9am" } }"#,
        r#"6: reminders.a.run_at: "9am" is not a time of day; write one such as "09:00""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "run_at": "10:00" } }"#,
        r#"6: reminders.a.run_at: means nothing without `run_schedule`; remove it, or write "run_schedule": [1,3,7] in place of `schedule`"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "source": "certs" } }"#,
        r#"6: reminders.a.source: there is no source "certs"; add "certs" to `sources`"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "quiet_hours": "22:00 to 07:00" } }"#,
        r#"6: reminders.a.quiet_hours: "22:00 to 07:00" is not a part of the day; write the first minute and the first one after, such as "22:00-07:00""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "quiet_hours": "07:00-07:00" } }"#,
        r#"6: reminders.a.quiet_hours: "07:00-07:00" ends when it begins, so that no hour is quiet; remove it, or write another end, such as "22:00-07:00""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "calendar": "england" } }"#,
        r#"6: reminders.a.calendar: there is no calendar "england"; add "england" to `calendars`"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "digest_limit": 0 } }"#,
        "6: reminders.a.digest_limit: 0 is too small; write 1 or more",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "digest_limit": 1001 } }"#,
        "6: reminders.a.digest_limit: 1001 is too large; write 1000 or less",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "digest_limit": 5, "group_by": "item" } }"#,
        r#"6: reminders.a.digest_limit: means nothing with group_by "item"; remove it, or write "group_by": "recipient""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "mandatory": "yes" } }"#,
        "6: reminders.a.mandatory: is a string, not true or false; write true or false such as false",
    ),
];
