//! One mistake of every kind, and what the operator reads.

mod cadence;
mod databases;
mod expiry;
mod people;
mod plugins;
mod reminders;
mod rest;

/// A section, what is wrong in it, and the one problem that it makes.
type Mistake = (&'static str, &'static str, &'static str);

pub(super) fn all() -> impl Iterator<Item = &'static Mistake> {
    let sections = [
        UNKNOWN,
        databases::MISTAKES,
        people::MISTAKES,
        reminders::MISTAKES,
        cadence::MISTAKES,
        expiry::MISTAKES,
        plugins::MISTAKES,
        rest::MISTAKES,
    ];
    sections.into_iter().flatten()
}

const UNKNOWN: &[Mistake] = &[
    ("remindrs", "{}", "7: remindrs: is not a known key; did you mean `reminders`?"),
    (
        "zzz",
        "{}",
        "7: zzz: is not a known key; write one of `$schema`, `source`, `sources`, `store`, `plugins`, `directory`, `calendars`, `preferences`, `reminders`, `channels`, `delivery`, `brake`, `api`",
    ),
];
