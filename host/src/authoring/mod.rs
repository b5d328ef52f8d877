//! What authors of plugins do on their own machine: try a component on the rows of a database.

mod database;
mod workbench;

pub use database::{Database, Read};
pub use workbench::{workbench, workbench_with};
