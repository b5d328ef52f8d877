//! The way of a reminder: scan, decide, compose, deliver.
//!
//! A **run** is one scan for all reminders that are due together. It reads the source once, asks each strategy about
//! the shares it wants, decides for each finding and recipient, groups what is to be sent into notifications, and
//! writes these with their ledger entries. Nothing is written unless the source was read to its end.
//!
//! **Delivery** is apart: it takes leases from the outbox, calls the channel and records what came of it. What a run
//! wrote is delivered even if every daemon dies in between.

mod act;
mod audience;
mod compose;
mod decide;
mod deliver;
mod evaluate;
pub mod explain;
mod found;
mod occurrences;
mod place;
mod preferences;
mod proposal;
mod read;
mod recheck;
mod report;
mod scan;
mod simulate;
mod text;
mod undelivered;
mod verdicts;

pub use deliver::{Bell, ChannelRoutes, Deliverer, Delivery, LaneConfig, Route, Routes, Wake};
pub(crate) use evaluate::BATCH;
pub use evaluate::{Strategies, Trial, try_out};
pub(crate) use read::{misfit, misnamed};
pub use recheck::{Recheck, SecondLook};
pub use report::{ActionReport, Report, ScanError, Writing};
pub use scan::Scanner;
pub use simulate::{Codes, Count, Foreseen, Jump, Simulation, Step};
pub use undelivered::Undelivered;
pub use verdicts::Verdicts;
