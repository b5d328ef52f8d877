//! One mistake of every kind, and what the operator reads.

/// A section, what is wrong in it, and the one problem that it makes.
pub(super) const MISTAKES: &[(&str, &str, &str)] = &[
    ("remindrs", "{}", "7: remindrs: is not a known key; did you mean `reminders`?"),
    (
        "zzz",
        "{}",
        "7: zzz: is not a known key; write one of `$schema`, `source`, `store`, `plugins`, `directory`, `reminders`, `channels`, `delivery`",
    ),
    ("source", "5", "2: source: is a number, not an object; write an object"),
    ("source", "{ }", r#"2: source.url: is missing; add "url": "sqlite://nudged-sample.db""#),
    (
        "source",
        r#"{ "url": 5 }"#,
        r#"2: source.url: is a number, not a string or an object; write a string or an object such as "sqlite://nudged-sample.db""#,
    ),
    (
        "source",
        r#"{ "type": "datall", "url": "sqlite://a.db" }"#,
        r#"2: source.type: "datall" is none of the words that are known here; did you mean `dataall`?"#,
    ),
    (
        "source",
        r#"{ "url": "nudged.db" }"#,
        r#"2: source.url: is not a URL: relative URL without a base; write "sqlite://file" or "postgres://user@host/database""#,
    ),
    ("source", r#"{ "url": "sqlite://" }"#, r#"2: source.url: names no file; write one such as "sqlite://nudged.db""#),
    (
        "source",
        r#"{ "url": "sqlite://a.db?mode=ro" }"#,
        "2: source.url: has options after `?`; write the path of the file only",
    ),
    ("source", r#"{ "url": { "env": "NOPE" } }"#, "2: source.url: the environment variable NOPE is not set; set NOPE"),
    (
        "source",
        r#"{ "url": { "env": "EMPTY" } }"#,
        "2: source.url: the environment variable EMPTY is empty; put the text in it",
    ),
    (
        "source",
        r#"{ "url": { "file": "none" } }"#,
        "2: source.url: /etc/nudged/none cannot be read: No such file or directory (os error 2); make it readable, or name another file",
    ),
    ("source", r#"{ "url": { "evn": "DB" } }"#, "2: source.url.evn: is not a known key; did you mean `env`?"),
    ("source", r#"{ "url": { "env": 5 } }"#, "2: source.url.env: is a number, not a string; write a string"),
    (
        "source",
        r#"{ "url": { "env": "DB", "file": "x" } }"#,
        "2: source.url: does not hold exactly one of `env`, `file`; write one of them",
    ),
    ("source", r#"{ "url": { } }"#, "2: source.url: does not hold exactly one of `env`, `file`; write one of them"),
    (
        "source",
        r#"{ "url": { "env": "DB" } }"#,
        r#"2: source.schema: is missing: data.all's tables are in a schema of their own; add "schema": "dev", with the name of the data.all environment"#,
    ),
    (
        "source",
        r#"{ "url": { "env": "DB" }, "schema": "d\"v" }"#,
        r#"2: source.schema: "d\"v" is not the name of a schema; write one such as "dev""#,
    ),
    (
        "source",
        r#"{ "url": { "env": "DB" }, "schema": 5 }"#,
        r#"2: source.schema: is a number, not a string; write a string such as "dev""#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "timezone": "Europe/Londn" }"#,
        r#"2: source.timezone: "Europe/Londn" is not a time zone; did you mean `Europe/London`?"#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "timezone": "somewhere" }"#,
        r#"2: source.timezone: "somewhere" is not a time zone; write an IANA name such as "Europe/London" or "UTC""#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "link": "https://x.test/" }"#,
        r#"2: source.link: "https://x.test/" has no `{uri}` for the share in it; write one such as "https://dataall.example.com/console/shares/{uri}""#,
    ),
    (
        "source",
        r#"{ "url": "sqlite://a.db", "link": "x/{uri}" }"#,
        r#"2: source.link: is not the address of a web page; write one such as "https://dataall.example.com/console/shares/{uri}""#,
    ),
    (
        "store",
        r#"{ "url": "sqlite://a.db", "url": "sqlite://b.db" }"#,
        "3: store.url: is written twice, first on line 3; keep one",
    ),
    (
        "plugins",
        r#"{ "limits": { "memory": "lots" } }"#,
        r#"7: plugins.limits.memory: "lots" is not a size; write one such as "64MiB", "256KiB" or a number of bytes"#,
    ),
    ("plugins", r#"{ "limits": { "memory": 0 } }"#, "7: plugins.limits.memory: 0 is too small; write 1 or more"),
    (
        "plugins",
        r#"{ "limits": { "memory": "5GiB" } }"#,
        r#"7: plugins.limits.memory: is more than a plugin can address; write "4GiB" or less"#,
    ),
    (
        "plugins",
        r#"{ "limits": { "memory": true } }"#,
        r#"7: plugins.limits.memory: is true or false, not a whole number or a string; write a whole number or a string such as "64MiB""#,
    ),
    (
        "plugins",
        r#"{ "limits": { "strategy_wall": "5" } }"#,
        r#"7: plugins.limits.strategy_wall: "5" is not a length of time; write a number and a unit, such as "30s", "15m", "12h", "2d" or "1w""#,
    ),
    (
        "plugins",
        r#"{ "limits": { "strategy_wall": "0s" } }"#,
        r#"7: plugins.limits.strategy_wall: "0s" is no time at all; write at least "1s""#,
    ),
    ("plugins", r#"{ "limits": { "findings": 0 } }"#, "7: plugins.limits.findings: 0 is too small; write 1 or more"),
    (
        "plugins",
        r#"{ "limits": { "findings": 5.5 } }"#,
        "7: plugins.limits.findings: is a number, not a whole number; write a whole number such as 10000",
    ),
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
        "channels",
        r#"{ "email": { "from": "nudged@example.com" } }"#,
        r#"5: channels.email: has neither `smtp` nor `maildir`; add "smtp": {"url": …} to send mails, or "maildir": "mail" to write them to a folder"#,
    ),
    (
        "channels",
        r#"{ "email": { "maildir": "m" } }"#,
        r#"5: channels.email.from: is missing; add "from": "nudged@example.com", with an address of yours"#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "me", "maildir": "m" } }"#,
        r#"5: channels.email.from: "me" is not a mailbox; write one such as "nudged@example.com" or "nudged <nudged@example.com>""#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "smtp": { "url": "smtp://h" } } }"#,
        "5: channels.email.maildir: is given beside `smtp`; keep one of the two",
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "smtp": { } } }"#,
        r#"5: channels.email.smtp.url: is missing; add "url": {"env":"NUDGED_SMTP_URL"}"#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "smtp": "smtp://h" } }"#,
        "5: channels.email.smtp: is a string, not an object; write an object",
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "smtp": { "url": "http://h" } } }"#,
        r#"5: channels.email.smtp.url: "http" is not a way to send mails; write "smtp://host" (STARTTLS) or "smtps://host" (TLS from the start)"#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "smtp": { "url": "smtp:h" } } }"#,
        r#"5: channels.email.smtp.url: names no host; write "smtp://host" (STARTTLS) or "smtps://host" (TLS from the start)"#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "smtp": { "url": "smtp://h?tls=required" } } }"#,
        r#"5: channels.email.smtp.url: has options after `?`; remove them, and write "tls" beside "url""#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "smtp": { "url": "smtps://h", "tls": "none" } } }"#,
        r#"5: channels.email.smtp.tls: contradicts "smtps://", which is TLS from the start; remove it, or write "smtp://" in the URL"#,
    ),
    (
        "channels",
        r#"{ "email": { "plugin": "E mail", "from": "nudged@example.com", "maildir": "m" } }"#,
        r#"5: channels.email.plugin: "E mail" is not a name; write lower-case letters, digits and `-`, a letter first, at most 64, such as `pending-share`"#,
    ),
    (
        "channels",
        r#"{ "email": { "plugin": 5, "from": "nudged@example.com", "maildir": "m" } }"#,
        r#"5: channels.email.plugin: is a number, not a string; write a string such as "email""#,
    ),
    ("channels", r#"{ "email": 5 }"#, "5: channels.email: is a number, not an object; write an object"),
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
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "ladder" } } }"#,
        r#"6: reminders.a.cadence.mode: "ladder" is none of the words that are known here; write one of `repeating`, `single`"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "max": 0 } } }"#,
        "6: reminders.a.cadence.max: 0 is too small; write 1 or more",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "every": "x" } } }"#,
        r#"6: reminders.a.cadence.every: "x" is not a length of time; write a number and a unit, such as "30s", "15m", "12h", "2d" or "1w""#,
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
        r#"{ "a": { "channels": ["email"], "quiet_hours": {} } }"#,
        "6: reminders.a.quiet_hours: is not a known key; write one of `strategy`, `active`, `schedule`, `timezone`, `catch_up`, `cadence`, `audience`, `channels`, `group_by`, `parameters`",
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
        "delivery",
        r#"{ "lease": "30s" }"#,
        r#"7: delivery.lease: "30s" is not longer than `plugins.limits.channel_wall`: a slow send would be made twice; write a longer time, or lower that limit"#,
    ),
    ("delivery", r#"{ "attempts": 0 }"#, "7: delivery.attempts: 0 is too small; write 1 or more"),
    (
        "delivery",
        r#"{ "attempts": 5000000000 }"#,
        "7: delivery.attempts: 5000000000 is too large; write 1000000 or less",
    ),
    (
        "delivery",
        r#"{ "first_retry": "2h" }"#,
        r#"7: delivery.longest_retry: is shorter than `first_retry`; write "2h" or more"#,
    ),
    (
        "delivery",
        r#"{ "max_age": "two days" }"#,
        r#"7: delivery.max_age: "two days" is not a length of time; write a number and a unit, such as "30s", "15m", "12h", "2d" or "1w""#,
    ),
];
