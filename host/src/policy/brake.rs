//! The sanity brake: a flood of findings is more likely a mistake than the truth.

/// When sending pauses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brake {
    /// How many times as many findings as in the last scans are too many.
    pub factor: f64,
    /// More findings than this in a reminder's first scan are too many.
    pub first_run: u64,
    /// So few findings are never a jump, however few there were before.
    pub least: u64,
}

impl Default for Brake {
    fn default() -> Self {
        Self { factor: 10.0, first_run: 1000, least: 100 }
    }
}

/// What is usual for a reminder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Level {
    /// Findings of its last scans that the brake let pass; empty before the first.
    pub last: Vec<u64>,
    /// A number of findings that an operator has said is well: as good as a scan that passed.
    pub released: Option<u64>,
}

impl Brake {
    /// The most findings that pass, if these are more.
    pub fn holds(&self, findings: u64, level: &Level) -> Option<u64> {
        let usual = level.last.iter().chain(&level.released).max();
        let most = usual.map_or(self.first_run, |usual| self.most_after(*usual));
        (findings > most).then_some(most)
    }

    /// The most findings that pass where so many are usual: at least those, whatever the factor.
    fn most_after(&self, usual: u64) -> u64 {
        let grown = (usual as f64 * self.factor) as u64;
        grown.max(usual).max(self.least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_a_flood_and_lets_the_usual_pass() {
        let brake = Brake::default();
        for (name, last, released, findings, held) in [
            ("first scan", vec![], None, 1000, None),
            ("flood in the first scan", vec![], None, 1001, Some(1000)),
            ("released first scan", vec![], Some(5000), 5000, None),
            ("a little more than released", vec![], Some(5000), 5100, None),
            ("far more than released", vec![], Some(5000), 50_001, Some(50_000)),
            ("few though many times as many", vec![1, 0, 2], None, 100, None),
            ("a jump from nearly nothing", vec![0, 0], None, 101, Some(100)),
            ("ten times as many as the most of the last", vec![30, 200, 10], None, 2000, None),
            ("more than that", vec![30, 200, 10], None, 2001, Some(2000)),
            ("released jump", vec![30, 200, 10], Some(2500), 2500, None),
            ("an old release below the usual", vec![400], Some(100), 4000, None),
            ("a sudden drop", vec![5000], None, 0, None),
            ("more than can be counted", vec![u64::MAX], None, u64::MAX, None),
        ] {
            assert_eq!(brake.holds(findings, &Level { last, released }), held, "{name}");
        }
    }

    #[test]
    fn a_small_first_run_is_taken_at_its_word() {
        let brake = Brake { first_run: 5, ..Brake::default() };
        assert_eq!(brake.holds(6, &Level::default()), Some(5));
    }

    #[test]
    fn a_factor_below_one_never_holds_what_is_usual() {
        let brake = Brake { factor: 0.1, ..Brake::default() };
        assert_eq!(brake.holds(500, &Level { last: vec![500], released: None }), None);
    }
}
