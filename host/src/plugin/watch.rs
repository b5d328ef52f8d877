//! Notices changes in the plugins folder.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Change, Registry};
use crate::watch::keep_up;

/// Keeps the registry up to date with its folder until `stop`.
pub async fn watch(registry: Arc<Registry>, stop: CancellationToken) {
    stop.run_until_cancelled(keep_up(registry.folder(), || read(&registry))).await;
}

async fn read(registry: &Registry) {
    match registry.rescan().await {
        Ok(changes) => changes.iter().for_each(Change::log),
        Err(error) => {
            tracing::error!(folder = %registry.folder().display(), %error, "the plugins folder cannot be read");
        }
    }
}
