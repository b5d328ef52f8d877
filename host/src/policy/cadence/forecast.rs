//! When somebody will be told if nothing changes.

use super::{Cadence, Case, Habits, Judgement, Moment, judge, too_young};
use crate::model::{Code, Decision, Instant};

/// The first of the coming moments, in order, at which the verdict is to send, with its code; or the end of the quiet
/// hours that such a moment lies in. `None` if none of them is, or nothing will ever be sent.
///
/// The moments may be without end as long as the cadence comes to a decision: nothing is looked up behind one that drops.
pub fn first_send(
    cadence: &Cadence,
    case: &Case<'_>,
    moments: impl Iterator<Item = Moment>,
    habits: &Habits<'_>,
) -> Option<(Instant, Code)> {
    for moment in moments {
        let (at, (decision, code)) = settle(cadence, case, moment, habits);
        match decision {
            Decision::Send => return Some((at, code)),
            Decision::Hold(Some(_)) => {}
            Decision::Hold(None) | Decision::Drop => return None,
        }
    }
    None
}

/// The judgement of a moment, or the one that follows when its quiet hours end.
fn settle(cadence: &Cadence, case: &Case<'_>, moment: Moment, habits: &Habits<'_>) -> (Instant, Judgement) {
    let judge = |moment| {
        too_young(cadence, case.episode, moment, habits).unwrap_or_else(|| judge(cadence, case, moment, habits))
    };
    match judge(moment) {
        (Decision::Hold(Some(end)), Code::QuietHours) => (end, judge(Moment { now: end, ..moment })),
        judgement => (moment.now, judgement),
    }
}
