//! Collects problems, and knows where each one stands.
//!
//! Reading a configuration never stops at the first mistake: whoever reads a value holds its [`Place`] and
//! complains there.

use std::{cell::RefCell, path::Path};

use super::{
    document::Lines,
    path::{JsonPath, Step},
    problem::{Complaint, ConfigProblem, ProblemSeverity},
};

/// All problems of one file.
pub(crate) struct Report<'f> {
    file: &'f Path,
    lines: Lines,
    problems: RefCell<Vec<ConfigProblem>>,
}

impl<'f> Report<'f> {
    pub(crate) fn new(file: &'f Path, lines: Lines) -> Self {
        Self { file, lines, problems: RefCell::default() }
    }

    pub(crate) fn root(&self) -> Place<'_> {
        Place { report: self, path: JsonPath::default() }
    }

    pub(crate) fn at(&self, path: JsonPath) -> Place<'_> {
        Place { report: self, path }
    }

    /// Everything that was found, in the file's order.
    pub(crate) fn into_problems(self) -> Vec<ConfigProblem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by(|a, b| a.line.cmp(&b.line).then_with(|| a.path.cmp(&b.path)));
        problems
    }

    /// The line of a value's key or, for what was not written, of the nearest thing around it.
    fn line(&self, path: &JsonPath) -> Option<usize> {
        self.lines.get(path).copied().or_else(|| self.line(&path.parent()?))
    }
}

/// One place in the file, written or not.
pub(crate) struct Place<'r> {
    report: &'r Report<'r>,
    path: JsonPath,
}

impl<'r> Place<'r> {
    pub(crate) fn key(&self, name: &str) -> Place<'r> {
        self.report.at(self.path.key(name))
    }

    pub(crate) fn index(&self, index: usize) -> Place<'r> {
        self.report.at(self.path.index(index))
    }

    /// The path as people write it, and the line that [`Self::error`] would name.
    pub(crate) fn spot(&self) -> (String, Option<usize>) {
        (self.path.to_string(), self.report.line(&self.path))
    }

    /// Whether anything stands here, right or wrong: what is wrong has had its complaint already.
    pub(crate) fn written(&self) -> bool {
        self.report.lines.contains_key(&self.path)
    }

    /// Whether there is a complaint here or about something around it already.
    pub(crate) fn is_flawed(&self) -> bool {
        let here = std::iter::successors(Some(self.path.clone()), JsonPath::parent);
        let problems = self.report.problems.borrow();
        here.map(|path| path.to_string()).any(|path| problems.iter().any(|problem| problem.path == path))
    }

    /// Whether there is no complaint here or about anything inside it.
    pub(crate) fn is_sound(&self) -> bool {
        let here = self.path.to_string();
        let inside =
            |path: &str| path.strip_prefix(&here).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        !self.report.problems.borrow().iter().any(|problem| inside(&problem.path))
    }

    /// The keys that are written in this object, right or wrong.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'r str> + use<'_, 'r> {
        self.report.lines.keys().filter(|path| path.parent().as_ref() == Some(&self.path)).filter_map(|path| match path
            .steps()
            .last()
        {
            Some(Step::Key(key)) => Some(key.as_str()),
            _ => None,
        })
    }

    /// The value or, where there is a complaint instead, an error here.
    pub(crate) fn check<T>(&self, result: Result<T, Complaint>) -> Option<T> {
        result.map_err(|complaint| self.error(complaint)).ok()
    }

    pub(crate) fn error(&self, complaint: Complaint) {
        self.add(complaint, ProblemSeverity::Error, self.report.line(&self.path));
    }

    pub(crate) fn error_on_line(&self, line: usize, complaint: Complaint) {
        self.add(complaint, ProblemSeverity::Error, Some(line));
    }

    pub(crate) fn warning(&self, complaint: Complaint) {
        self.add(complaint, ProblemSeverity::Warning, self.report.line(&self.path));
    }

    fn add(&self, complaint: Complaint, severity: ProblemSeverity, line: Option<usize>) {
        let Complaint { message, fix } = complaint;
        let (file, path) = (self.report.file.to_owned(), self.path.to_string());
        self.report.problems.borrow_mut().push(ConfigProblem { file, path, line, message, fix, severity });
    }
}
