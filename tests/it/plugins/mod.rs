//! The plugin host over real components in real folders.

mod admission;
mod cache;
mod calls;
mod faults;
mod getters;
mod http;
mod mail;
mod poison;
mod registry;
mod relay;
mod strategies;
mod watch;
