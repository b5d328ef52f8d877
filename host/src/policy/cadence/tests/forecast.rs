//! When somebody will be told if nothing changes.

use std::iter::successors;

use super::*;

fn forecast(cadence: &Cadence, case: &Case<'_>, schedule: &str, habits: &Habits<'_>) -> Option<String> {
    let schedule = Schedule::parse(schedule, Tz::UTC).expect(schedule);
    let fires = successors(schedule.next_after(at("2026-04-01 12:00")), |last| schedule.next_after(*last));
    let moments = fires.map(|fire| moment_of(&schedule, fire));
    let (when, code) = first_send(cadence, case, moments, habits)?;
    Some(format!("{} {code}", when.format("%Y-%m-%d %H:%M")))
}

#[test]
fn names_the_first_moment_that_sends() {
    let deadline = Some(at("2026-05-01 00:00"));
    let ladder = cadence(Mode::Ladder { days_before: vec![30, 7, 2, 1] });
    let slow = cadence(Mode::Repeating(Repeating { every: Some(wait("3d")), max: Some(2), ..Repeating::default() }));
    let young = Cadence { after: wait("2 working days"), ..Cadence::default() };
    let on_its_way = History { in_flight: true, ..History::default() };
    for (name, cadence, history, deadline, expected) in [
        ("every run", Cadence::default(), History::default(), None, Some("2026-04-02 09:00 first")),
        ("after its wait", slow.clone(), told(1, "2026-04-01 09:00"), None, Some("2026-04-04 09:00 repeat")),
        ("never again", slow, told(2, "2026-04-01 09:00"), None, None),
        ("next step", ladder.clone(), told(1, "2026-04-01 09:00"), deadline, Some("2026-04-23 09:00 step")),
        ("after the last step", ladder, told(4, "2026-04-29 09:00"), deadline, None),
        // The episode began on Wednesday, 1 April; Easter is no holiday here.
        ("old enough", young, History::default(), None, Some("2026-04-04 09:00 first")),
        ("not known while one is on its way", Cadence::default(), on_its_way, None, None),
    ] {
        let case = Case { episode: at("2026-04-01 10:00"), deadline, history: &history };
        assert_eq!(forecast(&cadence, &case, "0 9 * * *", &habits()).as_deref(), expected, "{name}");
    }
}

#[test]
fn a_run_in_quiet_hours_tells_when_they_end() {
    let history = History::default();
    let night = quiet("22:00-07:00");
    let told = forecast(&Cadence::default(), &case(&history), "0 5 * * *", &night);
    assert_eq!(told.as_deref(), Some("2026-04-02 07:00 first"));
}

#[test]
fn tells_nothing_of_what_lies_behind_the_last_moment() {
    let history = told(1, "2026-04-01 09:00");
    let moments = ["2026-04-01 10:00", "2026-04-01 20:00"].map(daily);
    assert_eq!(first_send(&Cadence::default(), &case(&history), moments.into_iter(), &habits()), None);
}
