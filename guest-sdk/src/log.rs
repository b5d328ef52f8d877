//! Lines in the daemon's log, under the plugin's name.
//!
//! The host keeps a limited number of bytes a call and drops the rest. In native tests a
//! [`testing::LogHost`](crate::testing::LogHost) keeps the lines, or they go to standard error.
//!
//! ```
//! nudged_sdk::log::info("nothing to do");
//! nudged_sdk::log::warn(format_args!("{} shares without an owner", 3));
//! ```

use std::fmt::Display;

use crate::bindings::share_strategy::nudged::plugin::log::Level;

/// Something failed.
pub fn error(message: impl Display) {
    write(Level::Error, message);
}

/// Something looks wrong.
pub fn warn(message: impl Display) {
    write(Level::Warn, message);
}

/// Something that operators like to know.
pub fn info(message: impl Display) {
    write(Level::Info, message);
}

/// Something that helps to find a fault.
pub fn debug(message: impl Display) {
    write(Level::Debug, message);
}

/// Every step.
pub fn trace(message: impl Display) {
    write(Level::Trace, message);
}

#[cfg(target_arch = "wasm32")]
fn write(level: Level, message: impl Display) {
    // All worlds import the same interface: one of them stands for all.
    crate::bindings::share_strategy::nudged::plugin::log::log(level, &message.to_string());
}

#[cfg(not(target_arch = "wasm32"))]
fn write(level: Level, message: impl Display) {
    let level = match level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "info",
        Level::Debug => "debug",
        Level::Trace => "trace",
    };
    crate::testing::hand_to_log_host(format!("{level}: {message}"));
}
