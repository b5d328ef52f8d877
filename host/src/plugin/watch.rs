//! Notices changes in the plugins folder.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Registry;
use crate::watch::{AGAIN, Entries, Folder, Noticing, keep_up};

/// Keeps the registry up to date with its folder until `stop`. What no notification tells is found every `poll`. What takes
/// long to admit keeps nobody from noticing what changes meanwhile.
pub async fn watch(registry: Arc<Registry>, poll: Duration, noticing: Noticing, stop: CancellationToken) {
    let folder = Folder::new(registry.folder(), Entries::Ending("wasm")).noticed(poll, noticing);
    let reader = Reader { registry, trouble: Arc::default(), reading: Mutex::default() };
    stop.run_until_cancelled(keep_up(&folder, async || reader.begin())).await;
}

struct Reader {
    registry: Arc<Registry>,
    /// Why the folder could not be read when it was read last.
    trouble: Arc<Mutex<Option<String>>>,
    /// What is being read and admitted; dropped, and so ended, with this.
    reading: Mutex<JoinSet<()>>,
}

impl Reader {
    /// Begins to read the folder; answers when to read again although nothing may have changed: what was in the way, or is
    /// under way, may have come to an end by then.
    fn begin(&self) -> Option<Duration> {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        while reading.try_join_next().is_some() {}
        let under_way = !reading.is_empty();
        let (registry, trouble) = (Arc::clone(&self.registry), Arc::clone(&self.trouble));
        reading.spawn(async move { read(&registry, &trouble).await });
        let troubled = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        let passing = self.registry.refusals().iter().any(|refusal| refusal.passing);
        (under_way || troubled || passing).then_some(AGAIN)
    }
}

async fn read(registry: &Registry, trouble: &Mutex<Option<String>>) {
    let now = registry.keep_up().await.err().map(|error| error.to_string());
    let before = std::mem::replace(&mut *trouble.lock().unwrap_or_else(PoisonError::into_inner), now.clone());
    if let Some(error) = now.filter(|now| before.as_ref() != Some(now)) {
        tracing::error!(folder = %registry.folder().display(), error, "the plugins folder cannot be read");
    }
}
