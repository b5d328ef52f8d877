//! Tutorials whose tools come from registries: left out, loudly, where these cannot be reached.

use std::process::{Command, Stdio};

use super::pages;

/// Set to 1 where the registries have to be there.
const REQUIRED: &str = "NUDGED_TEST_LANGUAGES";

/// Follows a page if the language's tools can be had.
pub(super) fn follow(language: &str, page: &str) {
    if let Err(why) = reachable(language) {
        assert!(std::env::var_os(REQUIRED).is_none_or(|value| value != "1"), "{language}: {why}, and {REQUIRED}=1");
        eprintln!("\n!!! SKIPPED: docs/src/{page} was not tried: {why}. {REQUIRED}=1 makes this a failure.\n");
        return;
    }
    pages::follow(page).unwrap_or_else(|why| panic!("{why}"));
}

fn reachable(language: &str) -> Result<(), String> {
    let (tool, question): (&str, &[&str]) = match language {
        "javascript" => ("npm", &["view", "componentize-qjs", "version", "--fetch-retries=1"]),
        _ => ("python3", &["-m", "pip", "index", "versions", "componentize-py", "--retries=1"]),
    };
    let asked = Command::new(tool).args(question).stdin(Stdio::null()).output();
    match asked {
        Err(error) => Err(format!("{tool} cannot be run: {error}")),
        Ok(answer) if answer.status.success() => Ok(()),
        Ok(answer) => Err(format!("its registry does not answer: {}", String::from_utf8_lossy(&answer.stderr).trim())),
    }
}
