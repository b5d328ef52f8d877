//! nudged: a reminder and notification daemon for data platforms.
//!
//! `ARCHITECTURE.md` at the root of the repository is the map. Dependencies point one way:
//! `main` → `daemon` → `pipeline` → {`source`, `plugin`, `store`, `net`, `directory`, `policy`} → `model`.

pub mod config;
mod database;
pub mod directory;
pub mod model;
pub mod net;
pub mod pipeline;
pub mod plugin;
pub mod policy;
pub mod source;
pub mod store;
