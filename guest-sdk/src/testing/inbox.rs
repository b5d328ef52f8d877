//! An inbox that keeps what is posted.

use std::{cell::RefCell, marker::PhantomData};

use crate::{Outcome, inbox::Entry};

struct Table {
    answer: Outcome,
    posted: Vec<Entry>,
}

thread_local! {
    /// In wasm the import is the host of [`inbox::post`](crate::inbox::post); tests run on a thread each.
    static TABLE: RefCell<Option<Table>> = const { RefCell::new(None) };
}

/// Stands in for data.all's inbox on this thread until it is dropped; see [`inbox`](crate::inbox) for an example.
#[derive(Debug)]
pub struct InboxHost {
    // Bound to its thread: neither Send nor Sync.
    _thread: PhantomData<*const ()>,
}

impl InboxHost {
    /// An inbox that answers every post like this.
    ///
    /// # Panics
    /// If there is one on this thread already.
    pub fn answering(answer: Outcome) -> Self {
        let before = TABLE.replace(Some(Table { answer, posted: Vec::new() }));
        assert!(before.is_none(), "one InboxHost a thread");
        Self { _thread: PhantomData }
    }

    /// The rows that were posted so far.
    pub fn posted(&self) -> Vec<Entry> {
        TABLE.with_borrow(|table| table.as_ref().map(|table| table.posted.clone()).unwrap_or_default())
    }
}

impl Drop for InboxHost {
    fn drop(&mut self) {
        TABLE.set(None);
    }
}

pub(crate) fn hand_to_inbox_host(entries: Vec<Entry>) -> Outcome {
    TABLE.with_borrow_mut(|table| {
        let table = table.as_mut().expect("a native test makes a testing::InboxHost before it posts");
        table.posted.extend(entries);
        table.answer.clone()
    })
}
