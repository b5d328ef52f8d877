//! Panics reach the daemon's log before the trap ends the call.

use std::{
    any::Any,
    cell::RefCell,
    panic::{self, PanicHookInfo},
    sync::Once,
};

use crate::log;

thread_local! {
    /// What the call is busy with. A panic hook is given nothing but the panic, so that this has to wait
    /// somewhere for it; every call of the host starts with a fresh memory.
    static ITEM: RefCell<String> = const { RefCell::new(String::new()) };
}

/// From now on a panic writes its text, place and item to the log: without it they would be lost, because
/// a guest has no standard error.
pub(super) fn report_to_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| panic::set_hook(Box::new(|info| log::error(report(info)))));
}

/// Names the item that is worked on from now on.
pub(super) fn working_on(item: String) {
    ITEM.set(item);
}

/// The item that is worked on.
pub(super) fn item() -> String {
    ITEM.with(|item| item.try_borrow().map(|item| item.clone()).unwrap_or_default())
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let text = text(info.payload()).unwrap_or("a value that is no text");
    let place = info.location().map(|place| format!(" at {place}")).unwrap_or_default();
    let item = item();
    let item = if item.is_empty() { item } else { format!(" while working on {item}") };
    format!("panicked{place}{item}: {text}")
}

/// `panic!` with arguments has a `String`, without any a `&str`.
fn text(payload: &dyn Any) -> Option<&str> {
    payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied())
}
