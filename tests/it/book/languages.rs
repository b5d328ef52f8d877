//! Tutorials whose tools come from registries: left out, loudly, where these cannot be reached.

use std::process::{Command, Stdio};

use nudged_tests::{tools_are_required, without_tools};

use super::pages;

/// Follows a page if the language's tools can be had.
pub(super) fn follow(language: &str, page: &str) {
    if let Err(why) = reachable(language) {
        return without_tools(&format!("docs/src/{page}"), &why);
    }
    pages::follow(page).unwrap_or_else(|why| panic!("{why}"));
}

fn reachable(language: &str) -> Result<(), String> {
    // Whoever asks for them has made sure of it, also where the system's Python has no pip.
    if tools_are_required() {
        return Ok(());
    }
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
