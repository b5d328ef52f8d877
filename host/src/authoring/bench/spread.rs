//! A figure with its spread. Pure.

/// The median of some figures, and what a tenth of them is below and above.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// A tenth of them is not above it.
    pub p10: f64,
    /// A tenth of them is not below it.
    pub p90: f64,
}

impl Spread {
    /// The spread of these figures; `None` if there are none.
    pub fn of(mut figures: Vec<f64>) -> Option<Self> {
        figures.sort_by(f64::total_cmp);
        let last = figures.len().checked_sub(1)?;
        let at = |part: f64| figures[(last as f64 * part).round() as usize];
        Some(Self { median: at(0.5), p10: at(0.1), p90: at(0.9) })
    }

    /// The same figures in another unit.
    pub fn times(self, factor: f64) -> Self {
        Self { median: self.median * factor, p10: self.p10 * factor, p90: self.p90 * factor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_of_figures_in_whatever_order() {
        let figures = (0..=100).rev().map(f64::from).collect();
        assert_eq!(Spread::of(figures), Some(Spread { median: 50.0, p10: 10.0, p90: 90.0 }));
        assert_eq!(Spread::of(vec![7.0]), Some(Spread { median: 7.0, p10: 7.0, p90: 7.0 }));
        assert_eq!(Spread::of(Vec::new()), None);
        assert_eq!(Spread { median: 2.0, p10: 1.0, p90: 4.0 }.times(0.5), Spread { median: 1.0, p10: 0.5, p90: 2.0 });
    }
}
