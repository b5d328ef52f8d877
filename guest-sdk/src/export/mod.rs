//! What the macros export: adapters between an author's trait and the generated bindings.

mod channel;
mod panics;
mod strategy;

pub use channel::ChannelExport;
pub use strategy::StrategyExport;

/// The configuration's parameters as the author's type. The host has checked them against the manifest's
/// schema, so that a failure means that schema and type differ.
///
/// Not with `serde_json`, which takes 22 KiB of every guest: most of it floating-point printing for error texts
/// that nobody sees here.
pub(crate) fn parameters<P: serde::de::DeserializeOwned>(json: &str) -> Result<P, String> {
    let mut unescaped = vec![0; json.len()];
    let read = serde_json_core::from_str_escaped(json, &mut unescaped);
    read.map(|(parameters, _)| parameters)
        .map_err(|error| format!("parameters fit the manifest's schema but not the plugin's own type: {error}"))
}
