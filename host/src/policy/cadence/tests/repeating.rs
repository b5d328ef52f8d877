//! `single` and `repeating`.

use super::*;

#[test]
fn single_tells_once_and_tries_once_a_slot_until_it_has() {
    for (name, history, now, expected) in [
        ("never told", History::default(), "2026-05-04 09:00", "send first"),
        ("told", told(1, "2026-05-04 09:00"), "2026-05-04 09:05", "drop already-told"),
        ("told long ago", told(1, "2026-03-04 09:00"), "2026-05-04 09:00", "drop already-told"),
        (
            "refused in this slot",
            told(0, "2026-05-04 09:00"),
            "2026-05-04 10:00",
            "hold not-due until 2026-05-05 09:00",
        ),
        ("refused in the last slot", told(0, "2026-05-03 09:00"), "2026-05-04 09:00", "send first"),
    ] {
        let judgement = judge(&cadence(Mode::Single), &case(&history), daily(now), &habits());
        assert_eq!(shown(judgement), expected, "{name}");
    }
}

fn judged(rule: Repeating, history: &History, now: &str) -> String {
    shown(judge(&cadence(Mode::Repeating(rule)), &case(history), daily(now), &habits()))
}

#[test]
fn repeating_tells_in_every_slot_or_after_its_wait() {
    // 2026-05-08 is a Friday.
    for (name, every, history, now, expected) in [
        ("never told", None, History::default(), "2026-05-08 09:00", "send first"),
        (
            "this slot's was sent",
            None,
            told(1, "2026-05-08 09:00"),
            "2026-05-08 20:00",
            "hold not-due until 2026-05-09 09:00",
        ),
        ("next slot", None, told(1, "2026-05-08 09:00"), "2026-05-09 09:00", "send repeat"),
        ("refused in the last slot", None, told(0, "2026-05-08 09:00"), "2026-05-09 09:00", "send first"),
        (
            "too soon",
            Some("2d"),
            told(3, "2026-05-08 09:00"),
            "2026-05-09 09:00",
            "hold not-due until 2026-05-10 09:00",
        ),
        ("due", Some("2d"), told(3, "2026-05-08 09:00"), "2026-05-10 09:00", "send repeat"),
        ("due, though this run is late", Some("2d"), told(3, "2026-05-08 09:00"), "2026-05-10 11:00", "send repeat"),
        (
            "a clock reading is no fire time",
            Some("36h"),
            told(1, "2026-05-08 09:00"),
            "2026-05-09 22:00",
            "hold not-due until 2026-05-09 21:00",
        ),
        (
            "weekend",
            Some("1 working day"),
            told(1, "2026-05-08 09:00"),
            "2026-05-10 09:00",
            "hold not-due until 2026-05-11 09:00",
        ),
        ("Monday", Some("1 working day"), told(1, "2026-05-08 09:00"), "2026-05-11 09:00", "send repeat"),
    ] {
        let rule = Repeating { every: every.map(wait), ..Repeating::default() };
        assert_eq!(judged(rule, &history, now), expected, "{name}");
    }
}

#[test]
fn repeating_stops_at_its_most() {
    let rule = Repeating { max: Some(3), ..Repeating::default() };
    for (delivered, expected) in [(2, "send repeat"), (3, "drop max-reached"), (4, "drop max-reached")] {
        assert_eq!(judged(rule.clone(), &told(delivered, "2026-05-08 09:00"), "2026-05-09 09:00"), expected);
    }
}

#[test]
fn each_wait_grows_by_the_decay() {
    for (name, every, decay, delivered, due) in [
        ("first wait", Some("2d"), 2.0, 1, "2026-05-10 09:00"),
        ("second wait", Some("2d"), 2.0, 2, "2026-05-12 09:00"),
        ("third wait", Some("2d"), 2.0, 3, "2026-05-16 09:00"),
        ("a day without every", None, 1.5, 1, "2026-05-09 09:00"),
        ("broken days", None, 1.5, 2, "2026-05-09 21:00"),
        ("nothing got through", Some("2d"), 2.0, 0, "2026-05-10 09:00"),
        ("no growth", Some("2d"), 1.0, 9, "2026-05-10 09:00"),
        ("never shrinks", Some("2d"), 0.5, 9, "2026-05-10 09:00"),
        ("a year at most", Some("2d"), 2.0, 30, "2027-05-08 09:00"),
        ("beyond all numbers", Some("2d"), 10.0, u32::MAX, "2027-05-08 09:00"),
        ("a longer wait stays", Some("400d"), 2.0, 5, "2027-06-12 09:00"),
        ("working days", Some("1 working day"), 2.0, 2, "2026-05-12 09:00"),
        ("rounded working days", Some("1 working day"), 1.5, 3, "2026-05-12 09:00"),
    ] {
        let rule = Repeating { every: every.map(wait), decay: Some(decay), ..Repeating::default() };
        let history = told(delivered, "2026-05-08 09:00");
        let hourly = moment("0 * * * *", "2026-05-08 10:00");
        let judgement = judge(&cadence(Mode::Repeating(rule)), &case(&history), hourly, &habits());
        assert_eq!(shown(judgement), format!("hold not-due until {due}"), "{name}");
    }
}
