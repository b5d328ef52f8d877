//! Who reads what: each content of a file is dealt with once, and by one.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

use super::admission::Candidate;

/// Who reads what.
#[derive(Default)]
pub(super) struct Desk {
    /// One rescan at a time, until all that it found is dealt with.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// One reading of the folder at a time.
    pub(super) reading: tokio::sync::Mutex<()>,
    /// By file name, the digest that was read last and is dealt with, or being dealt with.
    newest: Mutex<HashMap<String, String>>,
    /// Counts the looks at the folder.
    pub(super) looks: AtomicU64,
}

impl Desk {
    /// Lets go of all files but these.
    pub(super) fn keep_only(&self, files: &[String]) {
        self.newest().retain(|file, _| files.contains(file));
    }

    fn newest(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// If the file has other content than it had: from now on this is what it has, and it is being dealt with.
    pub(super) fn note(&self, candidate: &Candidate) -> Option<Dealing<'_>> {
        let (file, digest) = (candidate.file.clone(), candidate.digest.clone());
        let before = self.newest().insert(file.clone(), digest.clone());
        (before.as_ref() != Some(&digest)).then(|| Dealing { desk: self, file, digest, done: false })
    }

    /// Whether this is what the file had when it was read last.
    pub(super) fn is_newest(&self, file: &str, digest: &str) -> bool {
        self.newest().get(file).is_some_and(|newest| newest == digest)
    }

    /// Has the file looked at again by the next rescan, although its content may be the same.
    pub(super) fn forget(&self, file: &str) {
        self.newest().remove(file);
    }
}

/// A content that is being dealt with. If that is given up before its end, the next look deals with it.
pub(super) struct Dealing<'a> {
    desk: &'a Desk,
    file: String,
    digest: String,
    done: bool,
}

impl Dealing<'_> {
    /// It has come to its end.
    pub(super) fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Dealing<'_> {
    fn drop(&mut self) {
        if !self.done && self.desk.is_newest(&self.file, &self.digest) {
            self.desk.forget(&self.file);
        }
    }
}

/// A file with new content.
pub(super) struct News<'a> {
    pub(super) candidate: Candidate,
    pub(super) dealing: Dealing<'a>,
}
