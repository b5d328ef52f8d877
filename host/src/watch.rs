//! Notices changes in a folder.

use std::{path::Path, time::Duration};

use notify::{RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// How long the folder must be quiet before it is read: a copy in several writes is read once.
const QUIET: Duration = Duration::from_millis(50);

/// How long that is waited for: somebody may write there without a pause.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the folder is read and watched anew although nothing was noticed: for file systems without notifications
/// and for a folder that another one has taken the place of, whose watch never fires.
const ANYWAY: Duration = Duration::from_secs(30);

/// Calls `read` at once, whenever something has changed in the folder, and from time to time. Never ends.
pub(crate) async fn keep_up<F: Future<Output = ()>>(folder: &Path, read: impl Fn() -> F) {
    let (noticed, mut notices) = mpsc::channel(1);
    loop {
        let _watching = start(folder, noticed.clone());
        loop {
            // The first round finds what changed before the watch began.
            read().await;
            match tokio::time::timeout(ANYWAY, notices.recv()).await {
                Ok(_) => quiet(&mut notices).await,
                Err(_) => break,
            }
        }
    }
}

/// Waits until nothing has been noticed for a while, but not for ever.
async fn quiet(notices: &mut mpsc::Receiver<()>) {
    let quiet = async { while tokio::time::timeout(QUIET, notices.recv()).await.is_ok() {} };
    let _ = tokio::time::timeout(PATIENCE, quiet).await;
}

fn start(folder: &Path, noticed: mpsc::Sender<()>) -> Option<notify::RecommendedWatcher> {
    let started = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // A full channel already holds a notice that has not been acted on.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = noticed.try_send(());
        }
    })
    .and_then(|mut watcher| watcher.watch(folder, RecursiveMode::NonRecursive).map(|()| watcher));
    let every = ANYWAY.as_secs();
    started
        .inspect_err(|error| {
            tracing::warn!(folder = %folder.display(), %error, "the folder is not watched, but read every {every} s");
        })
        .ok()
}
