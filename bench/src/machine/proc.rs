//! What Linux says of the machine, read out of its files.

use std::path::Path;

/// `6.1.0`, from `/proc/sys/kernel/osrelease`: what follows is whose build it is.
pub(super) fn kernel(release: &str) -> String {
    release.trim().split('-').next().unwrap_or_default().to_owned()
}

/// `AMD EPYC, 2 cores`, from `/proc/cpuinfo`; some processors do not give their name there.
pub(super) fn processor(cpuinfo: &str, cores: usize) -> String {
    let name = field(cpuinfo, "model name").unwrap_or(std::env::consts::ARCH);
    let cores = if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") };
    format!("{name}, {cores}")
}

/// Whether a hypervisor shows itself, as x86's do.
pub(super) fn is_virtual(cpuinfo: &str) -> bool {
    field(cpuinfo, "flags").is_some_and(|flags| flags.split_whitespace().any(|flag| flag == "hypervisor"))
}

/// In GiB, from `/proc/meminfo`, which counts in KiB.
pub(super) fn memory(meminfo: &str) -> Option<String> {
    const GIB: f64 = 1024.0 * 1024.0;
    let kib: f64 = field(meminfo, "MemTotal")?.strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{:.1} GiB", kib / GIB))
}

/// `ext4 on /dev/vda`, of the file system that a path is on, from `/proc/self/mountinfo`.
pub(super) fn file_system(mountinfo: &str, path: &Path) -> Option<String> {
    let mounts = mountinfo.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let mut after = after.split_whitespace();
        Some((before.split_whitespace().nth(4)?, after.next()?, after.next()?))
    });
    // Of two mounts at one place the later hides the earlier.
    let over = mounts.filter(|(place, _, _)| path.starts_with(place));
    let (_, kind, source) = over.max_by_key(|(place, _, _)| place.len())?;
    Some(format!("{kind} on {source}"))
}

/// A name as `/etc/os-release` has it.
pub(super) fn system(os_release: &str) -> Option<String> {
    let name = os_release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim_matches('"').to_owned())
}

/// What looks like a version in what a program says of itself.
pub(super) fn version(said: &str) -> Option<&str> {
    let is_version = |word: &&str| word.contains('.') && word.contains(|c: char| c.is_ascii_digit());
    said.lines().next()?.split_whitespace().find(is_version)
}

/// The value of the first `name : value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.map(|(key, value)| (key.trim(), value.trim())).find(|(key, _)| *key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPUINFO: &str = "processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu hypervisor lm\n\nprocessor\t: 1\n";

    #[test]
    fn a_processor_has_a_name_and_cores() {
        assert_eq!(processor(CPUINFO, 2), "AMD EPYC, 2 cores");
        assert!(processor("processor: 0\n", 1).ends_with(", 1 core"));
        assert!(is_virtual(CPUINFO) && !is_virtual("flags: fpu lm\n"));
    }

    #[test]
    fn memory_is_given_in_gib() {
        assert_eq!(memory("MemTotal:       16777216 kB\nMemFree: 1 kB\n").as_deref(), Some("16.0 GiB"));
        assert_eq!(memory(""), None);
    }

    #[test]
    fn a_path_is_on_the_nearest_mount_above_it() {
        let mounts = "22 1 254:0 / / rw - ext4 /dev/vda rw\n\
                      30 22 0:5 / /data rw shared:1 - tmpfs none rw\n\
                      31 22 0:6 / /data2 rw - xfs /dev/vdb rw\n";
        assert_eq!(file_system(mounts, Path::new("/data/a")).as_deref(), Some("tmpfs on none"));
        assert_eq!(file_system(mounts, Path::new("/home")).as_deref(), Some("ext4 on /dev/vda"));
    }

    #[test]
    fn versions_are_found_in_what_programs_say() {
        assert_eq!(version("wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012 Will Glozer"), Some("debian/4.1.0-3+b2"));
        assert_eq!(version("alertmanager, version 0.25.0 (branch: debian)\n  build user: x"), Some("0.25.0"));
        assert_eq!(version("3.7.11"), Some("3.7.11"));
        assert_eq!(version("usage"), None);
    }

    #[test]
    fn the_system_has_a_name() {
        assert_eq!(system("ID=debian\nPRETTY_NAME=\"Debian 12\"\n").as_deref(), Some("Debian 12"));
    }
}
