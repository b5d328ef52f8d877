//! How often somebody is told about one thing.

use chrono_tz::Tz;

use crate::model::{Code, Decision, History, Instant, Span};

/// The rule that turns occurrences into verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cadence {
    /// How often.
    pub mode: Mode,
    /// Least age of the occurrence.
    pub after: Span,
}

/// How often an occurrence is told to one recipient on one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Once.
    Single,
    /// Again and again while it lasts.
    Repeating {
        /// Least time between two notices, counted between scheduled fire times; without it, every run.
        every: Option<Span>,
        /// Most notices.
        max: Option<u32>,
    },
}

impl Default for Cadence {
    /// At every scheduled run.
    fn default() -> Self {
        Self { mode: Mode::Repeating { every: None, max: None }, after: Span::ZERO }
    }
}

/// The moment of a decision.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The scan's one clock reading.
    pub now: Instant,
    /// The reminder's last fire time that is not later than `now`: a run belongs to it, and so does a scan by
    /// hand. However often a slot is scanned, it tells once.
    pub slot: Instant,
    /// The next fire time after `now`, if there is one: the next slot.
    pub next: Option<Instant>,
    /// The zone whose calendar days count.
    pub zone: Tz,
}

/// A decision with its reason.
pub type Judgement = (Decision, Code);

/// Whether an occurrence is old enough to be told at all; `None` if it is.
pub fn too_young(cadence: &Cadence, episode: Instant, moment: Moment) -> Option<Judgement> {
    let ripe = cadence.after.after(episode, moment.zone);
    (ripe > moment.now).then_some((Decision::Hold(Some(ripe)), Code::TooYoung))
}

/// Whether one recipient is told now, given what the ledger knows.
pub fn judge(cadence: &Cadence, history: &History, moment: Moment) -> Judgement {
    if history.in_flight {
        return (Decision::Hold(None), Code::InFlight);
    }
    let every = match &cadence.mode {
        Mode::Single if history.delivered > 0 => return (Decision::Drop, Code::AlreadyTold),
        Mode::Repeating { max: Some(max), .. } if history.delivered >= *max => {
            return (Decision::Drop, Code::MaxReached);
        }
        Mode::Single => None,
        Mode::Repeating { every, .. } => *every,
    };
    match not_due(every, history, moment) {
        Some(until) => (Decision::Hold(until), Code::NotDue),
        None => send(history),
    }
}

fn send(history: &History) -> Judgement {
    (Decision::Send, if history.delivered == 0 { Code::First } else { Code::Repeat })
}

/// Until when a notice has to wait because of what was tried before, if it has to.
fn not_due(every: Option<Span>, history: &History, moment: Moment) -> Option<Option<Instant>> {
    let last = history.last_slot?;
    if moment.slot <= last {
        return Some(moment.next);
    }
    let due = every?.after(last, moment.zone);
    (moment.slot < due).then_some(Some(due))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an RFC 3339 instant")
    }

    fn moment(now: &str, slot: &str) -> Moment {
        Moment { now: at(now), slot: at(slot), next: Some(at("2026-04-25T09:00:00Z")), zone: Tz::UTC }
    }

    fn told(times: u32, last_slot: &str) -> History {
        History {
            sequence: times,
            delivered: times,
            first_sent: Some(at("2026-04-01T09:00:00Z")),
            last_slot: Some(at(last_slot)),
            in_flight: false,
        }
    }

    fn repeating(every: Option<Span>, max: Option<u32>) -> Cadence {
        Cadence { mode: Mode::Repeating { every, max }, after: Span::ZERO }
    }

    #[test]
    fn a_young_occurrence_waits_until_it_is_ripe() {
        let cadence = Cadence { after: Span::days(1), ..Cadence::default() };
        let episode = at("2026-04-23T10:00:00Z");
        let early = moment("2026-04-24T09:00:00Z", "2026-04-24T09:00:00Z");
        let ripe = Decision::Hold(Some(at("2026-04-24T10:00:00Z")));
        assert_eq!(too_young(&cadence, episode, early), Some((ripe, Code::TooYoung)));
        let late = moment("2026-04-24T10:00:00Z", "2026-04-24T09:00:00Z");
        assert_eq!(too_young(&cadence, episode, late), None);
    }

    #[test]
    fn every_rule_has_its_verdict_and_code() {
        let today = moment("2026-04-24T09:00:00Z", "2026-04-24T09:00:00Z");
        let single = Cadence { mode: Mode::Single, after: Span::ZERO };
        let daily = repeating(None, None);
        let in_flight = History { in_flight: true, sequence: 1, ..History::default() };
        let refused = |slot| History { sequence: 1, last_slot: Some(at(slot)), ..History::default() };
        let yesterday = told(1, "2026-04-23T09:00:00Z");
        let this_slot = told(1, "2026-04-24T09:00:00Z");
        let every_2d = repeating(Some(Span::days(2)), None);
        let day_after = Decision::Hold(Some(at("2026-04-25T09:00:00Z")));
        let cases = [
            ("never told", &single, History::default(), (Decision::Send, Code::First)),
            ("single, told", &single, yesterday.clone(), (Decision::Drop, Code::AlreadyTold)),
            ("single, refused yesterday", &single, refused("2026-04-23T09:00:00Z"), (Decision::Send, Code::First)),
            ("single, refused in this slot", &single, refused("2026-04-24T09:00:00Z"), (day_after, Code::NotDue)),
            ("daily, refused in this slot", &daily, refused("2026-04-24T09:00:00Z"), (day_after, Code::NotDue)),
            ("still queued", &daily, in_flight, (Decision::Hold(None), Code::InFlight)),
            ("told yesterday", &daily, yesterday.clone(), (Decision::Send, Code::Repeat)),
            ("told in this slot", &daily, this_slot, (day_after, Code::NotDue)),
            ("every second day, told yesterday", &every_2d, yesterday, (day_after, Code::NotDue)),
            (
                "every second day, told two days ago",
                &every_2d,
                told(1, "2026-04-22T09:00:00Z"),
                (Decision::Send, Code::Repeat),
            ),
            (
                "max of 3, told 2",
                &repeating(None, Some(3)),
                told(2, "2026-04-23T09:00:00Z"),
                (Decision::Send, Code::Repeat),
            ),
            (
                "max of 3, told 3",
                &repeating(None, Some(3)),
                told(3, "2026-04-23T09:00:00Z"),
                (Decision::Drop, Code::MaxReached),
            ),
        ];
        for (name, cadence, history, expected) in cases {
            assert_eq!(judge(cadence, &history, today), expected, "{name}");
        }
    }

    #[test]
    fn every_day_is_every_day_over_a_change_of_the_clocks() {
        // 09:00 in Berlin is 08:00 UTC on 28 March 2026 and 07:00 UTC the day after: 23 hours.
        let cadence = repeating(Some(Span::days(1)), None);
        let sunday = Moment {
            now: at("2026-03-29T07:00:00Z"),
            slot: at("2026-03-29T07:00:00Z"),
            next: None,
            zone: chrono_tz::Europe::Berlin,
        };
        assert_eq!(judge(&cadence, &told(1, "2026-03-28T08:00:00Z"), sunday).0, Decision::Send);
    }
}
