//! A private PostgreSQL cluster: trust on loopback, gone with its folder.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use nudged_toolchain::{
    apt::{self, Root},
    shell::Shell,
};
use rustix::process::Signal;

use super::{
    account::Account,
    server::{Plan, Server},
};

/// Every test may hold a pool of its own.
const CONNECTIONS: u32 = 200;
/// For tests: nothing is synced to disk, for nothing of it is needed afterwards.
pub(super) const FLEETING: [&str; 4] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "timezone=UTC"];
/// For figures: what is committed is on the disk, as where it matters. The rest is as PostgreSQL comes, but for what is
/// so small there that it would be measured instead: twice the 128 MiB of shared buffers (still much less than a
/// million shares take, so that a scan does not read from PostgreSQL's own memory alone), and a log long enough that
/// loading the tables does not bring about one checkpoint after the other. No socket: the folder may lie too deep for
/// one's name.
pub(super) const DURABLE: [&str; 7] = [
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "shared_buffers=256MB",
    "max_wal_size=4GB",
    "timezone=UTC",
    "unix_socket_directories=",
];
const PROGRAMS: [&str; 3] = ["initdb", "postgres", "pg_isready"];

/// How to connect.
pub(super) fn url(port: u16) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}

/// The folder with PostgreSQL's programs.
#[derive(Debug)]
pub(super) struct Binaries(PathBuf);

impl Binaries {
    /// Finds the newest installed, or installs Debian's.
    pub(super) fn find(shell: &Shell) -> Result<Self> {
        if let Some(found) = installed(shell) {
            return Ok(found);
        }
        if !apt::available() {
            bail!("no PostgreSQL: install its server (any version from 13 on) so that initdb is in PATH");
        }
        without_main_cluster(shell)?;
        apt::install(shell, &["postgresql"])?;
        installed(shell).context("Debian's postgresql brought no initdb under /usr/lib/postgresql")
    }

    /// Where they are; psql is among them.
    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// Makes a cluster in `data` and runs it with these settings.
    pub(super) fn start(&self, shell: &Shell, account: &Account, data: &Path, settings: &[&str]) -> Result<Server> {
        let cluster = data.join("data");
        let mut initdb = self.command(account, "initdb", data);
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        shell.read(initdb.arg("--pgdata").arg(&cluster))?;

        let ready = |port: u16| {
            let mut pg_isready = Command::new(self.0.join("pg_isready"));
            pg_isready.args(["--quiet", "--host=127.0.0.1", "--dbname=postgres", "--username=postgres"]);
            Ok(clean(&mut pg_isready).arg(format!("--port={port}")).status()?.success())
        };
        let plan = Plan {
            command: &|port| {
                let mut postgres = self.server(account, data, &cluster, port);
                postgres.args(settings.iter().flat_map(|setting| ["-c", setting]));
                postgres
            },
            answers: &ready,
            // "Fast": it ends its sessions instead of waiting for them.
            stop: Signal::INT,
            log: &data.join("log"),
        };
        Server::start(shell, &plan)
    }

    fn server(&self, account: &Account, data: &Path, cluster: &Path, port: u16) -> Command {
        let mut postgres = self.command(account, "postgres", data);
        postgres.arg("-D").arg(cluster).arg("-k").arg(data);
        postgres.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-N", &CONNECTIONS.to_string()]);
        postgres
    }

    fn command(&self, account: &Account, program: &str, dir: &Path) -> Command {
        let mut command = account.command(&self.0.join(program), "QUIT");
        clean(&mut command).env("LC_ALL", "C").current_dir(dir);
        command
    }
}

fn installed(shell: &Shell) -> Option<Binaries> {
    let whole = |dir: &PathBuf| PROGRAMS.iter().all(|program| dir.join(program).is_file());
    in_path().chain(debian()).find(whole).or_else(|| pg_config(shell).filter(whole)).map(Binaries)
}

/// `initdb` in `PATH` may be a link to where the others are.
fn in_path() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let dirs: Vec<PathBuf> = env::split_paths(&path).collect();
    dirs.into_iter().filter_map(|dir| Some(fs::canonicalize(dir.join("initdb")).ok()?.parent()?.to_owned()))
}

/// Debian keeps them out of `PATH`; newest first.
fn debian() -> impl Iterator<Item = PathBuf> {
    let entries = Path::new("/usr/lib/postgresql").read_dir();
    let mut versions: Vec<u32> =
        entries.into_iter().flatten().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.into_iter().map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")))
}

fn pg_config(shell: &Shell) -> Option<PathBuf> {
    shell.read(Command::new("pg_config").arg("--bindir")).ok().map(PathBuf::from)
}

/// Debian's package makes and starts a cluster for the machine unless told not to: we want the programs alone.
fn without_main_cluster(shell: &Shell) -> Result<()> {
    const SET: &str = "f=/etc/postgresql-common/createcluster.conf; \
         test -e $f || { mkdir -p /etc/postgresql-common && echo create_main_cluster=false > $f; }";
    match Root::find(shell) {
        Some(root) => shell.read(root.command("sh").args(["-c", SET])).map(drop),
        // The installation that follows says what to do by hand.
        None => Ok(()),
    }
}

/// Without the caller's own PostgreSQL settings, and without the library path that cargo sets.
fn clean(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env_remove("LD_LIBRARY_PATH")
}
