<<<<<<< HEAD
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
=======
//! What authors of plugins do on their own machine: begin a plugin, build it, and try it on the rows of a database.

mod build;
mod cache;
mod database;
mod language;
mod new;
mod project;
mod stale;
mod workbench;

pub use build::{Built, build};
pub use database::{Database, Read};
pub use language::Language;
pub use new::create;
pub use project::{Project, component};
>>>>>>> 73f5d9c
pub use workbench::{workbench, workbench_with};
