//! Manifests that say nothing sound, or too much.

use super::module::{Module, TEXT};

/// A strategy that describes itself with these bytes and traps when it is called.
pub fn describing(manifest: impl AsRef<[u8]>) -> Vec<u8> {
    let manifest = manifest.as_ref().to_vec();
    Module { length: manifest.len(), manifest, evaluate: "unreachable".to_owned(), ..Module::default() }.component()
}

/// The same with a text in the middle that stands there so many times: longer than a component should be.
///
/// # Panics
/// If it does not fit into 64 MiB.
pub fn describing_at_length(head: &str, unit: &str, times: usize, tail: &str) -> Vec<u8> {
    let length = head.len() + unit.len() * times + tail.len();
    let number = |value: usize| u32::try_from(value).expect("less than 4 GiB");
    let (start, unit_length) = (TEXT + number(head.len()), number(unit.len()));
    // The texts lie behind what is made of them.
    let store = TEXT + number(length) + 0x1_0000;
    let end = start + number(unit.len() * times);
    let (tail_at, tail_length) = (store + unit_length, number(tail.len()));
    let escape = |text: &str| text.bytes().map(|byte| format!("\\{byte:02x}")).collect::<String>();
    Module {
        manifest: head.as_bytes().to_vec(),
        prepare: format!(
            "(local.set $at (i32.const {start}))
            (loop $next
                (memory.copy (local.get $at) (i32.const {store}) (i32.const {unit_length}))
                (local.set $at (i32.add (local.get $at) (i32.const {unit_length})))
                (br_if $next (i32.lt_u (local.get $at) (i32.const {end}))))
            (memory.copy (i32.const {end}) (i32.const {tail_at}) (i32.const {tail_length}))"
        ),
        length,
        evaluate: "unreachable".to_owned(),
        fields: format!("(data (i32.const {store}) \"{}{}\")", escape(unit), escape(tail)),
        pages: (tail_at + tail_length) / 0x1_0000 + 1,
        ..Module::default()
    }
    .component()
}

/// The manifest of `by-hand` with these parameters.
fn with_parameters(schema: &str) -> String {
    format!(r#"{{"name":"by-hand","version":"1.0.0","kind":"share-strategy","parameters":{schema}}}"#)
}

/// A strategy whose parameters are an array in an array, so many times over.
pub fn nested(depth: usize) -> Vec<u8> {
    let manifest = with_parameters("");
    let (head, tail) = manifest.split_at(manifest.len() - 1);
    describing_at_length(head, "[", depth, &("]".repeat(depth) + tail))
}

/// A strategy whose schema forks thirty times over: checking parameters against it would take a thousand million steps.
pub fn unfolding_schema() -> Vec<u8> {
    let forks = (1..=30).map(|number| {
        let before = number - 1;
        format!(r##""a{number}":{{"anyOf":[{{"$ref":"#/$defs/a{before}"}},{{"$ref":"#/$defs/a{before}"}}]}}"##)
    });
    let defs = forks.collect::<Vec<_>>().join(",");
    describing(with_parameters(&format!(r##"{{"$defs":{{"a0":{{"minProperties":1}},{defs}}},"$ref":"#/$defs/a30"}}"##)))
}
