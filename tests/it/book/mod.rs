//! The book: what it shows is so, its links lead somewhere, and what is generated is up to date.

mod codes;
mod fragments;
mod languages;
mod links;
mod page;
mod pages;
mod reference;
mod session;
mod transcript;

use std::path::{Path, PathBuf};

use self::page::Page;

/// Pages that need a language's own packages: see [`languages`].
const TUTORIALS: &str = "first-plugin";

/// Blocks that cannot be run here; each says why. A new one is one to think about.
const NOT_RUN: usize = 2;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn is_run(page: &Page) -> bool {
    page.blocks.iter().any(|block| block.language == "console" && block.attribute("norun").is_none())
}

#[test]
fn every_command_of_the_book_prints_what_the_page_says() {
    let pages: Vec<_> =
        page::all().into_iter().filter(|page| !page.path.starts_with(TUTORIALS) && is_run(page)).collect();
    assert!(pages.len() >= 4, "pages with commands: {}", pages.len());
    let failed: Vec<_> = pages.iter().filter_map(|page| pages::follow(&page.path.to_string_lossy()).err()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn every_command_of_the_tutorial_in_rust_prints_what_the_page_says() {
    pages::follow("first-plugin/rust.md").unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn every_command_of_the_tutorial_in_javascript_prints_what_the_page_says() {
    languages::follow("javascript", "first-plugin/javascript.md");
}

#[test]
fn every_command_of_the_tutorial_in_python_prints_what_the_page_says() {
    languages::follow("python", "first-plugin/python.md");
}

#[test]
fn few_blocks_are_not_run_and_each_says_why() {
    let mut number = 0;
    for page in page::all() {
        for block in &page.blocks {
            let at = format!("docs/src/{}:{}", page.path.display(), block.line);
            assert!(block.strangers().is_empty(), "{at}: unknown attributes {:?}", block.strangers());
            if let Some(why) = block.attribute("norun") {
                assert!(why.len() > 3, "{at}: say why it is not run");
                println!("{at}: not run: {why}");
                number += 1;
            }
            let shell = ["sh", "bash", "shell"].contains(&block.language.as_str());
            assert!(!shell || block.attribute("norun").is_some(), "{at}: a console block, or norun=REASON");
        }
    }
    println!("{number} blocks are not run");
    assert!(number <= NOT_RUN, "{number} blocks are not run, {NOT_RUN} were");
}
