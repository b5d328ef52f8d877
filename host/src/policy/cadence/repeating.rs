//! Again and again while it lasts.

use super::{Habits, Judgement, Moment, Repeating, Wait, slot_used};
use crate::model::{Code, Decision, History, Instant, Span};

/// No wait grows beyond so many days: who still has to act after that is told once a year.
const LONGEST_GROWN: u32 = 365;

impl Repeating {
    pub(super) fn judge(&self, history: &History, moment: Moment, habits: &Habits<'_>) -> Judgement {
        if self.max.is_some_and(|max| history.delivered >= max) {
            return (Decision::Drop, Code::MaxReached);
        }
        if let Some(held) = slot_used(history, moment) {
            return held;
        }
        match self.due(history, habits) {
            Some(due) if moment.slot < due => (Decision::Hold(Some(due)), Code::NotDue),
            _ => (Decision::Send, if history.delivered == 0 { Code::First } else { Code::Repeat }),
        }
    }

    /// When the wait since the last notice is over, if there was one and there is a wait.
    fn due(&self, history: &History, habits: &Habits<'_>) -> Option<Instant> {
        let wait = self.wait_after(history.delivered)?;
        Some(wait.after(history.last_slot?, habits))
    }

    /// The wait after so many notices. Where none got through, that is the first wait.
    fn wait_after(&self, delivered: u32) -> Option<Wait> {
        let Some(decay) = self.decay else { return self.every };
        let first = self.every.unwrap_or(Wait::Span(Span::days(1)));
        let factor = decay.max(1.0).powf(f64::from(delivered.saturating_sub(1)));
        Some(first.grown(factor, LONGEST_GROWN))
    }
}
