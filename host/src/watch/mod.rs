//! Notices changes in a folder.
//!
//! The system's notifications say soon that something may have happened, in the folder or to its name; what lies behind
//! symlinks, on file systems without notifications or beyond the system's limits never shows in them. So every so often
//! the folder's [`Fingerprint`] is taken without a notice. It alone decides whether the folder is read: a notice that is
//! missed costs one poll, and a folder in which nothing changes is not read.

mod fingerprint;
mod notices;
#[cfg(test)]
mod tests;

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};

use self::{fingerprint::Fingerprint, notices::Notices};

/// How often a folder is looked at unless somebody says otherwise.
pub(crate) const POLL: Duration = Duration::from_secs(5);

/// When something is read again that could not be read although it is there: a busy machine, a disk in trouble.
pub(crate) const AGAIN: Duration = Duration::from_secs(30);

/// How long the folder must be the same before it is read: a copy in several writes is read once.
const QUIET: Duration = Duration::from_millis(50);

/// How often it is looked at meanwhile.
const STEP: Duration = Duration::from_millis(10);

/// How long that is waited for: somebody may write there without a pause.
const PATIENCE: Duration = Duration::from_secs(1);

/// How changes are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noticing {
    /// By the system's notifications, and by polling for what these miss.
    Both,
    /// By polling alone, as where there are no notifications.
    PollOnly,
}

/// Which entries of a folder count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entries {
    /// Every one.
    All,
    /// The one of this name.
    Named(OsString),
    /// Those whose names end so, after a dot.
    Ending(&'static str),
}

impl Entries {
    fn count(&self, name: &OsStr) -> bool {
        match self {
            Self::All => true,
            Self::Named(one) => one == name,
            Self::Ending(ending) => Path::new(name).extension().is_some_and(|extension| extension == *ending),
        }
    }
}

/// A folder that is kept up with. It need not be there.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
    entries: Entries,
    poll: Duration,
    noticing: Noticing,
}

impl Folder {
    /// The folder at this path.
    pub(crate) fn new(path: &Path, entries: Entries) -> Self {
        Self { path: path.to_owned(), entries, poll: POLL, noticing: Noticing::Both }
    }

    /// The folder that this file is in, where nothing else counts. It is the folder that is watched: editors and
    /// deployments put another file (or symlink) in the place of the old one.
    pub(crate) fn around(file: &Path) -> Self {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let entries = file.file_name().map_or(Entries::All, |name| Entries::Named(name.to_owned()));
        Self::new(folder, entries)
    }

    /// The same, noticed in another manner.
    pub(crate) fn noticed(self, poll: Duration, noticing: Noticing) -> Self {
        Self { poll, noticing, ..self }
    }

    /// On a thread that may wait for the disk.
    async fn look(&self) -> Fingerprint {
        let folder = self.clone();
        let looking = tokio::task::spawn_blocking(move || Fingerprint::take(&folder.path, &folder.entries));
        match looking.await {
            Ok(fingerprint) => fingerprint,
            // The program ends, and this with it.
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until the folder has been the same for a while, but not for ever.
    async fn settle(&self, mut before: Fingerprint) {
        let began = Instant::now();
        let mut same_since = began;
        while same_since.elapsed() < QUIET && began.elapsed() < PATIENCE {
            sleep(STEP).await;
            let now = self.look().await;
            if now != before {
                (before, same_since) = (now, Instant::now());
            }
        }
    }
}

/// Calls `read` at once, whenever something has changed in the folder, and when it asked to be called again after so
/// long. What changes while it reads is read afterwards. Never ends.
///
/// Every change is read twice, the second time a poll later: a file that is overwritten within one tick of the file
/// system's clock looks the same before and after, and ticks may take two seconds.
pub(crate) async fn keep_up<F: Future<Output = Option<Duration>>>(folder: &Folder, read: impl Fn() -> F) {
    let mut notices = Notices::of(&folder.path, folder.noticing);
    let mut second = None;
    let mut before = None;
    loop {
        // The folder may be another one; and whatever changes after the look has its notice.
        notices.anew();
        let seen = folder.look().await;
        if before.replace(seen.clone()).as_ref() != Some(&seen) {
            second = Some(Instant::now() + folder.poll);
        } else if second.is_some_and(is_past) {
            second = None;
        }
        let again = read().await.map(|after| Instant::now() + after);
        changed(folder, &mut notices, &seen, again.into_iter().chain(second).min()).await;
    }
}

/// Until the folder is not what was seen any more, or until `due`.
async fn changed(folder: &Folder, notices: &mut Notices, seen: &Fingerprint, due: Option<Instant>) {
    loop {
        let rest = due.map_or(folder.poll, |due| folder.poll.min(due.saturating_duration_since(Instant::now())));
        let noticed = timeout(rest, notices.next()).await.is_ok();
        let mut now = folder.look().await;
        if noticed && now == *seen {
            // Of something else, or of a change that is only beginning. Either way more may follow at once.
            sleep(QUIET).await;
            now = folder.look().await;
        }
        if now != *seen {
            return folder.settle(now).await;
        }
        if due.is_some_and(is_past) {
            return;
        }
        notices.retry();
    }
}

fn is_past(instant: Instant) -> bool {
    instant <= Instant::now()
}
