//! Lengths of time as people configure them.

use std::{fmt, str::FromStr};

use chrono::{Days, LocalResult, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::Instant;

/// `2d`, `90m`, `1d 12h`: calendar days plus a fixed time.
///
/// Days are counted on the calendar of a zone, so that "every 1d" at 09:00 stays at 09:00 over a change
/// of the clocks; hours, minutes and seconds are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    days: u32,
    time: TimeDelta,
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self { days: 0, time: TimeDelta::zero() };

    /// A number of calendar days.
    pub const fn days(days: u32) -> Self {
        Self { days, time: TimeDelta::zero() }
    }

    /// A number of exact seconds.
    pub const fn seconds(seconds: u32) -> Self {
        Self { days: 0, time: TimeDelta::seconds(seconds as i64) }
    }

    /// The instant this long after `start` on `zone`'s calendar.
    pub fn after(self, start: Instant, zone: Tz) -> Instant {
        if self.days == 0 {
            return start + self.time;
        }
        let local = start.with_timezone(&zone).naive_local() + Days::new(u64::from(self.days));
        in_zone(zone, local) + self.time
    }

    /// This many times as long, counted in days of 24 hours; its whole days follow the calendar again. It does not grow
    /// beyond `most_days` days, and a factor below 1 changes nothing.
    pub(crate) fn grown(self, factor: f64, most_days: u32) -> Self {
        const DAY: u64 = 86_400;
        let length = self.as_exact().as_secs();
        let seconds = (length as f64 * factor.min(f64::MAX)).round().min((u64::from(most_days) * DAY) as f64) as u64;
        if seconds <= length {
            return self;
        }
        Self { days: (seconds / DAY) as u32, time: TimeDelta::seconds((seconds % DAY) as i64) }
    }

    /// As an exact length, with days of 24 hours: for limits where the calendar does not matter.
    pub fn as_exact(self) -> std::time::Duration {
        (TimeDelta::days(i64::from(self.days)) + self.time).to_std().unwrap_or_default()
    }
}

/// The first instant at which `zone`'s clocks show `local` or, where they skip it, the end of the gap.
pub(crate) fn in_zone(zone: Tz, local: chrono::NaiveDateTime) -> Instant {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => end_of_gap(zone, local),
    }
}

/// Steps over the gap by the quarter hour: every change of offset in the tz database since 1972 is a
/// multiple of that, and the longest gap is a whole day (Samoa, 30 December 2011).
fn end_of_gap(zone: Tz, local: chrono::NaiveDateTime) -> Instant {
    let quarter = TimeDelta::minutes(15);
    let start = local.and_utc().timestamp();
    let mut probe = local - TimeDelta::seconds(start.rem_euclid(quarter.num_seconds()));
    loop {
        probe += quarter;
        if let Some(at) = zone.from_local_datetime(&probe).earliest() {
            return at.to_utc();
        }
    }
}

/// Why a text is not a [`Span`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a length of time; write a number and a unit, such as 30s, 15m, 12h, 2d or 1w")]
pub struct ParseSpanError(String);

impl FromStr for Span {
    type Err = ParseSpanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || ParseSpanError(text.to_owned());
        let mut span = Self::ZERO;
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(fail());
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(fail)?;
            let number: u32 = rest[..digits].parse().map_err(|_| fail())?;
            let tail = &rest[digits..];
            let unit = tail.chars().next().ok_or_else(fail)?;
            let amount = i64::from(number);
            match unit {
                'w' => span.days = number.checked_mul(7).and_then(|d| d.checked_add(span.days)).ok_or_else(fail)?,
                'd' => span.days = span.days.checked_add(number).ok_or_else(fail)?,
                'h' => span.time += TimeDelta::hours(amount),
                'm' => span.time += TimeDelta::minutes(amount),
                's' => span.time += TimeDelta::seconds(amount),
                _ => return Err(fail()),
            }
            rest = tail[unit.len_utf8()..].trim_start();
        }
        // A hundred years: longer is a typing error, and keeps date arithmetic in range.
        if span.days > 36_525 || span.time > TimeDelta::days(36_525) {
            return Err(fail());
        }
        Ok(span)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.time.num_seconds();
        let parts = [(i64::from(self.days), "d"), (seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
        let shown: Vec<_> = parts.iter().filter(|(n, _)| *n != 0).map(|(n, unit)| format!("{n}{unit}")).collect();
        f.write_str(if shown.is_empty() { "0s".to_owned() } else { shown.join(" ") }.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an RFC 3339 instant")
    }

    #[test]
    fn reads_units_and_prints_them_again() {
        for (text, shown) in [("2d", "2d"), ("1w", "7d"), ("90m", "1h 30m"), ("1d 12h", "1d 12h"), ("0s", "0s")] {
            assert_eq!(text.parse::<Span>().expect(text).to_string(), shown);
        }
        for text in ["", "d", "2", "2x", "-1d", "2 d", "99999999999d", "40000d"] {
            assert!(text.parse::<Span>().is_err(), "{text} must not parse");
        }
    }

    #[test]
    fn days_follow_the_calendar_of_the_zone() {
        let berlin = chrono_tz::Europe::Berlin;
        // The clocks go forward in the night to 29 March 2026: that day has 23 hours.
        let before = at("2026-03-28T08:00:00Z");
        assert_eq!(Span::days(1).after(before, berlin), at("2026-03-29T07:00:00Z"));
        assert_eq!("24h".parse::<Span>().expect("a span").after(before, berlin), at("2026-03-29T08:00:00Z"));
        // 02:30 does not exist on that day: the end of the gap is 03:00 summer time.
        assert_eq!(Span::days(1).after(at("2026-03-28T01:30:00Z"), berlin), at("2026-03-29T01:00:00Z"));
        // Lord Howe's gap is half an hour: 02:15 becomes 02:30 on 4 October 2026.
        let lord_howe = chrono_tz::Australia::Lord_Howe;
        assert_eq!(Span::days(1).after(at("2026-10-02T15:45:00Z"), lord_howe), at("2026-10-03T15:30:00Z"));
    }

    #[test]
    fn grows_into_whole_days_and_no_further_than_told() {
        for (text, factor, grown) in [
            ("1d", 1.5, "1d 12h"),
            ("12h", 4.0, "2d"),
            ("36h", 1.0, "36h"),
            ("1d", 400.0, "365d"),
            ("1d", f64::INFINITY, "365d"),
            ("0s", f64::INFINITY, "0s"),
            ("400d", 2.0, "400d"),
            ("2d", 0.5, "2d"),
        ] {
            let span: Span = text.parse().expect("a span");
            let expected: Span = grown.parse().expect("a span");
            assert_eq!(span.grown(factor, 365), expected, "{factor} times {text}");
        }
    }
}
