//! Telling every lane that there is something in the outbox.

use tokio::sync::watch;

/// Rung when the outbox was filled. A ring is heard by whoever listens, also by those who are busy just then.
#[derive(Debug, Clone)]
pub struct Wake(watch::Sender<()>);

impl Default for Wake {
    fn default() -> Self {
        Self(watch::Sender::new(()))
    }
}

impl Wake {
    /// Wakes all.
    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// Something to listen with.
    pub fn bell(&self) -> Bell {
        Bell(self.0.subscribe())
    }
}

/// Hears the rings of a [`Wake`].
#[derive(Debug)]
pub struct Bell(watch::Receiver<()>);

impl Bell {
    /// Waits for the next ring since the last one that was heard; for ever, if there is nobody left to ring.
    pub async fn heard(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
