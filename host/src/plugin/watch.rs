//! Notices changes in the plugins folder.

use std::{sync::Arc, time::Duration};

use notify::{RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Change, Registry};

/// How long the folder must be quiet before it is read: a copy in several writes is read once.
const QUIET: Duration = Duration::from_millis(50);

/// How long that is waited for: somebody may write there without a pause.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the folder is read and watched anew although nothing was noticed: for file systems without notifications
/// and for a folder that another one has taken the place of, whose watch never fires.
const ANYWAY: Duration = Duration::from_secs(30);

/// Keeps the registry up to date with its folder until `stop`.
pub async fn watch(registry: Arc<Registry>, stop: CancellationToken) {
    stop.run_until_cancelled(keep_up(&registry)).await;
}

async fn keep_up(registry: &Registry) {
    let (noticed, mut notices) = mpsc::channel(1);
    loop {
        let _watching = start(registry, noticed.clone());
        loop {
            // The first round finds what changed before the watch began.
            read(registry).await;
            match tokio::time::timeout(ANYWAY, notices.recv()).await {
                Ok(_) => quiet(&mut notices).await,
                Err(_) => break,
            }
        }
    }
}

async fn read(registry: &Registry) {
    match registry.rescan().await {
        Ok(changes) => changes.iter().for_each(Change::log),
        Err(error) => {
            tracing::error!(folder = %registry.folder().display(), %error, "the plugins folder cannot be read");
        }
    }
}

/// Waits until nothing has been noticed for a while, but not for ever.
async fn quiet(notices: &mut mpsc::Receiver<()>) {
    let quiet = async { while tokio::time::timeout(QUIET, notices.recv()).await.is_ok() {} };
    let _ = tokio::time::timeout(PATIENCE, quiet).await;
}

fn start(registry: &Registry, noticed: mpsc::Sender<()>) -> Option<notify::RecommendedWatcher> {
    let folder = registry.folder();
    let started = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // A full channel already holds a notice that has not been acted on.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = noticed.try_send(());
        }
    })
    .and_then(|mut watcher| watcher.watch(folder, RecursiveMode::NonRecursive).map(|()| watcher));
    started
        .inspect_err(|error| tracing::warn!(folder = %folder.display(), %error, "the plugins folder is not watched"))
        .ok()
}
