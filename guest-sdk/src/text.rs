//! Wording that strategies have in common.

use chrono::{DateTime, Datelike, Month, NaiveDate, TimeDelta, Timelike, Utc};

use crate::Share;

/// `23 days`, `1 day` or `less than a day`: whole days of 24 hours.
///
/// ```
/// use nudged_sdk::{chrono::TimeDelta, text};
/// assert_eq!(text::days(TimeDelta::hours(49)), "2 days");
/// ```
pub fn days(length: TimeDelta) -> String {
    match length.num_days() {
        ..=0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// `23 days`, `5 hours`, `1 minute` or `less than a minute`: whole units of the largest that fits.
///
/// ```
/// use nudged_sdk::{chrono::TimeDelta, text};
/// assert_eq!(text::length(TimeDelta::minutes(125)), "2 hours");
/// ```
pub fn length(length: TimeDelta) -> String {
    let units = [(length.num_days(), "day"), (length.num_hours(), "hour"), (length.num_minutes(), "minute")];
    let largest = units.into_iter().find(|(number, _)| *number > 0);
    let in_words = |(number, unit)| count(usize::try_from(number).unwrap_or_default(), unit);
    largest.map_or_else(|| "less than a minute".to_owned(), in_words)
}

/// `12 May 2026`
pub fn date(day: NaiveDate) -> String {
    let month = u8::try_from(day.month()).ok().and_then(|number| Month::try_from(number).ok());
    format!("{} {} {}", day.day(), month.as_ref().map_or("", Month::name), day.year())
}

/// `12 May 2026, 09:30 UTC`
pub fn instant(at: DateTime<Utc>) -> String {
    format!("{}, {:02}:{:02} UTC", date(at.date_naive()), at.hour(), at.minute())
}

/// `2026-05-12T09:30:00Z`, as RFC 3339 has it and JSON is written; milliseconds only where there are any.
pub fn timestamp(at: DateTime<Utc>) -> String {
    let (day, time) = (at.date_naive(), at.time());
    let millis = match at.timestamp_subsec_millis() {
        0 => String::new(),
        millis => format!(".{millis:03}"),
    };
    let (year, month, day) = (day.year(), day.month(), day.day());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{millis}Z")
}

/// How far a day is from today: `today`, `tomorrow`, `in 6 days, on 30 April 2026`, or `3 days ago, on 30 April 2026`.
///
/// ```
/// use nudged_sdk::{testing::day, text};
/// assert_eq!(text::until(day("2026-04-24"), day("2026-04-30")), "in 6 days, on 30 April 2026");
/// ```
pub fn until(today: NaiveDate, day: NaiveDate) -> String {
    let days = (day - today).num_days();
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2.. => format!("in {days} days, on {}", date(day)),
        -1 => format!("1 day ago, on {}", date(day)),
        _ => format!("{} days ago, on {}", -days, date(day)),
    }
}

/// A length of time as the host writes it in words: `1d 12h` is `1 day and 12 hours`. What it does not know stays.
pub fn span(written: &str) -> String {
    listing(written.split(' ').map(unit_in_words).collect::<Vec<_>>().into_iter(), usize::MAX)
}

fn unit_in_words(part: &str) -> String {
    let number = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match part.get(number.len()..) {
        Some("d") => "day",
        Some("h") => "hour",
        Some("m") => "minute",
        Some("s") => "second",
        _ => return part.to_owned(),
    };
    format!("{number} {unit}{}", if number == "1" { "" } else { "s" })
}

/// The text, or `unknown` where it is blank.
pub fn known(text: String, unknown: &str) -> String {
    if text.trim().is_empty() { unknown.to_owned() } else { text }
}

/// The name of a share's dataset, or `a dataset`.
pub fn dataset(share: &Share<'_>) -> String {
    known(share.dataset_label(), "a dataset")
}

/// ` for the team X`, or nothing where a share names none.
pub fn for_team(share: &Share<'_>) -> String {
    let team = share.requesters();
    if team.trim().is_empty() { String::new() } else { format!(" for the team {team}") }
}

/// `1 item`, `2 items` …
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// `a`, `a and b`, `a, b and c`, or with more than `most` parts `a, b and 3 more`. Parts beyond are not read.
///
/// ```
/// assert_eq!(nudged_sdk::text::listing(["a", "b", "c", "d"].into_iter(), 2), "a, b and 2 more");
/// ```
pub fn listing<T: Into<String>>(mut parts: impl ExactSizeIterator<Item = T>, most: usize) -> String {
    let mut shown: Vec<String> = parts.by_ref().take(most).map(Into::into).collect();
    let last = match parts.len() {
        0 => shown.pop().unwrap_or_default(),
        more => format!("{more} more"),
    };
    if shown.is_empty() { last } else { format!("{} and {last}", shown.join(", ")) }
}

/// The text, or its first `most` characters and `…`.
pub fn shortened(text: &str, most: usize) -> String {
    let start = text.char_indices().nth(most).and_then(|(end, _)| text.get(..end));
    start.map_or_else(|| text.to_owned(), |start| format!("{}…", start.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_well_at_every_length() {
        let words = [(-5, "less than a day"), (23, "less than a day"), (24, "1 day"), (47, "1 day"), (48, "2 days")];
        for (hours, text) in words {
            assert_eq!(days(TimeDelta::hours(hours)), text);
        }
    }

    #[test]
    fn lengths_read_well_in_every_unit() {
        for (seconds, text) in [
            (-5, "less than a minute"),
            (59, "less than a minute"),
            (60, "1 minute"),
            (7200, "2 hours"),
            (90_000, "1 day"),
        ] {
            assert_eq!(length(TimeDelta::seconds(seconds)), text);
        }
    }

    #[test]
    fn a_day_is_near_or_has_a_date() {
        let today = NaiveDate::from_ymd_opt(2026, 4, 24).unwrap();
        let words = [
            (0, "today"),
            (1, "tomorrow"),
            (2, "in 2 days, on 26 April 2026"),
            (-1, "1 day ago, on 23 April 2026"),
            (-2, "2 days ago, on 22 April 2026"),
        ];
        for (days, text) in words {
            assert_eq!(until(today, today + TimeDelta::days(days)), text);
        }
    }

    #[test]
    fn spans_are_written_out() {
        for (written, words) in
            [("1d", "1 day"), ("2d 12h", "2 days and 12 hours"), ("0s", "0 seconds"), ("soon", "soon")]
        {
            assert_eq!(span(written), words);
        }
    }

    #[test]
    fn dates_are_written_out() {
        let at: DateTime<Utc> = "2026-05-02T07:05:59Z".parse().unwrap();
        assert_eq!(date(at.date_naive()), "2 May 2026");
        assert_eq!(instant(at), "2 May 2026, 07:05 UTC");
        assert_eq!(timestamp(at), "2026-05-02T07:05:59Z");
        assert_eq!(timestamp(at + TimeDelta::milliseconds(7)), "2026-05-02T07:05:59.007Z");
    }

    #[test]
    fn listings_are_capped_with_a_count() {
        let list = |parts: &[&str], most| listing(parts.iter().copied(), most);
        assert_eq!(list(&[], 3), "");
        assert_eq!(list(&["a"], 3), "a");
        assert_eq!(list(&["a", "b"], 3), "a and b");
        assert_eq!(list(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(list(&["a", "b", "c", "d"], 3), "a, b, c and 1 more");
        assert_eq!(list(&["a", "b"], 0), "2 more");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("año", 3), "año");
        assert_eq!(shortened("años buenos", 5), "años…");
    }
}
