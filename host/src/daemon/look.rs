//! Looks at the databases from time to time, for readiness and for the metrics about the outbox.

use std::{error::Error, sync::Arc, time::Duration};

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    api::{Api, Part},
    clock::Clock,
    error::chain,
    source::Source,
    store::{Depth, Store, StoreError},
    telemetry::metrics,
};

/// How often. A probe asks every ten seconds as a rule, a scraper every fifteen.
const EVERY: Duration = Duration::from_secs(10);

/// How long a database may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Look {
    pub(super) store: Arc<dyn Store>,
    pub(super) source: Arc<dyn Source>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) api: Api,
}

impl Look {
    /// Until `stop`.
    pub(super) async fn run(&self, stop: &CancellationToken) {
        let look = async {
            loop {
                tokio::join!(
                    self.tell(Part::Store, self.look_at_store()),
                    self.tell(Part::Source, self.source.check())
                );
                self.api.recorder.tidy();
                sleep(EVERY).await;
            }
        };
        stop.run_until_cancelled(look).await;
    }

    async fn look_at_store(&self) -> Result<(), StoreError> {
        let Depth { queued, leased, rejected, dead } = self.store.depth().await?;
        for (state, notices) in [("queued", queued), ("leased", leased), ("rejected", rejected), ("dead", dead)] {
            metrics::outbox(state, notices);
        }
        let oldest = self.store.oldest_unsent().await?;
        let age = oldest.and_then(|oldest| (self.clock.now() - oldest).to_std().ok());
        metrics::oldest_unsent(age.unwrap_or_default());
        Ok(())
    }

    /// Says how a database is, to whoever asks; a change is logged with its reason.
    async fn tell<E: Error + 'static>(&self, part: Part, looking: impl Future<Output = Result<(), E>>) {
        let (trouble, why) = match timeout(PATIENCE, looking).await {
            Ok(Ok(())) => (None, String::new()),
            Ok(Err(error)) => (Some("cannot be used"), chain(&error)),
            Err(_) => (Some("does not answer"), format!("no answer within {PATIENCE:?}")),
        };
        if !self.api.health.set(part, trouble) {
            return;
        }
        match trouble {
            Some(trouble) => tracing::error!(?part, why, "a database {trouble}: not ready"),
            None => tracing::info!(?part, "a database can be used again"),
        }
    }
}
