//! Pages that are generated: they fail when they are stale, and `NUDGED_BLESS=1` rewrites them.

mod commands;
mod config;
mod wit;

use std::fs;

use super::page;

/// Compares a page below `reference/` with what it should be.
fn is_fresh(name: &str, fresh: &str) {
    let path = page::folder().join("reference").join(name);
    if std::env::var_os("NUDGED_BLESS").is_some() {
        fs::write(&path, fresh).expect("the book can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == fresh, "docs/src/reference/{name} is stale: run this test with NUDGED_BLESS=1 to rewrite it");
}

/// A cell of a table: on one line, and without a bar that would end it.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[test]
fn the_reference_of_the_commands_is_that_of_the_program() {
    is_fresh("commands.md", &commands::page());
}

#[test]
fn the_reference_of_the_configuration_is_that_of_its_schema() {
    is_fresh("configuration.md", &config::page(&nudged::config::schema()));
}

#[test]
fn the_reference_of_the_interfaces_is_that_of_the_wit() {
    is_fresh("wit.md", &wit::page());
}
