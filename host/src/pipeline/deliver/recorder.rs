//! Writing down how attempts ended: as many as have ended meanwhile, in one transaction.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot, watch};

use crate::{
    error::chain,
    store::{Ended, Finish, Outbox, StoreError},
};

/// Most outcomes in one transaction: enough that a commit's cost vanishes, few enough that one is quick.
const MOST: usize = 256;

/// Wait before outcomes that could not be recorded are recorded again.
const AGAIN: Duration = Duration::from_secs(1);

/// Where attempts hand in how they ended. The recorder works until the last of these is dropped.
#[derive(Clone)]
pub(super) struct Recorder {
    jobs: mpsc::UnboundedSender<Job>,
    behind: watch::Receiver<bool>,
}

struct Job {
    ended: Ended,
    asked: Asked,
}

/// Who waits for a record, and since when.
struct Asked {
    since: Instant,
    answer: oneshot::Sender<Result<Finish, StoreError>>,
}

/// The task behind the [`Recorder`].
struct Writer {
    store: Arc<dyn Outbox>,
    /// How long an outcome is tried to be recorded; for ever, if there is no limit.
    patience: Option<Duration>,
    waiting: VecDeque<Job>,
    /// How many are tried in one transaction: one at a time after a failure, so that one that cannot be recorded keeps
    /// no other from it.
    size: usize,
    behind: watch::Sender<bool>,
}

impl Recorder {
    /// Starts recording.
    pub(super) fn start(store: Arc<dyn Outbox>, patience: Option<Duration>) -> Self {
        let (jobs, inbox) = mpsc::unbounded_channel();
        let (tell, behind) = watch::channel(false);
        let writer = Writer { store, patience, waiting: VecDeque::new(), size: MOST, behind: tell };
        tokio::spawn(writer.work(inbox));
        Self { jobs, behind }
    }

    /// Hands in an outcome and waits until it is recorded.
    ///
    /// # Errors
    /// If it could not be, for as long as the recorder's patience lasts.
    pub(super) async fn record(&self, ended: Ended) -> Result<Finish, StoreError> {
        let (answer, recorded) = oneshot::channel();
        let gone = || StoreError { what: "the recorder has stopped".to_owned(), cause: None };
        let asked = Asked { since: Instant::now(), answer };
        self.jobs.send(Job { ended, asked }).map_err(|_| gone())?;
        recorded.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Waits until whatever has ended is recorded, if recording has failed.
    pub(super) async fn caught_up(&mut self) {
        // An error means that the recorder has stopped: then there is nothing to wait for.
        let _ = self.behind.wait_for(|behind| !behind).await;
    }
}

impl Writer {
    async fn work(mut self, mut inbox: mpsc::UnboundedReceiver<Job>) {
        while let Some(job) = inbox.recv().await {
            self.waiting.push_back(job);
            while !self.waiting.is_empty() {
                while let Ok(job) = inbox.try_recv() {
                    self.waiting.push_back(job);
                }
                self.write().await;
            }
        }
    }

    /// One transaction; after a failure, a pause.
    async fn write(&mut self) {
        let batch = self.waiting.drain(..self.waiting.len().min(self.size));
        let (ended, asked): (Vec<_>, Vec<_>) = batch.map(|job| (job.ended, job.asked)).unzip();
        match self.store.finish(&ended).await {
            Ok(finished) => {
                self.size = (self.size * 2).min(MOST);
                for (asked, finish) in asked.into_iter().zip(finished) {
                    // Whoever asked may have been aborted meanwhile.
                    let _ = asked.answer.send(Ok(finish));
                }
            }
            Err(error) => {
                let batch = ended.into_iter().zip(asked).map(|(ended, asked)| Job { ended, asked });
                self.put_off(batch.collect(), error).await;
            }
        }
        self.behind
            .send_if_modified(|behind| std::mem::replace(behind, !self.waiting.is_empty() && *behind) != *behind);
    }

    async fn put_off(&mut self, batch: Vec<Job>, error: StoreError) {
        let why = chain(&error);
        tracing::warn!(outcomes = batch.len(), error = why, "outcomes are not recorded yet: trying again");
        self.size = 1;
        for job in batch {
            match self.patience.filter(|patience| job.asked.since.elapsed() + AGAIN >= *patience) {
                Some(_) => drop(job.asked.answer.send(Err(StoreError { what: why.clone(), cause: None }))),
                None => self.waiting.push_back(job),
            }
        }
        self.behind.send_replace(true);
        if !self.waiting.is_empty() {
            tokio::time::sleep(AGAIN).await;
        }
    }
}
