//! The clock as a parameter: decisions take one reading a tick and pass it down.

use crate::model::Instant;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The instant of the call.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place where the machine's clock is read
    fn now(&self) -> Instant {
        chrono::Utc::now()
    }
}
