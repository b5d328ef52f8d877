//! The disk under an SQLite store is full, or cannot be written.

use std::{path::Path, process::Stdio};

use nudged_tests::{Act, Home, NOW, Process, Relay, Stage};
use rustix::process::Signal;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// A small file system of its own, which only processes that enter it see.
struct SmallDisk {
    holder: Child,
    folder: String,
}

impl SmallDisk {
    /// Two megabytes at this place; `None` where the system lets nobody but root mount anything.
    async fn at(folder: &Path) -> Option<Self> {
        let folder = folder.display().to_string();
        std::fs::create_dir_all(&folder).expect("a folder");
        let script = format!("mount -t tmpfs -o size=2m tmpfs {folder} && echo mounted && exec sleep 600");
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("unshare, of util-linux");
        let mut lines = BufReader::new(holder.stdout.take().expect("a pipe")).lines();
        if lines.next_line().await.expect("a line").is_none() {
            println!("skipped: this system has no user namespaces to mount a small disk in");
            return None;
        }
        Some(Self { holder, folder })
    }

    /// The command, on this disk.
    fn enter(&self, inner: &Command) -> Command {
        let inner = inner.as_std();
        let mut command = Command::new("nsenter");
        let target = self.holder.id().expect("it runs").to_string();
        command.args(["--user", "--mount", "--preserve-credentials", "--target", &target, "--"]);
        // Whoever enters finds himself in the root folder.
        command.args(["sh", "-c", "cd \"$0\" && exec \"$@\""]).arg(inner.get_current_dir().expect("a home"));
        command.arg(inner.get_program()).args(inner.get_args()).kill_on_drop(true).stdin(Stdio::null());
        command
    }

    async fn shell(&self, script: &str) {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir("/");
        let status = self.enter(&shell).status().await.expect("a shell");
        assert!(status.success(), "{script}");
    }

    async fn fill(&self) {
        self.shell(&format!("dd if=/dev/zero of={}/ballast bs=4k 2>/dev/null; true", self.folder)).await;
    }

    async fn empty(&self) {
        self.shell(&format!("rm {}/ballast", self.folder)).await;
    }
}

/// A home with its store on a small disk, where there can be one.
async fn home(relay: &Relay) -> Option<(Home, SmallDisk)> {
    let mut home = Home::new(&relay.url()).await;
    let disk = SmallDisk::at(&home.path("small")).await?;
    home.configure(|config| config["store"]["url"] = json!("sqlite://small/nudged.db"));
    Some((home, disk))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_waits_until_the_disk_has_room() {
    let relay = Relay::start().await;
    let Some((home, disk)) = home(&relay).await else { return };
    let scan = disk.enter(&home.command(&["scan", "--now", NOW])).output().await.expect("it runs");
    assert!(scan.status.success(), "{scan:?}");
    relay.on(Stage::Dot, Act::Hold);
    let daemon = Process::start(disk.enter(&home.command(&["run"])));
    relay.until_held().await;
    disk.fill().await;
    relay.release();
    daemon.until("outcomes are not recorded yet").await;
    disk.empty().await;
    daemon.until("outcome=\"delivered\"").await;
    daemon.signal(Signal::TERM);
    assert_eq!(daemon.end().await, Some(0));
    let rest = disk.enter(&home.command(&["deliver", "--once"])).output().await.expect("it runs");
    assert_eq!(String::from_utf8_lossy(&rest.stdout), "nothing is due\n");
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_on_a_full_disk_says_so_writes_nothing_and_works_when_there_is_room() {
    let relay = Relay::start().await;
    let Some((home, disk)) = home(&relay).await else { return };
    let run = async |arguments: &[&str]| disk.enter(&home.command(arguments)).output().await.expect("it runs");
    assert!(run(&["deliver", "--once"]).await.status.success(), "makes the store");
    disk.fill().await;
    let scan = run(&["scan", "--now", NOW]).await;
    let complaint = String::from_utf8_lossy(&scan.stderr).into_owned();
    assert_eq!(scan.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("disk is full"), "{complaint}");
    disk.empty().await;
    assert!(run(&["scan", "--now", NOW]).await.status.success());
    assert!(run(&["deliver", "--once"]).await.status.success());
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_turns_read_only_is_said_and_nothing_is_sent_that_could_not_be_recorded() {
    let relay = Relay::start().await;
    let Some((home, disk)) = home(&relay).await else { return };
    let scan = disk.enter(&home.command(&["scan", "--now", NOW])).output().await.expect("it runs");
    assert!(scan.status.success(), "{scan:?}");
    disk.shell(&format!("mount -o remount,ro {}", disk.folder)).await;
    let done = disk.enter(&home.command(&["deliver", "--once"])).output().await.expect("it runs");
    let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("Read-only file system"), "{complaint}");
    assert_eq!(relay.sessions(), 0);
    disk.shell(&format!("mount -o remount,rw {}", disk.folder)).await;
    let done = disk.enter(&home.command(&["deliver", "--once"])).output().await.expect("it runs");
    assert!(done.status.success(), "{done:?}");
    assert_eq!(relay.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_serve_although_there_is_no_room_for_their_code() {
    let relay = Relay::start().await;
    let mut home = Home::new(&relay.url()).await;
    let Some(disk) = SmallDisk::at(&home.path("small")).await else { return };
    home.configure(|config| config["plugins"]["cache"] = json!("small/cache"));
    disk.shell(&format!("mkdir -m 700 {}/cache", disk.folder)).await;
    disk.fill().await;
    for change in ["", "mount -o remount,ro"] {
        if !change.is_empty() {
            disk.shell(&format!("{change} {}", disk.folder)).await;
        }
        let scan = disk.enter(&home.command(&["scan", "--now", NOW])).output().await.expect("it runs");
        let complaint = String::from_utf8_lossy(&scan.stderr).into_owned();
        assert!(scan.status.success(), "{complaint}");
        assert!(complaint.contains("compiled code could not be cached"), "{complaint}");
        disk.shell(&format!("test -z \"$(find {}/cache -type f)\"", disk.folder)).await;
    }
}
