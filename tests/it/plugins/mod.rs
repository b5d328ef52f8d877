//! The plugin host over real components in real folders.

mod admission;
mod bombs;
mod budget;
mod built;
mod cache;
mod calls;
mod compile;
mod faults;
mod generations;
mod getters;
mod grants;
mod handles;
pub(crate) mod handmade;
mod http;
mod isolation;
mod mail;
mod poison;
mod quarantine;
mod registry;
mod relay;
mod selftest;
mod storm;
mod strategies;
mod wasi;
mod watch;
mod watch_ways;
