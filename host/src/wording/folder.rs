//! Reading a folder of templates.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::part;

/// Largest file: the shipped mail's page is a hundredth of it.
const FILE_BYTES: u64 = 1 << 20;

/// Something that is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, or the folder.
    pub file: PathBuf,
    /// Counted from 1, where it is about a line.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    /// `templates/subject.txt:3: what is wrong`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        write!(f, " {}", self.what)
    }
}

impl Problem {
    fn new(file: &Path, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, what: what.into() }
    }
}

/// The files of a folder by name, and what could not be read. Whatever has another name than a part's or an
/// included file's is no template: hidden files, editors' copies, a README.
pub(super) fn read(folder: &Path) -> (BTreeMap<String, String>, Vec<Problem>) {
    let (mut files, mut problems) = (BTreeMap::new(), Vec::new());
    for path in names(folder, &mut problems) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match source(&path) {
            Ok(Some(source)) => drop(files.insert(name, source)),
            Ok(None) => {}
            Err(what) => problems.push(Problem::new(&path, what)),
        }
    }
    problems.extend(twice(folder, &files));
    (files, problems)
}

fn names(folder: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        paths.collect::<io::Result<Vec<_>>>()
    });
    let mut paths = entries.unwrap_or_else(|error| {
        problems.push(Problem::new(folder, format!("cannot be read: {error}")));
        Vec::new()
    });
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        (name.starts_with('_') || part(&name).is_some()) && !name.ends_with('~')
    });
    paths.sort();
    paths
}

/// A template's text; nothing where the path is no file.
fn source(path: &Path) -> Result<Option<String>, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Ok(None);
    }
    if about.len() > FILE_BYTES {
        return Err(format!("has {} bytes, more than {FILE_BYTES}", about.len()));
    }
    fs::read_to_string(path).map(Some).map_err(unreadable)
}

/// Two files for one part: which of them holds would be chance.
fn twice(folder: &Path, files: &BTreeMap<String, String>) -> Vec<Problem> {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for file in files.keys() {
        let Some(part) = part(file) else { continue };
        if let Some(other) = first.insert(part, file) {
            let what = format!("words the part `{part}`, as {other} does; keep one");
            problems.push(Problem::new(&folder.join(file), what));
        }
    }
    problems
}
