//! What running a program costs, by GNU time.

use std::{ffi::OsStr, fs, process::Command, time::Instant};

use anyhow::{Context, Result};

use crate::bench::Bench;

/// What one run of a program took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cost {
    /// From start to end, in seconds.
    pub(crate) wall: f64,
    /// Of the processor, in user and system, of all its processes, in seconds.
    pub(crate) cpu: f64,
    /// The most memory that was resident at once, in bytes.
    pub(crate) memory: f64,
}

/// What GNU time is to say: seconds in user and system, KiB of memory.
const FORMAT: &str = "%U %S %M";

/// Runs a program without keeping what it prints.
///
/// # Errors
/// If it fails, with its last words; or there is no GNU time.
pub(crate) fn run(bench: &Bench, command: &Command) -> Result<Cost> {
    let said = tempfile::NamedTempFile::new_in(&bench.scratch)?;
    let mut time = bench.tool("time")?;
    time.arg("--quiet").arg("--format").arg(FORMAT).arg("--output").arg(said.path());
    // A file of its own for what it prints, without a pipe that somebody has to empty.
    shell(&mut time, "exec \"$@\" > /dev/null", command);
    let began = Instant::now();
    bench.read(&mut time)?;
    let wall = began.elapsed().as_secs_f64();
    let said = fs::read_to_string(said.path())?;
    let (cpu, memory) = read(&said).with_context(|| format!("GNU time says {said:?}"))?;
    Ok(Cost { wall, cpu, memory })
}

/// Runs a program and answers with the last line that it prints.
///
/// # Errors
/// If it cannot be run.
pub(crate) fn last_line(bench: &Bench, command: &Command) -> Result<String> {
    let mut through = Command::new("env");
    shell(&mut through, "\"$@\" | tail -n 1", command);
    bench.read(&mut through)
}

/// Has `outer` run the command by a shell in this way.
fn shell(outer: &mut Command, way: &str, command: &Command) {
    let program = [OsStr::new("sh"), "-c".as_ref(), way.as_ref(), "sh".as_ref(), command.get_program()];
    outer.args(program).args(command.get_args());
    outer.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
}

/// Seconds of the processor and bytes of memory.
fn read(said: &str) -> Option<(f64, f64)> {
    let numbers: Option<Vec<f64>> = said.split_whitespace().map(|number| number.parse().ok()).collect();
    match numbers?.as_slice() {
        [user, system, kibibytes] => Some((user + system, kibibytes * 1024.0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_time_says_is_seconds_and_bytes() {
        assert_eq!(read("1.50 0.25 2048\n"), Some((1.75, 2_097_152.0)));
        assert_eq!(read("Command terminated by signal 9\n1.50 0.25 2048\n"), None);
    }
}
