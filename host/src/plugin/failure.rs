//! What made a call fail, in words: which limit, the guest's last words, and what it was working on.

use std::time::Duration;

use wasmtime::Trap;

use super::{
    call::Caller,
    guest::{About, Guest},
    limits::is_out_of_handles,
    words::tidy,
};
use crate::model::{Fault, FaultKind};

/// How wasmtime says that a guest has handed over more than it may; its type is not public.
const HANDED_OVER: &str = "fuel allocated for hostcalls has been exhausted";

/// The fault of a call that ended in an error.
pub(super) fn of(caller: &Caller, guest: &Guest, error: &wasmtime::Error) -> Fault {
    let limits = &caller.limits;
    if let Some(what) = &guest.denied {
        return caller.fault(FaultKind::Denied, format!("asked for {what}"));
    }
    if guest.budget.exceeded() {
        let text = format!("asked for more than {} bytes of memory (plugins.limits.memory)", limits.memory);
        return told(caller, guest, FaultKind::Memory, &text);
    }
    if error.downcast_ref::<Trap>() == Some(&Trap::OutOfFuel) {
        let fuel = limits.fuel.unwrap_or(u64::MAX);
        return told(caller, guest, FaultKind::Fuel, &format!("used up {fuel} units of fuel (plugins.limits.fuel)"));
    }
    if error.chain().any(|cause| cause.to_string().contains(HANDED_OVER)) {
        let text = format!("handed over more than {} bytes (plugins.limits.host_bytes)", limits.host_bytes);
        return told(caller, guest, FaultKind::Trap, &text);
    }
    if is_out_of_handles(error) {
        let text = format!("held more than {} handles at one time (plugins.limits.handles)", limits.handles);
        return told(caller, guest, FaultKind::Memory, &text);
    }
    told(caller, guest, FaultKind::Trap, &describe(guest.log.last_words(), error))
}

/// The fault of a call that took too long.
pub(super) fn late(caller: &Caller, guest: &Guest, wall: Duration) -> Fault {
    let key = guest.about.wall();
    told(caller, guest, FaultKind::Timeout, &format!("ran for more than {wall:?} (plugins.limits.{key})"))
}

/// With what the guest was working on at its end: however long its own words are, that is not cut off.
fn told(caller: &Caller, guest: &Guest, kind: FaultKind, text: &str) -> Fault {
    let mut fault = caller.fault(kind, text);
    if let Some(work) = work(guest, text) {
        fault.detail.push_str(&tidy(&work));
    }
    fault
}

/// What the guest was working on, unless the text names it: the SDK's panics and errors do.
fn work(guest: &Guest, text: &str) -> Option<String> {
    if text.contains("while working on ") {
        return None;
    }
    match &guest.about {
        About::Nothing => None,
        About::Items(items) => {
            let key = items.get(guest.last_item()?)?.key().to_string();
            (!text.contains(&key)).then(|| format!(" while reading {key}"))
        }
        About::Notification(id) => Some(format!(" while working on notification {id}")),
    }
}

/// The guest's last words, if any, and the chain of causes without the backtrace's many lines.
fn describe(last_words: Option<String>, error: &wasmtime::Error) -> String {
    let mut parts: Vec<String> = last_words.into_iter().collect();
    let causes = error.chain().map(ToString::to_string).filter(|text| !text.starts_with("error while executing"));
    parts.extend(causes.map(|text| text.lines().next().unwrap_or_default().to_owned()));
    parts.dedup();
    parts.join(": ")
}
