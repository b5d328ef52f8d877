//! data.all's own configuration turned into nudged's.
//!
//! `written` takes out of data.all's `config.json` what it says about reminders, `plan` decides what that comes to
//! here, and `fill` writes it into a configuration with comments. Nothing is lost on the way without a word: every
//! key of the file, or the block it stands in, gets a [`Note`] that says what became of it. What cannot be understood
//! in a block about reminders is an error, for a reminder that is silently not sent is worse than none that is planned.

mod block;
mod fill;
mod note;
mod plan;
mod written;

use std::path::Path;

pub use self::note::{Fate, Note};
use self::{plan::Plan, written::Written};
use crate::config::{ConfigError, document::Document, problem::Complaint, report::Report};

/// What came of data.all's configuration.
#[derive(Debug, Clone)]
pub struct Imported {
    /// nudged's configuration, with comments.
    pub config: String,
    /// What became of each key, in the file's order.
    pub notes: Vec<Note>,
}

/// Turns `text`, the content of data.all's configuration `file`, into nudged's configuration. Comments and trailing
/// commas are welcome in it.
///
/// # Errors
/// With everything that is wrong with the file, each with its path and line.
pub fn import(file: &Path, text: &str) -> Result<Imported, ConfigError> {
    let Document { value, lines, duplicates } = Document::parse(text)
        .map_err(|error| ConfigError::only(file, Some(error.line), not_dataall(error.complaint)))?;
    let report = Report::new(file, lines);
    for duplicate in duplicates {
        let complaint = Complaint::new(format!("is written twice, first on line {}", duplicate.first), "keep one");
        report.at(duplicate.path).error_on_line(duplicate.second, complaint);
    }
    let mut notes = Vec::new();
    let written = Written::read(value, report.root(), &mut notes);
    let problems = report.into_problems();
    if !problems.is_empty() {
        return Err(ConfigError { file: file.to_owned(), problems });
    }
    let plan = Plan::new(&written, &mut notes);
    notes.sort_by(|a, b| a.line.cmp(&b.line).then_with(|| a.path.cmp(&b.path)));
    Ok(Imported { config: fill::fill(&plan), notes })
}

/// The words about an empty file are those for nudged's own.
fn not_dataall(complaint: Complaint) -> Complaint {
    let fix = "name the config.json of data.all; comments and trailing commas are allowed in it";
    Complaint { fix: fix.to_owned(), ..complaint }
}
