//! Stopping: soft first, then hard.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How long work under way may take after the first signal.
pub const GRACE: Duration = Duration::from_secs(30);

/// Two tokens: `soft` ("begin nothing new") is a child of `hard` ("drop everything"), so that hard implies soft.
#[derive(Debug, Clone)]
pub struct Shutdown {
    /// Begin nothing new and finish what is under way.
    pub soft: CancellationToken,
    /// Drop what is under way.
    pub hard: CancellationToken,
}

impl Default for Shutdown {
    fn default() -> Self {
        let hard = CancellationToken::new();
        Self { soft: hard.child_token(), hard }
    }
}

impl Shutdown {
    /// SIGTERM or SIGINT stops softly; a second one, or the end of the grace, stops hard.
    ///
    /// # Errors
    /// If the signals cannot be listened to.
    pub fn on_signals(&self) -> std::io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            let mut stop =
                async || tokio::select! { _ = terminate.recv() => "SIGTERM", _ = interrupt.recv() => "SIGINT" };
            let signal = stop().await;
            tracing::info!(signal, grace = ?GRACE, "stopping: work under way is finished; a second signal drops it");
            shutdown.soft.cancel();
            tokio::select! {
                signal = stop() => tracing::warn!(signal, "stopping at once"),
                () = tokio::time::sleep(GRACE) => tracing::warn!("the grace is over: stopping at once"),
            }
            shutdown.hard.cancel();
        });
        Ok(())
    }
}
