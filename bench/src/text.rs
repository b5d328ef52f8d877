//! Figures as they stand in tables and in progress.

/// With a comma every three digits.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// Seconds, with their unit.
pub(crate) fn seconds(seconds: f64) -> String {
    format!("{seconds:.2} s")
}

/// Bytes as MiB, with the unit.
pub(crate) fn mebibytes(bytes: f64) -> String {
    format!("{:.0} MiB", bytes / MEBIBYTE)
}

/// Bytes of one.
pub(crate) const MEBIBYTE: f64 = 1_048_576.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_easy_to_read() {
        assert_eq!([count(7), count(1000), count(10_000_000)], ["7", "1,000", "10,000,000"]);
        assert_eq!([seconds(1.234), mebibytes(3_145_728.0)], ["1.23 s", "3 MiB"]);
    }
}
