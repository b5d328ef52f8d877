//! What authors of plugins do on their own machine: begin a plugin, build it, and try it on cases and on the rows of a
//! database.

pub mod bench;
mod build;
mod cache;
mod case_file;
mod check;
mod database;
mod language;
mod new;
mod pretty;
mod project;
mod recording;
mod redaction;
mod remarks;
mod sources;
mod trying;
mod workbench;

pub use build::{Built, build};
pub use case_file::{CaseFile, write};
pub use check::{Checked, Seen, check};
pub use database::{Database, Read};
pub use language::Language;
pub use new::create;
pub use project::{Project, component};
pub use recording::Recording;
pub use redaction::Redactor;
pub use trying::{Tried, try_on};
pub use workbench::{workbench, workbench_with};
