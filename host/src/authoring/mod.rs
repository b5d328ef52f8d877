//! What authors of plugins do on their own machine: begin a plugin, build it, and try it on the rows of a database.

mod build;
mod cache;
mod check;
mod database;
mod language;
mod new;
mod project;
mod remarks;
mod stale;
mod trying;
mod workbench;

pub use build::{Built, build};
pub use check::{Checked, Seen, check};
pub use database::{Database, Read};
pub use language::Language;
pub use new::create;
pub use project::{Project, component};
pub use trying::{Tried, try_on};
pub use workbench::{workbench, workbench_with};
