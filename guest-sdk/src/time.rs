//! Times as they cross the border, and as authors see them.

use chrono::{DateTime, NaiveDate, Utc};

/// The instant that is this many milliseconds after 1970; what chrono cannot hold is clamped.
pub(crate) fn instant(millis: i64) -> DateTime<Utc> {
    let limit = if millis < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    DateTime::from_timestamp_millis(millis).unwrap_or(limit)
}

/// The day that is this many days after 1970-01-01; what chrono cannot hold is clamped.
pub(crate) fn day(days: i32) -> NaiveDate {
    let limit = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    NaiveDate::from_epoch_days(days).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_and_days_become_chronos_types() {
        assert_eq!(instant(1_779_096_600_123).to_string(), "2026-05-18 09:30:00.123 UTC");
        assert_eq!(instant(-1).to_string(), "1969-12-31 23:59:59.999 UTC");
        assert_eq!(day(20_591).to_string(), "2026-05-18");
        assert_eq!(day(-1).to_string(), "1969-12-31");
    }

    #[test]
    fn what_cannot_be_held_is_clamped() {
        assert_eq!(instant(i64::MAX), DateTime::<Utc>::MAX_UTC);
        assert_eq!(instant(i64::MIN), DateTime::<Utc>::MIN_UTC);
        assert_eq!((day(i32::MIN), day(i32::MAX)), (NaiveDate::MIN, NaiveDate::MAX));
    }
}
