//! Simulated runs, added up.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;

use super::{Jump, Step};
use crate::{
    model::{Decision, Instant, Problem, Recipient, Verdict},
    pipeline::ActionReport,
};

/// Notifications, and the reminders in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Messages.
    pub notifications: u64,
    /// What they remind of.
    pub reminders: u64,
}

/// How often each decision was taken for each reason: by word (`send`, `hold`, `drop`) and code.
pub type Codes = BTreeMap<(&'static str, &'static str), u64>;

/// What would be sent.
#[derive(Debug, Default)]
pub struct Foreseen {
    /// Items of data.all that were read.
    pub items: usize,
    /// Runs that were simulated.
    pub runs: u64,
    /// By the day of the run in UTC; days without a run are left out.
    pub days: BTreeMap<NaiveDate, Count>,
    /// By address and channel.
    pub people: BTreeMap<(Recipient, String), Count>,
    /// The verdicts of each reminder that ran.
    pub reminders: BTreeMap<String, Codes>,
    /// What would be done to shares, each once, at the first run that would do it.
    pub actions: Vec<(Instant, ActionReport)>,
    /// What is wrong, each once.
    pub problems: Vec<Problem>,
    /// Scans in which the sanity brake would have paused a reminder.
    pub jumps: Vec<Jump>,
    /// Reminders that could not be judged in some run.
    pub incomplete: BTreeSet<String>,
    known: Known,
}

/// What is in the lists already.
#[derive(Debug, Default)]
struct Known {
    problems: HashSet<(Option<String>, String)>,
    actions: HashSet<(String, String)>,
}

impl Foreseen {
    pub(super) fn of(items: usize) -> Self {
        Self { items, ..Self::default() }
    }

    /// All of it.
    pub fn total(&self) -> Count {
        let add = |sum: Count, count: &Count| Count {
            notifications: sum.notifications + count.notifications,
            reminders: sum.reminders + count.reminders,
        };
        self.days.values().fold(Count::default(), add)
    }

    pub(super) fn add(&mut self, Step { at, report }: Step) {
        self.runs += 1;
        let day = self.days.entry(at.date_naive()).or_default();
        day.notifications += report.notifications;
        let mut messages = HashSet::new();
        for verdict in report.verdicts.iter() {
            let Verdict { decision, code, reminder, recipient, channel, notification, .. } = verdict;
            let codes = self.reminders.entry(reminder.clone()).or_default();
            *codes.entry((decision.word(), code.as_str())).or_default() += 1;
            let (Decision::Send, Some(recipient), Some(channel)) = (decision, recipient, channel) else { continue };
            day.reminders += 1;
            let person = self.people.entry((recipient.clone(), channel.clone())).or_default();
            person.reminders += 1;
            person.notifications += u64::from(messages.insert(notification));
        }
        for action in report.actions.into_iter().filter(|action| action.code == "due") {
            if self.known.actions.insert((action.reminder.clone(), action.item.to_string())) {
                self.actions.push((at, action));
            }
        }
        for problem in report.problems {
            let item = problem.item.as_ref().map(ToString::to_string);
            if self.known.problems.insert((item, problem.text.clone())) {
                self.problems.push(problem);
            }
        }
        self.incomplete.extend(report.incomplete);
    }
}
