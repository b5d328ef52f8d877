//! Bringing the registry up to date with its folder.
//!
//! Files are read one after the other, each once; what is new is admitted side by side, and each serves as soon as it is
//! admitted: a file that takes a minute to compile keeps no other waiting. What a file was when it was read last is what
//! counts: an admission that ends after its file has changed or gone comes to nothing.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use futures_util::{StreamExt, stream::FuturesUnordered};

use super::{
    Change, Registry,
    admission::{Candidate, Refusal, file_name},
    judge::Verdict,
    serving::{File, Generation, Waiting},
};

/// A file that was written so lately is perhaps not written yet: if it is refused, it is looked at again before that is
/// said. Slow copies pause, but hardly for so long.
const YOUNG: Duration = Duration::from_secs(2);

/// Who reads what.
#[derive(Default)]
pub(super) struct Desk {
    /// One rescan at a time, until all that it found is dealt with.
    turn: tokio::sync::Mutex<()>,
    /// One reading of the folder at a time.
    reading: tokio::sync::Mutex<()>,
    /// By file name, the digest that was read last and is dealt with, or being dealt with.
    newest: Mutex<HashMap<String, String>>,
}

impl Desk {
    fn newest(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the file has other content than it had; from now on this is what it has.
    fn note(&self, candidate: &Candidate) -> bool {
        let before = self.newest().insert(candidate.file.clone(), candidate.digest.clone());
        before.as_ref() != Some(&candidate.digest)
    }

    fn is_newest(&self, file: &str, digest: &str) -> bool {
        self.newest().get(file).is_some_and(|newest| newest == digest)
    }

    /// Has the file looked at again by the next rescan, although its content may be the same.
    pub(super) fn forget(&self, file: &str) {
        self.newest().remove(file);
    }
}

impl Registry {
    /// Reads the folder and deals with all that has changed.
    ///
    /// # Errors
    /// If the folder cannot be listed; what serves goes on serving.
    pub async fn rescan(&self) -> io::Result<Vec<Change>> {
        let _turn = self.desk.turn.lock().await;
        let mut changes = Vec::new();
        self.bring_up_to_date(Duration::ZERO, |change| changes.push(change.clone())).await?;
        changes.sort_by_key(ToString::to_string);
        Ok(changes)
    }

    /// The same for whoever watches the folder, who may ask again meanwhile: a file that is perhaps not written yet is not
    /// refused before it has come to rest, and each change is told when it happens.
    ///
    /// # Errors
    /// As for [`Registry::rescan`].
    pub(super) async fn keep_up(&self) -> io::Result<()> {
        self.bring_up_to_date(YOUNG, Change::log).await
    }

    async fn bring_up_to_date(&self, young: Duration, mut tell: impl FnMut(&Change)) -> io::Result<()> {
        let (changes, new) = self.read_folder().await?;
        changes.iter().for_each(&mut tell);
        let mut admitting: FuturesUnordered<_> = new.into_iter().map(|one| self.deal_with(one, young)).collect();
        while let Some(changes) = admitting.next().await {
            changes.iter().for_each(&mut tell);
        }
        Ok(())
    }

    /// Reads every file, lets go of what is gone, and answers with what is new.
    async fn read_folder(&self) -> io::Result<(Vec<Change>, Vec<Candidate>)> {
        let _reading = self.desk.reading.lock().await;
        let paths = self.component_files()?;
        let present: Vec<_> = paths.iter().map(|path| file_name(path)).collect();
        self.desk.newest().retain(|file, _| present.contains(file));
        let (mut changes, mut new, mut moved) = (Vec::new(), Vec::new(), Vec::new());
        for path in paths {
            match self.gate().read(path).await {
                Ok(candidate) if !self.desk.note(&candidate) => {}
                Ok(candidate) => match self.snapshot().of_digest(&candidate.digest) {
                    Some(serving) => moved.push((candidate.file, Arc::clone(serving))),
                    None => {
                        changes.extend(self.serve_last_good(&candidate.file, Some(&candidate.digest)).await);
                        new.push(candidate);
                    }
                },
                Err(refusal) => {
                    changes.extend(self.serve_last_good(&refusal.file, None).await);
                    self.desk.forget(&refusal.file);
                    changes.extend(self.refuse(refusal));
                }
            }
        }
        // In one step, so that what has only moved serves all the time.
        changes.extend(self.amend(|files| {
            for (file, serving) in moved {
                files.insert(file.clone(), File { serves: Some(renamed(&serving, file)), ..File::default() });
            }
            files.retain(|file, _| present.contains(file));
        }));
        if let Some(good) = &self.good {
            good.keep_only(present.iter().map(String::as_str))
                .unwrap_or_else(|error| tracing::warn!(%error, "old copies of plugins stay"));
        }
        Ok((changes, new))
    }

    /// Serves the copy of what this file served before the daemon was started, if the file holds something else by now: that
    /// has to prove itself first.
    async fn serve_last_good(&self, file: &str, digest: Option<&str>) -> Vec<Change> {
        let known = self.snapshot().files.contains_key(file);
        let Some(good) = self.good.as_ref().filter(|_| !known) else { return Vec::new() };
        let read = good.read(file).unwrap_or_else(|error| {
            tracing::warn!(file, %error, "the last good copy of a plugin cannot be read");
            None
        });
        let Some(copy) = read.map(|bytes| Candidate::new(file, bytes)) else { return Vec::new() };
        if Some(copy.digest.as_str()) == digest {
            return Vec::new();
        }
        match self.gate().admit(copy).await {
            Ok(admission) => {
                let serves = Some(self.generation(admission));
                self.amend(|files| drop(files.insert(file.to_owned(), File { serves, ..File::default() })))
            }
            Err(refusal) => {
                tracing::warn!(%refusal, "the last good copy of a plugin cannot be used");
                Vec::new()
            }
        }
    }

