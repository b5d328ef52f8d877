//! How often somebody is told about one thing.

use chrono_tz::Tz;

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

/// A length of time on somebody's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Calendar days and exact time.
    Span(Span),
    /// `3 working days`: over when so many working days have begun since.
    WorkingDays(u32),
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
    /// Each wait is this many times the one before, at least 1; the first is `every`, or a day.
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
    let Wait::Span(after) = cadence.after else { return None };
    let ripe = after.after(episode, habits.zone);
    (episode <= moment.now && ripe > moment.now).then_some((Decision::Hold(Some(ripe)), Code::TooYoung))
}

/// Whether one recipient is told now, given what the ledger knows.
pub fn judge(cadence: &Cadence, case: &Case<'_>, moment: Moment, habits: &Habits<'_>) -> Judgement {
    let history = case.history;
    if history.in_flight {
        return (Decision::Hold(None), Code::InFlight);
    }
    let every = match &cadence.mode {
        Mode::Single | Mode::Ladder { .. } if history.delivered > 0 => return (Decision::Drop, Code::AlreadyTold),
        Mode::Repeating(Repeating { max: Some(max), .. }) if history.delivered >= *max => {
            return (Decision::Drop, Code::MaxReached);
        }
        Mode::Single | Mode::Ladder { .. } => None,
        Mode::Repeating(Repeating { every: Some(Wait::Span(every)), .. }) => Some(*every),
        Mode::Repeating(_) => None,
    };
    match not_due(every, history, moment, habits) {
        Some(until) => (Decision::Hold(until), Code::NotDue),
        None => send(history),
    }
}

/// Whether somebody to whom the cadence escalates is told now: once.
pub fn judge_escalation(case: &Case<'_>, _moment: Moment, _habits: &Habits<'_>) -> Judgement {
    once(case.history.escalated, Code::Escalated)
}

/// Whether somebody who was told is told that it is over: once.
pub fn judge_closing(case: &Case<'_>, _moment: Moment, _habits: &Habits<'_>) -> Judgement {
    once(case.history.closed, Code::Resolved)
}

fn once(told: bool, code: Code) -> Judgement {
    if told { (Decision::Drop, Code::AlreadyTold) } else { (Decision::Send, code) }
}

fn send(history: &History) -> Judgement {
    (Decision::Send, if history.delivered == 0 { Code::First } else { Code::Repeat })
}

/// Until when a notice has to wait because of what was tried before, if it has to.
fn not_due(every: Option<Span>, history: &History, moment: Moment, habits: &Habits<'_>) -> Option<Option<Instant>> {
    let last = history.last_slot?;
    if moment.slot <= last {
        return Some(moment.next);
    }
    let due = every?.after(last, habits.zone);
    (moment.slot < due).then_some(Some(due))
}
