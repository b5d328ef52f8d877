//! What the macros export: adapters between an author's trait and the generated bindings.

mod channel;
mod evaluate;
mod panics;
mod strategy;

pub use channel::ChannelExport;
pub use strategy::{RecordStrategyExport, ShareStrategyExport, StackStrategyExport};
