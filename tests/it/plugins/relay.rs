//! A relay that holds every mail until it is told to let go: a channel's call is in flight for as long as the test
//! wants.

use nudged::{
    model::Outcome,
    net::{Mail, Mailer},
};
use tokio::sync::watch;

pub(super) struct HeldRelay {
    held: watch::Sender<usize>,
    open: watch::Sender<bool>,
}

impl HeldRelay {
    pub(super) fn new() -> Self {
        Self { held: watch::Sender::new(0), open: watch::Sender::new(false) }
    }

    /// Waits until this many mails have come.
    pub(super) async fn holds(&self, mails: usize) {
        self.held.subscribe().wait_for(|held| *held >= mails).await.expect("the relay is there");
    }

    /// How many mails have come.
    pub(super) fn count(&self) -> usize {
        *self.held.borrow()
    }

    /// Accepts what is held and what comes.
    pub(super) fn let_go(&self) {
        self.open.send_replace(true);
    }
}

#[async_trait::async_trait]
impl Mailer for HeldRelay {
    async fn send(&self, mail: &Mail) -> Outcome {
        self.held.send_modify(|held| *held += 1);
        self.open.subscribe().wait_for(|open| *open).await.expect("the relay is there");
        Outcome::Delivered(format!("250 {}", mail.to))
    }
}
