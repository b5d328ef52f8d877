//! What the operator wrote in `config.json`, and what it means.
//!
//! Two kinds of types: `written` mirrors the file, [`Config`] is what the rest of the crate works with. Between
//! them the file is read once: its syntax gives a document in which every value knows its line, the schema takes
//! out what does not fit, and each section works out its meaning. Every step complains to one report, so that the
//! operator gets all problems of the file at once, each with its path, its line and what to write instead.

pub(crate) mod document;
mod grant;
mod meaning;
pub(crate) mod path;
pub(crate) mod problem;
pub(crate) mod report;
mod schema;
mod structure;
pub(crate) mod suggest;
#[cfg(test)]
mod tests;
mod written;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use self::{
    document::Document,
    problem::Complaint,
    report::Report,
    written::{Root, Surroundings},
};
pub use self::{
    grant::NoGrant,
    meaning::*,
    problem::{ConfigError, ConfigProblem, ProblemSeverity},
    schema::schema,
};

/// A configuration that can be used.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What it means.
    pub config: Config,
    /// What looks wrong all the same, by line.
    pub warnings: Vec<ConfigProblem>,
}

/// Reads the configuration at `path`, with `env` for its environment variables.
///
/// Fails with every problem of the file. Secrets are in none of them.
pub fn load(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, ConfigError> {
    let unreadable = |error: std::io::Error| {
        let fix = match error.kind() {
            std::io::ErrorKind::NotFound => "make one with `nudged init`, or name one with --config",
            _ => "name a readable file with --config",
        };
        let complaint = Complaint::new(format!("cannot be read: {error}"), fix);
        ConfigError::only(path, None, complaint)
    };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let base = std::path::absolute(path).map_err(unreadable)?.parent().map(PathBuf::from).unwrap_or_default();
    read(path, &text, Surroundings { base: &base, env })
}

fn read(file: &Path, text: &str, around: Surroundings<'_>) -> Result<Loaded, ConfigError> {
    let Document { mut value, lines, duplicates } =
        Document::parse(text).map_err(|error| ConfigError::only(file, Some(error.line), error.complaint))?;
    let report = Report::new(file, lines);
    for duplicate in duplicates {
        let complaint = Complaint::new(format!("is written twice, first on line {}", duplicate.first), "keep one");
        report.at(duplicate.path).error_on_line(duplicate.second, complaint);
    }
    structure::check(&mut value, &report);
    let written = Root::deserialize(value)
        .map_err(|error| Complaint::new(error.to_string(), "compare the file with the one that `nudged init` writes"));
    let config = report.root().check(written).and_then(|written| written.meaning(around, &report.root()));
    let problems = report.into_problems();
    let usable = problems.iter().all(|problem| problem.severity == ProblemSeverity::Warning);
    match config.filter(|_| usable) {
        Some(config) => Ok(Loaded { config, warnings: problems }),
        None => Err(ConfigError { file: file.to_owned(), problems }),
    }
}
