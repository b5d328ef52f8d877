//! Mistakes in `channels`, `delivery`, `brake` and `api`.

use super::Mistake;

pub(super) const MISTAKES: &[Mistake] = &[
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "secrets": { "token": "hunter2" } } }"#,
        r#"5: channels.email.secrets.token: is a string, not an object; write an object such as {"env":"NAME"}"#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "secrets": { "token": { "env": "NONE" } } } }"#,
        "5: channels.email.secrets.token: the environment variable NONE is not set; set NONE",
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "secrets": { "token": { "env": "EMPTY" } } } }"#,
        "5: channels.email.secrets.token: the environment variable EMPTY is empty; put the text in it",
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "ca_file": true } }"#,
        r#"5: channels.email.ca_file: is true or false, not a string; write a string such as "ca.pem""#,
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
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "concurrency": 0 } }"#,
        "5: channels.email.concurrency: 0 is too small; write 1 or more",
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "concurrency": 65 } }"#,
        "5: channels.email.concurrency: 65 is too large; write 64 or less",
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "rate": "0/s" } }"#,
        r#"5: channels.email.rate: "0/s" is not a rate; write one such as "1/s", "30/min" or "100/h""#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "rate": "3/day" } }"#,
        r#"5: channels.email.rate: "3/day" is not a rate; write one such as "1/s", "30/min" or "100/h""#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "templates": " " } }"#,
        r#"5: channels.email.templates: is empty; write the folder that the templates are in, such as "templates/email""#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "unsubscribe": "http://example.com/stop" } }"#,
        r#"5: channels.email.unsubscribe: "http://example.com/stop" is neither an https page nor a mailbox; write one such as "https://example.com/stop?who={recipient}" or "mailto:stop@example.com""#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "unsubscribe": "mailto:" } }"#,
        r#"5: channels.email.unsubscribe: "mailto:" is neither an https page nor a mailbox; write one such as "https://example.com/stop?who={recipient}" or "mailto:stop@example.com""#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "unsubscribe": "https://me:secret@example.com" } }"#,
        r#"5: channels.email.unsubscribe: "https://me:secret@example.com" is neither an https page nor a mailbox; write one such as "https://example.com/stop?who={recipient}" or "mailto:stop@example.com""#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "unsubscribe": "https://example.com/a,b" } }"#,
        r#"5: channels.email.unsubscribe: "https://example.com/a,b" is neither an https page nor a mailbox; write one such as "https://example.com/stop?who={recipient}" or "mailto:stop@example.com""#,
    ),
    (
        "channels",
        r#"{ "email": { "from": "nudged@example.com", "maildir": "m", "unsubscribe": "https://example.com/{who}" } }"#,
        r#"5: channels.email.unsubscribe: "https://example.com/{who}" has a place to fill that is not `{recipient}`; write one such as "https://example.com/stop?who={recipient}" or "mailto:stop@example.com""#,
    ),
    ("channels", r#"{ "email": 5 }"#, "5: channels.email: is a number, not an object; write an object"),
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
    (
        "delivery",
        r#"{ "recheck_after": "soon" }"#,
        r#"7: delivery.recheck_after: "soon" is not a length of time; write a number and a unit, such as "30s", "15m", "12h", "2d" or "1w""#,
    ),
    ("delivery", r#"{ "dead_after": 0 }"#, "7: delivery.dead_after: 0 is too small; write 1 or more"),
    ("delivery", r#"{ "dead_after": 1001 }"#, "7: delivery.dead_after: 1001 is too large; write 1000 or less"),
    (
        "delivery",
        r#"{ "retention": "for ever" }"#,
        r#"7: delivery.retention: "for ever" is not a length of time; write a number and a unit, such as "30s", "15m", "12h", "2d" or "1w""#,
    ),
    ("delivery", r#"{ "retention": "23h" }"#, r#"7: delivery.retention: "23h" is too short; write at least "1d""#),
    ("brake", r#"{ "factor": 0.5 }"#, "7: brake.factor: 0.5 is too small; write 1 or more"),
    ("brake", r#"{ "first_run": 0 }"#, "7: brake.first_run: 0 is too small; write 1 or more"),
    ("brake", r#"{ "factor": null }"#, "7: brake.factor: is null, not a number; write a number such as 10.0"),
    (
        "brake",
        r#"{ "active": false, "least": 5 }"#,
        r#"7: brake.least: means nothing with "active": false; remove one of the two"#,
    ),
    ("brake", "false", "7: brake: is true or false, not an object; write an object"),
    (
        "api",
        r#"{ "listen": "localhost" }"#,
        r#"7: api.listen: "localhost" is not an address and a port; write one such as "127.0.0.1:8642" or "[::1]:8642", or "off""#,
    ),
    (
        "api",
        r#"{ "listen": null }"#,
        r#"7: api.listen: is null, not a string; write a string such as "127.0.0.1:8642""#,
    ),
    (
        "api",
        r#"{ "listen": "0.0.0.0:8642" }"#,
        r#"7: api.token: is missing: at 0.0.0.0:8642 others than this machine can ask too; add "token": {"env": "NAME"}, or listen on 127.0.0.1"#,
    ),
    (
        "api",
        r#"{ "listen": "0.0.0.0:8642", "token": { "env": "NONE" } }"#,
        "7: api.token: the environment variable NONE is not set; set NONE",
    ),
    (
        "api",
        r#"{ "token": { "env": "SHORT" } }"#,
        "7: api.token: is too short: it could be guessed; write at least 16 letters, digits and signs without a space, such as `openssl rand -hex 32` prints",
    ),
    (
        "api",
        r#"{ "token": "correct-horse-battery" }"#,
        r#"7: warning: api.token: is a secret that stands in this file; write {"env": "NAME"} or {"file": "path"} here and keep it there"#,
    ),
];
