//! What the macros export: adapters between an author's trait and the generated bindings.

pub mod channel;
mod evaluate;
mod panics;
mod strategy;

pub use strategy::{record, share, stack};

/// What the export macros make of a type: a plugin, of whatever kind.
pub trait Plugin {
    /// The manifest, JSON.
    fn describe() -> String;
}
