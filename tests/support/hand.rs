//! What acts on a source that is not there: it remembers its orders, refuses, fails, or stops in mid-action.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use nudged::source::{Acted, Actions, Order, Refusal, SourceError};
use tokio::sync::Notify;

/// What happens to an order.
#[derive(Debug, Clone, Copy)]
pub enum Fate {
    /// Nothing is written.
    Refuse(Refusal),
    /// The source fails, and nothing is written.
    Fail,
    /// It is done, and the answer never comes.
    DoAndHang,
}

/// Carries out every order once, unless another fate awaits it.
#[derive(Debug, Default)]
pub struct Hand {
    deeds: Mutex<Deeds>,
    hangs: Notify,
}

#[derive(Debug, Default)]
struct Deeds {
    fates: VecDeque<Fate>,
    /// The new row, by the order's id.
    done: BTreeMap<String, String>,
    orders: Vec<Order>,
}

impl Hand {
    fn deeds(&self) -> MutexGuard<'_, Deeds> {
        self.deeds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What awaits the next order that has no fate yet.
    pub fn await_next(&self, fate: Fate) {
        self.deeds().fates.push_back(fate);
    }

    /// Every order so far, in turn.
    pub fn orders(&self) -> Vec<Order> {
        self.deeds().orders.clone()
    }

    /// The shares whose orders were carried out.
    pub fn done(&self) -> Vec<String> {
        self.deeds().done.values().cloned().collect()
    }

    /// Waits until an order hangs.
    pub async fn until_hanging(&self) {
        self.hangs.notified().await;
    }

    async fn carry_out(&self, order: &Order) -> Result<Acted, SourceError> {
        let (fate, before) = {
            let mut deeds = self.deeds();
            deeds.orders.push(order.clone());
            (deeds.fates.pop_front(), deeds.done.get(&order.id).cloned())
        };
        let uri = format!("task-{}", order.share_uri);
        match (fate, before) {
            (Some(Fate::Refuse(refusal)), _) => return Ok(Acted::Refused(refusal)),
            (Some(Fate::Fail), _) => return Err(SourceError { what: "away for a moment".to_owned(), cause: None }),
            (_, Some(uri)) => return Ok(Acted::AlreadyDone { uri }),
            (fate, None) => {
                self.deeds().done.insert(order.id.clone(), uri.clone());
                if fate.is_some() {
                    self.hangs.notify_one();
                    std::future::pending::<()>().await;
                }
            }
        }
        Ok(Acted::Done { items: vec!["orders".to_owned()], uri })
    }
}

#[async_trait::async_trait]
impl Actions for Hand {
    async fn revoke(&self, order: &Order) -> Result<Acted, SourceError> {
        self.carry_out(order).await
    }

    async fn mark(&self, order: &Order) -> Result<Acted, SourceError> {
        self.carry_out(order).await
    }
}
