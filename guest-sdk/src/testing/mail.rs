//! A relay that keeps what it is given.

use std::{cell::RefCell, marker::PhantomData};

use crate::{Outcome, mail::Message};

struct Relay {
    answer: Outcome,
    sent: Vec<Message>,
}

thread_local! {
    /// [`mail::send`](crate::mail::send) takes no host as an argument, in wasm the import is its host; tests
    /// run on a thread each.
    static RELAY: RefCell<Option<Relay>> = const { RefCell::new(None) };
}

/// Stands in for the operator's relay on this thread until it is dropped.
///
/// ```
/// use nudged_sdk::{Outcome, mail, testing::MailHost};
///
/// let relay = MailHost::answering(Outcome::Delivered("250 ok".into()));
/// mail::send(mail::Message::new("Hello", "How are you?"));
/// assert_eq!(relay.sent()[0].subject, "Hello");
/// ```
#[derive(Debug)]
pub struct MailHost {
    // Bound to its thread: neither Send nor Sync.
    _thread: PhantomData<*const ()>,
}

impl MailHost {
    /// A relay that answers every message like this.
    ///
    /// # Panics
    /// If there is one on this thread already.
    pub fn answering(answer: Outcome) -> Self {
        let before = RELAY.replace(Some(Relay { answer, sent: Vec::new() }));
        assert!(before.is_none(), "one MailHost a thread");
        Self { _thread: PhantomData }
    }

    /// What was sent so far.
    pub fn sent(&self) -> Vec<Message> {
        RELAY.with_borrow(|relay| relay.as_ref().map(|relay| relay.sent.clone()).unwrap_or_default())
    }
}

impl Drop for MailHost {
    fn drop(&mut self) {
        RELAY.set(None);
    }
}

pub(crate) fn hand_to_mail_host(message: Message) -> Outcome {
    RELAY.with_borrow_mut(|relay| {
        let relay = relay.as_mut().expect("a native test makes a testing::MailHost before it sends mail");
        relay.sent.push(message);
        relay.answer.clone()
    })
}
