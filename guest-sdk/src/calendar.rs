//! On which days data.all lets access end.
//!
//! Access is asked for in periods of one month or of three, and always ends with a month. A period that is asked for in
//! the **last week** of a month, that is from the Monday of the week that holds the month's last day, begins with the next
//! month; before that it begins with the present one, so that "1 month" may be as short as a few days.
//!
//! ```
//! use nudged_sdk::{calendar::Terms, testing::day};
//!
//! let terms = Terms::of("Monthly", Some(1), Some(12)).unwrap();
//! assert_eq!(terms.end(day("2026-04-26"), 1), Some(day("2026-04-30")));
//! assert_eq!(terms.end(day("2026-04-27"), 1), Some(day("2026-05-31")));
//! ```

use chrono::{Datelike, Days, NaiveDate};

/// Most periods that are tried where a dataset names no maximum.
const PERIODS_TRIED: u32 = 120;

/// How long access to a dataset can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    months: u32,
    least: u32,
    most: Option<u32>,
}

/// What can be asked for to keep access beyond a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension {
    /// The first day on which asking for it helps.
    pub from: NaiveDate,
    /// How many periods.
    pub periods: u32,
    /// The last day of access, if it is asked for on the day `from`.
    pub until: NaiveDate,
}

impl Terms {
    /// A dataset's `expirySetting` with the fewest and most periods that can be asked for. `None` for any setting but
    /// `Monthly` and `Quarterly`, spelled so: data.all then sets no expiry at all.
    pub fn of(setting: &str, least: Option<u32>, most: Option<u32>) -> Option<Self> {
        let months = match setting {
            "Monthly" => 1,
            "Quarterly" => 3,
            _ => return None,
        };
        // No periods at all would be last month's end.
        Some(Self { months, least: least.unwrap_or(1).max(1), most })
    }

    /// The last day of access that so many periods come to, asked for on the day `asked`. `None` if the dataset does not
    /// allow that many.
    pub fn end(&self, asked: NaiveDate, periods: u32) -> Option<NaiveDate> {
        if periods < self.least || self.most.is_some_and(|most| periods > most) {
            return None;
        }
        let months = self.months.checked_mul(periods)?;
        end_of_month(asked, if asked >= last_week(asked)? { months } else { months - 1 })
    }

    /// The fewest periods that, asked for on the day `asked`, last longer than `day`; with their last day.
    pub fn beyond(&self, asked: NaiveDate, day: NaiveDate) -> Option<(u32, NaiveDate)> {
        (self.least..self.least.saturating_add(PERIODS_TRIED))
            .map_while(|periods| Some((periods, self.end(asked, periods)?)))
            .find(|(_, end)| *end > day)
    }

    /// The shortest extension that keeps access beyond its last day, at the earliest time that one can be asked for.
    /// `None` if there is none before that day has ended.
    pub fn extension(&self, today: NaiveDate, last: NaiveDate) -> Option<Extension> {
        today.iter_days().take_while(|day| *day <= last).find_map(|from| {
            let (periods, until) = self.beyond(from, last)?;
            Some(Extension { from, periods, until })
        })
    }

    /// `1 month`, `2 months`, `1 quarter` …
    pub fn length(&self, periods: u32) -> String {
        let unit = if self.months == 1 { "month" } else { "quarter" };
        format!("{periods} {unit}{}", if periods == 1 { "" } else { "s" })
    }
}

/// The Monday of the week that holds the last day of this day's month.
pub fn last_week(day: NaiveDate) -> Option<NaiveDate> {
    let end = end_of_month(day, 0)?;
    end.checked_sub_days(Days::new(end.weekday().num_days_from_monday().into()))
}

