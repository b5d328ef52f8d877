//! Builds the templates' examples, each once for all tests, and keeps what npm and pip install from one run to the next.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use nudged::{
    authoring::{Language, Project, build, create},
    model::Kind,
};
use nudged_tests::{digest, without_tools};
use tokio::sync::Mutex;

use super::extension;

/// What is kept in a project's folder when another plugin is laid into it: what the language's tools are installed in.
const KEPT: [&str; 2] = ["node_modules", ".venv"];

/// A folder that plugins of one language are built in, one after the other.
pub(super) struct Bench {
    language: Language,
    folder: PathBuf,
}

static JAVASCRIPT: LazyLock<Mutex<Bench>> = LazyLock::new(|| Bench::new(Language::JavaScript, "javascript"));
static PYTHON: LazyLock<Mutex<Bench>> = LazyLock::new(|| Bench::new(Language::Python, "python"));

impl Bench {
    fn new(language: Language, name: &str) -> Mutex<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/plugins").join(name);
        fs::create_dir_all(&folder).expect("a folder below target");
        Mutex::new(Self { language, folder: folder.canonicalize().expect("it is there") })
    }

    /// The language's own.
    pub(super) fn of(language: Language) -> &'static Mutex<Self> {
        match language {
            Language::JavaScript => &JAVASCRIPT,
            Language::Python => &PYTHON,
            Language::Rust => unreachable!("Rust's templates are tested natively"),
        }
    }

    /// The folder with the tools, once they are installed.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The example of this kind, which also misbehaves where it is told to; `None` where it cannot be built.
    pub(super) fn component(&self, kind: Kind) -> Option<PathBuf> {
        self.lay(kind);
        self.corrupt(kind);
        self.built()
    }

    /// A plugin with this source in place of the example's; `None` where it cannot be built.
    pub(super) fn component_of(&self, kind: Kind, source: &str) -> Option<PathBuf> {
        self.lay(kind);
        fs::write(self.source(kind), source).expect("written");
        self.built()
    }

    /// The component of what lies here. Built unless the very same sources have been.
    fn built(&self) -> Option<PathBuf> {
        let built = self.folder.with_file_name(format!("{}.wasm", self.fingerprint()));
        if built.is_file() {
            return Some(built);
        }
        let project = Project::read(&self.folder).expect("a plugin's folder");
        match build(&project) {
            Ok(component) => {
                // Whole or not at all: whoever comes later trusts it.
                let aside = built.with_extension("part");
                fs::copy(component.file, &aside).and_then(|_| fs::rename(&aside, &built)).expect("a copy");
                Some(built)
            }
            Err(error) => skipped(&error.to_string(), &format!("{error:#}")),
        }
    }

    /// Puts the example's files in place of what is there.
    fn lay(&self, kind: Kind) {
        for entry in self.folder.read_dir().expect("a folder") {
            let entry = entry.expect("an entry");
            match entry.file_type().expect("its type").is_dir() {
                _ if KEPT.iter().any(|kept| entry.file_name() == *kept) => Ok(()),
                true => fs::remove_dir_all(entry.path()),
                false => fs::remove_file(entry.path()),
            }
            .expect("it can be removed");
        }
        let fresh = tempfile::tempdir_in(self.folder.parent().expect("a parent")).expect("a folder");
        let made = create(fresh.path(), "example", kind, self.language).expect("an example");
        for entry in made.read_dir().expect("a folder") {
            let entry = entry.expect("an entry");
            fs::rename(entry.path(), self.folder.join(entry.file_name())).expect("it moves");
        }
    }

    /// The file that the author writes.
    fn source(&self, kind: Kind) -> PathBuf {
        let name = if kind == Kind::Channel { "channel" } else { "strategy" };
        self.folder.join(format!("{name}.{}", extension(self.language)))
    }

    /// Has the example misbehave as the share's owner or the notification's subject says.
    fn corrupt(&self, kind: Kind) {
        let (function, word) = match kind {
            Kind::ShareStrategy => ("evaluate", "share.owner"),
            Kind::Channel => ("send", "notification.subject"),
            Kind::StackStrategy | Kind::RecordStrategy => return,
        };
        let file = self.source(kind);
        let text = fs::read_to_string(&file).expect("a source");
        let (begin, misbehaving) = match self.language {
            Language::Python => ("def ", include_str!("misbehave.py")),
            _ => ("    ", include_str!("misbehave.js")),
        };
        let head = text.lines().find(|line| line.starts_with(&format!("{begin}{function}("))).expect("the function");
        let call = format!("{head}\n    misbehave({word})\n");
        fs::write(&file, text.replacen(&format!("{head}\n"), &call, 1) + misbehaving).expect("written");
    }

    /// Of all that the component is made from, and of how.
    fn fingerprint(&self) -> String {
        let recipe = match self.language {
            Language::Python => include_bytes!("../../../host/src/authoring/build/python.rs").to_vec(),
            _ => include_bytes!("../../../host/src/authoring/build/javascript.rs").to_vec(),
        };
        let mut files = BTreeMap::from([("recipe".to_owned(), recipe)]);
        collect(&self.folder, &mut files);
        let all: Vec<u8> = files.iter().flat_map(|(name, text)| [name.as_bytes(), &[0], text, &[0]].concat()).collect();
        digest(&all)
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            if !KEPT.contains(&name.as_str()) {
                collect(&path, files);
            }
        } else if name != "package-lock.json" {
            files.insert(path.display().to_string(), fs::read(&path).expect("a file"));
        }
    }
}

/// Says loudly that there is no component, because the tools of the language are not there. Any other error fails the test.
fn skipped(why: &str, all: &str) -> Option<PathBuf> {
    let missing = ["is built with", "cannot be installed"].iter().any(|sign| why.contains(sign));
    assert!(missing, "{all}");
    without_tools("a plugin", all);
    None
}

/// Runs a program that tests an SDK natively; it fails this test with what it printed.
pub(super) fn passes(command: &mut Command) {
    let output = command.output().expect("it runs");
    let printed = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&printed));
}
