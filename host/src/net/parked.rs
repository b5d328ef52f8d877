//! Connections to a relay that wait for the next mail.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use lettre::transport::smtp::client::AsyncSmtpConnection;

/// How long a connection waits. Relays hang up after five minutes (RFC 5321, section 4.5.3.2.7) or much earlier where
/// they are busy; a burst of notices takes its connections from here within milliseconds.
const WAIT: Duration = Duration::from_secs(10);

/// A connection is in here only after its last mail came to its end: one that was given up half-way would answer the
/// next mail with what it had to say of the one before.
#[derive(Clone, Default)]
pub(super) struct Parked(Arc<Mutex<Vec<Waiting>>>);

struct Waiting {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl Parked {
    /// The connection that has waited least.
    pub(super) fn take(&self) -> Option<AsyncSmtpConnection> {
        let waiting = lock(&self.0).pop()?;
        (waiting.since.elapsed() < WAIT).then_some(waiting.connection)
    }

    /// Keeps a connection for the next mail, and says goodbye if none comes.
    pub(super) fn put(&self, connection: AsyncSmtpConnection) {
        lock(&self.0).push(Waiting { connection, since: Instant::now() });
        let parked = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            tokio::time::sleep(WAIT).await;
            for mut connection in expired(&parked) {
                // A relay that has hung up need not be told.
                let _ = tokio::time::timeout(WAIT, connection.quit()).await;
            }
        });
    }
}

fn expired(parked: &Weak<Mutex<Vec<Waiting>>>) -> Vec<AsyncSmtpConnection> {
    let Some(parked) = parked.upgrade() else { return Vec::new() };
    let mut waiting = lock(&parked);
    let (old, young): (Vec<_>, Vec<_>) = waiting.drain(..).partition(|waiting| waiting.since.elapsed() >= WAIT);
    *waiting = young;
    old.into_iter().map(|waiting| waiting.connection).collect()
}

fn lock(parked: &Mutex<Vec<Waiting>>) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
    parked.lock().unwrap_or_else(PoisonError::into_inner)
}
