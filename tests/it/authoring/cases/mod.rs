//! Cases: trying, blessing, recording and replaying them.

mod bless;
mod record;
mod redaction;
mod test;

use nudged_tests::Author;

/// Cases of a test, in the author's folder.
const FILE: &str = "cases.json";

/// An author with this file of cases.
fn with_cases(cases: &str) -> Author {
    let author = Author::new();
    author.write(FILE, cases);
    author
}
