//! What authors of plugins do on their own machine: begin a plugin, build it, and try it on the rows of a database.

mod build;
mod cache;
mod database;
mod language;
mod new;
mod project;
mod stale;

pub use build::{Built, build};
pub use database::{Database, Read};
pub use language::Language;
pub use new::create;
pub use project::{Project, component};
