//! Components that were built with WASI: what they may import, and that there is nothing behind it.

use std::{sync::Arc, time::Duration};

use nudged::{
    model::{Fault, FaultKind, Finding, Instant},
    plugin::{Context, Strategy},
};
use nudged_tests::{Log, PluginsFolder, batch, context};

use super::handmade;

const STDOUT: &str = r#"(import "wasi:cli/stdout@0.2.6" "get-stdout" (func $stdout (result i32)))"#;
const STDERR: &str = r#"(import "wasi:cli/stderr@0.2.6" "get-stderr" (func $stderr (result i32)))"#;
const WRITE: &str = r#"(import "wasi:io/streams@0.2.6" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))"#;
const EXIT: &str = r#"(import "wasi:cli/exit@0.2.6" "exit" (func $exit (param i32)))"#;

/// Writes these bytes of the guest's memory to a stream.
fn write(stream: &str, at: usize, length: usize) -> String {
    format!("(call $write (call {stream}) (i32.const {at}) (i32.const {length}) (i32.const 64512))")
}

fn data(at: usize, text: &str) -> String {
    let text: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    format!(r#"(data (i32.const {at}) "{text}")"#)
}

async fn strategy(bytes: &[u8], folder: &PluginsFolder) -> Arc<dyn Strategy> {
    let admission = folder.admit(bytes).await.unwrap_or_else(|refusal| panic!("{refusal}"));
    admission.strategy().expect("a strategy")
}

async fn call(bytes: &[u8]) -> Result<Vec<Finding>, Fault> {
    strategy(bytes, &PluginsFolder::default()).await.evaluate(batch(["s1"]), &context()).await
}

/// What a component finds that makes a number of milliseconds of what it is told.
async fn told(bytes: &[u8]) -> Instant {
    let found = call(bytes).await.unwrap_or_else(|fault| panic!("{fault}"));
    found[0].since.expect("an instant")
}

async fn refused(imports: &str, reason: &str) {
    let export = r#"(instance $i) (export "nudged:plugin/share-evaluation@0.1.0" (instance $i))"#;
    let bytes = wat::parse_str(format!("(component {imports} {export})")).expect("the text is a component");
    let refusal = PluginsFolder::default().admit(&bytes).await.err().unwrap_or_else(|| panic!("admitted: {imports}"));
    assert!(refusal.reason.contains(reason), "{:?} does not say {reason:?}", refusal.reason);
}

#[tokio::test]
async fn there_are_no_arguments_no_environment_and_no_files() {
    let empty = handmade::telling(
        r#"(import "wasi:cli/environment@0.2.6" "get-environment" (func $environment (param i32)))
        (import "wasi:cli/environment@0.2.6" "get-arguments" (func $arguments (param i32)))
        (import "wasi:cli/environment@0.2.6" "initial-cwd" (func $cwd (param i32)))
        (import "wasi:filesystem/preopens@0.2.6" "get-directories" (func $directories (param i32)))
        (import "wasi:filesystem/types@0.2.6" "[method]descriptor.is-same-object"
            (func $same (param i32 i32) (result i32)))
        (func $count (result i32)
            (call $environment (i32.const 1024))
            (call $arguments (i32.const 1032))
            (call $directories (i32.const 1040))
            (call $cwd (i32.const 1048))
            (i32.add (i32.load (i32.const 1028)) (i32.add (i32.load (i32.const 1036))
                (i32.add (i32.load (i32.const 1044)) (i32.load8_u (i32.const 1048))))))"#,
        "(i64.extend_i32_u (call $count))",
    );
    assert_eq!(told(&empty).await, Instant::UNIX_EPOCH, "all lists are empty");
}

#[tokio::test]
async fn standard_input_is_closed() {
    let reads = handmade::telling(
        r#"(import "wasi:cli/stdin@0.2.6" "get-stdin" (func $stdin (result i32)))
        (import "wasi:io/streams@0.2.6" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
        (func $closed (result i32)
            (call $read (call $stdin) (i64.const 100) (i32.const 1024))
            (i32.add (i32.mul (i32.load8_u (i32.const 1024)) (i32.const 10)) (i32.load8_u (i32.const 1028))))"#,
        "(i64.extend_i32_u (call $closed))",
    );
    // An error (1), and of errors the second (1): closed.
    assert_eq!(told(&reads).await.timestamp_millis(), 11);
}

#[tokio::test]
async fn the_wall_clock_stands_at_the_calls_instant() {
    let clock = handmade::telling(
        r#"(import "wasi:clocks/wall-clock@0.2.6" "now" (func $now (param i32)))
        (func $millis (result i64)
            (call $now (i32.const 1024))
            (i64.mul (i64.load (i32.const 1024)) (i64.const 1000)))"#,
        "(call $millis)",
    );
    let strategy = strategy(&clock, &PluginsFolder::default()).await;
    let later: Instant = "2031-01-02T03:04:05Z".parse().expect("an instant");
    for context in [context(), Context { now: later, ..context() }] {
        let found = strategy.evaluate(batch(["s1"]), &context).await.expect("an answer");
        assert_eq!(found[0].since, Some(context.now));
    }
}

#[tokio::test]
async fn random_numbers_are_the_same_in_every_call() {
    let draw = |import: &str, function: &str| {
        let field = format!(r#"(import "wasi:random/{import}@0.2.6" "{function}" (func $draw (result i64)))"#);
        // The second one that is drawn, and no more of it than an instant has place for.
        handmade::telling(&field, "(i64.and (call $draw) (i64.and (call $draw) (i64.const 0x7fffffffff)))")
    };
    let mut drawn = Vec::new();
    for (import, function) in [("random", "get-random-u64"), ("insecure", "get-insecure-random-u64")] {
        let bytes = draw(import, function);
        let once = told(&bytes).await;
        assert_eq!(told(&bytes).await, once, "{import}");
        drawn.push(once);
    }
    assert_ne!(drawn[0], drawn[1]);
    let seed = handmade::telling(
        r#"(import "wasi:random/insecure-seed@0.2.6" "insecure-seed" (func $seed (param i32)))
        (func $low (result i64) (call $seed (i32.const 1024)) (i64.load32_u (i32.const 1024)))"#,
        "(call $low)",
    );
    assert_eq!(told(&seed).await, told(&seed).await);
}

#[tokio::test]
async fn more_random_numbers_than_anybody_needs_are_a_fault() {
    let greedy = handmade::with_wasi(
        r#"(import "wasi:random/random@0.2.6" "get-random-bytes" (func $bytes (param i64 i32)))"#,
        "(call $bytes (i64.const 0x200000) (i32.const 1024)) unreachable",
    );
    let fault = call(&greedy).await.expect_err("a fault");
    assert!(fault.detail.contains("requested len 2097152 exceeds limit 1048576"), "{fault}");
}

#[tokio::test]
async fn what_goes_to_the_standard_streams_is_in_the_log_under_the_plugins_name() {
    let (said, more) = ("an answer\nin two \u{1b}[31mlines", "a warning\n");
    let fields = [STDOUT, STDERR, WRITE, &data(2048, said), &data(3072, more)].concat();
    let body = [write("$stdout", 2048, said.len()), write("$stderr", 3072, more.len())].concat();
    let speaks = handmade::telling(&fields, &format!("(block (result i64) {body} (i64.const 7))"));
    let strategy = strategy(&speaks, &PluginsFolder::default()).await;
    let log = Log::default();
    let guard = log.capture();
    strategy.evaluate(batch(["s1"]), &context()).await.expect("an answer");
    drop(guard);
    let log = log.text();
    let line = |level: &str, text: &str| {
        let found = log.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text:?} in {log}"));
        assert!(found.contains(level) && found.contains(r#"plugin="by-hand""#), "{found}");
    };
    line("INFO", r#""an answer""#);
    line("INFO", r#""in two \u{1b}[31mlines""#);
    line("WARN", r#""a warning""#);
    assert_eq!(log.lines().count(), 3, "{log}");
}

#[tokio::test]
async fn a_traceback_reaches_the_fault() {
    let said = "Traceback (most recent call last):\n  line 7\nKeyError: 'owner'\n";
    let fields = [STDERR, WRITE, &data(2048, said)].concat();
    let fails = handmade::with_wasi(&fields, &[&write("$stderr", 2048, said.len()), "unreachable"].concat());
    let fault = call(&fails).await.expect_err("a fault");
    assert_eq!(fault.kind, FaultKind::Trap);
    let text = "Traceback (most recent call last):   line 7 KeyError: 'owner': wasm trap: ";
    assert!(fault.detail.starts_with(text), "{fault}");
}

#[tokio::test]
async fn an_exit_is_a_fault_with_its_status_and_the_last_words() {
    for (status, text) in [(1, "giving up: exited with status 1"), (0, "giving up: exited with status 0")] {
        let fields = [STDERR, WRITE, EXIT, &data(2048, "giving up")].concat();
        let body = format!("{} (call $exit (i32.const {status})) unreachable", write("$stderr", 2048, 9));
        let fault = call(&handmade::with_wasi(&fields, &body)).await.expect_err("a fault");
        assert_eq!((fault.kind, fault.detail.as_str()), (FaultKind::Trap, text));
    }
}

#[tokio::test]
async fn a_flood_on_a_standard_stream_is_cut_off() {
    let fields = [STDOUT, WRITE, &data(2048, "a flood\n")].concat();
    let body = format!(
        "(loop $next {} (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $at) (i32.const 200)))) unreachable",
        write("$stdout", 2048, 8)
    );
    let mut folder = PluginsFolder::default();
    folder.limits.log_bytes = 1000;
    let strategy = strategy(&handmade::with_wasi(&fields, &body), &folder).await;
    let log = Log::default();
    let guard = log.capture();
    strategy.evaluate(batch(["s1"]), &context()).await.expect_err("a trap at its end");
    drop(guard);
    assert_eq!(log.text().matches("a flood").count(), 1000 / (64 + "a flood".len()));
}

#[tokio::test]
async fn more_than_a_stream_takes_at_one_time_is_a_fault() {
    let write =
        r#"(import "wasi:io/streams@0.2.6" "[method]output-stream.write" (func $write (param i32 i32 i32 i32)))"#;
    let fields = [STDOUT, write].concat();
    let body = "(call $write (call $stdout) (i32.const 0) (i32.const 65537) (i32.const 1024)) unreachable";
    let fault = call(&handmade::with_wasi(&fields, body)).await.expect_err("a fault");
    assert!(fault.detail.contains("wrote more to a standard stream than it takes at one time"), "{fault}");
}

#[tokio::test]
async fn a_sleep_ends_with_the_calls_wall_limit() {
    let sleeps =
        handmade::with_wasi(handmade::SLEEP, "(call $block (call $after (i64.const 3600000000000))) unreachable");
    let folder = PluginsFolder::default().strategy_wall(Duration::from_millis(300));
    let fault = strategy(&sleeps, &folder).await.evaluate(batch(["s1"]), &context()).await.expect_err("a fault");
    assert_eq!(
        (fault.kind, fault.detail.as_str()),
        (FaultKind::Timeout, "ran for more than 300ms (plugins.limits.strategy_wall)")
    );
}

#[tokio::test]
async fn what_reaches_the_network_is_refused_by_name() {
    let http = "imports wasi:http/outgoing-handler@0.2.6: a plugin has HTTP through nudged:plugin/http alone";
    refused(r#"(import "wasi:http/outgoing-handler@0.2.6" (instance))"#, http).await;
    for name in ["tcp", "udp", "network", "ip-name-lookup"] {
        let text = format!("imports wasi:sockets/{name}@0.2.6: a plugin has no sockets");
        refused(&format!(r#"(import "wasi:sockets/{name}@0.2.6" (instance))"#), &text).await;
    }
}

#[tokio::test]
async fn what_of_wasi_is_not_known_is_refused_by_name() {
    for name in ["wasi:keyvalue/store@0.2.0", "wasi:nn/graph@0.2.0", "wasi:cli/run@0.2.6", "wasi:clocks/timezone@0.2.6"]
    {
        let text = format!("imports {name}: a plugin has of WASI only io, clocks, random, cli and what is harmless");
        refused(&format!(r#"(import "{name}" (instance))"#), &text).await;
    }
    for name in ["wasi:cli/stdout@0.3.0", "wasi:io/streams@0.2.0-rc-2023-11-10", "wasi:cli/stdout"] {
        let text = format!("imports {name}, but of WASI this daemon knows 0.2 alone: build for wasm32-wasip2");
        refused(&format!(r#"(import "{name}" (instance))"#), &text).await;
    }
}

#[tokio::test]
async fn functions_that_reach_files_are_refused_by_name() {
    let functions = ["open-at", "create-directory-at", "unlink-file-at", "rename-at", "read-directory", "stat-at"];
    for function in functions {
        let files = format!(
            r#"(import "wasi:filesystem/types@0.2.6" (instance
                (export "descriptor" (type $descriptor (sub resource)))
                (export "[method]descriptor.{function}" (func (param "self" (borrow $descriptor))))))"#
        );
        let text = format!(
            "imports [method]descriptor.{function} of wasi:filesystem/types@0.2.6: a plugin has no files; leave out"
        );
        refused(&files, &text).await;
    }
}
