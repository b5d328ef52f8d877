//! The sanity brake: a flood of findings is more likely a mistake than the truth.

/// When sending pauses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brake {
    /// How many times as many findings as in the last scans are too many.
    pub factor: f64,
    /// Findings in a reminder's first scan that are too many.
    pub first_run: u64,
    /// So few findings are never too many.
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
    /// A number of findings that an operator has said is well.
    pub released: Option<u64>,
}

impl Brake {
    /// The most findings that pass, if these are more.
    pub fn holds(&self, findings: u64, level: &Level) -> Option<u64> {
        let usual = level.last.iter().chain(&level.released).max();
        let most = match usual {
            None => self.first_run,
            Some(usual) => (*usual as f64 * self.factor) as u64,
        };
        let most = most.max(self.least);
        (findings > most).then_some(most)
    }
}
