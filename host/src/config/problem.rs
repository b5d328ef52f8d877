//! What is wrong with a configuration, in words that say how to mend it.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// One thing that is wrong, or looks wrong, at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The file, as it was named to the daemon.
    pub file: PathBuf,
    /// `reminders.pending-share.schedule`; empty where the whole file is meant.
    pub path: String,
    /// Counted from 1; `None` if the file could not be read at all.
    pub line: Option<usize>,
    /// What is wrong. Never holds a secret.
    pub message: String,
    /// What to write instead.
    pub fix: String,
    /// Whether the configuration can be used all the same.
    pub severity: ProblemSeverity,
}

/// Whether a configuration with this problem can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemSeverity {
    /// It cannot.
    Error,
    /// It can, but probably does not do what was meant.
    Warning,
}

impl fmt::Display for ConfigProblem {
    /// `config.json:12: reminders.pending-share.schedule: what is wrong; how to mend it`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        if self.severity == ProblemSeverity::Warning {
            f.write_str(" warning:")?;
        }
        if !self.path.is_empty() {
            write!(f, " {}:", self.path)?;
        }
        write!(f, " {}; {}", self.message, self.fix)
    }
}

/// A configuration that cannot be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it was named to the daemon.
    pub file: PathBuf,
    /// At least one error, and the warnings, by line.
    pub problems: Vec<ConfigProblem>,
}

impl ConfigError {
    /// The one problem that hides all others: the text is not there or makes no sense.
    pub(crate) fn only(file: &Path, line: Option<usize>, complaint: Complaint) -> Self {
        let Complaint { message, fix } = complaint;
        let severity = ProblemSeverity::Error;
        let problem = ConfigProblem { file: file.to_owned(), path: String::new(), line, message, fix, severity };
        Self { file: file.to_owned(), problems: vec![problem] }
    }
}

impl fmt::Display for ConfigError {
    /// One line for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.problems.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// What is wrong with a value and how to mend it, before it is known where the value stands.
#[derive(Debug)]
pub(crate) struct Complaint {
    pub(crate) message: String,
    pub(crate) fix: String,
}

impl Complaint {
    pub(crate) fn new(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { message: message.into(), fix: fix.into() }
    }
}
