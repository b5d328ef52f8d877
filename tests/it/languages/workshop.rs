//! Builds the templates' examples, each once for all tests, and keeps what npm and pip install from one run to the next.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, LazyLock},
};

use nudged::{
    authoring::{Language, Project, build, create},
    clock::SystemClock,
    config::{Limits, PluginsConfig},
    model::Kind,
    plugin::{Admission, Refusal, Workbench},
};
use nudged_tests::{code_cache, compiler, digest};
use tokio::sync::Mutex;

use super::extension;

/// Set where a language that cannot be built is a failure.
const REQUIRED: &str = "NUDGED_TEST_LANGUAGES";

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

    /// The example of this kind, which also misbehaves where it is told to. Built unless the very same sources have been.
    pub(super) fn component(&self, kind: Kind) -> Option<PathBuf> {
        self.lay(kind);
        let built = self.folder.with_file_name(format!("{}.wasm", self.fingerprint()));
        if built.is_file() {
            return Some(built);
        }
        let project = Project::read(&self.folder).expect("a plugin's folder");
        match build(&project) {
            Ok(component) => {
                fs::copy(component.file, &built).expect("a copy");
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
        self.corrupt(kind);
    }

    /// Has the example misbehave as the share's owner or the notification's subject says.
    fn corrupt(&self, kind: Kind) {
        let (file, function, word) = match kind {
            Kind::ShareStrategy => ("strategy", "evaluate", "share.owner"),
            Kind::Channel => ("channel", "send", "notification.subject"),
            Kind::StackStrategy | Kind::RecordStrategy => return,
        };
        let file = self.folder.join(format!("{file}.{}", extension(self.language)));
        let text = fs::read_to_string(&file).expect("a source");
        let (begin, misbehaving) = match self.language {
            Language::Python => ("def ", include_str!("misbehave.py")),
            _ => ("    ", include_str!("misbehave.js")),
        };
        let head = text.lines().find(|line| line.starts_with(&format!("{begin}{function}("))).expect("the function");
        let call = format!("{head}\n    misbehave({word})\n");
        fs::write(&file, text.replacen(&format!("{head}\n"), &call, 1) + misbehaving).expect("written");
    }

    /// Of all that the component is made from.
    fn fingerprint(&self) -> String {
        let mut files = BTreeMap::new();
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
    assert!(missing && env::var_os(REQUIRED).is_none(), "{all}");
    say(&format!("SKIPPED: {all} ({REQUIRED}=1 makes this a failure)"));
    None
}

/// Not by `eprintln`, which the test harness keeps to itself.
fn say(line: &str) {
    // Whoever cannot hear it is not to fail of it.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Admits a component as a daemon does, with the compiled code that the tests share.
pub(super) async fn admit(file: &Path, limits: Limits) -> Result<Admission, Refusal> {
    let config = PluginsConfig { cache: code_cache(), limits, ..PluginsConfig::default() };
    let workbench = Workbench::new(compiler(), &config, Arc::new(SystemClock)).expect("a workbench");
    workbench.admit(file).await
}

/// Runs a program that tests an SDK natively; it fails this test with what it printed.
pub(super) fn passes(command: &mut Command) {
    let output = command.output().expect("it runs");
    let printed = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&printed));
}
