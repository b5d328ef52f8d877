//! The servers that the tests need: a PostgreSQL and an SMTP sink of their own, on loopback, in a temporary folder; and
//! the PostgreSQL that the benchmark measures against, on a disk.
//! They end with the value that stands for them; should xtask be killed, the kernel ends them.

mod account;
mod postgres;
mod server;
mod smtp;

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use tempfile::TempDir;

use nudged_toolchain::shell::Shell;

use crate::paths::Paths;
use account::Account;
use server::Server;

/// PostgreSQL's socket lies below the temporary folder; a socket's path must stay under 108 bytes.
const LONGEST_TEMP_DIR: usize = 60;

/// Running servers. Dropping it stops them and removes their files: in this order, by the order of the fields.
#[derive(Debug)]
pub(crate) struct Servers {
    postgres: Server,
    smtp: Server,
    mails: PathBuf,
    _dir: TempDir,
}

impl Servers {
    /// Starts both and waits until they answer; fetches what is missing on Debian.
    pub(crate) fn start(shell: &Shell, paths: &Paths) -> Result<Self> {
        let account = Account::find()?;
        let postgres = postgres::Binaries::find(shell)?;
        let sink = smtp::Sink::find(shell, paths)?;
        let dir = tempfile::Builder::new().prefix("nudged-").tempdir_in(short_temp_dir())?;
        open_up(dir.path())?;
        let data = folder(dir.path(), "pg", &account)?;
        let mails = folder(dir.path(), "mails", &account)?;
        Ok(Self {
            postgres: postgres
                .start(shell, &account, &data, &postgres::FLEETING)
                .context("PostgreSQL does not start")?,
            smtp: sink.start(shell, &account, dir.path(), &mails).context("smtp-sink does not start")?,
            mails,
            _dir: dir,
        })
    }

    /// How the tests find them.
    pub(crate) fn env(&self) -> [(&'static str, OsString); 3] {
        [
            ("NUDGED_TEST_POSTGRES", postgres::url(self.postgres.port()).into()),
            ("NUDGED_TEST_SMTP", format!("127.0.0.1:{}", self.smtp.port()).into()),
            ("NUDGED_TEST_SMTP_DIR", self.mails.clone().into()),
        ]
    }
}

/// A running PostgreSQL that keeps what it is given. Dropping it stops it and removes its files.
#[derive(Debug)]
pub(crate) struct Durable {
    postgres: Server,
    programs: PathBuf,
    _dir: TempDir,
}

impl Durable {
    /// Starts it in a folder of its own and waits until it answers; fetches what is missing on Debian.
    pub(crate) fn start(shell: &Shell, dir: TempDir) -> Result<Self> {
        let account = Account::find()?;
        let binaries = postgres::Binaries::find(shell)?;
        open_up(dir.path())?;
        let data = folder(dir.path(), "pg", &account)?;
        let postgres = binaries.start(shell, &account, &data, &postgres::DURABLE).with_context(|| {
            format!("PostgreSQL does not start in {}: can its account get there?", dir.path().display())
        })?;
        Ok(Self { postgres, programs: binaries.folder().to_owned(), _dir: dir })
    }

    /// How to connect.
    pub(crate) fn url(&self) -> String {
        postgres::url(self.postgres.port())
    }

    /// The folder with its programs, psql among them.
    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }
}

/// Runs a command beside the servers, or prints how to reach them and waits to be stopped.
pub(crate) fn with_servers(shell: &Shell, paths: &Paths, command: &[OsString]) -> Result<()> {
    let servers = Servers::start(shell, paths)?;
    if let [program, arguments @ ..] = command {
        return shell.run(Command::new(program).args(arguments).envs(servers.env()));
    }
    for (name, value) in servers.env() {
        println!("export {name}={}", value.to_string_lossy());
    }
    shell.wait_for_interrupt();
    Ok(())
}

fn short_temp_dir() -> PathBuf {
    let usual = env::temp_dir();
    if usual.as_os_str().len() <= LONGEST_TEMP_DIR { usual } else { "/tmp".into() }
}

/// The folder is ours, what is in it the servers': their account must be able to pass through.
fn open_up(dir: &Path) -> Result<()> {
    Ok(fs::set_permissions(dir, fs::Permissions::from_mode(0o755))?)
}

fn folder(parent: &Path, name: &str, account: &Account) -> Result<PathBuf> {
    let folder = parent.join(name);
    fs::create_dir(&folder)?;
    account.give(&folder)?;
    Ok(folder)
}
