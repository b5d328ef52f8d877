//! Looks at the machine and asks programs for their versions. What cannot be had is left out.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
};

use nudged::clock::{Clock, SystemClock};
use sqlx::{Connection, PgConnection, SqliteConnection};

use super::{Fact, proc};
use crate::{bench::Bench, report::number};

/// Programs that are compared with: what they are, the names that they go by, and how they tell their version.
const PROGRAMS: [(&str, &[&str], &[&str]); 3] = [
    ("Postfix", &["postconf"], &["-d", "-h", "mail_version"]),
    ("wrk", &["wrk"], &["-v"]),
    ("Alertmanager", &["prometheus-alertmanager", "alertmanager"], &["--version"]),
];

/// All that a reader of figures wants to know.
pub(crate) async fn look(bench: &Bench) -> Vec<Fact> {
    let mut facts = vec![
        ("measured on", Some(SystemClock.now().format("%Y-%m-%d").to_string())),
        ("runs of each", Some(bench.runs.to_string())),
        ("shares in the large tables", Some(number::tick(bench.shares as f64))),
    ];
    facts.extend(hardware(bench));
    facts.extend([
        ("nudged", nudged(bench)),
        ("Rust", said(Command::new("rustc").arg("--version"))),
        ("PostgreSQL", postgres(bench).await),
        ("SQLite", sqlite().await),
    ]);
    facts.extend(PROGRAMS.map(|(what, names, arguments)| (what, program(bench, names, arguments))));
    facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn hardware(bench: &Bench) -> [(&'static str, Option<String>); 6] {
    let read = |file| fs::read_to_string(file).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let scratch = bench.scratch.ancestors().find_map(|folder| fs::canonicalize(folder).ok());
    let hypervisor = if proc::is_virtual(&cpuinfo) { "yes" } else { "no sign of it" };
    [
        ("processor", Some(proc::processor(&cpuinfo, cores))),
        ("memory", proc::memory(&read("/proc/meminfo"))),
        ("virtual machine", Some(hypervisor.to_owned())),
        ("disk", scratch.and_then(|folder| proc::file_system(&read("/proc/self/mountinfo"), &folder))),
        ("system", proc::system(&read("/etc/os-release"))),
        ("kernel", Some(proc::kernel(&read("/proc/sys/kernel/osrelease"))).filter(|name| !name.is_empty())),
    ]
}

/// With the commit, which says more than the version.
fn nudged(bench: &Bench) -> Option<String> {
    let version = said(Command::new(&bench.nudged).arg("--version"))?;
    let mut git = Command::new("git");
    git.args(["-C", env!("CARGO_MANIFEST_DIR"), "describe", "--always", "--dirty", "--exclude=*"]);
    let commit = output(&mut git).filter(|commit| !commit.is_empty());
    Some(commit.map_or(version.clone(), |commit| format!("{version}, commit {commit}")))
}

/// With the settings that decide what writing costs.
async fn postgres(bench: &Bench) -> Option<String> {
    const ASK: &str = "SELECT split_part(current_setting('server_version'), ' ', 1) \
         || ': fsync ' || current_setting('fsync') \
         || ', synchronous_commit ' || current_setting('synchronous_commit') \
         || ', shared_buffers ' || current_setting('shared_buffers') \
         || ', max_wal_size ' || current_setting('max_wal_size')";
    let mut connection = PgConnection::connect(&bench.postgres).await.ok()?;
    sqlx::query_scalar(ASK).fetch_one(&mut connection).await.ok()
}

async fn sqlite() -> Option<String> {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.ok()?;
    sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut connection).await.ok()
}

fn program(bench: &Bench, names: &[&str], arguments: &[&str]) -> Option<String> {
    names.iter().find_map(|name| said(bench.tool(name).ok()?.args(arguments)))
}

/// The version that a program tells.
fn said(command: &mut Command) -> Option<String> {
    proc::version(&output(command)?).map(str::to_owned)
}

/// What it prints, wherever: some tell their version as a complaint, and end as if something had gone wrong.
fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    Some(String::from_utf8_lossy(&text).trim().to_owned())
}