    /// Admits what is new and has it serve, wait or be refused.
    async fn deal_with(&self, mut candidate: Candidate, young: Duration) -> Vec<Change> {
        loop {
            let (file, digest) = (candidate.file.clone(), candidate.digest.clone());
            let bytes = self.good.is_some().then(|| Arc::clone(&candidate.bytes));
            let verdict = match self.gate().admit(candidate).await {
                Ok(admission) => self.judge(admission).await,
                Err(refusal) => Verdict::Refused(refusal),
            };
            if !self.desk.is_newest(&file, &digest) {
                return Vec::new();
            }
            if let Verdict::Refused(refusal) = &verdict
                && let Some(rest) = self.youth(&file, young)
            {
                tracing::debug!(%refusal, "perhaps it is not written yet");
                tokio::time::sleep(rest).await;
                match self.read_again(&file, &digest).await {
                    Again::Changed(newer) => {
                        candidate = newer;
                        continue;
                    }
                    Again::Gone => return Vec::new(),
                    Again::Same => {}
                }
            }
            // Asked once more when nobody else can swap: a newer reading of the file may have come between.
            let changes = self.publish(&file, verdict, || self.desk.is_newest(&file, &digest));
            if let Some(bytes) = bytes {
                self.keep_good(&file, &digest, bytes).await;
            }
            return changes;
        }
    }

    /// Swaps, if this is still right at that moment.
    fn publish(&self, file: &str, verdict: Verdict, is_right: impl FnOnce() -> bool) -> Vec<Change> {
        let state = match verdict {
            Verdict::Serves(admission, difference) => {
                File { serves: Some(self.generation(*admission)), difference, ..File::default() }
            }
            Verdict::Waits(waiting, difference) => {
                File { held: Some(Arc::new(waiting)), difference, ..File::default() }
            }
            Verdict::Refused(refusal) => File { refusal: Some(refusal), ..File::default() },
        };
        let passing = state.refusal.as_ref().is_some_and(|refusal| refusal.passing);
        self.amend(|files| {
            if !is_right() {
                return;
            }
            // What may pass is looked at again by the next rescan, although the bytes are the same.
            if passing {
                self.desk.forget(file);
            }
            replace(files, file, state);
        })
    }

    /// A file whose newest content cannot be read goes on serving what it served.
    fn refuse(&self, refusal: Refusal) -> Vec<Change> {
        let file = refusal.file.clone();
        self.amend(|files| replace(files, &file, File { refusal: Some(refusal), ..File::default() }))
    }

    /// An operator has released what was held.
    ///
    /// # Errors
    /// If the file has changed meanwhile.
    pub(super) async fn serve_released(&self, file: &str, waiting: &Waiting) -> Result<Vec<Change>, String> {
        let _reading = self.desk.reading.lock().await;
        let admission = waiting.admission.clone();
        let digest = admission.digest.clone();
        let read = self.gate().read(self.folder().join(file)).await;
        let candidate = read.ok().filter(|candidate| candidate.digest == digest);
        let Some(candidate) = candidate else { return Err(format!("{file} has changed meanwhile: look again")) };
        let difference = self.snapshot().files.get(file).and_then(|file| file.difference.clone());
        let changes = self.publish(file, Verdict::Serves(Box::new(admission), difference), || true);
        self.keep_good(file, &digest, candidate.bytes).await;
        Ok(changes)
    }

    /// Keeps a copy of what serves.
    async fn keep_good(&self, file: &str, digest: &str, bytes: Arc<[u8]>) {
        let serving = self.snapshot();
        let serves = serving.files.get(file).and_then(|file| file.serves.as_ref());
        if !serves.is_some_and(|serves| serves.admission.digest == digest) {
            return;
        }
        let Some(good) = self.good.clone() else { return };
        let of = file.to_owned();
        let kept = tokio::task::spawn_blocking(move || good.keep(&of, &bytes)).await;
        let kept = kept.unwrap_or_else(|error| Err(io::Error::other(error)));
        kept.unwrap_or_else(|error| tracing::warn!(file, %error, "no copy of a plugin is kept for the next start"));
    }

    /// How long the file is to be left alone until it is not young any more.
    fn youth(&self, file: &str, young: Duration) -> Option<Duration> {
        let modified = std::fs::metadata(self.folder().join(file)).ok()?.modified().ok()?;
        #[allow(clippy::disallowed_methods)] // file systems tell the machine's time, not the daemon's
        let age = SystemTime::now().duration_since(modified).ok()?;
        young.checked_sub(age).filter(|rest| !rest.is_zero())
    }

    async fn read_again(&self, file: &str, digest: &str) -> Again {
        let _reading = self.desk.reading.lock().await;
        match self.gate().read(self.folder().join(file)).await {
            Ok(candidate) if candidate.digest == digest => Again::Same,
            Ok(candidate) if self.desk.note(&candidate) => Again::Changed(candidate),
            // Whoever noticed the change deals with it.
            _ => Again::Gone,
        }
    }
}

/// A file that was looked at again.
enum Again {
    Same,
    Changed(Candidate),
    Gone,
}

/// Puts a file's new state in place of its old one. Unless something of it serves, what served goes on.
fn replace(files: &mut BTreeMap<String, File>, file: &str, mut state: File) {
    let before = files.remove(file).and_then(|before| before.serves);
    state.serves = state.serves.or(before);
    files.insert(file.to_owned(), state);
}

/// The same generation under another file's name.
fn renamed(serving: &Generation, file: String) -> Arc<Generation> {
    let admission = serving.admission.clone().moved(file);
    Arc::new(Generation { admission, since: serving.since, number: serving.number })
}
