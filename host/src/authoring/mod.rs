//! What authors of plugins do on their own machine: try a component on the rows of a database.

mod database;

pub use database::{Database, Read};
