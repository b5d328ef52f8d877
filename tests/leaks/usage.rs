//! What this process holds, from `/proc`.

use std::{fmt::Write, fs};

use super::recorder;

/// Mappings that may come late, and once: a thread's arena of the allocator and its stack for signals, or a large
/// allocation that lives at this very moment.
pub(super) const SLACK: usize = 6;

/// What is held at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Usage {
    /// Resident memory in KiB.
    resident: usize,
    descriptors: usize,
    threads: usize,
    /// Regions of address space.
    mappings: usize,
    /// Children that run, or that nobody has waited for.
    children: usize,
    /// Series that a scrape finds.
    series: usize,
}

/// By how much a [`Usage`] may be above an earlier one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// KiB.
    pub(super) resident: usize,
    pub(super) descriptors: usize,
    pub(super) threads: usize,
    pub(super) mappings: usize,
}

/// Moments of one test.
#[derive(Debug, Default)]
pub(super) struct Course(Vec<(String, Usage)>);

impl Usage {
    fn now() -> Self {
        // A scrape first: it puts away what histograms were told.
        let series = recorder().render().lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        Self {
            resident: status("VmRSS:"),
            descriptors: entries("/proc/self/fd"),
            threads: status("Threads:"),
            mappings: read("/proc/self/maps").lines().count(),
            children: children(),
            series,
        }
    }
}

impl Course {
    /// Notes what is held now.
    pub(super) fn note(&mut self, when: impl Into<String>) {
        self.0.push((when.into(), Usage::now()));
    }

    /// A Markdown table.
    pub(super) fn table(&self) -> String {
        let mut text =
            "| after | RSS (KiB) | descriptors | threads | mappings | children | series |\n|---|---|---|---|---|---|---|\n"
                .to_owned();
        for (when, Usage { resident, descriptors, threads, mappings, children, series }) in &self.0 {
            let line =
                format!("| {when} | {resident} | {descriptors} | {threads} | {mappings} | {children} | {series} |");
            writeln!(text, "{line}").expect("memory takes text");
        }
        text
    }

    /// Holds every moment after the one of this index against it.
    ///
    /// # Panics
    /// If more is held than there is room for, or a child is still there.
    pub(super) fn check(&self, warm: usize, room: Room) {
        let (_, base) = self.0[warm];
        for (when, now) in &self.0[warm + 1..] {
            let held = [
                ("KiB of memory", base.resident, now.resident, room.resident),
                ("descriptors", base.descriptors, now.descriptors, room.descriptors),
                ("threads", base.threads, now.threads, room.threads),
                ("mappings", base.mappings, now.mappings, room.mappings),
                ("children", 0, now.children, 0),
                ("series", base.series, now.series, 0),
            ];
            for (what, before, after, room) in held {
                assert!(after <= before + room, "{before} {what} became {after} after {when}:\n{}", self.table());
            }
        }
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).expect("/proc is there")
}

fn entries(folder: &str) -> usize {
    fs::read_dir(folder).expect("/proc is there").count()
}

/// A number of `/proc/self/status`.
fn status(name: &str) -> usize {
    let status = read("/proc/self/status");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the kernel tells it");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn children() -> usize {
    let tasks = fs::read_dir("/proc/self/task").expect("/proc is there");
    // A thread that ends meanwhile has no children any more.
    let of = |task: fs::DirEntry| fs::read_to_string(task.path().join("children")).unwrap_or_default();
    tasks.map(|task| of(task.expect("an entry")).split_whitespace().count()).sum()
}
