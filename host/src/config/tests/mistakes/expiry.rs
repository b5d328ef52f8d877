//! Mistakes in `on_expiry`.

use super::Mistake;

pub(super) const MISTAKES: &[Mistake] = &[
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": "delete" } }"#,
        r#"6: reminders.a.on_expiry: "delete" is none of the words that are known here; write one of `notify`, `mark`, `escalate`, `revoke`"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": true } }"#,
        r#"6: reminders.a.on_expiry: is true or false, not a string or an object; write a string or an object such as "notify""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { } } }"#,
        r#"6: reminders.a.on_expiry.do: is missing; add "do": "revoke""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "revok" } } }"#,
        r#"6: reminders.a.on_expiry.do: "revok" is none of the words that are known here; did you mean `revoke`?"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "revoke", "last_notice": "a day", "actions": { "channel": "email", "to": "ops@example.com" } } } }"#,
        r#"6: reminders.a.on_expiry.last_notice: "a day" is not a length of time; write a number and a unit, such as "30s", "15m", "12h", "2d" or "1w""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "mark", "last_notice": "1d" } } }"#,
        r#"6: reminders.a.on_expiry.last_notice: means nothing without "revoke"; remove it, or write "do": "revoke""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "mark", "escalate_to": "fallback" } } }"#,
        r#"6: reminders.a.on_expiry.escalate_to: means nothing without "escalate"; remove it, or write "do": "escalate""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "escalate", "escalate_to": "falback" } } }"#,
        r#"6: warning: reminders.a.on_expiry.escalate_to: "falback" is not a role that nudged knows; did you mean `fallback`?"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "notify", "confidentiality": { "Secret": "revok" } } } }"#,
        r#"6: reminders.a.on_expiry.confidentiality.Secret: "revok" is none of the words that are known here; did you mean `revoke`?"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "notify", "actions": { "channel": "email", "to": "ops@example.com" } } } }"#,
        r#"6: reminders.a.on_expiry.actions: means nothing without "revoke"; remove it, or write "do": "revoke""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "revoke", "actions": { "channel": "events", "to": "ops@example.com" } } } }"#,
        r#"6: reminders.a.on_expiry.actions.channel: there is no channel "events"; write one of `email`"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "revoke", "actions": { "channel": "email", "to": "ops" } } } }"#,
        r#"6: reminders.a.on_expiry.actions.to: "ops" is not an e-mail address; write one such as "pam@example.com""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "revoke", "actions": { "channel": "email" } } } }"#,
        r#"6: reminders.a.on_expiry.actions.to: is missing; add "to": "ops@example.com""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "revoke", "actions": { "to": "ops@example.com" } } } }"#,
        r#"6: reminders.a.on_expiry.actions.channel: is missing; add "channel": "events""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": "revoke" } }"#,
        r#"6: warning: reminders.a.on_expiry: "revoke" is announced to nobody who could start data.all's worker, which takes the access away; write an object with "actions": {"channel": …, "to": …}"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "on_expiry": { "do": "notify", "confidentiality": { "Secret": "revoke" } } } }"#,
        r#"6: warning: reminders.a.on_expiry: "revoke" is announced to nobody who could start data.all's worker, which takes the access away; write an object with "actions": {"channel": …, "to": …}"#,
    ),
];
