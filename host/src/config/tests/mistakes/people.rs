//! Mistakes in `directory`, `calendars` and `preferences`.

use super::Mistake;

pub(super) const MISTAKES: &[Mistake] = &[
    (
        "directory",
        r#"{ "groups": { "a": { "email": [] } }, "fallback": { "email": "ops@example.com" } }"#,
        r#"4: directory.groups.a.email: is empty; write at least one such as "pam@example.com""#,
    ),
    (
        "directory",
        r#"{ "groups": { "a": { "emial": "x" } }, "fallback": { "email": "ops@example.com" } }"#,
        r#"4: warning: directory.groups.a.emial: there is no channel "emial", so that these addresses are never used; did you mean `email`?"#,
    ),
    (
        "directory",
        r#"{ "groups": { "a": "x" }, "fallback": { "email": "ops@example.com" } }"#,
        "4: directory.groups.a: is a string, not an object; write an object",
    ),
    (
        "directory",
        "{ }",
        "4: warning: directory.fallback.email: nobody is told on `email` when a group has no address there; add an operator's address for `email`",
    ),
    (
        "directory",
        r#"{ "fallback": { "email": "ops@example.com" }, "file": "people.txt" }"#,
        r#"4: directory.file: "people.txt" is neither a `.json` nor a `.csv` file; name one of those"#,
    ),
    (
        "directory",
        r#"{ "fallback": { "email": "ops@example.com" }, "sql": { "url": "sqlite://p.db" } }"#,
        r#"4: directory.sql.query: is missing; add "query": "SELECT mail AS address FROM member WHERE team = $1""#,
    ),
    (
        "directory",
        r#"{ "fallback": { "email": "ops@example.com" }, "sql": { "query": "SELECT a FROM m WHERE g = $1" } }"#,
        r#"4: directory.sql.url: is missing; add "url": {"env":"NUDGED_PEOPLE_URL"}"#,
    ),
    (
        "directory",
        r#"{ "fallback": { "email": "ops@example.com" }, "sql": { "url": "sqlite://p.db", "query": "SELECT a FROM m WHERE g = '$1'" } }"#,
        "4: directory.sql.query: does not use `$1`, the group's name; write `$1`, without quotes, where the group's name belongs",
    ),
    (
        "directory",
        r#"{ "fallback": { "email": "ops@example.com" }, "sql": { "url": "sqlite://p.db", "query": "SELECT a FROM m WHERE g = $1 OR g = $2" } }"#,
        "4: directory.sql.query: uses `$2`, but there is one parameter only; write `$1`, without quotes, where the group's name belongs",
    ),
    (
        "directory",
        r#"{ "fallback": { "email": "ops@example.com" }, "sql": { "url": "sqlite://p.db", "query": "UPDATE m SET g = $1" } }"#,
        "4: directory.sql.query: is not a query that reads; write one that begins with SELECT or WITH",
    ),
    (
        "directory",
        r#"{ "fallback": { "email": "ops@example.com" }, "sql": { "url": "sqlite://p.db", "query": "SELECT a FROM m WHERE g = $1", "channel": "slack" } }"#,
        r#"4: directory.sql.channel: there is no channel "slack"; write one of `email`"#,
    ),
    (
        "directory",
        r#"{ "fallback": { "email": "ops@example.com" }, "sql": { "url": "sqlite://p.db", "query": "SELECT a FROM m WHERE g = $1", "cache": "0s" } }"#,
        r#"4: directory.sql.cache: "0s" is no time at all; write at least "1s""#,
    ),
    (
        "directory",
        r#"{ "fallback": { "email": "ops@example.com" }, "sql": "SELECT 1" }"#,
        "4: directory.sql: is a string, not an object; write an object",
    ),
    (
        "calendars",
        r#"{ "england": { "holidays": ["2026-12-25", "2026-02-30"] } }"#,
        r#"7: calendars.england.holidays[1]: "2026-02-30" is not a date; write year, month and day, such as "2026-12-25""#,
    ),
    (
        "calendars",
        r#"{ "england": { "holidays": ["2026-1-2"] } }"#,
        r#"7: calendars.england.holidays[0]: "2026-1-2" is not a date; write year, month and day, such as "2026-12-25""#,
    ),
    (
        "calendars",
        r#"{ "england": { "holidays": ["2026-12-25", "2026-12-25"] } }"#,
        "7: calendars.england.holidays: names something twice; name each one once",
    ),
    (
        "calendars",
        r#"{ "england": { "weekend": ["saterday"] } }"#,
        r#"7: calendars.england.weekend[0]: "saterday" is none of the words that are known here; did you mean `saturday`?"#,
    ),
    (
        "calendars",
        r#"{ "england": { "weekend": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] } }"#,
        "7: calendars.england.weekend: leaves no working day; write the days that are free only",
    ),
    (
        "calendars",
        r#"{ "England": {} }"#,
        r#"7: calendars.England: "England" is not a name; write lower-case letters, digits and `-`, a letter first, at most 64, such as `pending-share`"#,
    ),
    (
        "calendars",
        r#"{ "england": { "weekend": "sunday" } }"#,
        r#"7: calendars.england.weekend: is a string, not a list; write a list such as ["saturday","sunday"]"#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "mute": ["pending-shares"] } } }"#,
        r#"7: warning: preferences.groups.sales.mute[0]: there is no reminder "pending-shares", so that this says nothing; did you mean `pending-share`?"#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "mute": "pending-share" } } }"#,
        r#"7: preferences.groups.sales.mute: is a string, not true or false or a list; write true or false or a list such as ["pending-share"]"#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "channels": ["emial"] } } }"#,
        r#"7: preferences.groups.sales.channels[0]: there is no channel "emial"; did you mean `email`?"#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "channels": [] } } }"#,
        r#"7: preferences.groups.sales.channels: is empty; write at least one such as ["email"]"#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "channels": { "pending-shar": ["email"] } } } }"#,
        r#"7: warning: preferences.groups.sales.channels.pending-shar: there is no reminder "pending-shar", so that this says nothing; did you mean `pending-share`?"#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "channels": { "pending-share": "email" } } } }"#,
        r#"7: preferences.groups.sales.channels.pending-share: is a string, not a list; write a list such as ["email"]"#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "mute": true, "channels": ["email"] } } }"#,
        r#"7: preferences.groups.sales.channels: means nothing with "mute": true; remove one of the two"#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "timezone": "Londn" } } }"#,
        r#"7: preferences.groups.sales.timezone: "Londn" is not a time zone; write an IANA name such as "Europe/London" or "UTC""#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "quiet_hours": "22:00" } } }"#,
        r#"7: preferences.groups.sales.quiet_hours: "22:00" is not a part of the day; write the first minute and the first one after, such as "22:00-07:00""#,
    ),
    (
        "preferences",
        r#"{ "groups": { "sales": { "calendar": "england" } } }"#,
        r#"7: preferences.groups.sales.calendar: there is no calendar "england"; add "england" to `calendars`"#,
    ),
    (
        "preferences",
        r#"{ "recipients": { "Pam@example.com": {}, "pam@example.com": {} } }"#,
        r#"7: preferences.recipients."pam@example.com": is the mailbox of another entry, in other letters; keep one"#,
    ),
    (
        "preferences",
        r#"{ "recipients": { "": {} } }"#,
        r#"7: preferences.recipients."": is empty; write the address that the channel's plugin expects"#,
    ),
    ("preferences", r#"{ "group": {} }"#, "7: preferences.group: is not a known key; did you mean `groups`?"),
    (
        "preferences",
        r#"{ "groups": { "sales": { "mute": [1] } } }"#,
        "7: preferences.groups.sales.mute[0]: is a number, not a string; write a string",
    ),
];
