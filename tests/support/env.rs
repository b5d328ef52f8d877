//! What `cargo xtask test` tells the tests about their surroundings.

use nudged::plugin::Compiler;
use std::{env, path::PathBuf};

/// A variable that `cargo xtask test` sets.
///
/// # Panics
/// Without its servers and components the tests prove nothing, so that they say how to get them instead of being
/// skipped.
fn told(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"))
}

/// The test server, as superuser.
pub fn postgres_url() -> String {
    told("NUDGED_TEST_POSTGRES")
}

/// `host:port` of an SMTP server that accepts every mail.
pub fn smtp_address() -> String {
    told("NUDGED_TEST_SMTP")
}

/// Where that server puts each mail, a file a mail.
pub fn smtp_folder() -> PathBuf {
    told("NUDGED_TEST_SMTP_DIR").into()
}

/// The folder with the shipped plugins.
pub fn plugins_folder() -> PathBuf {
    told("NUDGED_TEST_PLUGINS").into()
}

/// The folder with the guests that misbehave.
pub fn guests_folder() -> PathBuf {
    told("NUDGED_TEST_GUESTS").into()
}

/// A shipped plugin's file, by name.
pub fn plugin_file(name: &str) -> PathBuf {
    plugins_folder().join(format!("{name}.wasm"))
}

/// A misbehaving plugin's file, by name.
pub fn guest_file(name: &str) -> PathBuf {
    guests_folder().join(format!("{name}.wasm"))
}

/// What compiles components: the tests' own program cannot.
pub fn compiler() -> Compiler {
    Compiler::of(binary())
}

/// The program `nudged`.
pub fn binary() -> PathBuf {
    told("NUDGED_TEST_BIN").into()
}

/// How many times a test is to do what it repeats: what this variable says, or `ordinarily`.
///
/// # Panics
/// If the variable holds something else than a number.
pub fn times(name: &str, ordinarily: usize) -> usize {
    env::var(name).map_or(ordinarily, |text| text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}, no number")))
}
