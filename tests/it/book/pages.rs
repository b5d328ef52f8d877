//! Does what a page says, in a folder of its own.

use std::{
    env,
    fs::{self, File},
    io,
    net::TcpListener,
    path::{Path, PathBuf},
    time::Instant,
};

use nudged_tests::{authors_cache, binary, plugins_folder};
use rustix::process::getuid;
use tempfile::TempDir;

use super::{
    page::{Block, Page},
    session::Session,
    transcript::steps,
};

/// Where daemons listen, unless they are told otherwise: the pages do not tell them.
const ADDRESS: &str = "127.0.0.1:8642";

/// Pages start daemons: one page at a time, of all the tests on this machine.
fn alone() -> Result<File, String> {
    let file = env::temp_dir().join(format!("nudged-book-{}.lock", getuid().as_raw()));
    let lock = File::create(&file).and_then(|lock| lock.lock().map(|()| lock));
    let lock = lock.map_err(|error| format!("{}: {error}", file.display()))?;
    match TcpListener::bind(ADDRESS) {
        Ok(_) => Ok(lock),
        Err(error) => Err(format!("{ADDRESS} is where the pages' daemons listen: end what does so now ({error})")),
    }
}

/// What `cargo xtask dist` leaves, and what is kept from one run of the tests to the next.
struct Unpacked {
    folder: TempDir,
    cache: PathBuf,
}

impl Unpacked {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        std::os::unix::fs::symlink(binary(), folder.path().join("nudged")).expect("a link");
        copy(&plugins_folder(), &folder.path().join("plugins")).expect("the shipped plugins");
        Self { folder, cache: authors_cache() }
    }
}

/// Copies a folder's files, so that what a page puts beside them is seen by that page alone.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    fs::read_dir(from)?.try_for_each(|entry| {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name())).map(drop)
    })
}

/// Follows a page from its beginning and prints what it does, with how long that takes; a failure names the line.
pub(super) fn follow(path: &str) -> Result<(), String> {
    let _alone = alone()?;
    let (page, unpacked, folder) = (Page::read(Path::new(path)), Unpacked::new(), TempDir::new().expect("a folder"));
    let mut session = Session::start(folder.path(), unpacked.folder.path(), &unpacked.cache);
    let start = Instant::now();
    let mut commands = 0;
    for block in &page.blocks {
        let done = lay(block, folder.path()).and_then(|()| run(block, &mut session));
        commands += done.map_err(|why| format!("docs/src/{path}:{}: {why}", block.line))?;
    }
    println!("docs/src/{path}: {commands} commands, {:.1} s\n", start.elapsed().as_secs_f64());
    Ok(())
}

/// Writes a listing to the file that it names, or looks for it in the file that it is said to be from.
fn lay(block: &Block, folder: &Path) -> Result<(), String> {
    if let Some(file) = block.attribute("file") {
        println!("# {file}: written as the page has it, {} lines", block.text.lines().count());
        let file = folder.join(file);
        let parent = file.parent().expect("a folder");
        fs::create_dir_all(parent).and_then(|()| fs::write(&file, &block.text)).map_err(|error| error.to_string())?;
    }
    let Some(file) = block.attribute("shows") else { return Ok(()) };
    let there = [folder.to_owned(), super::repository()].map(|root| root.join(file));
    let text = there.iter().find_map(|path| fs::read_to_string(path).ok()).ok_or(format!("there is no {file}"))?;
    let bare = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    match bare(&text).contains(bare(&block.text).trim()) {
        true => Ok(()),
        false => Err(format!("is no part of {file}, which is:\n{text}")),
    }
}

/// The number of commands.
fn run(block: &Block, session: &mut Session) -> Result<usize, String> {
    if block.language != "console" || block.attribute("norun").is_some() {
        return Ok(0);
    }
    let steps = steps(&block.text);
    for step in &steps {
        let (command, start) = (&step.command, Instant::now());
        let (output, code) = session.run(command).map_err(|why| format!("`{command}` {why}"))?;
        println!("$ {command}\n{}\n# {:.1} s", output.trim_end(), start.elapsed().as_secs_f64());
        if code != 0 {
            return Err(format!("`{command}` ends with exit code {code}:\n{output}"));
        }
        if !step.accepts(&output) {
            return Err(format!("`{command}` prints\n{output}\nand not\n{}", step.expected()));
        }
    }
    Ok(steps.len())
}

#[test]
fn what_a_page_puts_beside_the_plugins_is_seen_by_it_alone() {
    let (unpacked, folder) = (Unpacked::new(), TempDir::new().expect("a folder"));
    let mut session = Session::start(folder.path(), unpacked.folder.path(), &unpacked.cache);
    let (said, code) = session.run("cp -r \"$NUDGED/plugins\" . && touch plugins/own.txt").expect("it runs");
    assert_eq!(code, 0, "{said}");
    assert!(folder.path().join("plugins/own.txt").exists() && !plugins_folder().join("own.txt").exists());
}
