//! Groups in a file that somebody else writes: read at the start, and again when it changes.

mod csv;
mod json;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use sha2::{Digest, Sha256};

use super::{Addresses, DirectoryError};
use crate::watch::{AGAIN, Folder, keep_up};

/// Largest file that is read: a hundred thousand groups, ten times over.
const LARGEST: u64 = 64 << 20;

/// Groups by name.
type Groups = BTreeMap<String, Addresses>;

/// What is wrong in a file, where, and how to mend it.
#[derive(Debug, PartialEq, Eq)]
struct Flaw {
    /// Counted from 1; `None` if it is the whole file.
    line: Option<u64>,
    /// The field, or the column in the line; may be empty.
    field: String,
    what: String,
}

impl Flaw {
    fn new(line: impl Into<Option<u64>>, field: impl Into<String>, what: impl Into<String>) -> Self {
        Self { line: line.into(), field: field.into(), what: what.into() }
    }
}

impl fmt::Display for Flaw {
    /// Follows the file's name: `:12: sales-admins.email[1]: what is wrong: how to mend it`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.field.is_empty() {
            write!(f, ": {}", self.field)?;
        }
        write!(f, ": {}", self.what)
    }
}

/// How the groups are written down: the file's name says it.
#[derive(Debug, Clone, Copy)]
enum Format {
    Json,
    Csv,
}

impl Format {
    fn of(path: &Path) -> Result<Self, DirectoryError> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match extension.as_str() {
            "json" | "jsonc" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => {
                let fix = "name a file that ends in .json or .csv in directory.file";
                Err(DirectoryError::new(format!("{}: the name does not say what the file is: {fix}", path.display())))
            }
        }
    }
}

/// Groups in a file.
pub(super) struct FileDirectory {
    path: PathBuf,
    format: Format,
    mail: BTreeSet<String>,
    state: RwLock<State>,
}

struct State {
    /// Of the last version that could be read.
    groups: Arc<Groups>,
    /// The last version that was looked at, so that each is spoken of once.
    seen: Seen,
}

/// What was there when the file was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Content([u8; 32]),
    Gone,
    Unreadable(String),
}

impl FileDirectory {
    /// Reads the file.
    ///
    /// # Errors
    /// If it is missing or anything in it is wrong: names the line, the field and the fix.
    pub(super) async fn open(path: &Path, mail: &BTreeSet<String>) -> Result<Self, DirectoryError> {
        let format = Format::of(path)?;
        let (seen, read) = look(path.to_owned(), format, mail.clone()).await;
        let groups = read.map_err(|flaw| DirectoryError::new(format!("{}{flaw}", path.display())))?;
        let state = RwLock::new(State { groups: Arc::new(groups), seen });
        Ok(Self { path: path.to_owned(), format, mail: mail.clone(), state })
    }

    /// The group's addresses.
    pub(super) fn group(&self, name: &str) -> Option<Addresses> {
        self.groups().get(name).cloned()
    }

    /// `file: n groups, n addresses`.
    pub(super) fn summary(&self) -> String {
        let groups = self.groups();
        let addresses: usize = groups.values().flat_map(BTreeMap::values).map(Vec::len).sum();
        format!("{}: {} groups, {addresses} addresses", self.path.display(), groups.len())
    }

    fn groups(&self) -> Arc<Groups> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner).groups)
    }

    /// Reads the file again whenever it changes. Never ends.
    pub(super) async fn watch(&self) {
        let read = async || {
            self.read_again().await;
            self.is_unreadable().then_some(AGAIN)
        };
        keep_up(&Folder::around(&self.path), read).await;
    }

    /// That may pass and leave no trace on the file.
    fn is_unreadable(&self) -> bool {
        matches!(self.state.read().unwrap_or_else(PoisonError::into_inner).seen, Seen::Unreadable(_))
    }

    async fn read_again(&self) {
        let (seen, read) = look(self.path.clone(), self.format, self.mail.clone()).await;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if seen == state.seen {
            return;
        }
        state.seen = seen;
        let kept = state.groups.len();
        match read {
            Ok(groups) => state.groups = Arc::new(groups),
            Err(flaw) => {
                let path = self.path.display();
                tracing::error!("directory: {path}{flaw}; the {kept} groups that were read before stay");
                return;
            }
        }
        drop(state);
        tracing::info!("directory: read {}", self.summary());
    }
}

/// Reads the file on a thread that may wait for the disk.
async fn look(path: PathBuf, format: Format, mail: BTreeSet<String>) -> (Seen, Result<Groups, Flaw>) {
    let looking = tokio::task::spawn_blocking(move || match load(&path) {
        Ok(bytes) => (Seen::Content(Sha256::digest(&bytes).into()), parse(&bytes, format, &mail)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let what = "does not exist: put it there, or correct directory.file";
            (Seen::Gone, Err(Flaw::new(None, "", what)))
        }
        Err(error) => {
            let what = format!("cannot be read ({error}): make it a readable file of at most {LARGEST} bytes");
            (Seen::Unreadable(what.clone()), Err(Flaw::new(None, "", what)))
        }
    });
    looking.await.unwrap_or_else(|error| {
        let what = format!("reading it failed: {error}");
        (Seen::Unreadable(what.clone()), Err(Flaw::new(None, "", what)))
    })
}

fn load(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

fn parse(bytes: &[u8], format: Format, mail: &BTreeSet<String>) -> Result<Groups, Flaw> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        Flaw::new(line, "", "is not UTF-8: save the file in this encoding")
    })?;
    // Some editors put a byte order mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let groups = match format {
        Format::Json => json::read(text, mail)?,
        Format::Csv => csv::read(text, mail)?,
    };
    if groups.is_empty() {
        // More likely a file that is being written than what anybody wants.
        return Err(Flaw::new(None, "", "holds no group: add one, or remove directory.file"));
    }
    Ok(groups)
}
