//! Stopping: soft first, then hard. And starting anew: who asks for a reload, and how they get their answer.

use std::time::Duration;

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{mpsc, oneshot},
};
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

/// Requests that wait while a reload is under way; whoever asks next waits too.
const WAITING: usize = 64;

/// Why the configuration that was in force stays in force: every problem, one a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReloadError {
    /// The configuration is wrong.
    #[error("{0}")]
    Configuration(String),
    /// What it asks for cannot be had now: a database is away, a folder missing.
    #[error("{0}")]
    Parts(String),
    /// The daemon is stopping.
    #[error("the daemon is stopping")]
    Stopping,
}

/// What a reload came to.
pub type Reloaded = Result<(), ReloadError>;

/// Asks for reloads.
#[derive(Debug, Clone)]
pub struct Reloads(mpsc::Sender<Option<oneshot::Sender<Reloaded>>>);

/// Gets what [`Reloads`] asks for.
#[derive(Debug)]
pub struct ReloadRequests(mpsc::Receiver<Option<oneshot::Sender<Reloaded>>>);

/// Two ends: one asks, the other is asked.
pub fn reloads() -> (Reloads, ReloadRequests) {
    let (asks, asked) = mpsc::channel(WAITING);
    (Reloads(asks), ReloadRequests(asked))
}

impl Reloads {
    /// Asks for a reload and does not wait for it.
    pub async fn request(&self) {
        // Nobody is asked any more once the daemon stops.
        let _ = self.0.send(None).await;
    }

    /// Asks for a reload and waits until it is done.
    ///
    /// # Errors
    /// Why it was not.
    pub async fn reload(&self) -> Reloaded {
        let (answer, answered) = oneshot::channel();
        self.0.send(Some(answer)).await.map_err(|_| ReloadError::Stopping)?;
        answered.await.unwrap_or(Err(ReloadError::Stopping))
    }

    /// SIGHUP asks for a reload.
    ///
    /// # Errors
    /// If the signal cannot be listened to.
    pub fn on_hangup(&self) -> std::io::Result<()> {
        let mut hangup = signal(SignalKind::hangup())?;
        let reloads = self.clone();
        tokio::spawn(async move {
            while hangup.recv().await.is_some() {
                reloads.request().await;
            }
        });
        Ok(())
    }
}

impl ReloadRequests {
    /// Waits until a reload is asked for. One reload serves everybody who asked up to now: the answers are owed to them.
    /// Pending for ever once nobody can ask any more.
    pub async fn next(&mut self) -> Vec<oneshot::Sender<Reloaded>> {
        let Some(first) = self.0.recv().await else { return std::future::pending().await };
        let others = std::iter::from_fn(|| self.0.try_recv().ok());
        std::iter::once(first).chain(others).flatten().collect()
    }
}
