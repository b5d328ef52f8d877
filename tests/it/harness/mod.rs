//! The real daemon is killed again and again, at named points, while the other side holds it, and at random; a relay and
//! an HTTP server write down everything that reaches them.
//!
//! At the end a daemon that nobody kills delivers the rest, and then three things are looked at: what was to be told to
//! whom ([`World`]), what arrived, and what the store says. Nothing may be lost. A notice may arrive twice only where the
//! daemon died between the other side's hearing it and the store's, and then with the same id and the same content.
//!
//! `NUDGED_TEST_KILLS=500` kills about so often in all; `NUDGED_TEST_SEED=7` varies what is left to chance. Each test
//! prints a table (`cargo test … harness -- --nocapture`).

mod kill;
mod migration;
mod points;
mod random;
mod several;
mod sleeper;
mod table;
mod tally;
mod world;

use self::world::World;

/// Kills in all tests together, unless `NUDGED_TEST_KILLS` says otherwise.
const KILLS: usize = 90;

/// Unless `NUDGED_TEST_SEED` says otherwise.
const SEED: u64 = 20_260_504;

/// How often to kill where it is `usual` times in [`KILLS`].
fn kills(usual: usize) -> usize {
    let all = number("NUDGED_TEST_KILLS").unwrap_or(KILLS as u64);
    (usual * usize::try_from(all).expect("a number of kills")).div_ceil(KILLS)
}

fn seed() -> u64 {
    number("NUDGED_TEST_SEED").unwrap_or(SEED)
}

fn number(variable: &str) -> Option<u64> {
    let written = std::env::var(variable).ok()?;
    Some(written.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}
