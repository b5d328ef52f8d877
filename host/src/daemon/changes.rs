//! Notices that the configuration file or an operator's template has changed.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{self, Config, ConfigError, Loaded},
    lifecycle::Reloads,
    watch::{AGAIN, Entries, Folder, keep_up},
};

/// A digest of what was there; `None` if nothing could be read.
type Seen = Option<[u8; 32]>;

/// The configuration file.
pub struct ConfigFile {
    path: PathBuf,
    /// What was loaded, or tried to be.
    seen: Mutex<Seen>,
}

impl ConfigFile {
    /// The file at this path; nothing is read yet.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), seen: Mutex::default() }
    }

    /// Reads the file, and logs what looks wrong although it can be used.
    ///
    /// # Errors
    /// Every problem of the file.
    pub fn load(&self) -> Result<Config, ConfigError> {
        // First: whatever is written after this is noticed as a change.
        self.is_new();
        let Loaded { config, warnings } = config::load(&self.path, &|name| std::env::var(name).ok())?;
        for warning in warnings {
            tracing::warn!("{warning}");
        }
        Ok(config)
    }

    /// Asks for a reload whenever the content changes, until `stop`.
    pub(super) async fn watch(&self, reloads: &Reloads, stop: &CancellationToken) {
        let look = async || {
            if self.is_new() {
                tracing::info!(file = %self.path.display(), "the configuration has changed");
                reloads.request().await;
            }
            self.is_missed().then_some(AGAIN)
        };
        stop.run_until_cancelled(keep_up(&Folder::around(&self.path), look)).await;
    }

    /// Whether the content is another than when this was asked last.
    fn is_new(&self) -> bool {
        let now = fs::read(&self.path).ok().map(|bytes| Sha256::digest(bytes).into());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *seen, now) != now
    }

    /// Whether it could not be read: that may pass and leave no trace on the file.
    fn is_missed(&self) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

/// A folder with an operator's templates.
pub(super) struct TemplateFolder {
    path: PathBuf,
    seen: Mutex<Seen>,
}

impl TemplateFolder {
    /// The folder as it is now.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), seen: Mutex::new(digest(path)) }
    }

    /// Asks for a reload when the files in it have changed, until `stop`.
    pub(super) async fn watch(&self, reloads: &Reloads, stop: &CancellationToken) {
        let look = async || {
            let now = digest(&self.path);
            let before = std::mem::replace(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner), now);
            if before != now {
                tracing::info!(folder = %self.path.display(), "templates have changed");
                reloads.request().await;
            }
            None
        };
        stop.run_until_cancelled(keep_up(&Folder::new(&self.path, Entries::All), look)).await;
    }
}

/// Names and contents of the files in a folder.
fn digest(folder: &Path) -> Seen {
    let mut paths: Vec<_> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut digest = Sha256::new();
    for path in paths {
        let Ok(bytes) = fs::read(&path) else { continue };
        digest.update(Sha256::digest(path.as_os_str().as_encoded_bytes()));
        digest.update(Sha256::digest(bytes));
    }
    Some(digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_changed_if_a_name_or_a_content_has() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let empty = digest(folder.path());
        write("a", "1");
        let one = digest(folder.path());
        assert_ne!(one, empty);
        assert_eq!(one, digest(folder.path()));
        write("a", "2");
        let other = digest(folder.path());
        assert_ne!(other, one);
        fs::rename(folder.path().join("a"), folder.path().join("b")).unwrap();
        assert_ne!(digest(folder.path()), other);
        assert_eq!(digest(&folder.path().join("nowhere")), None);
    }
}
