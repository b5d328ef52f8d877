//! What people get from nudged in a month, against what they get from data.all today.
//!
//! `today` checks what data.all is taken to send against runs of its own code; `month` counts the mails of both for a
//! generated data.all and prints a table. The number of shares is that of NUDGED_TEST_SHARES, or 1000, which is about the
//! least that gives everybody something to compare:
//!
//! ```text
//! NUDGED_TEST_SHARES=10000 cargo xtask test -- -p nudged-tests --test it against_dataall::month -- --nocapture
//! ```

mod month;
mod today;
mod world;
