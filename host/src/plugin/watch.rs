//! Notices changes in the plugins folder.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::{Change, Registry};
use crate::watch::{AGAIN, Entries, Folder, Noticing, keep_up};

/// Keeps the registry up to date with its folder until `stop`. What no notification tells is found every `poll`.
pub async fn watch(registry: Arc<Registry>, poll: Duration, noticing: Noticing, stop: CancellationToken) {
    let folder = Folder::new(registry.folder(), Entries::Ending("wasm")).noticed(poll, noticing);
    let trouble = Mutex::new(None);
    stop.run_until_cancelled(keep_up(&folder, || read(&registry, &trouble))).await;
}

/// Answers when to read again although nothing may have changed: what was in the way may have passed by then.
async fn read(registry: &Registry, trouble: &Mutex<Option<String>>) -> Option<Duration> {
    let now = match registry.rescan().await {
        Ok(changes) => {
            changes.iter().for_each(Change::log);
            None
        }
        Err(error) => Some(error.to_string()),
    };
    let before = std::mem::replace(&mut *trouble.lock().unwrap_or_else(PoisonError::into_inner), now.clone());
    if let Some(error) = now.as_ref().filter(|now| before.as_ref() != Some(now)) {
        tracing::error!(folder = %registry.folder().display(), error, "the plugins folder cannot be read");
    }
    let passing = now.is_some() || registry.refusals().iter().any(|refusal| refusal.passing);
    passing.then_some(AGAIN)
}
