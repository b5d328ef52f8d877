//! The table as people read it.

use std::{fs, path::Path};

use super::{
    Told,
    row::{End, Row},
};

/// Longest text that is shown.
const SHOWN: usize = 90;

/// The table's lines, in the order in which they were entered.
#[derive(Default)]
pub(super) struct Ledger(Vec<String>);

impl Ledger {
    pub(super) fn enter(&mut self, name: &str, row: &Row, told: Told) {
        let Told { found, class, text, last_good, peak } = told;
        let text: String = text.chars().take(SHOWN).collect::<String>().replace('|', "\\|");
        let others = if row.end == End::Tool { "" } else { "answer" };
        let peak = peak.map(|peak| format!("{peak} MiB")).unwrap_or_default();
        let cells = [name, row.how, found, &class, &text, others, last_good, &peak];
        self.0.push(format!("| {} |", cells.join(" | ")));
    }

    /// Prints the table; the whole one is kept as `target/zoo.md`, too.
    pub(super) fn show(mut self, whole: bool) {
        self.0.sort();
        let head = "| guest | how it misbehaves | found | class | text | others | last good | peak of `nudged scan` |";
        let text = format!("{head}\n|{}\n{}\n", " --- |".repeat(8), self.0.join("\n"));
        println!("{text}");
        if whole {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/zoo.md");
            fs::write(file, text).expect("the table is kept");
        }
    }
}
