//! The SDKs' own tests, run by their languages.

use std::{path::Path, process::Command};

use nudged::{authoring::Language, model::Kind};

use super::workshop::{Bench, passes};

fn sdk(language: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../guest-sdk").join(language)
}

#[tokio::test]
async fn the_javascript_sdk_passes_its_tests() {
    let bench = Bench::of(Language::JavaScript).lock().await;
    if bench.component(Kind::ShareStrategy).is_some() {
        passes(Command::new("node").arg("--test").current_dir(sdk("javascript")));
    }
}

#[tokio::test]
async fn the_python_sdk_passes_its_tests() {
    let bench = Bench::of(Language::Python).lock().await;
    if bench.component(Kind::ShareStrategy).is_some() {
        let mut python = Command::new(bench.folder().join(".venv/bin/python"));
        python
            .args(["-B", "-W", "error", "-m", "unittest", "discover", "-s", "tests", "-t", "."])
            .env("TEMPLATES", sdk("../host/templates/python"));
        passes(python.current_dir(sdk("python")));
    }
}
