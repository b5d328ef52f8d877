//! Bringing the registry up to date with its folder.
//!
//! Files are read one after the other, each once; what is new is admitted side by side, and each serves as soon as it is
//! admitted: a file that takes a minute to compile keeps no other waiting. What a file was when it was read last is what
//! counts: an admission that ends after its file has changed or gone comes to nothing.

use std::{
    collections::BTreeMap,
    io,
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::Ordering},
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};

use super::{
    Change, Registry,
    admission::{Candidate, Refusal, file_name},
    desk::News,
    judge::Verdict,
    serving::{File, Generation, Waiting},
};

/// A file that was written so lately is perhaps not written yet: if it is refused, it is looked at again before that is
/// said. Slow copies pause, but hardly for so long.
const YOUNG: Duration = Duration::from_secs(2);

impl Registry {
    /// Reads the folder and deals with all that has changed.
    ///
    /// # Errors
    /// If the folder cannot be listed; what serves goes on serving.
    pub async fn rescan(&self) -> io::Result<Vec<Change>> {
        let _turn = self.desk.turn.lock().await;
        let before = self.snapshot();
        self.bring_up_to_date(Duration::ZERO, |_| {}).await?;
        Ok(self.snapshot().changes_since(&before))
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
        let look = self.desk.looks.fetch_add(1, Ordering::Relaxed);
        let (changes, new) = self.read_folder(look).await?;
        changes.iter().for_each(&mut tell);
        let mut admitting: FuturesUnordered<_> = new.into_iter().map(|one| self.deal_with(one, young, look)).collect();
        while let Some(changes) = admitting.next().await {
            changes.iter().for_each(&mut tell);
        }
        Ok(())
    }

    /// Reads every file, lets go of what is gone, and answers with what is new.
    async fn read_folder(&self, look: u64) -> io::Result<(Vec<Change>, Vec<News<'_>>)> {
        let _reading = self.desk.reading.lock().await;
        let paths = self.component_files()?;
        let present: Vec<_> = paths.iter().map(|path| file_name(path)).collect();
        self.desk.keep_only(&present);
        let (mut changes, mut new, mut moved) = (Vec::new(), Vec::new(), Vec::new());
        for path in paths {
            match self.gate().read(path).await {
                Ok(candidate) => {
                    let Some(dealing) = self.desk.note(&candidate) else { continue };
                    let known = self.snapshot().moved(&candidate.file, &candidate.digest);
                    if let Some(serving) = known {
                        moved.push((serving, candidate, dealing));
                        continue;
                    }
                    changes.extend(self.serve_last_good(&candidate.file, Some(&candidate.digest), look).await);
                    new.push(News { candidate, dealing });
                }
                Err(refusal) => {
                    changes.extend(self.serve_last_good(&refusal.file, None, look).await);
                    self.desk.forget(&refusal.file);
                    changes.extend(self.refuse(refusal));
                }
            }
        }
        // In one step, so that what has only moved serves all the time.
        changes.extend(self.amend(|files| {
            for (serving, Candidate { file, .. }, _) in &moved {
                let claimed = files.get(&serving.admission.file).map_or(look, |known| known.claimed);
                let serves = Some(renamed(serving, file.clone()));
                files.insert(file.clone(), File { serves, claimed, ..File::default() });
            }
            files.retain(|file, _| present.contains(file));
        }));
        for (_, Candidate { file, digest, bytes }, dealing) in moved {
            dealing.done();
            self.keep_good(&file, &digest, bytes).await;
        }
        Ok((changes, new))
    }

