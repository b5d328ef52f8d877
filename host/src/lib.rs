//! nudged: a reminder and notification daemon for data platforms.
//!
//! `ARCHITECTURE.md` at the root of the repository is the map. Dependencies point one way:
//! `main` → `cli` → {`daemon`, `authoring`} → {`api`, `scheduler`} → `pipeline` → {`source`, `plugin`, `store`, `net`, `directory`, `policy`}
//! → `model`.

pub mod api;
pub mod authoring;
pub mod cli;
pub mod clock;
pub mod config;
mod crash;
pub mod daemon;
mod database;
pub mod directory;
mod error;
pub mod housekeeping;
pub mod import;
pub mod lifecycle;
pub mod model;
pub mod net;
pub mod pipeline;
pub mod plugin;
pub mod policy;
pub mod scheduler;
pub mod source;
pub mod store;
pub mod telemetry;
mod watch;
pub mod wording;
