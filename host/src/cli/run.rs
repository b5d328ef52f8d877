//! `nudged run`.

use std::{path::Path, sync::Arc};

use super::{End, Failure};
use crate::{
    clock::Clock,
    daemon::{ConfigFile, Daemon},
    lifecycle::Shutdown,
    telemetry::recorder::Recorder,
};

pub(super) async fn run(path: &Path, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let file = ConfigFile::new(path);
    let config = file.load().map_err(|error| Failure::Configuration(error.into()))?;
    let shutdown = Shutdown::default();
    shutdown.on_signals()?;
    let daemon = Daemon::assemble(file, config, Recorder::install()?, clock).await?;
    Box::pin(daemon.run(&shutdown)).await?;
    Ok(End::Well)
}
