//! Another configuration in the place of the one in force.
//!
//! The new parts are assembled while the old ones work; if that fails, nothing has happened. Then the old ones end in
//! order: a scan under way is finished, delivery goes on meanwhile; then the attempts under way are finished. Only then
//! the new ones begin, so that there are never two schedulers and never more attempts than a channel allows. What waits
//! in the outbox waits in the database and is found there.

use super::{
    Daemon,
    parts::{Parts, Running},
};
use crate::{
    config::{ApiConfig, Config},
    crash,
    error::chain,
    lifecycle::{ReloadError, Reloaded, Shutdown},
    telemetry::metrics,
};

impl Daemon {
    /// Reads the configuration again and puts it in force, or keeps the old one and says every problem in the log.
    ///
    /// # Errors
    /// If one of the old parts broke: then the daemon stops.
    pub(super) async fn reload(&mut self, running: &mut Running, shutdown: &Shutdown) -> Result<Reloaded, String> {
        tracing::info!("the configuration is read again");
        let began = std::time::Instant::now();
        let parts = match shutdown.soft.run_until_cancelled(Box::pin(self.prepare())).await {
            Some(Ok(parts)) => parts,
            Some(Err(why)) => return Ok(Err(refuse(why))),
            None => return Ok(Err(ReloadError::Stopping)),
        };
        crash::point("reload.prepared");
        if let Some(failure) = running.stop_in_time().await {
            return Err(failure);
        }
        crash::point("reload.stopped");
        if shutdown.soft.is_cancelled() {
            return Ok(Err(ReloadError::Stopping));
        }
        let before = std::mem::replace(&mut self.parts, parts);
        *running = self.parts.start(&self.standing, shutdown);
        self.parts.succeed(before).await;
        self.standing.tell_in_force(&self.parts);
        tracing::info!(took = ?began.elapsed(), "the configuration is reloaded");
        Ok(Ok(()))
    }

    async fn prepare(&self) -> Result<Parts, ReloadError> {
        let loaded = self.standing.file.load().map_err(|error| ReloadError::Configuration(error.to_string()))?;
        let config = Config { api: api(&self.parts.config.api, loaded.api), ..loaded };
        let parts = Parts::assemble(config, Some(&self.parts), &self.standing).await;
        parts.map_err(|error| ReloadError::Parts(chain(error.as_ref())))
    }
}

/// Another token is taken at once. Another address needs a restart, and the token goes with its address: the old one stays
/// open to nobody else.
fn api(before: &ApiConfig, after: ApiConfig) -> ApiConfig {
    if before.listen == after.listen {
        return after;
    }
    tracing::warn!("api.listen has changed: restart nudged to have it listen there; until then api stays as it was");
    before.clone()
}

fn refuse(why: ReloadError) -> ReloadError {
    metrics::reload_failed();
    // Escaped: a line may quote a database.
    for problem in why.to_string().lines() {
        tracing::error!(?problem, "the configuration is not reloaded: the old one stays in force");
    }
    why
}
