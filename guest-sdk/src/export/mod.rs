//! What the macros export: adapters between an author's trait and the generated bindings.

mod channel;
mod panics;
mod strategy;

pub use channel::ChannelExport;
pub use strategy::StrategyExport;

/// The configuration's parameters as the author's type. The host has checked them against the manifest's
/// schema, so that a failure means that schema and type differ.
fn parameters<P: serde::de::DeserializeOwned>(json: &str) -> Result<P, String> {
    serde_json::from_str(json)
        .map_err(|error| format!("parameters fit the manifest's schema but not the plugin's own type: {error}"))
}
