//! Measurements of one thing, and what is said of them.

use serde::{Deserialize, Serialize};

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unit {
    /// Of wall time unless the figure says otherwise.
    Seconds,
    /// Events in a second.
    PerSecond,
    /// Of memory or disk.
    Bytes,
    /// One figure over another.
    Ratio,
}

/// What came of measuring one thing several times, in the order of the runs. There is at least one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// What is counted.
    pub(crate) unit: Unit,
    /// A figure a run.
    pub(crate) runs: Vec<f64>,
}

impl Sample {
    /// A sample of these runs.
    pub(crate) fn new(unit: Unit, runs: impl IntoIterator<Item = f64>) -> Self {
        Self { unit, runs: runs.into_iter().collect() }
    }

    /// The middle one; of an even number the mean of the two in the middle.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.runs.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match sorted.len() % 2 {
            _ if sorted.is_empty() => f64::NAN,
            0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
            _ => sorted[middle],
        }
    }

    /// The least one.
    pub(crate) fn least(&self) -> f64 {
        self.runs.iter().copied().fold(f64::NAN, f64::min)
    }

    /// The greatest one.
    pub(crate) fn most(&self) -> f64 {
        self.runs.iter().copied().fold(f64::NAN, f64::max)
    }

    /// Run by run over another sample whose runs were taken in turn with these: a machine that slows down slows both.
    pub(crate) fn over(&self, other: &Self) -> Self {
        Self::new(Unit::Ratio, self.runs.iter().zip(&other.runs).map(|(one, other)| one / other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        assert_eq!(Sample::new(Unit::Seconds, [3.0, 1.0, 2.0]).median(), 2.0);
        assert_eq!(Sample::new(Unit::Seconds, [4.0, 1.0, 3.0, 2.0]).median(), 2.5);
    }

    #[test]
    fn ratios_are_taken_run_by_run() {
        let one = Sample::new(Unit::Seconds, [2.0, 9.0, 4.0]);
        let ratio = one.over(&Sample::new(Unit::Seconds, [1.0, 3.0, 4.0]));
        assert_eq!((ratio.runs.as_slice(), ratio.least(), ratio.most()), (&[2.0, 3.0, 1.0][..], 1.0, 3.0));
    }
}
