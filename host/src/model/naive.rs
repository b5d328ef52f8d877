//! Timestamps without a zone, as data.all keeps them and queries answer with them.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound};
use chrono_tz::Tz;

use super::{Instant, in_zone};

/// Reads `2026-04-01 10:00:00.123456`, with `T` instead of the space, without the fraction, or the date alone.
///
/// Years beyond four digits (PostgreSQL knows `infinity`) are refused: no share is that old or lasts that long.
pub(crate) fn parse(text: &str) -> Option<NaiveDateTime> {
    let read = match text.as_bytes().get(10) {
        None => NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN)),
        Some(b'T') => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f"),
        Some(_) => NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"),
    };
    read.ok().filter(|at| (1..=9999).contains(&at.year()))
}

/// The instant at which `zone`'s clocks showed it, to the millisecond that the store keeps.
pub(crate) fn instant(at: NaiveDateTime, zone: Tz) -> Instant {
    in_zone(zone, at).trunc_subsecs(3)
}

/// The instant at which `day` has ended in `zone`.
pub(crate) fn end_of(day: NaiveDate, zone: Tz) -> Instant {
    in_zone(zone, (day + Days::new(1)).and_time(NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_that_occur_and_nothing_else() {
        let shown = |text| parse(text).map(|at| at.to_string());
        assert_eq!(shown("2026-04-01 10:00:00").as_deref(), Some("2026-04-01 10:00:00"));
        assert_eq!(shown("2026-04-01T10:00:00.5").as_deref(), Some("2026-04-01 10:00:00.500"));
        assert_eq!(shown("2026-04-01").as_deref(), Some("2026-04-01 00:00:00"));
        for text in
            ["", "infinity", "-infinity", "soon", "2026-13-01 10:00:00", "10000-01-01 00:00:00", "0044-03-15 BC"]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_ends_at_midnight_of_its_zone() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 29).expect("a day");
        assert_eq!(end_of(day, Tz::UTC).to_rfc3339(), "2026-03-30T00:00:00+00:00");
        assert_eq!(end_of(day, chrono_tz::Europe::Berlin).to_rfc3339(), "2026-03-29T22:00:00+00:00");
        assert_eq!(end_of(NaiveDate::MAX.with_year(9999).expect("a day"), Tz::UTC).year(), 10_000);
    }
}