/// The last day of the month so many months after this day's.
fn end_of_month(day: NaiveDate, months: u32) -> Option<NaiveDate> {
    let next = day.month0().checked_add(months)?.checked_add(1)?;
    let year = day.year().checked_add(i32::try_from(next / 12).ok()?)?;
    NaiveDate::from_ymd_opt(year, next % 12 + 1, 1)?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::day;

    fn terms(setting: &str) -> Terms {
        Terms::of(setting, None, None).unwrap()
    }

    /// What data.all computed: the day of asking, the last week's first day, the ends of 1, 2 and 3 months and of 1 and 2
    /// quarters.
    const COMPUTED: [[&str; 7]; 11] = [
        ["2026-01-15", "2026-01-26", "2026-01-31", "2026-02-28", "2026-03-31", "2026-03-31", "2026-06-30"],
        ["2026-01-25", "2026-01-26", "2026-01-31", "2026-02-28", "2026-03-31", "2026-03-31", "2026-06-30"],
        ["2026-01-26", "2026-01-26", "2026-02-28", "2026-03-31", "2026-04-30", "2026-04-30", "2026-07-31"],
        ["2026-03-29", "2026-03-30", "2026-03-31", "2026-04-30", "2026-05-31", "2026-05-31", "2026-08-31"],
        ["2026-03-30", "2026-03-30", "2026-04-30", "2026-05-31", "2026-06-30", "2026-06-30", "2026-09-30"],
        ["2026-04-24", "2026-04-27", "2026-04-30", "2026-05-31", "2026-06-30", "2026-06-30", "2026-09-30"],
        ["2026-04-27", "2026-04-27", "2026-05-31", "2026-06-30", "2026-07-31", "2026-07-31", "2026-10-31"],
        ["2026-05-31", "2026-05-25", "2026-06-30", "2026-07-31", "2026-08-31", "2026-08-31", "2026-11-30"],
        ["2026-08-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-11-30", "2027-02-28"],
        ["2026-11-22", "2026-11-30", "2026-11-30", "2026-12-31", "2027-01-31", "2027-01-31", "2027-04-30"],
        ["2028-02-29", "2028-02-28", "2028-03-31", "2028-04-30", "2028-05-31", "2028-05-31", "2028-08-31"],
    ];

    #[test]
    fn periods_end_where_data_all_ends_them() {
        for row in COMPUTED {
            let [asked, week, one, two, three, quarter, quarters] = row.map(day);
            assert_eq!(last_week(asked), Some(week), "{asked}");
            for (periods, end) in [(1, one), (2, two), (3, three)] {
                assert_eq!(terms("Monthly").end(asked, periods), Some(end), "{asked}, {periods} months");
            }
            for (periods, end) in [(1, quarter), (2, quarters)] {
                assert_eq!(terms("Quarterly").end(asked, periods), Some(end), "{asked}, {periods} quarters");
            }
        }
    }

    #[test]
    fn any_other_setting_has_no_terms() {
        for setting in ["", "quarterly", "monthly", "Yearly"] {
            assert_eq!(Terms::of(setting, Some(1), Some(2)), None, "{setting}");
        }
    }

    #[test]
    fn periods_out_of_the_datasets_bounds_cannot_be_asked_for() {
        let asked = day("2026-04-27");
        let terms = Terms::of("Monthly", Some(2), Some(3)).unwrap();
        let allowed: Vec<_> = (0..6).filter(|periods| terms.end(asked, *periods).is_some()).collect();
        assert_eq!(allowed, [2, 3]);
        let zero = Terms::of("Monthly", Some(0), None).unwrap();
        assert_eq!((zero.end(asked, 0), zero.end(asked, 1)), (None, Some(day("2026-05-31"))));
        assert_eq!(zero.end(asked, u32::MAX), None, "beyond the calendar");
    }

    #[test]
    fn an_extension_is_the_shortest_that_helps() {
        let extension = |terms: Terms, today: &str| {
            let found = terms.extension(day(today), day("2026-04-30"))?;
            Some((found.from.to_string(), found.periods, found.until.to_string()))
        };
        let found = |from: &str, periods, until: &str| Some((from.to_owned(), periods, until.to_owned()));
        assert_eq!(extension(terms("Monthly"), "2026-04-24"), found("2026-04-24", 2, "2026-05-31"));
        assert_eq!(extension(terms("Monthly"), "2026-04-27"), found("2026-04-27", 1, "2026-05-31"));
        assert_eq!(extension(terms("Quarterly"), "2026-04-24"), found("2026-04-24", 1, "2026-06-30"));
        // With one month at most, asking in vain until the last week.
        let short = Terms::of("Monthly", Some(1), Some(1)).unwrap();
        assert_eq!(extension(short, "2026-04-24"), found("2026-04-27", 1, "2026-05-31"));
        assert_eq!(extension(short, "2026-05-01"), None, "too late");
        let impossible = Terms::of("Monthly", Some(3), Some(2)).unwrap();
        assert_eq!(extension(impossible, "2026-04-24"), None);
    }

    #[test]
    fn lengths_are_said_in_words() {
        assert_eq!(terms("Monthly").length(1), "1 month");
        assert_eq!(terms("Quarterly").length(2), "2 quarters");
    }
}
