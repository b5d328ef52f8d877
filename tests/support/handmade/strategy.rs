//! Strategies that misbehave when they are started or called.

use super::module::{ANSWER, FINDINGS, LETTER, Module, ZEROS};

/// Bytes of a finding, and where its fields are, as the component model lays it out.
const FINDING: u32 = 104;
const REASON: u32 = 4;
const SINCE: u32 = 16;
const SINCE_VALUE: u32 = 24;
const TEXT: u32 = 56;

/// Answers twice with the same reason about the first share.
pub fn repeats_itself() -> Vec<u8> {
    answering(2, &[(REASON, LETTER), (REASON + 4, 1)])
}

/// Answers with an instant that no calendar has.
pub fn is_out_of_time() -> Vec<u8> {
    answering(1, &[(REASON, LETTER), (REASON + 4, 1), (SINCE, 1), (SINCE_VALUE + 4, 0x7fff_ffff)])
}

/// Answers with 1,600 findings that share one text of 64 KiB: 100 MiB once each has its own.
pub fn unfolds() -> Vec<u8> {
    answering(1_600, &[(REASON, LETTER), (REASON + 4, 1), (TEXT, ZEROS), (TEXT + 4, 0x1_0000)])
}

/// Answers with a reason that is no UTF-8.
pub fn says_no_text() -> Vec<u8> {
    answering(1, &[(REASON, LETTER), (REASON + 4, 2)])
}

/// Answers with a text of a gigabyte, of which its memory holds the first pages.
pub fn claims_a_gigabyte() -> Vec<u8> {
    answering(1, &[(REASON, LETTER), (REASON + 4, 1), (TEXT, ZEROS), (TEXT + 4, 1 << 30)])
}

/// Claims ten million findings, of which its memory holds a few thousand.
pub fn claims_findings() -> Vec<u8> {
    Module { evaluate: listing(10_000_000), ..Module::default() }.component()
}

/// Hands over as many findings as fit into its memory, which is as large as it may be.
pub fn fills_memory_with_findings() -> Vec<u8> {
    Module { evaluate: listing(600_000), pages: 1000, ..Module::default() }.component()
}

/// Never gives back what it borrowed.
pub fn keeps_the_batch() -> Vec<u8> {
    Module { evaluate: format!("(i32.const {ANSWER})"), ..Module::default() }.component()
}

/// Runs for ever before it is asked anything.
pub fn loops_in_start() -> Vec<u8> {
    let fields = "(func $init (loop $again (br $again))) (start $init)".to_owned();
    Module { fields, ..Module::default() }.component()
}

/// Asks for ever more memory before it is asked anything.
pub fn swells_in_start() -> Vec<u8> {
    let fields = "(func $init (loop $again (drop (memory.grow (i32.const 16))) (br $again))) (start $init)".to_owned();
    Module { fields, ..Module::default() }.component()
}

/// Runs for ever when the host asks it for a place for the parameters.
pub fn loops_in_realloc() -> Vec<u8> {
    Module { realloc: "(loop $again (br $again)) unreachable".to_owned(), ..Module::default() }.component()
}

/// Calls itself until the stack is used up.
pub fn recurses() -> Vec<u8> {
    let fields = "(func $down (param i32) (result i32)
        (i32.add (i32.const 1) (call $down (i32.add (local.get 0) (i32.const 1)))))";
    Module { evaluate: "(call $down (i32.const 0))".to_owned(), fields: fields.to_owned(), ..Module::default() }
        .component()
}

/// Makes handles of a resource of its own and lets go of none: the host keeps the table of them.
pub fn leaves_handles() -> Vec<u8> {
    Module {
        imports: r#"(import "[export]more:bomb/bomb" "[resource-new]thing" (func $new (param i32) (result i32)))"#
            .to_owned(),
        evaluate: "(loop $again (drop (call $new (i32.const 1))) (br $again)) unreachable".to_owned(),
        more: "package more:bomb;
            interface bomb { resource thing; }
            world bomb-strategy { include nudged:plugin/share-strategy@0.1.0; export bomb; }",
        ..Module::default()
    }
    .component()
}

/// Answers with this many findings, all zero but for these words (offset and value).
fn answering(findings: u32, words: &[(u32, u32)]) -> Vec<u8> {
    let stores: String = words
        .iter()
        .map(|(offset, value)| format!("(i32.store offset={offset} (local.get $at) (i32.const {value}))\n"))
        .collect();
    let end = FINDINGS + findings * FINDING;
    let fill = format!(
        "(local.set $at (i32.const {FINDINGS}))
        (loop $next
            {stores}
            (local.set $at (i32.add (local.get $at) (i32.const {FINDING})))
            (br_if $next (i32.lt_u (local.get $at) (i32.const {end}))))"
    );
    Module { evaluate: fill + &listing(findings), ..Module::default() }.component()
}

/// The end of `evaluate`: a list of so many findings.
fn listing(findings: u32) -> String {
    format!(
        "(call $drop (local.get $batch))
        (i32.store offset=4 (i32.const {ANSWER}) (i32.const {FINDINGS}))
        (i32.store offset=8 (i32.const {ANSWER}) (i32.const {findings}))
        (i32.const {ANSWER})"
    )
}
