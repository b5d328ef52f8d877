//! Rules without I/O and without a clock: when a reminder runs, whether a notice is due, how long to wait
//! before the next attempt. Imports only `model`.

mod backoff;
mod cadence;
mod schedule;

pub use backoff::Backoff;
pub use cadence::{Cadence, Judgement, Mode, Moment, judge, too_young};
pub use schedule::{ParseScheduleError, Schedule};
