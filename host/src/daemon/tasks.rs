//! Parts that run until they are told to stop.

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Tasks that are told to stop together.
pub(super) struct Tasks {
    stop: CancellationToken,
    running: JoinSet<&'static str>,
}

impl Tasks {
    /// None yet; they stop with this token, or when [`Tasks::stop`] says so.
    pub(super) fn new(stop: CancellationToken) -> Self {
        Self { stop, running: JoinSet::new() }
    }

    /// Starts a part.
    pub(super) fn spawn<F>(&mut self, name: &'static str, part: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let part = part(self.stop.clone());
        self.running.spawn(async move {
            part.await;
            name
        });
    }

    /// Waits until one of them ends, which none does unless it is told to; says which, or how it broke. Pending for ever
    /// if there is none.
    pub(super) async fn ended(&mut self) -> String {
        match self.running.join_next().await {
            Some(Ok(name)) => format!("{name} ended by itself"),
            Some(Err(error)) => error.to_string(),
            None => std::future::pending().await,
        }
    }

    /// Tells all of them to stop and waits until they have; says how one broke.
    pub(super) async fn stop(&mut self) -> Option<String> {
        self.stop.cancel();
        let mut failure = None;
        while let Some(ended) = self.running.join_next().await {
            failure = failure.or(ended.err().map(|error| error.to_string()));
        }
        failure
    }
}
