//! Durations and sizes for people. Pure.

use std::time::Duration;

/// With three digits or so: `87 µs`, `1.24 ms`, `12.4 s`, `2 min 5 s`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match duration.as_secs() {
        0 if duration.is_zero() => "0".to_owned(),
        0 if duration.as_micros() == 0 => "<1 µs".to_owned(),
        0 if duration.as_millis() == 0 => format!("{} µs", duration.as_micros()),
        0 => format!("{} ms", digits(seconds * 1e3)),
        1..60 => format!("{} s", digits(seconds)),
        whole @ 60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        whole => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// In powers of 1024: `512 B`, `1.25 MiB`.
pub(super) fn bytes(bytes: usize) -> String {
    let units = ["KiB", "MiB", "GiB"];
    let unit = (1..=units.len()).rev().find(|power| bytes >= 1 << (10 * power));
    match unit {
        Some(power) => format!("{} {}", digits(bytes as f64 / (1_u64 << (10 * power)) as f64), units[power - 1]),
        None => format!("{bytes} B"),
    }
}

/// How many times as much: `×1.50`; nothing where there was nothing before.
pub(super) fn ratio(before: f64, after: f64) -> String {
    if before > 0.0 { format!("×{}", digits(after / before)) } else { "-".to_owned() }
}

/// A number without a unit: with three digits or so.
pub(super) fn figure(number: f64) -> String {
    digits(number)
}

fn digits(number: f64) -> String {
    match number {
        ..9.995 => format!("{number:.2}"),
        ..99.95 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_unit_that_suits_them() {
        for (nanos, text) in [
            (0, "0"),
            (999, "<1 µs"),
            (87_400, "87 µs"),
            (1_240_000, "1.24 ms"),
            (999_000_000, "999 ms"),
            (12_400_000_000, "12.4 s"),
            (125_000_000_000, "2 min 5 s"),
            (7_500_000_000_000, "2 h 5 min"),
        ] {
            assert_eq!(duration(Duration::from_nanos(nanos)), text);
        }
    }

    #[test]
    fn sizes_have_the_unit_that_suits_them() {
        for (size, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.00 KiB"),
            (1_310_720, "1.25 MiB"),
            (64 << 20, "64.0 MiB"),
            (3 << 30, "3.00 GiB"),
        ] {
            assert_eq!(bytes(size), text);
        }
    }

    #[test]
    fn a_ratio_needs_something_to_compare_with() {
        assert_eq!((ratio(2.0, 3.0), ratio(2.0, 24.0), ratio(0.0, 1.0)), ("×1.50".into(), "×12.0".into(), "-".into()));
    }
}
