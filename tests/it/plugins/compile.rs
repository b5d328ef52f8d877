//! Components are compiled by a child, which has limits and may come to any end.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use nudged::{
    clock::SystemClock,
    config::{Limits, PluginsConfig},
    plugin::{Compiler, PluginEngine, Refusal, Registry},
};
use nudged_tests::{PluginsFolder, batch, binary, compiler, context, guest, plugin};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::bombs;

/// How long something may take on a busy machine before the test fails.
const DEADLINE: Duration = Duration::from_secs(60);

/// A registry of the folder, with limits for `candidate.wasm`.
fn registry(folder: &PluginsFolder, compiler: Compiler, limits: Limits) -> Registry {
    let limits_for = [("candidate".to_owned(), limits)].into();
    let config =
        PluginsConfig { directory: folder.path(), cache: folder.cache(), limits_for, ..PluginsConfig::default() };
    let engine = PluginEngine::new(&config, compiler).expect("the engine starts");
    Registry::new(engine, &config, false, Arc::new(SystemClock))
}

/// A program in place of the compiler; `$0` is its own path.
struct Program {
    folder: TempDir,
}

impl Program {
    fn new(script: &str) -> Self {
        let program = Self { folder: TempDir::new().expect("a folder") };
        // Written by another process: a file that this one holds open for writing can be started by nobody, and each
        // child that another test starts meanwhile holds it for a moment.
        let text = program.folder.path().join("text");
        fs::write(&text, format!("#!/bin/sh\n{script}\n")).expect("writes");
        let copied = Command::new("install").args(["-m", "700"]).arg(text).arg(program.path()).status();
        assert!(copied.expect("install, of coreutils").success());
        program
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("program")
    }

    fn compiler(&self) -> Compiler {
        Compiler::of(self.path())
    }

    /// What becomes of a sound component.
    async fn refusal(&self, limits: Limits) -> Refusal {
        let folder = PluginsFolder::default();
        folder.put("candidate.wasm", &plugin("webhook"));
        let registry = registry(&folder, self.compiler(), limits);
        registry.rescan().await.expect("the folder is there");
        registry.refusals().pop().expect("a refusal")
    }

    /// The process that it runs as, if it writes that to `$0.pid`.
    async fn process(&self) -> Pid {
        let file = self.path().with_extension("pid");
        let written = || fs::read_to_string(&file).is_ok_and(|text| text.ends_with('\n'));
        until("the program runs", written).await;
        let text = fs::read_to_string(file).expect("is there");
        text.trim().parse().ok().and_then(Pid::from_raw).expect("a process id")
    }
}

/// Waits for a condition of another process.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < DEADLINE, "not within {DEADLINE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn runs(process: Pid) -> bool {
    proc(process, "").exists()
}

fn proc(process: Pid, file: &str) -> PathBuf {
    Path::new("/proc").join(process.as_raw_nonzero().to_string()).join(file)
}

#[test]
fn the_command_compiles_what_is_on_its_standard_input() {
    let run = |input: &[u8]| {
        let mut child = Command::new(binary())
            .args(["compile-component", "--memory", "2147483648", "--seconds", "60"])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), input).expect("it reads");
        child.wait_with_output().expect("it ends")
    };
    let start = Instant::now();
    let Output { status, stdout, stderr } = run(&guest("rejects"));
    println!("{} bytes became {} in {:?}", guest("rejects").len(), stdout.len(), start.elapsed());
    assert!(status.success() && stdout.starts_with(b"\x7fELF") && stderr.is_empty());
    let start = Instant::now();
    let Output { status, stdout, stderr } = run(b"garbage");
    println!("garbage was refused in {:?}", start.elapsed());
    assert_eq!((status.code(), &stdout[..]), (Some(1), &b""[..]));
    assert!(String::from_utf8_lossy(&stderr).starts_with("is not a valid component: "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_component_that_takes_too_long_to_compile_is_refused_and_the_others_are_called_meanwhile() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let limits = Limits { compile_wall: Duration::from_secs(2), ..Limits::default() };
    let registry = Arc::new(registry(&folder, compiler(), limits));
    registry.rescan().await.expect("the folder is there");
    let echo = registry.strategy("echo").expect("serves");
    folder.put("candidate.wasm", &bombs::nested_loops(1000, 1000));
    let scanning = tokio::spawn({
        let registry = Arc::clone(&registry);
        async move { registry.rescan().await.map(drop) }
    });
    let mut calls = 0;
    while !scanning.is_finished() {
        assert_eq!(echo.evaluate(batch(["s1"]), &context()).await.expect("an answer").len(), 1);
        calls += 1;
    }
    scanning.await.expect("no panic").expect("the folder is there");
    assert!(calls > 10, "only {calls} calls in two seconds");
    let refusal = registry.refusals().pop().expect("a refusal");
    assert!(refusal.reason.contains("plugins.limits.compile_wall"), "{refusal}");
    assert!(registry.strategy("echo").is_ok());
}

#[tokio::test]
async fn a_component_that_takes_too_much_memory_to_compile_is_refused_for_good() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let limits = Limits { compile_memory: 64 << 20, ..Limits::default() };
    let registry = registry(&folder, compiler(), limits);
    folder.put("candidate.wasm", &bombs::nested_loops(1000, 1000));
    registry.rescan().await.expect("the folder is there");
    let refusal = registry.refusals().pop().expect("a refusal");
    let text = "takes more than 67108864 bytes of memory to compile: raise plugins.limits.compile_memory";
    assert!(refusal.reason.starts_with(text), "{refusal}");
    assert!(!refusal.passing);
    assert!(registry.strategy("echo").is_ok());
}

