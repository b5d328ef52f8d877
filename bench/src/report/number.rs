//! Figures as people read them: three digits, a unit of the right size, thousands set apart.

use crate::{
    sample::{Sample, Unit},
    section::Goal,
};

// A number and its unit stay on one line.
const SECONDS: [(f64, &str); 4] = [(1.0, "\u{a0}s"), (1e-3, "\u{a0}ms"), (1e-6, "\u{a0}µs"), (1e-9, "\u{a0}ns")];
const BYTES: [(f64, &str); 4] =
    [(1024.0 * 1024.0 * 1024.0, "\u{a0}GiB"), (1024.0 * 1024.0, "\u{a0}MiB"), (1024.0, "\u{a0}KiB"), (1.0, "\u{a0}B")];
const PER_SECOND: [(f64, &str); 1] = [(1.0, "/s")];
const RATIO: [(f64, &str); 1] = [(1.0, "\u{a0}×")];

/// What is said of a figure that is none.
pub(super) const NONE: &str = "–";

/// The median, and what the runs lie between: `1.23 s (1.20–1.31)`.
pub(super) fn spread(sample: &Sample) -> String {
    let median = sample.median();
    if !median.is_finite() {
        return NONE.to_owned();
    }
    let scale = Scale::of(sample.unit, median);
    let middle = scale.write(median);
    match sample.runs.len() {
        1 => middle,
        _ => format!("{middle} ({}–{})", scale.digits(sample.least()), scale.digits(sample.most())),
    }
}

/// What was meant: `≤ 1.5 ×`. A goal for the figure itself is in the figure's unit.
pub(super) fn goal(goal: Goal, unit: Unit) -> String {
    let (sign, unit, value) = match goal {
        Goal::AtMost(most) => ("≤", unit, most),
        Goal::RatioAtMost(most) => ("≤", Unit::Ratio, most),
        Goal::RatioAtLeast(least) => ("≥", Unit::Ratio, least),
    };
    let scale = Scale::of(unit, value);
    format!("{sign} {}{}", short(&scale.digits(value)), scale.suffix)
}

/// A number by itself, as on an axis: to three digits, or whole if it has more; as few as say it.
pub(crate) fn tick(value: f64) -> String {
    short(&grouped(value, decimals(value)))
}

/// How a figure and its neighbours are written.
struct Scale {
    factor: f64,
    suffix: &'static str,
    decimals: usize,
}

impl Scale {
    fn of(unit: Unit, value: f64) -> Self {
        let units: &[(f64, &'static str)] = match unit {
            Unit::Seconds => &SECONDS,
            Unit::PerSecond => &PER_SECOND,
            Unit::Bytes => &BYTES,
            Unit::Ratio => &RATIO,
        };
        // 999.7 ms is written with three digits, and these are 1.00 s.
        let fits = |(factor, _): &&(f64, &'static str)| rounded(value / factor).abs() >= 1.0;
        let least = if value == 0.0 { units[0] } else { units[units.len() - 1] };
        let (factor, suffix) = units.iter().find(fits).copied().unwrap_or(least);
        Self { factor, suffix, decimals: if suffix == "\u{a0}B" { 0 } else { decimals(rounded(value / factor)) } }
    }

    fn digits(&self, value: f64) -> String {
        grouped(value / self.factor, self.decimals)
    }

    fn write(&self, value: f64) -> String {
        self.digits(value) + self.suffix
    }
}

/// To three digits.
fn rounded(value: f64) -> f64 {
    let places = decimals(value);
    format!("{value:.places$}").parse().unwrap_or(value)
}

/// How many digits behind the point make three in all.
fn decimals(value: f64) -> usize {
    const DIGITS: i32 = 3;
    /// Nobody reads more.
    const MOST: i32 = 9;
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    let before = value.abs().log10().floor() + 1.0;
    let places = (f64::from(DIGITS) - before).clamp(0.0, f64::from(MOST));
    // Between 0 and 9, and whole.
    places as usize
}

/// With commas between thousands.
fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut out = sign.to_owned();
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// Without noughts at the end that say nothing.
fn short(number: &str) -> String {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With spaces that may be seen.
    fn spaced(text: &str) -> String {
        text.replace('\u{a0}', " ")
    }

    fn one(unit: Unit, value: f64) -> String {
        spaced(&spread(&Sample::new(unit, [value])))
    }

    #[test]
    fn each_unit_is_written_with_three_digits_at_its_own_size() {
        let seconds = [1.234, 0.0456, 0.000_789, 64.21, 0.0].map(|value| one(Unit::Seconds, value));
        assert_eq!(seconds, ["1.23 s", "45.6 ms", "789 µs", "64.2 s", "0 s"]);
        let rates = [12345.4, 99.6, 0.5].map(|value| one(Unit::PerSecond, value));
        assert_eq!(rates, ["12,345/s", "99.6/s", "0.500/s"]);
        let bytes = [148.0 * 1048576.0, 999.0, 1.5 * 1073741824.0].map(|value| one(Unit::Bytes, value));
        assert_eq!(bytes, ["148 MiB", "999 B", "1.50 GiB"]);
        assert_eq!([1.42, 0.7, 12.34].map(|value| one(Unit::Ratio, value)), ["1.42 ×", "0.700 ×", "12.3 ×"]);
    }

    #[test]
    fn what_rounds_up_to_the_next_unit_is_written_in_it() {
        assert_eq!(one(Unit::Seconds, 0.999_7), "1.00 s");
        assert_eq!(one(Unit::Seconds, 0.998_7), "999 ms");
    }

    #[test]
    fn the_runs_lie_between_figures_in_the_unit_of_their_median() {
        let sample = Sample::new(Unit::Seconds, [0.98, 0.95, 1.2]);
        assert_eq!(spaced(&spread(&sample)), "980 ms (950–1,200)");
    }

    #[test]
    fn no_runs_are_no_figure() {
        assert_eq!(spread(&Sample::new(Unit::Seconds, [])), NONE);
    }

    #[test]
    fn goals_are_written_as_short_as_they_were_set() {
        assert_eq!(spaced(&goal(Goal::RatioAtMost(1.5), Unit::Seconds)), "≤ 1.5 ×");
        assert_eq!(spaced(&goal(Goal::RatioAtLeast(0.7), Unit::PerSecond)), "≥ 0.7 ×");
        assert_eq!(spaced(&goal(Goal::AtMost(150.0 * 1048576.0), Unit::Bytes)), "≤ 150 MiB");
        assert_eq!(spaced(&goal(Goal::AtMost(0.2), Unit::Seconds)), "≤ 200 ms");
    }

    #[test]
    fn ticks_have_no_noughts_to_spare() {
        let ticks = [1_000_000.0, 0.1 * 0.1, 2.5, 0.0].map(tick);
        assert_eq!(ticks, ["1,000,000", "0.01", "2.5", "0"]);
    }
}
