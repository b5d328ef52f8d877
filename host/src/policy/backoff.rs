//! How long to wait before the next attempt.

use std::time::Duration;

/// Exponential backoff with jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Wait after the first failed attempt.
    pub first: Duration,
    /// Longest wait.
    pub longest: Duration,
}

/// Jitter: up to this share of the wait is added or taken away, so that what failed together does not come
/// back together.
const JITTER: f64 = 0.2;

impl Backoff {
    /// The wait after `attempts` failed attempts (at least 1). `random` is uniform in 0..1; `asked` is what the
    /// other side named as least wait, honoured up to `longest`.
    pub fn wait(&self, attempts: u32, asked: Option<Duration>, random: f64) -> Duration {
        let doubled = self.first.saturating_mul(1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX));
        let wait = doubled.min(self.longest).mul_f64(1.0 - JITTER + 2.0 * JITTER * random);
        wait.max(asked.unwrap_or_default().min(self.longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(30), longest: Duration::from_secs(3600) };

    #[test]
    fn doubles_up_to_the_longest() {
        let seconds = |attempts| BACKOFF.wait(attempts, None, 0.5).as_secs();
        assert_eq!([1, 2, 3, 7, 8, 40, u32::MAX].map(seconds), [30, 60, 120, 1920, 3600, 3600, 3600]);
    }

    #[test]
    fn jitter_stays_within_a_fifth() {
        assert_eq!(BACKOFF.wait(1, None, 0.0), Duration::from_secs(24));
        assert_eq!(BACKOFF.wait(1, None, 1.0), Duration::from_secs(36));
    }

    #[test]
    fn honours_what_the_other_side_asks_within_the_cap() {
        assert_eq!(BACKOFF.wait(1, Some(Duration::from_secs(300)), 0.5).as_secs(), 300);
        assert_eq!(BACKOFF.wait(1, Some(Duration::from_secs(86_400)), 0.5).as_secs(), 3600);
    }
}
