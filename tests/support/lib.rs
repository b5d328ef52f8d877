//! What the integration tests stand on: fresh databases and the scenario fixtures.

mod database;

pub use database::{Database, postgres_url};
