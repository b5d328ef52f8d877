//! How often somebody is told about one thing.

mod ladder;
mod repeating;
#[cfg(test)]
mod tests;
mod wait;

use chrono_tz::Tz;

pub use self::{
    ladder::{slot, steps},
    wait::{ParseWaitError, Wait},
};
use super::{QuietHours, WorkCalendar};
use crate::model::{Code, Decision, History, Instant, Role, Span};

/// The rule that turns occurrences into verdicts.
#[derive(Debug, Clone, PartialEq)]
pub struct Cadence {
    /// How often.
    pub mode: Mode,
    /// Least age of the occurrence. One whose episode lies ahead (it stands for a deadline) has no age and is never
    /// too young.
    pub after: Wait,
}

/// How often an occurrence is told to one recipient on one channel.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// Once.
    Single,
    /// Again and again while it lasts.
    Repeating(Repeating),
    /// At these numbers of days before the deadline, on the calendar of the source. Steps that were missed merge into
    /// one notice. A finding without a deadline is told once.
    Ladder {
        /// Largest first, each once, at least one.
        days_before: Vec<u32>,
    },
}

/// Again and again while it lasts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Repeating {
    /// Least time between two notices, counted between scheduled fire times; without it, every run.
    pub every: Option<Wait>,
    /// Most notices.
    pub max: Option<u32>,
    /// Each wait is this many times the one before, at least 1; the first is `every`, or a day. It does not grow beyond
    /// 365 days.
    pub decay: Option<f64>,
    /// The role that is told once when a recipient was told `max` times.
    pub escalate_to: Option<Role>,
}

impl Default for Cadence {
    /// At every scheduled run.
    fn default() -> Self {
        Self { mode: Mode::Repeating(Repeating::default()), after: Wait::Span(Span::ZERO) }
    }
}

/// The moment of a decision: one for all recipients.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The scan's one clock reading.
    pub now: Instant,
    /// The reminder's last fire time that is not later than `now`: a run belongs to it, and so does a scan by
    /// hand. However often a slot is scanned, it tells once.
    pub slot: Instant,
    /// The next fire time after `now`, if there is one: the next slot.
    pub next: Option<Instant>,
    /// The source's zone: days before a deadline are counted on its calendar, as the strategies do.
    pub source_zone: Tz,
}

/// The calendar and clock of one recipient.
#[derive(Debug, Clone, Copy)]
pub struct Habits<'a> {
    /// Whose days count.
    pub zone: Tz,
    /// Which days are working days.
    pub calendar: &'a WorkCalendar,
    /// When not to be told.
    pub quiet_hours: Option<QuietHours>,
}

/// What is decided about: one occurrence for one recipient on one channel.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The occurrence's episode.
    pub episode: Instant,
    /// After this, telling is too late.
    pub deadline: Option<Instant>,
    /// What the ledger knows.
    pub history: &'a History,
}

/// A decision with its reason.
pub type Judgement = (Decision, Code);

/// Whether an occurrence is old enough to be told to somebody with these habits; `None` if it is.
pub fn too_young(cadence: &Cadence, episode: Instant, moment: Moment, habits: &Habits<'_>) -> Option<Judgement> {
    if episode > moment.now {
        return None;
    }
    let ripe = cadence.after.after(episode, habits);
    (ripe > moment.now).then_some((Decision::Hold(Some(ripe)), Code::TooYoung))
}

/// Whether one recipient is told now, given what the ledger knows.
pub fn judge(cadence: &Cadence, case: &Case<'_>, moment: Moment, habits: &Habits<'_>) -> Judgement {
    unless_disturbing(case, moment, habits, || match (&cadence.mode, case.deadline) {
        (Mode::Repeating(rule), _) => rule.judge(case.history, moment, habits),
        (Mode::Ladder { days_before }, Some(deadline)) => ladder::judge(days_before, deadline, case.history, moment),
        (Mode::Single | Mode::Ladder { .. }, _) => single(case.history, moment),
    })
}

/// Whether somebody to whom the cadence escalates is told now: once.
pub fn judge_escalation(case: &Case<'_>, moment: Moment, habits: &Habits<'_>) -> Judgement {
    unless_disturbing(case, moment, habits, || once(case.history.escalated, Code::Escalated))
}

/// Whether somebody who was told is told that it is over: once.
pub fn judge_closing(case: &Case<'_>, moment: Moment, habits: &Habits<'_>) -> Judgement {
    unless_disturbing(case, moment, habits, || once(case.history.closed, Code::Resolved))
}

/// What holds for every notice: nothing is decided while one is on its way, and nobody is disturbed in quiet hours
/// unless the deadline would pass in them.
fn unless_disturbing(
    case: &Case<'_>,
    moment: Moment,
    habits: &Habits<'_>,
    judgement: impl FnOnce() -> Judgement,
) -> Judgement {
    if case.history.in_flight {
        return (Decision::Hold(None), Code::InFlight);
    }
    let judgement = judgement();
    let quiet_end = habits.quiet_hours.and_then(|quiet| quiet.end_if_quiet(moment.now, habits.zone));
    match quiet_end {
        Some(end) if judgement.0 == Decision::Send && !passes_by(case.deadline, moment.now, end) => {
            (Decision::Hold(Some(end)), Code::QuietHours)
        }
        _ => judgement,
    }
}

/// Whether the deadline is ahead now but not any more at `end`.
fn passes_by(deadline: Option<Instant>, now: Instant, end: Instant) -> bool {
    deadline.is_some_and(|deadline| now < deadline && deadline <= end)
}

fn once(told: bool, code: Code) -> Judgement {
    if told { (Decision::Drop, Code::AlreadyTold) } else { (Decision::Send, code) }
}

fn single(history: &History, moment: Moment) -> Judgement {
    if history.delivered > 0 {
        return (Decision::Drop, Code::AlreadyTold);
    }
    slot_used(history, moment).unwrap_or((Decision::Send, Code::First))
}

/// However often a slot is scanned, and whether or not its notice was refused, there is one try in it.
fn slot_used(history: &History, moment: Moment) -> Option<Judgement> {
    let used = history.last_slot.is_some_and(|last| moment.slot <= last);
    used.then_some((Decision::Hold(moment.next), Code::NotDue))
}