#[tokio::test]
async fn whatever_end_the_compiler_comes_to_is_said_once_and_clearly() {
    let floods = "i=0; while [ $i -lt 20000 ]; do echo a line that nobody reads to its end; i=$((i+1)); done";
    let cases = [
        ("echo 'is not a valid component: so it is' >&2; exit 1", "is not a valid component: so it is", false),
        ("kill -KILL $$", "ended from outside (signal 9)", true),
        ("kill -TERM $$", "ended from outside (signal 15)", true),
        ("cat >/dev/null; kill -SEGV $$", "brings the compiler down (signal 11)", false),
        ("kill -XCPU $$", "raise plugins.limits.compile_wall", false),
        ("cat >/dev/null; echo no code", "cannot be loaded", false),
        ("exit 0", "cannot be loaded", false),
        (&format!("({floods}) >&2; exit 1"), "a line that nobody reads", false),
        ("exec cat /dev/zero", "bytes of compiled code", false),
    ];
    for (script, text, passing) in cases {
        let refusal = Program::new(script).refusal(Limits::default()).await;
        assert!(refusal.reason.contains(text), "{script}: {refusal}");
        assert_eq!(refusal.passing, passing, "{script}: {refusal}");
        assert!(refusal.reason.len() < 6_100, "{script}: {} bytes", refusal.reason.len());
    }
}

#[tokio::test]
async fn a_compiler_that_cannot_be_started_is_tried_again() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let program = Program::new(&format!("exec {} \"$@\"", binary().display()));
    let elsewhere = program.path().with_extension("away");
    fs::rename(program.path(), &elsewhere).expect("moves");
    let registry = registry(&folder, program.compiler(), Limits::default());
    registry.rescan().await.expect("the folder is there");
    let refusal = registry.refusals().pop().expect("a refusal");
    assert!(refusal.passing && refusal.reason.starts_with("the compiler cannot be started: "), "{refusal}");
    fs::rename(elsewhere, program.path()).expect("moves back");
    registry.rescan().await.expect("the folder is there");
    assert!(registry.strategy("echo").is_ok());
}

/// The tests' own environment holds the databases' addresses.
#[tokio::test]
async fn the_compiler_inherits_no_environment_no_folder_and_nothing_open() {
    let open = tempfile::NamedTempFile::with_prefix("secret").expect("a file");
    let script = "echo env=[$(tr '\\0' ' ' </proc/$$/environ)] cwd=$(readlink /proc/$$/cwd) \
        open=$(ls -l /proc/$$/fd | grep -c secret) pipes=$(ls -l /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2 | grep -c pipe:) \
        >&2; exit 1";
    let said = Program::new(script).refusal(Limits::default()).await.reason;
    assert_eq!(said, "env=[] cwd=/ open=0 pipes=3");
    drop(open);
}

#[tokio::test]
async fn a_compiler_that_hangs_is_gone_when_its_time_is_over() {
    let program = Program::new("echo $$ >$0.pid; exec sleep 600");
    let limits = Limits { compile_wall: Duration::from_secs(1), ..Limits::default() };
    let refusal = program.refusal(limits).await;
    assert!(refusal.passing, "it had no time on a processor: {refusal}");
    assert!(refusal.reason.contains("because the machine was busy"), "{refusal}");
    assert!(!runs(program.process().await), "not even as a zombie");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compiler_whose_answer_nobody_waits_for_is_ended() {
    let (folder, program) = (PluginsFolder::with_guests(&["echo"]), Program::new("echo $$ >$0.pid; exec sleep 600"));
    let registry = registry(&folder, program.compiler(), Limits::default());
    let process = {
        let scanning = registry.rescan();
        tokio::pin!(scanning);
        tokio::select! {
            _ = &mut scanning => panic!("it sleeps"),
            process = program.process() => process,
        }
    };
    until("it is ended and waited for", || !runs(process)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_compiler_limits_itself_and_a_plugin_whose_compiler_was_killed_serves_later() {
    let folder = PluginsFolder::default();
    folder.put("candidate.wasm", &plugin("webhook"));
    // What it reads first comes through a gate, at which it waits once it has limited itself.
    let binary = binary();
    let binary = binary.display();
    let program = Program::new(&format!(
        "[ -e $0.gate ] && exec {binary} \"$@\"; mkfifo $0.gate; echo $$ >$0.pid; exec {binary} \"$@\" <$0.gate"
    ));
    let limits = Limits { compile_memory: 987_654_144, ..Limits::default() };
    let registry = Arc::new(registry(&folder, program.compiler(), limits));
    let scanning = tokio::spawn({
        let registry = Arc::clone(&registry);
        async move { registry.rescan().await.map(drop) }
    });
    let process = program.process().await;
    let gate = File::options().write(true).open(program.path().with_extension("gate")).expect("somebody reads");
    let told = |file: &str| fs::read_to_string(proc(process, file)).expect("it runs");
    let limit = |name: &str| told("limits").lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()));
    // The last that it does before it reads: it steps back by ten.
    let nice = || told("stat").rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(16).map(str::to_owned));
    until("it has limited itself", || nice().as_deref() == Some("10")).await;
    let words = |name: &str| limit(name).expect(name).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words("Max data size"), ["987654144", "987654144", "bytes"]);
    assert_eq!(words("Max cpu time"), ["61", "62", "seconds"]);
    assert_eq!(words("Max core file size"), ["0", "0", "bytes"]);
    kill_process(process, Signal::KILL).expect("it runs");
    scanning.await.expect("no panic").expect("the folder is there");
    drop(gate);
    let refusal = registry.refusals().pop().expect("a refusal");
    assert!(refusal.passing && refusal.reason.contains("ended from outside (signal 9)"), "{refusal}");
    folder.put("candidate.wasm", &guest("echo"));
    registry.rescan().await.expect("the folder is there");
    assert!(registry.strategy("echo").is_ok());
}