    /// Serves the copy of what this file served before the daemon was started, if the file holds something else by now: that
    /// has to prove itself first.
    async fn serve_last_good(&self, file: &str, digest: Option<&str>, look: u64) -> Vec<Change> {
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
                let state = File { serves, claimed: look, ..File::default() };
                self.amend(|files| replace(files, file, state))
            }
            Err(refusal) => {
                tracing::warn!(%refusal, "the last good copy of a plugin cannot be used");
                Vec::new()
            }
        }
    }

    /// Admits what is new and has it serve, wait or be refused.
    async fn deal_with(&self, news: News<'_>, young: Duration, look: u64) -> Vec<Change> {
        let News { mut candidate, mut dealing } = news;
        loop {
            let (file, digest) = (candidate.file.clone(), candidate.digest.clone());
            let bytes = self.good.is_some().then(|| Arc::clone(&candidate.bytes));
            let verdict = self.verdict(candidate).await;
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
                        News { candidate, dealing } = newer;
                        continue;
                    }
                    Again::Gone => return Vec::new(),
                    Again::Same => {}
                }
            }
            if let (Verdict::Waits(_, Some(difference)), Some(good)) = (&verdict, &self.good)
                && let Some(worse) = difference.worse()
                && let Err(error) = good.hold(&file, &digest, &worse)
            {
                tracing::warn!(file, %error, "after a restart it is not known that it failed");
            }
            dealing.done();
            // Asked once more when nobody else can swap: a newer reading of the file may have come between.
            let changes = self.publish(&file, verdict, look, || self.desk.is_newest(&file, &digest));
            if let Some(bytes) = bytes {
                self.keep_good(&file, &digest, bytes).await;
            }
            return changes;
        }
    }

    /// What becomes of a candidate. Whatever one of them brings about here, the others are dealt with.
    async fn verdict(&self, candidate: Candidate) -> Verdict {
        let file = candidate.file.clone();
        let judged = async {
            match self.gate().admit(candidate).await {
                Ok(admission) => self.judge(admission).await,
                Err(refusal) => Verdict::Refused(refusal),
            }
        };
        let panicked = |_| {
            let reason = "brought nudged to a panic; please report the file".to_owned();
            Verdict::Refused(Refusal { file, reason, passing: false })
        };
        AssertUnwindSafe(judged).catch_unwind().await.unwrap_or_else(panicked)
    }

    /// Swaps, if this is still right at that moment.
    fn publish(&self, file: &str, verdict: Verdict, look: u64, is_right: impl FnOnce() -> bool) -> Vec<Change> {
        let state = match verdict {
            Verdict::Serves(admission, difference) => {
                let serves = Some(self.generation(*admission));
                File { serves, claimed: look, difference, ..File::default() }
            }
            Verdict::Waits(waiting, difference) => {
                File { held: Some(Arc::from(waiting)), difference, ..File::default() }
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
        let look = self.desk.looks.load(Ordering::Relaxed);
        let difference = self.snapshot().files.get(file).and_then(|file| file.difference.clone());
        let changes = self.publish(file, Verdict::Serves(Box::new(admission), difference), look, || true);
        self.keep_good(file, &digest, candidate.bytes).await;
        Ok(changes)
    }

    /// Keeps a copy of what serves.
    async fn keep_good(&self, file: &str, digest: &str, bytes: Arc<[u8]>) {
        let serving = self.snapshot();
        let serves = serving.files.get(file).and_then(|file| file.serves.as_ref());
        if serves.is_none_or(|serves| serves.admission.digest != digest) {
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

    async fn read_again(&self, file: &str, digest: &str) -> Again<'_> {
        let _reading = self.desk.reading.lock().await;
        match self.gate().read(self.folder().join(file)).await {
            Ok(candidate) if candidate.digest == digest => Again::Same,
            Ok(candidate) => match self.desk.note(&candidate) {
                Some(dealing) => Again::Changed(News { candidate, dealing }),
                // Whoever noticed the change deals with it.
                None => Again::Gone,
            },
            // The next look says why, if the file is there at all.
            Err(_) => Again::Gone,
        }
    }
}

/// A file that was looked at again.
enum Again<'a> {
    Same,
    Changed(News<'a>),
    Gone,
}

/// Puts a file's new state in place of its old one. Unless something of it serves, what served goes on. A name that the
/// file gave before is its own since then.
fn replace(files: &mut BTreeMap<String, File>, file: &str, mut state: File) {
    let before = files.remove(file).unwrap_or_default();
    let name = |file: &File| Some(file.serves.as_ref()?.admission.manifest.name.clone());
    if state.serves.is_none() || name(&state) == name(&before) {
        state.claimed = before.claimed;
    }
    state.serves = state.serves.or(before.serves);
    files.insert(file.to_owned(), state);
}

/// The same generation under another file's name.
fn renamed(serving: &Generation, file: String) -> Arc<Generation> {
    let admission = serving.admission.clone().moved(file);
    Arc::new(Generation { admission, since: serving.since, number: serving.number })
}
