//! Which of WASI 0.2 a component may import. It is given nothing through any of it: see `guest/wasi.rs`.

use wasmtime::{
    Engine,
    component::types::{ComponentInstance, ComponentItem},
};

/// The version, without the patch: patches only add.
const VERSION: &str = "0.2.";

/// Interfaces that toolchains import whatever a program does, and that reach nothing outside the call.
const GRANTED: [&str; 19] = [
    "io/error",
    "io/poll",
    "io/streams",
    "clocks/monotonic-clock",
    "clocks/wall-clock",
    "random/random",
    "random/insecure",
    "random/insecure-seed",
    "cli/environment",
    "cli/exit",
    "cli/stdin",
    "cli/stdout",
    "cli/stderr",
    "cli/terminal-input",
    "cli/terminal-output",
    "cli/terminal-stdin",
    "cli/terminal-stdout",
    "cli/terminal-stderr",
    "filesystem/preopens",
];

/// Files as such. Standard libraries import it for what they do with standard output; see [`HARMLESS`].
const FILES: &str = "filesystem/types";

/// Functions of [`FILES`] that only do something with a file that is open already. No plugin has one, because none is
/// open at the start and no other function is let in.
const HARMLESS: [&str; 16] = [
    "filesystem-error-code",
    "[method]descriptor.advise",
    "[method]descriptor.append-via-stream",
    "[method]descriptor.get-flags",
    "[method]descriptor.get-type",
    "[method]descriptor.is-same-object",
    "[method]descriptor.metadata-hash",
    "[method]descriptor.read",
    "[method]descriptor.read-via-stream",
    "[method]descriptor.set-size",
    "[method]descriptor.set-times",
    "[method]descriptor.stat",
    "[method]descriptor.sync",
    "[method]descriptor.sync-data",
    "[method]descriptor.write",
    "[method]descriptor.write-via-stream",
];

/// What builds components without the WASI that nothing in them needs.
const STUB: &str = "stub WASI out (componentize-py: --stub-wasi; jco componentize: --disable all), or build for \
                    wasm32-unknown-unknown where the language can";

/// Whether the import is one of WASI's, in whatever version.
pub(super) fn is_wasi(import: &str) -> bool {
    import.starts_with("wasi:")
}

/// Judges an import of WASI's.
///
/// # Errors
/// What the component imports that it may not have, and what would mend it.
pub(super) fn judge(engine: &Engine, import: &str, item: &ComponentItem) -> Result<(), String> {
    let (interface, version) = import.trim_start_matches("wasi:").split_once('@').unwrap_or((import, "none"));
    if !is_02(version) {
        return Err(format!("imports {import}, but of WASI this daemon knows 0.2 alone: build for wasm32-wasip2"));
    }
    match item {
        _ if GRANTED.contains(&interface) => Ok(()),
        ComponentItem::ComponentInstance(files) if interface == FILES => judge_files(engine, import, files),
        _ => Err(format!("imports {import}: {}", refusal(interface))),
    }
}

/// Whether it is a released version 0.2.
fn is_02(version: &str) -> bool {
    let patch = version.strip_prefix(VERSION).unwrap_or_default();
    !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit())
}

fn judge_files(engine: &Engine, import: &str, files: &ComponentInstance) -> Result<(), String> {
    let functions = files.exports(engine).filter(|(_, found)| matches!(found.ty, ComponentItem::ComponentFunc(_)));
    let harmful: Vec<_> = functions.map(|(name, _)| name).filter(|name| !HARMLESS.contains(name)).collect();
    if harmful.is_empty() {
        return Ok(());
    }
    let functions = harmful.join(", ");
    Err(format!(
        "imports {functions} of {import}: a plugin has no files; leave out what opens, lists or changes them, or {STUB}"
    ))
}

/// Why an interface is not to be had, and what to do without it.
fn refusal(interface: &str) -> String {
    match interface.split('/').next() {
        Some("http") => {
            format!("a plugin has HTTP through nudged:plugin/http alone, and only a channel; use that one, and {STUB}")
        }
        Some("sockets") => format!(
            "a plugin has no sockets: a channel sends through nudged:plugin/http and nudged:plugin/mail, a strategy \
             reaches nothing; {STUB}"
        ),
        _ => format!("a plugin has of WASI only io, clocks, random, cli and what is harmless of filesystem; {STUB}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_patches_of_the_version_are_known_and_nothing_else() {
        for version in ["0.2.0", "0.2.6", "0.2.12", "0.2.123"] {
            assert!(is_02(version), "{version}");
        }
        for version in ["", "none", "0.2", "0.2.", "0.20.0", "0.3.0", "1.0.2.0", "0.2.0-rc-2023-11-10", "0.2.1.1"] {
            assert!(!is_02(version), "{version}");
        }
    }
}
