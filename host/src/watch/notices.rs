//! The system's notifications about a folder.

use std::path::{Path, PathBuf};

use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::Noticing;

/// Notices of what happens in a folder and to its name, where the system gives any.
pub(super) struct Notices {
    folder: PathBuf,
    noticing: Noticing,
    /// A full channel already holds a notice that has not been acted on.
    sender: mpsc::Sender<()>,
    receiver: mpsc::Receiver<()>,
    watcher: Option<RecommendedWatcher>,
    /// Whether both the folder and its name are watched.
    complete: bool,
    warned: bool,
}

impl Notices {
    /// None yet: see [`Notices::anew`].
    pub(super) fn of(folder: &Path, noticing: Noticing) -> Self {
        let (sender, receiver) = mpsc::channel(1);
        // Events carry absolute paths. Without a working folder the path stays, and polling has to do.
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Self { folder, noticing, sender, receiver, watcher: None, complete: false, warned: false }
    }

    /// Watches what is there now: whatever was watched may have made room for something else of its name.
    pub(super) fn anew(&mut self) {
        // First: the system has few to give.
        self.watcher = None;
        if self.noticing == Noticing::Both {
            let started = self.start();
            self.complete = started.is_ok();
            started.unwrap_or_else(|error| self.warn(&error));
        }
    }

    /// Watches anew where not all could be watched before.
    pub(super) fn retry(&mut self) {
        if !self.complete {
            self.anew();
        }
    }

    /// Waits for the next.
    pub(super) async fn next(&mut self) {
        self.receiver.recv().await;
    }

    /// The folder itself, and its name in the folder around it. Where one of them cannot be watched the other is.
    fn start(&mut self) -> notify::Result<()> {
        let (folder, sender) = (self.folder.clone(), self.sender.clone());
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if concerns(&folder, &event) {
                let _ = sender.try_send(());
            }
        })?;
        let watcher = self.watcher.insert(watcher);
        let mut watch = |path: &Path| watcher.watch(path, RecursiveMode::NonRecursive);
        let inside = watch(&self.folder);
        let around = self.folder.parent().map_or(Ok(()), watch);
        inside.and(around)
    }

    /// What is not there yet is no trouble of notifications.
    fn warn(&mut self, error: &notify::Error) {
        let missing = match &error.kind {
            ErrorKind::PathNotFound => true,
            ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
            _ => false,
        };
        if !missing && !std::mem::replace(&mut self.warned, true) {
            let folder = self.folder.display();
            tracing::warn!(%folder, %error, "the system does not notify of changes there: the folder is polled");
        }
    }
}

/// Whether something may have happened to the folder or in it. Reading is nothing; an error or an event without a path
/// may be anything.
fn concerns(folder: &Path, event: &notify::Result<Event>) -> bool {
    let Ok(event) = event else { return true };
    let there = event.paths.is_empty() || event.paths.iter().any(|path| path.starts_with(folder));
    there && !event.kind.is_access()
}

#[cfg(test)]
mod tests {
    use notify::{
        EventKind,
        event::{AccessKind, CreateKind},
    };

    use super::*;

    #[test]
    fn events_in_the_folder_and_of_its_name_concern_it() {
        let concerned = |kind: EventKind, path: Option<&str>| {
            let event = Event::new(kind);
            let event = path.iter().fold(event, |event, path| event.add_path(PathBuf::from(path)));
            concerns(Path::new("/a/plugins"), &Ok(event))
        };
        let created = EventKind::Create(CreateKind::Any);
        assert!(concerned(created, Some("/a/plugins/x.wasm")));
        assert!(concerned(created, Some("/a/plugins")));
        assert!(!concerned(created, Some("/a/plugins.old")), "the name beside it");
        assert!(!concerned(created, Some("/a/nudged.db")));
        assert!(!concerned(EventKind::Access(AccessKind::Any), Some("/a/plugins/x.wasm")));
        assert!(concerned(EventKind::Other, None), "events were lost");
        assert!(concerns(Path::new("/a/plugins"), &Err(notify::Error::generic("anything"))));
    }
}
