//! What holds for every notice: nothing while one is on its way, quiet hours; escalation and closing once.

use chrono_tz::Asia;

use super::*;

type Judge = fn(&Case<'_>, Moment, &Habits<'_>) -> Judgement;

/// Every kind of judgement, with what it says when nothing was told yet.
const KINDS: [(Judge, &str); 5] = [
    (|case, moment, habits| judge(&cadence(Mode::Single), case, moment, habits), "send first"),
    (|case, moment, habits| judge(&Cadence::default(), case, moment, habits), "send first"),
    (
        |case, moment, habits| judge(&cadence(Mode::Ladder { days_before: vec![30] }), case, moment, habits),
        "send first",
    ),
    (judge_escalation, "send escalated"),
    (judge_closing, "send resolved"),
];

#[test]
fn nothing_is_decided_while_a_notice_is_on_its_way() {
    let history = History { in_flight: true, ..told(1, "2026-05-04 09:00") };
    let late = Case { deadline: Some(at("2026-05-01 00:00")), ..case(&history) };
    for (judge, _) in KINDS {
        assert_eq!(shown(judge(&case(&history), daily("2026-05-05 09:00"), &habits())), "hold in-flight");
        assert_eq!(shown(judge(&late, daily("2026-05-05 09:00"), &quiet("08:00-10:00"))), "hold in-flight");
    }
}

#[test]
fn quiet_hours_hold_back_unless_the_deadline_passes_in_them() {
    let night = "hold quiet-hours until 2026-05-05 07:00";
    let history = History::default();
    for (judge, sent) in KINDS {
        for (name, deadline, now, expected) in [
            ("by day", None, "2026-05-04 21:59", sent),
            ("at night", None, "2026-05-04 22:00", night),
            ("when the night ends", None, "2026-05-05 07:00", sent),
            ("deadline after the night", Some("2026-05-05 07:01"), "2026-05-04 22:00", night),
            ("deadline as the night ends", Some("2026-05-05 07:00"), "2026-05-04 22:00", sent),
            ("deadline at night", Some("2026-05-05 00:00"), "2026-05-04 22:00", sent),
        ] {
            let case = Case { deadline: deadline.map(at), ..case(&history) };
            assert_eq!(shown(judge(&case, daily(now), &quiet("22:00-07:00"))), expected, "{name} ({sent})");
        }
    }
}

#[test]
fn a_deadline_that_has_passed_is_no_reason_to_disturb() {
    let history = History::default();
    let case = Case { deadline: Some(at("2026-05-04 00:00")), ..case(&history) };
    let judgement = judge(&Cadence::default(), &case, daily("2026-05-04 23:00"), &quiet("22:00-07:00"));
    assert_eq!(shown(judgement), "hold quiet-hours until 2026-05-05 07:00");
}

#[test]
fn quiet_hours_are_those_of_the_recipient_and_only_hold_what_would_be_sent() {
    let kolkata = Habits { zone: Asia::Kolkata, ..quiet("22:00-07:00") };
    let now = daily("2026-05-04 17:00");
    assert_eq!(
        shown(judge(&Cadence::default(), &case(&History::default()), now, &kolkata)),
        "hold quiet-hours until 2026-05-05 01:30"
    );
    let told = told(1, "2026-05-04 09:00");
    assert_eq!(shown(judge(&Cadence::default(), &case(&told), now, &kolkata)), "hold not-due until 2026-05-05 09:00");
    assert_eq!(shown(judge(&cadence(Mode::Single), &case(&told), now, &kolkata)), "drop already-told");
}

#[test]
fn escalation_and_closing_are_told_once_each() {
    let history = told(2, "2026-05-04 09:00");
    let now = daily("2026-05-04 10:00");
    for (name, history, escalation, closing) in [
        ("neither", history.clone(), "send escalated", "send resolved"),
        ("escalated", History { escalated: true, ..history.clone() }, "drop already-told", "send resolved"),
        ("closed", History { closed: true, ..history }, "send escalated", "drop already-told"),
    ] {
        assert_eq!(shown(judge_escalation(&case(&history), now, &habits())), escalation, "{name}");
        assert_eq!(shown(judge_closing(&case(&history), now, &habits())), closing, "{name}");
    }
}
