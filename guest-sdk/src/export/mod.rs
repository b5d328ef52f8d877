//! What the macros export: adapters between an author's trait and the generated bindings.

mod channel;
mod panics;
mod strategy;

pub use channel::ChannelExport;
pub use strategy::StrategyExport;
