//! Mistakes in `cadence`.

use super::Mistake;

pub(super) const MISTAKES: &[Mistake] = &[
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "ladder" } } }"#,
        r#"6: reminders.a.cadence.days_before: is missing; add "days_before": [30,7,2,1]"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "max": 0 } } }"#,
        "6: reminders.a.cadence.max: 0 is too small; write 1 or more",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "every": "x" } } }"#,
        r#"6: reminders.a.cadence.every: "x" is not a length of time; write one such as "12h", "2d", "1w" or "3 working days""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "ladder", "days_before": [] } } }"#,
        "6: reminders.a.cadence.days_before: is empty; write at least one such as [30,7,2,1]",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "ladder", "days_before": [7, 7] } } }"#,
        "6: reminders.a.cadence.days_before: names something twice; name each one once",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "ladder", "days_before": [7, -1] } } }"#,
        "6: reminders.a.cadence.days_before[1]: -1 is too small; write 0 or more",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "ladder", "days_before": [7, 1.5] } } }"#,
        "6: reminders.a.cadence.days_before[1]: is a number, not a whole number; write a whole number",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "ladder", "days_before": [7], "after": "1d" } } }"#,
        r#"6: reminders.a.cadence.after: means nothing with mode "ladder"; remove it, or write "mode": "repeating""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "ladder", "days_before": [7], "max": 2 } } }"#,
        r#"6: reminders.a.cadence.max: means nothing with mode "ladder"; remove it, or write "mode": "repeating""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "single", "every": "1d" } } }"#,
        r#"6: reminders.a.cadence.every: means nothing with mode "single"; remove it, or write "mode": "repeating""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "single", "decay": 2 } } }"#,
        r#"6: reminders.a.cadence.decay: means nothing with mode "single"; remove it, or write "mode": "repeating""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "days_before": [7] } } }"#,
        r#"6: reminders.a.cadence.days_before: means nothing with mode "repeating"; remove it, or write "mode": "ladder""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "after": "3 workdays" } } }"#,
        r#"6: reminders.a.cadence.after: "3 workdays" is not a length of time; write one such as "12h", "2d", "1w" or "3 working days""#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "max": 3, "decay": 0.5 } } }"#,
        "6: reminders.a.cadence.decay: 0.5 is too small; write 1 or more",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "max": 3, "decay": 11 } } }"#,
        "6: reminders.a.cadence.decay: 11 is too large; write 10 or less",
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "escalate_to": "fallback" } } }"#,
        r#"6: reminders.a.cadence.escalate_to: means nothing without `max`; add "max", the number of notices after which it escalates"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "max": 3, "escalate_to": "falback" } } }"#,
        r#"6: warning: reminders.a.cadence.escalate_to: "falback" is not a role that nudged knows; did you mean `fallback`?"#,
    ),
    (
        "reminders",
        r#"{ "a": { "channels": ["email"], "cadence": { "mode": "ladders", "days_before": [7] } } }"#,
        r#"6: reminders.a.cadence.mode: "ladders" is none of the words that are known here; did you mean `ladder`?"#,
    ),
];
