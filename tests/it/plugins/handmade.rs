//! Strategies written by hand in WebAssembly's text form: for what no SDK would let a guest do.

use std::path::PathBuf;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const MANIFEST: &str = r#"{"name":"by-hand","version":"1.0.0","kind":"share-strategy"}"#;

/// Addresses in the guest's memory: the answer of `evaluate`, a place for what the host hands over, a letter, the
/// findings, and 64 KiB of zeros behind them.
const ANSWER: u32 = 0x6000;
const HEAP: u32 = 0x6100;
const LETTER: u32 = 0x7000;
const FINDINGS: u32 = 0x8000;
const ZEROS: u32 = 0xe_0000;

/// Bytes of a finding, and where its fields are, as the component model lays it out.
const FINDING: u32 = 104;
const REASON: u32 = 4;
const SINCE: u32 = 16;
const SINCE_VALUE: u32 = 24;
const TEXT: u32 = 56;

/// A component of the world `share-strategy` that describes itself with this text.
pub(super) fn describing(manifest: &str) -> Vec<u8> {
    strategy(manifest, "unreachable")
}

/// Has a memory of this many pages of 64 KiB from the start.
pub(super) fn starting_with(pages: u32) -> Vec<u8> {
    with_memory(pages, MANIFEST, "unreachable")
}

/// Answers twice with the same reason about the first share.
pub(super) fn repeats_itself() -> Vec<u8> {
    answering(2, &[(REASON, LETTER), (REASON + 4, 1)])
}

/// Answers with an instant that no calendar has.
pub(super) fn is_out_of_time() -> Vec<u8> {
    answering(1, &[(REASON, LETTER), (REASON + 4, 1), (SINCE, 1), (SINCE_VALUE + 4, 0x7fff_ffff)])
}

/// Answers with 1,600 findings that share one text of 64 KiB: 100 MiB once each has its own.
pub(super) fn unfolds() -> Vec<u8> {
    answering(1_600, &[(REASON, LETTER), (REASON + 4, 1), (TEXT, ZEROS), (TEXT + 4, 0x1_0000)])
}

/// Answers with this many findings, all zero but for these words (offset and value).
fn answering(findings: u32, words: &[(u32, u32)]) -> Vec<u8> {
    let stores: String = words
        .iter()
        .map(|(offset, value)| format!("(i32.store offset={offset} (local.get $at) (i32.const {value}))\n"))
        .collect();
    let end = FINDINGS + findings * FINDING;
    let body = format!(
        "(call $drop (local.get $batch))
        (local.set $at (i32.const {FINDINGS}))
        (loop $next
            {stores}
            (local.set $at (i32.add (local.get $at) (i32.const {FINDING})))
            (br_if $next (i32.lt_u (local.get $at) (i32.const {end}))))
        (i32.store offset=4 (i32.const {ANSWER}) (i32.const {FINDINGS}))
        (i32.store offset=8 (i32.const {ANSWER}) (i32.const {findings}))
        (i32.const {ANSWER})"
    );
    strategy(MANIFEST, &body)
}

fn strategy(manifest: &str, evaluate: &str) -> Vec<u8> {
    with_memory(16, manifest, evaluate)
}

fn with_memory(pages: u32, manifest: &str, evaluate: &str) -> Vec<u8> {
    let text: String = manifest.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    let length = u32::try_from(manifest.len()).expect("a short manifest");
    let module = format!(
        r#"(module
            (import "nudged:plugin/shares@0.1.0" "[resource-drop]share-batch" (func $drop (param i32)))
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
    encode(wat::parse_str(module).expect("the text is a module"))
}

fn encode(mut module: Vec<u8>) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let wit = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../wit/v0.1");
    let (package, _) = resolve.push_dir(wit).expect("the folder holds one sound package");
    let world = resolve.select_world(&[package], Some("share-strategy")).expect("the world");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("the world goes in");
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .expect("a module of the world")
        .encode()
        .expect("encodes")
}
