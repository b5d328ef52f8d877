//! `cargo xtask test`: everything that CI checks, stage by stage.

use std::{
    ffi::OsString,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use nudged_toolchain::shell::Shell;

use crate::{book, guests, languages, layout::host_cargo, paths::Paths, servers::Servers};

/// Runs all stages, or, with arguments for `cargo test`, only the tests that they choose.
pub(crate) fn test(shell: &Shell, paths: &Paths, arguments: &[OsString]) -> Result<()> {
    let stages = Stages { shell, paths };
    if arguments.is_empty() {
        stages.checks()?;
    } else {
        eprintln!("with arguments: only the tests, no checks");
    }
    stages.guests()?;
    stages.host()?;
    let languages = arguments.is_empty() && stages.languages()?;
    let servers = stages.stage("servers", || Servers::start(shell, paths))?;
    stages.stage("tests", || stages.tests(&servers, arguments, languages))
}

struct Stages<'a> {
    shell: &'a Shell,
    paths: &'a Paths,
}

impl Stages<'_> {
    /// The cheapest first; clippy and doc share what they compile.
    fn checks(&self) -> Result<()> {
        self.optional("format", "rustup component add rustfmt", &["fmt", "--all", "--check"])?;
        let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        self.optional("clippy", "rustup component add clippy", &clippy)?;
        self.stage("documentation", || {
            let mut doc = self.cargo(&["doc", "--workspace", "--no-deps"]);
            self.shell.run(doc.env("RUSTDOCFLAGS", "-Dwarnings"))
        })?;
        self.stage("book", || book::book(self.shell, self.paths).map(drop))?;
        let deny = ["deny", "check", "bans", "licenses", "sources"];
        self.optional("licences and sources", "cargo install cargo-deny --locked", &deny)?;
        if self.shell.read(&mut self.cargo(&["deny", "fetch", "db"])).is_ok() {
            return self.stage("advisories", || self.shell.run(&mut self.cargo(&["deny", "check", "advisories"])));
        }
        self.shell.check()?;
        heading("advisories: SKIPPED, without cargo-deny or the network there is no advisory database");
        Ok(())
    }

    fn guests(&self) -> Result<()> {
        self.stage("guests", || guests::all(self.shell, self.paths))
    }

    /// Cargo builds a package's binary for that package's own integration tests only.
    fn host(&self) -> Result<()> {
        self.stage("host", || self.shell.run(&mut self.cargo(&["build", "--workspace", "--bins"])))
    }

    /// Whether plugins in other languages than Rust can be built here: then a test of them that cannot be run has failed.
    fn languages(&self) -> Result<bool> {
        heading("languages");
        let found = languages::find(self.shell);
        self.shell.check()?;
        if let Err(why) = &found {
            heading(&format!("languages: the tests of plugins in JavaScript and Python are SKIPPED: {why:#}"));
        }
        Ok(found.is_ok())
    }

    fn tests(&self, servers: &Servers, arguments: &[OsString], languages: bool) -> Result<()> {
        let mut cargo = self.cargo(&["test"]);
        if !names_packages(arguments) {
            cargo.arg("--workspace");
        }
        if arguments.is_empty() {
            cargo.arg("--no-fail-fast");
        }
        cargo.args(arguments).envs(servers.env());
        cargo.env("NUDGED_TEST_PLUGINS", self.paths.plugins()).env("NUDGED_TEST_GUESTS", self.paths.test_guests());
        cargo.env("NUDGED_TEST_BIN", self.paths.target.join("debug/nudged"));
        if languages {
            cargo.env("NUDGED_TEST_LANGUAGES", "1");
        }
        let mut counts = Counts::default();
        let result = self.shell.watch(&mut cargo, |line| counts.add(line));
        self.shell.check()?;
        println!("{} passed, {} failed", counts.passed, counts.failed);
        result
    }

    /// A stage that is left out, and says so, where cargo has no such command.
    fn optional(&self, name: &str, install: &str, arguments: &[&str]) -> Result<()> {
        let command = arguments[0];
        if self.shell.read(&mut self.cargo(&[command, "--version"])).is_err() {
            self.shell.check()?;
            heading(&format!("{name}: SKIPPED, there is no cargo {command} ({install})"));
            return Ok(());
        }
        self.stage(name, || self.shell.run(&mut self.cargo(arguments)))
    }

    fn stage<T>(&self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        heading(name);
        let start = Instant::now();
        let done = work().with_context(|| format!("stage {name} failed"))?;
        eprintln!("{name}: well, {}", seconds(start.elapsed()));
        Ok(done)
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = host_cargo(self.paths);
        cargo.args(arguments);
        cargo
    }
}

/// What cargo's test programs say of themselves, added up.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

impl Counts {
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let words: Vec<&str> = result.split_whitespace().collect();
        let count = |what| {
            let pair = words.windows(2).find(|pair| pair[1].trim_end_matches(';') == what)?;
            pair[0].parse::<u64>().ok()
        };
        self.passed += count("passed").unwrap_or(0);
        self.failed += count("failed").unwrap_or(0);
    }
}

/// Whether cargo is told which packages to test.
fn names_packages(arguments: &[OsString]) -> bool {
    let own = arguments.iter().take_while(|argument| *argument != "--").filter_map(|argument| argument.to_str());
    own.into_iter().any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}

fn heading(text: &str) {
    eprintln!("\n== {text}");
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_added_up_over_all_test_programs() {
        let mut counts = Counts::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 10 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 1.20s",
        ] {
            counts.add(line);
        }
        assert_eq!(counts, Counts { passed: 13, failed: 2 });
    }

    #[test]
    fn packages_are_looked_for_before_the_test_programs_own_arguments() {
        let os = |arguments: &[&str]| arguments.iter().map(OsString::from).collect::<Vec<_>>();
        assert!(names_packages(&os(&["-p", "nudged", "store"])));
        assert!(names_packages(&os(&["--package=nudged"])));
        assert!(!names_packages(&os(&["store", "--", "-p"])));
    }
}
