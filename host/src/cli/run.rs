//! `nudged run`.

use std::sync::Arc;

use super::{End, Failure};
use crate::{clock::Clock, config::Config, daemon::Daemon, lifecycle::Shutdown};

pub(super) async fn run(config: Config, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let shutdown = Shutdown::default();
    shutdown.on_signals()?;
    Daemon::assemble(config, clock).await?.run(&shutdown).await?;
    Ok(End::Well)
}
