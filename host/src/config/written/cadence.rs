//! `cadence`: how often the same thing is told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{roles, values};
use crate::{
    config::{problem::Complaint, report::Place},
    model::Span,
    policy::{self, Repeating, Wait},
};

/// How often the same thing is told.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Cadence {
    /// Once, again and again, or in steps before a deadline.
    mode: Mode,
    /// Nothing younger than this is told: `1d`, `12h`, `3 working days`.
    #[schemars(example = &"1d")]
    after: Option<String>,
    /// `repeating`: least time between two notices; without it, every run tells.
    #[schemars(example = &"2d")]
    every: Option<String>,
    /// `repeating`: most notices.
    #[schemars(range(min = 1, max = 1_000_000))]
    max: Option<u32>,
    /// `repeating`: each wait is so many times as long as the one before; the first is `every`, or a day.
    #[schemars(range(min = 1, max = 10), example = 1.5)]
    decay: Option<f64>,
    /// `repeating`: the role that is told once when somebody was told `max` times.
    #[schemars(example = &"fallback")]
    escalate_to: Option<String>,
    /// `ladder`: the numbers of days before the deadline at which it is told.
    #[schemars(length(min = 1), inner(range(min = 0, max = 36_500)), extend("uniqueItems" = true))]
    #[schemars(example = [30, 7, 2, 1])]
    days_before: Option<Vec<Option<u32>>>,
}

/// How often the same thing is told.
#[derive(Deserialize, Serialize, JsonSchema, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// Again and again while it lasts.
    #[default]
    Repeating,
    /// Once.
    Single,
    /// At `days_before` the deadline.
    Ladder,
}

/// The modes that a setting has a meaning with.
const MODES_OF: [(&str, &[Mode]); 6] = [
    ("after", &[Mode::Repeating, Mode::Single]),
    ("every", &[Mode::Repeating]),
    ("max", &[Mode::Repeating]),
    ("decay", &[Mode::Repeating]),
    ("escalate_to", &[Mode::Repeating]),
    ("days_before", &[Mode::Ladder]),
];

impl Mode {
    fn word(self) -> &'static str {
        match self {
            Self::Repeating => "repeating",
            Self::Single => "single",
            Self::Ladder => "ladder",
        }
    }
}

impl Cadence {
    /// `own_roles` are those of the reminder's own source.
    pub(super) fn meaning(self, own_roles: &[&str], at: &Place<'_>) -> policy::Cadence {
        self.refuse_meaningless(at);
        let wait = |key: &str, text: Option<&String>| at.key(key).check(values::wait(text?));
        let after = wait("after", self.after.as_ref()).unwrap_or(Wait::Span(Span::ZERO));
        let mode = match self.mode {
            Mode::Single => policy::Mode::Single,
            Mode::Ladder => policy::Mode::Ladder { days_before: self.steps() },
            Mode::Repeating => policy::Mode::Repeating(Repeating {
                every: wait("every", self.every.as_ref()),
                max: self.max,
                decay: self.decay,
                escalate_to: self.escalate_to.map(|role| roles::role(role, own_roles, &at.key("escalate_to"))),
            }),
        };
        policy::Cadence { mode, after }
    }

    fn steps(&self) -> Vec<u32> {
        let mut steps: Vec<_> = self.days_before.iter().flatten().copied().flatten().collect();
        steps.sort_unstable_by(|a, b| b.cmp(a));
        steps
    }

    /// Complains about what the mode makes nothing of, and about what it lacks.
    fn refuse_meaningless(&self, at: &Place<'_>) {
        let written = |key: &str| at.key(key).written();
        // Of a mode that is no word, nothing is known.
        if !at.key("mode").is_sound() {
            return;
        }
        for (key, modes) in MODES_OF.iter().filter(|(key, modes)| written(key) && !modes.contains(&self.mode)) {
            let fix = format!("remove it, or write \"mode\": \"{}\"", modes[0].word());
            at.key(key).error(Complaint::new(format!("means nothing with mode \"{}\"", self.mode.word()), fix));
        }
        if self.mode == Mode::Ladder && !written("days_before") {
            at.key("days_before").error(Complaint::new("is missing", "add \"days_before\": [30,7,2,1]"));
        }
        if self.mode == Mode::Repeating && written("escalate_to") && !written("max") {
            let fix = "add \"max\", the number of notices after which it escalates";
            at.key("escalate_to").error(Complaint::new("means nothing without `max`", fix));
        }
    }
}
