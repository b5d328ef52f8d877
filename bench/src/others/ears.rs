//! What a listener has heard of: items, each counted once, whoever told of it and how often.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use serde_json::Value;
use tokio::sync::watch;

/// Items that were told of so far, and when the last new one was.
pub(super) struct Ears {
    items: Mutex<HashSet<String>>,
    heard: watch::Sender<(usize, Option<Instant>)>,
}

impl Ears {
    /// Has heard nothing.
    pub(super) fn new() -> Self {
        Self { items: Mutex::default(), heard: watch::Sender::default() }
    }

    /// Hears a webhook's body, of nudged or of Alertmanager.
    pub(super) fn hear(&self, body: &[u8]) {
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        let before = items.len();
        items.extend(items_in(&body));
        if items.len() > before {
            self.heard.send_replace((items.len(), Some(Instant::now())));
        }
    }

    /// Waits until it has heard of so many; says when that was.
    pub(super) async fn all(&self, count: usize) -> Option<Instant> {
        let mut heard = self.heard.subscribe();
        let (_, at) = *heard.wait_for(|(items, _)| *items >= count).await.ok()?;
        at
    }

    /// How many it has heard of.
    pub(super) fn count(&self) -> usize {
        self.heard.borrow().0
    }

    /// Forgets all.
    pub(super) fn forget(&self) {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.heard.send_replace((0, None));
    }
}

fn items_in(body: &Value) -> Vec<String> {
    let reminders = body["reminders"].as_array().into_iter().flatten().map(|reminder| &reminder["item"]);
    let alerts = body["alerts"].as_array().into_iter().flatten().map(|alert| &alert["labels"]["item"]);
    reminders.chain(alerts).filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_counted_once_whoever_tells_of_them() {
        let ears = Ears::new();
        ears.hear(br#"{"reminders": [{"item": "share:a"}, {"item": "share:b"}]}"#);
        ears.hear(br#"{"alerts": [{"labels": {"item": "share:b"}}, {"labels": {"item": "share:c"}}]}"#);
        ears.hear(b"no JSON");
        assert_eq!(ears.count(), 3);
        ears.forget();
        assert_eq!(ears.count(), 0);
    }
}
