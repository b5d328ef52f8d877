//! Notices changes in the plugins folder.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Registry;
use crate::watch::keep_up;

/// Keeps the registry up to date with its folder until `stop`. What takes long to admit keeps nobody from noticing what
/// changes meanwhile.
pub async fn watch(registry: Arc<Registry>, stop: CancellationToken) {
    let looks = Mutex::new(JoinSet::new());
    let look = async || {
        let mut looks = looks.lock().unwrap_or_else(PoisonError::into_inner);
        while looks.try_join_next().is_some() {}
        let registry = Arc::clone(&registry);
        looks.spawn(async move { read(&registry).await });
    };
    stop.run_until_cancelled(keep_up(registry.folder(), look)).await;
}

async fn read(registry: &Registry) {
    if let Err(error) = registry.keep_up().await {
        tracing::error!(folder = %registry.folder().display(), %error, "the plugins folder cannot be read");
    }
}
