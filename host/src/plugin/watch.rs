//! Notices changes in the plugins folder.

use std::{sync::Arc, time::Duration};

use notify::{RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Registry;

/// How long the folder must be quiet before it is read: a copy in several writes is read once.
const QUIET: Duration = Duration::from_millis(50);

/// How often the folder is read although nothing was noticed: for file systems without notifications, and for a
/// folder that was deleted and made again.
const ANYWAY: Duration = Duration::from_secs(30);

/// Keeps the registry up to date with its folder until `stop`.
pub async fn watch(registry: Arc<Registry>, stop: CancellationToken) {
    let (noticed, mut notices) = mpsc::channel(1);
    let mut watcher = start(&registry, noticed.clone());
    loop {
        // The first round finds what changed between the start's reading and the watch.
        match registry.rescan().await {
            Ok(changes) => changes.iter().for_each(|change| match change {
                super::Change::Refused(_) => tracing::error!("{change}"),
                _ => tracing::info!("{change}"),
            }),
            Err(error) => {
                // A watch on a folder that is gone never fires again.
                watcher = None;
                tracing::error!(folder = %registry.folder().display(), %error, "the plugins folder cannot be read");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            Some(()) = notices.recv() => quiet(&mut notices).await,
            () = tokio::time::sleep(ANYWAY) => {
                if watcher.is_none() {
                    watcher = start(&registry, noticed.clone());
                }
            }
        }
    }
}

/// Waits until nothing has been noticed for a while.
async fn quiet(notices: &mut mpsc::Receiver<()>) {
    while tokio::time::timeout(QUIET, notices.recv()).await.is_ok() {}
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
