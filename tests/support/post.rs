//! A channel in the test's hands.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use nudged::{
    model::{Fault, Kind, Manifest, Notification, Outcome, Reads, Sent},
    pipeline::{Route, Routes},
    plugin::{Channel, Ways},
};

/// Serves every channel: keeps what it is given, and answers as it is told to.
#[derive(Clone, Default)]
pub struct Post(Arc<Mutex<Desk>>);

#[derive(Default)]
struct Desk {
    taken: Vec<Notification>,
    answers: VecDeque<Result<Sent, Fault>>,
}

impl Post {
    /// Answers the next notification like this; without any answers left it takes everything.
    pub fn answer(&self, answer: Result<Outcome, Fault>) {
        self.desk().answers.push_back(answer.map(|outcome| Sent { outcome, receipt: None }));
    }

    /// Takes the next notification and keeps this of it.
    pub fn keep(&self, receipt: &str) {
        let outcome = Outcome::Delivered("taken".to_owned());
        self.desk().answers.push_back(Ok(Sent { outcome, receipt: Some(receipt.to_owned()) }));
    }

    /// What it was given since it was asked last.
    pub fn taken(&self) -> Vec<Notification> {
        std::mem::take(&mut self.desk().taken)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Routes for Post {
    fn route(&self, _: &str) -> Result<Route, String> {
        Ok((Arc::new(Clerk { post: self.clone(), manifest: manifest() }), Ways::default()))
    }
}

struct Clerk {
    post: Post,
    manifest: Manifest,
}

#[async_trait::async_trait]
impl Channel for Clerk {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn generation(&self) -> String {
        "post@0".to_owned()
    }

    async fn send(&self, notification: Arc<Notification>, _: Ways) -> Result<Sent, Fault> {
        let mut desk = self.post.desk();
        desk.taken.push(notification.as_ref().clone());
        let taken = Sent { outcome: Outcome::Delivered("taken".to_owned()), receipt: None };
        desk.answers.pop_front().unwrap_or(Ok(taken))
    }
}

fn manifest() -> Manifest {
    Manifest {
        name: "post".to_owned(),
        version: "1.0.0".to_owned(),
        kind: Kind::Channel,
        licence: None,
        reads: Reads::default(),
        parameters: serde_json::json!({}),
        proposes: Vec::new(),
        asks: Vec::new(),
        hosts: Vec::new(),
        secrets: Vec::new(),
        budget: None,
    }
}
