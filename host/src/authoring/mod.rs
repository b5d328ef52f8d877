//! What authors of plugins do on their own machine: try a component on cases and on the rows of a database.

mod case_file;
mod database;
mod pretty;
mod recording;
mod redaction;
mod workbench;

pub use case_file::{CaseFile, write};
pub use database::{Database, Read};
pub use recording::Recording;
pub use redaction::Redactor;
pub use workbench::{workbench, workbench_with};
