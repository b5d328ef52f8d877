//! Rules without I/O and without a clock: when a reminder runs, whether a notice is due, how long to wait
//! before the next attempt. Imports only `model`.

mod backoff;
mod brake;
mod budget;
mod cadence;
mod calendar;
mod circuit;
mod pace;
mod quarantine;
mod quiet_hours;
mod schedule;

pub use backoff::Backoff;
pub use brake::{Brake, Level};
pub use budget::Budget;
pub use cadence::{
    Cadence, Case, Habits, Judgement, Mode, Moment, ParseWaitError, Repeating, Wait, judge, judge_closing,
    judge_escalation, slot, steps, too_young,
};
pub use calendar::WorkCalendar;
pub use circuit::Circuit;
pub use pace::{Pace, Rate};
pub use quarantine::{Confinement, Patience, Quarantine};
pub use quiet_hours::{ParseQuietHoursError, QuietHours};
pub use schedule::{ParseScheduleError, Schedule};
