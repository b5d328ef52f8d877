//! What holds for every schedule, in zones whose clocks change in unusual ways.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use chrono_tz::{America, Asia, Australia, Europe};
use proptest::{prelude::*, sample::select};

use super::*;

/// Berlin changes in the night; Lord Howe by half an hour; São Paulo, until 2019, at midnight.
const ZONES: [Tz; 5] = [Tz::UTC, Europe::Berlin, Australia::Lord_Howe, America::Sao_Paulo, Asia::Kolkata];

fn instants() -> impl Strategy<Value = Instant> {
    let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("a day").and_time(NaiveTime::MIN).and_utc();
    let anywhere = year(2017).timestamp_millis()..year(2028).timestamp_millis();
    // Half of them within a day of a change of clocks in one of the zones.
    let near = (select(CHANGES.as_slice()), -86_400_000_i64..86_400_000)
        .prop_map(|(change, offset)| change.timestamp_millis() + offset);
    prop_oneof![anywhere, near].prop_map(|millis| DateTime::from_timestamp_millis(millis).expect("in range"))
}

/// The hours of those years in which a zone's clocks change.
static CHANGES: LazyLock<Vec<Instant>> = LazyLock::new(|| {
    let start: Instant = "2017-01-01T00:00:00Z".parse().expect("an instant");
    let hours = (0..24 * 365 * 11).map(|hour| start + TimeDelta::hours(hour));
    let offset = |at: Instant, zone: &Tz| at.with_timezone(zone).naive_local() - at.naive_utc();
    hours.filter(|at| ZONES.iter().any(|zone| offset(*at, zone) != offset(*at + TimeDelta::hours(1), zone))).collect()
});

fn times_of_day() -> impl Strategy<Value = NaiveTime> {
    // Half of them at night, when clocks change.
    (prop_oneof![0..4_u32, 0..24_u32], select(vec![0, 1, 15, 30, 45, 59]))
        .prop_map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).expect("a time"))
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let cron = (times_of_day(), 0..8_u32, 1..32_u32, 1..13_u32).prop_flat_map(|(at, weekday, day, month)| {
        let (hour, minute) = (at.hour(), at.minute());
        select(vec![
            format!("{minute} {hour} * * *"),
            format!("{minute} {hour} * * {weekday}"),
            format!("{minute} {hour} {day} * *"),
            format!("{minute} {hour} {} {month} *", day.min(29)),
            format!("{minute},59 {hour},3 * * *"),
            format!("{minute} * * * *"),
            format!("{minute} */2 * * *"),
            "*/15 * * * *".to_owned(),
        ])
    });
    let cron = (cron, select(ZONES.to_vec())).prop_map(|(text, zone)| Schedule::parse(&text, zone).expect("cron"));
    let month_end = (prop::collection::vec(0..31_u32, 1..5), times_of_day(), select(ZONES.to_vec()))
        .prop_map(|(days, at, zone)| Schedule::month_end(&days, at, zone).expect("a schedule"));
    prop_oneof![2 => cron, 1 => month_end]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn the_next_fire_time_is_later_and_the_last_one_until_itself(schedule in schedules(), at in instants()) {
        let next = schedule.next_after(at).expect("a fire time");
        prop_assert!(next > at);
        prop_assert_eq!(schedule.last_until(next), Some(next));
        prop_assert_eq!(schedule.last_until(next + TimeDelta::milliseconds(1)), Some(next));
    }

    #[test]
    fn nothing_fires_between_an_instant_and_its_next_fire_time(schedule in schedules(), at in instants()) {
        let next = schedule.next_after(at).expect("a fire time");
        let last = schedule.last_until(next - TimeDelta::milliseconds(1)).expect("a fire time");
        prop_assert!(last <= at, "fires at {last}");
        prop_assert_eq!(schedule.last_until(at), Some(last));
        prop_assert_eq!(schedule.next_after(last), Some(next));
    }

    #[test]
    fn a_day_has_a_fire_time_if_its_distance_from_the_months_last_day_is_named(
        days in prop::collection::vec(0..31_u32, 1..5), time in times_of_day(),
        first in instants(), zone in select(ZONES.to_vec()),
    ) {
        let schedule = Schedule::month_end(&days, time, zone).expect("a schedule");
        for day in first.date_naive().iter_days().take(70) {
            let before_end = (1..32).take_while(|n| (day + chrono::Days::new(*n)).month() == day.month()).count();
            let at = in_zone(zone, day.and_time(time));
            let fires = schedule.last_until(at) == Some(at);
            prop_assert_eq!(fires, days.contains(&(before_end as u32)), "{}", day);
        }
    }
}

#[test]
fn a_daily_schedule_fires_once_on_every_local_day_over_every_change_of_the_clocks() {
    assert!(CHANGES.len() > 40, "two changes a year in two zones at least");
    for zone in ZONES {
        for time in ["0 0", "30 0", "30 1", "0 2", "15 2", "30 2", "0 3", "0 9", "30 23", "59 23"] {
            let schedule = Schedule::parse(&format!("{time} * * *"), zone).expect("cron");
            for change in CHANGES.iter() {
                fires_on_each_of_these_days(&schedule, *change - TimeDelta::days(3), 6);
            }
        }
    }
}

fn fires_on_each_of_these_days(schedule: &Schedule, start: Instant, days: u32) {
    let day = |at: Instant| at.with_timezone(&schedule.zone()).date_naive();
    let mut last = schedule.last_until(start).expect("a fire time");
    for _ in 0..days {
        let next = schedule.next_after(last).expect("a fire time");
        assert_eq!(day(next), day(last).succ_opt().expect("a day"), "{schedule} after {last}");
        assert_eq!(schedule.last_until(next - TimeDelta::seconds(1)), Some(last), "{schedule} before {next}");
        last = next;
    }
}
