//! Strategies written by hand that import WASI or carry cases of their own.

use std::path::PathBuf;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const MANIFEST: &str = r#"{"name":"by-hand","version":"1.0.0","kind":"share-strategy"}"#;

/// Addresses in the guest's memory: the answer of `evaluate`, a place for what the host hands over, a letter, the
/// findings.
const ANSWER: u32 = 0x6000;
const HEAP: u32 = 0x6100;
const LETTER: u32 = 0x7000;
const FINDINGS: u32 = 0x8000;
/// Two megabytes behind those, for the cases of one that carries any.
const CASES: u32 = 0x10_0000;

/// Bytes of a finding, and where its fields are, as the component model lays it out.
const REASON: u32 = 4;
const SINCE: u32 = 16;
const SINCE_VALUE: u32 = 24;

/// Has a memory of this many pages of 64 KiB from the start.
pub(super) fn starting_with(pages: u32) -> Vec<u8> {
    encode("share-strategy", module_with(pages, MANIFEST, "", "unreachable"))
}

/// Imports of WASI's, and what evaluates with them: it leaves an address for the answer on the stack.
pub(super) fn with_wasi(fields: &str, evaluate: &str) -> Vec<u8> {
    encode("by-hand", module(MANIFEST, fields, evaluate))
}

/// The same that answers with one finding, about the first share, since this number of milliseconds.
pub(super) fn telling(fields: &str, since: &str) -> Vec<u8> {
    with_wasi(fields, &told(since))
}

/// Ends `evaluate` with one finding, about the first share, since this number of milliseconds.
fn told(since: &str) -> String {
    format!(
        "(call $drop (local.get $batch))
        (i32.store offset={REASON} (i32.const {FINDINGS}) (i32.const {LETTER}))
        (i32.store offset={} (i32.const {FINDINGS}) (i32.const 1))
        (i32.store offset={SINCE} (i32.const {FINDINGS}) (i32.const 1))
        (i64.store offset={SINCE_VALUE} (i32.const {FINDINGS}) {since})
        (i32.store offset=4 (i32.const {ANSWER}) (i32.const {FINDINGS}))
        (i32.store offset=8 (i32.const {ANSWER}) (i32.const 1))
        (i32.const {ANSWER})",
        REASON + 4
    )
}

/// A component of the world `share-strategy` that carries these cases.
pub(crate) fn carrying(cases: &str, evaluate: &str) -> Vec<u8> {
    encode("tested", module(MANIFEST, &gives(cases), evaluate))
}

/// The same that waits for so many milliseconds whenever it evaluates, and finds something of the first share.
pub(super) fn dawdling(cases: &str, millis: u64) -> Vec<u8> {
    let nanos = millis * 1_000_000;
    let evaluate = format!("(call $block (call $after (i64.const {nanos}))) {}", finding());
    encode("tested", module(MANIFEST, &format!("{SLEEP} {}", gives(cases)), &evaluate))
}

/// What sleeping takes: `(call $block (call $after (i64.const NANOSECONDS)))`.
pub(super) const SLEEP: &str = r#"
    (import "wasi:clocks/monotonic-clock@0.2.6" "subscribe-duration" (func $after (param i64) (result i32)))
    (import "wasi:io/poll@0.2.6" "[method]pollable.block" (func $block (param i32)))"#;

/// One whose cases cannot be had.
pub(super) fn keeping_its_cases() -> Vec<u8> {
    let fields = r#"(func (export "nudged:plugin/self-test@0.1.0#cases") (result i32) unreachable)"#;
    encode("tested", module(MANIFEST, fields, "unreachable"))
}

/// Finds something of the first share: `a`, of the severity that is not known, since 1970.
pub(crate) fn finding() -> String {
    told("(i64.const 0)")
}

/// The function `cases` that answers with this text.
fn gives(cases: &str) -> String {
    let (text, length) = (escaped(cases), cases.len());
    format!(
        r#"(func (export "nudged:plugin/self-test@0.1.0#cases") (result i32)
            (i32.store (i32.const 1024) (i32.const {CASES}))
            (i32.store (i32.const 1028) (i32.const {length}))
            (i32.const 1024))
        (data (i32.const {CASES}) "{text}")"#
    )
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("\\{byte:02x}")).collect()
}

/// Makes so many of its own resources, and drops each at once or not at all, then answers.
pub(super) fn makes_things(count: u32, drops: bool) -> Vec<u8> {
    let fields = r#"
        (import "[export]nudged:by-hand/things" "[resource-new]thing" (func $new (param i32) (result i32)))
        (import "[export]nudged:by-hand/things" "[resource-drop]thing" (func $forget (param i32)))
        (func (export "nudged:by-hand/things#[constructor]thing") (result i32) unreachable)"#;
    let end = if drops { "call $forget" } else { "drop" };
    let evaluate = format!(
        "(loop $next
            (call $new (i32.const 7))
            {end}
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $at) (i32.const {count}))))
        {}",
        told("(i64.const 0)")
    );
    encode("owner", module(MANIFEST, fields, &evaluate))
}

fn module(manifest: &str, fields: &str, evaluate: &str) -> Vec<u8> {
    module_with(48, manifest, fields, evaluate)
}

fn module_with(pages: u32, manifest: &str, fields: &str, evaluate: &str) -> Vec<u8> {
    let text = escaped(manifest);
    let length = u32::try_from(manifest.len()).expect("a short manifest");
    let module = format!(
        r#"(module
            (import "nudged:plugin/shares@0.1.0" "[resource-drop]share-batch" (func $drop (param i32)))
            {fields}
            (memory (export "memory") {pages})
            (data (i32.const 16) "{text}")
            (data (i32.const {LETTER}) "a")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const {HEAP}))
            (func (export "nudged:plugin/plugin@0.1.0#describe") (result i32)
                (i32.store (i32.const 0) (i32.const 16))
                (i32.store (i32.const 4) (i32.const {length}))
                (i32.const 0))
            (func (export "nudged:plugin/share-evaluation@0.1.0#evaluate")
                (param $batch i32) (param $now i64) (param $today i32) (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                {evaluate}))"#
    );
    wat::parse_str(module).expect("the text is a module")
}

fn encode(world: &str, mut module: Vec<u8>) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let wit = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../wit/v0.1");
    let (released, _) = resolve.push_dir(wit).expect("the folder holds one sound package");
    let by_hand = resolve.push_str("wasi.wit", include_str!("wasi.wit")).expect("sound packages");
    let package = if world == "share-strategy" { released } else { by_hand };
    let world = resolve.select_world(&[package], Some(world)).expect("the world");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("the world goes in");
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .expect("a module of the world")
        .encode()
        .expect("encodes")
}
