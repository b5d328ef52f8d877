//! The zoo: every way to misbehave that we know of, a guest each, and what must come of it.
//!
//! Each is put in place of a good generation, beside a neighbour that behaves. What is refused leaves the good generation
//! serving; what is admitted and then fails costs its own results. Either way there is a word for it, a text, a line in
//! the log and a count, and the neighbour answers, meanwhile and afterwards. `NUDGED_TEST_ZOO=spin,panics` visits these
//! only.

mod compiled;
mod counts;
mod ledger;
mod row;
mod stage;
mod table;
mod weigh;

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use ledger::Ledger;
use row::{Body, End};

include!(concat!(env!("OUT_DIR"), "/guest.rs"));

/// Rows at one time: each keeps a thread busy.
const AT_ONCE: usize = 2;

#[test]
fn every_guest_is_held_and_harms_nobody() {
    let chosen = env::var("NUDGED_TEST_ZOO").ok();
    let is_chosen = |name: &str| chosen.as_ref().is_none_or(|chosen| chosen.split(',').any(|one| one == name));
    let guests: Vec<_> = Guest::ALL.iter().filter(|(_, name, _)| is_chosen(name)).collect();
    let (next, ledger, failed) = (AtomicUsize::new(0), Mutex::new(Ledger::default()), Mutex::new(Vec::new()));
    let work = || {
        while let Some((guest, name, built)) = guests.get(next.fetch_add(1, Ordering::SeqCst)) {
            let row = table::row(*guest);
            assert_eq!(*built, matches!(row.body, Body::Built), "{name} is built from Rust or made by hand");
            let began = Instant::now();
            match catch_unwind(AssertUnwindSafe(|| stage::play(name, &row))) {
                Ok(told) => ledger.lock().expect("a ledger").enter(name, &row, told),
                Err(_) => failed.lock().expect("names").push(*name),
            }
            println!("{name}: {:.1?}", began.elapsed());
        }
    };
    thread::scope(|threads| (0..AT_ONCE).for_each(|_| drop(threads.spawn(work))));
    ledger.into_inner().expect("a ledger").show(chosen.is_none());
    let failed = failed.into_inner().expect("names");
    assert!(failed.is_empty(), "what is said above of {failed:?}");
}

/// What a guest came to.
#[derive(Debug, Default)]
struct Told {
    found: &'static str,
    class: String,
    text: String,
    last_good: &'static str,
    /// Peak memory of a whole `nudged scan` beside it, in MiB.
    peak: Option<u64>,
}

impl End {
    fn is_refusal(self) -> bool {
        matches!(self, Self::Refused | Self::RefusedForNow)
    }
}
