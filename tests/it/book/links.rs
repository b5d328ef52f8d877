//! Links lead to pages, anchors and files that are there, and the summary names every page.

use std::{collections::BTreeSet, path::Path};

use super::page::{self, Page};

/// What is not a page: its links make the table of contents.
const SUMMARY: &str = "SUMMARY.md";

/// Pages beside the book that link into it.
const BESIDE: [&str; 3] = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"];

/// What is wrong with a link that stands on a page, if anything.
fn broken(from: &Page, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = match path {
        "" => from.path.clone(),
        path => from.path.parent().unwrap_or(Path::new("")).join(path),
    };
    if !page::folder().join(&target).exists() {
        return Some(format!("there is no {}", target.display()));
    }
    let inside = page::folder().canonicalize().expect("the book");
    let file = page::folder().join(&target).canonicalize().expect("it is there");
    if file.extension().is_none_or(|extension| extension != "md") {
        return None;
    }
    let Ok(target) = file.strip_prefix(&inside) else { return anchor.map(|_| "an anchor outside the book".to_owned()) };
    let anchor = anchor?;
    (!Page::read(target).anchors.contains(anchor)).then(|| format!("{} has no #{anchor}", target.display()))
}

#[test]
fn every_link_of_the_book_leads_somewhere() {
    let mut wrong = Vec::new();
    for page in page::all() {
        for (line, link) in &page.links {
            let why = broken(&page, link).into_iter();
            wrong.extend(why.map(|why| format!("docs/src/{}:{line}: {link}: {why}", page.path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_summary_names_every_page_once() {
    let named: Vec<_> = Page::read(Path::new(SUMMARY)).links.into_iter().map(|(_, link)| link).collect();
    let once: BTreeSet<_> = named.iter().cloned().collect();
    assert_eq!(once.len(), named.len(), "a page is named twice");
    let pages = page::all().into_iter().map(|page| page.path.to_string_lossy().into_owned());
    assert_eq!(once, pages.filter(|page| page != SUMMARY).collect());
}

#[test]
fn links_into_the_book_from_beside_it_lead_to_pages() {
    for name in BESIDE {
        let page = Page::read(&Path::new("../..").join(name));
        for (line, link) in &page.links {
            assert_eq!(broken(&page, link), None, "{name}:{line}: {link}");
        }
    }
}

#[test]
fn headings_get_the_ids_that_mdbook_gives() {
    assert_eq!(
        page::anchor("What `nudged plugin` shows: a list, 2 of them"),
        "what-nudged-plugin-shows-a-list-2-of-them"
    );
    assert_eq!(page::anchor("share-batch"), "share-batch");
    assert_eq!(page::anchor("on_expiry"), "on_expiry");
}
