//! Rust: cargo, with a compiler for `wasm32-unknown-unknown` that is found or set up.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use nudged_toolchain::{
    rust::{TARGET, Toolchain, stripped},
    shell::Shell,
};
use serde::Deserialize;

use crate::authoring::{cache, project::Project};

/// Builds the crate and copies its component to `out`.
pub(super) fn build(shell: &Shell, project: &Project, out: &Path) -> anyhow::Result<()> {
    let target = target_folder(project);
    // What a compiler needs beside it is made once for all plugins.
    let cached = cache::folder().unwrap_or_else(|| target.clone());
    let toolchain = Toolchain::find(shell, &cached).context("a Rust plugin needs Rust (https://rustup.rs)")?;
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--release", "--message-format=json-render-diagnostics", "--target", TARGET, "--target-dir"]);
    let messages = shell.read(cargo.arg(&target).current_dir(&project.folder))?;
    let manifest = project.folder.join("Cargo.toml").canonicalize()?;
    let Some(built) = component(&messages, &manifest) else {
        bail!("cargo made no component: write `crate-type = [\"cdylib\"]` below [lib] in {}", manifest.display());
    };
    let linked = fs::read(&built).with_context(|| format!("{} cannot be read", built.display()))?;
    fs::write(out, stripped(&linked)?).with_context(|| format!("{} cannot be written", out.display()))
}

/// What cargo made of this manifest's library, after the messages that it printed, a line each.
fn component(messages: &str, manifest: &Path) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Artifact {
        manifest_path: PathBuf,
        target: Target,
        filenames: Vec<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        crate_types: Vec<String>,
    }
    // Messages of other kinds lack what an artifact has.
    let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Artifact>(line).ok());
    let mut libraries = artifacts.filter(|one| {
        one.manifest_path == manifest && one.target.crate_types.iter().any(|crate_type| crate_type == "cdylib")
    });
    libraries.next()?.filenames.into_iter().find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
}

/// Cargo's own choice, made here so that the result is found.
fn target_folder(project: &Project) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| project.folder.join("target"), |folder| project.folder.join(folder))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn artifact(manifest: &str, crate_type: &str, files: &[&str]) -> Value {
        let target = json!({ "kind": [crate_type], "crate_types": [crate_type], "name": "x" });
        json!({ "reason": "compiler-artifact", "manifest_path": manifest, "target": target, "filenames": files })
    }

    #[test]
    fn the_component_is_what_cargo_says_it_made_of_the_plugins_own_library() {
        let (own, other) = ("/late/Cargo.toml", "/late/vendor/other/Cargo.toml");
        let before = [
            artifact(other, "cdylib", &["/t/other.wasm"]),
            artifact(own, "bin", &["/t/late.wasm"]),
            json!({ "reason": "build-script-executed", "package_id": "x" }),
        ];
        let found = |messages: &[Value]| {
            let lines = messages.iter().map(|message| format!("{message}\n")).collect::<String>();
            component(&lines, Path::new(own))
        };
        assert_eq!(found(&before), None);
        let messages = [&before[..], &[artifact(own, "cdylib", &["/t/renamed.d", "/t/renamed.wasm"])]].concat();
        assert_eq!(found(&messages), Some("/t/renamed.wasm".into()));
    }
}
