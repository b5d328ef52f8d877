//! Manifests that are nearly right, in a component that is: what is behind compiling and linking sees them, too.

use fastrand::Rng;
use nudged_tests::handmade;
use serde_json::{Value, json};

/// Bytes of the manifest, which is filled up with blanks.
const LENGTH: usize = 4096;

/// Words that schemas are made of.
const KEYWORDS: [&str; 22] = [
    "type",
    "properties",
    "items",
    "anyOf",
    "allOf",
    "not",
    "$ref",
    "$defs",
    "a",
    "pattern",
    "patternProperties",
    "enum",
    "minimum",
    "multipleOf",
    "$id",
    "$schema",
    "$dynamicRef",
    "if",
    "then",
    "required",
    "format",
    "uniqueItems",
];

/// Texts that mean something to them.
const TEXTS: [&str; 12] = [
    "#",
    "#/a",
    "#/$defs/a",
    "#/anyOf/0",
    "object",
    "(a+)+$",
    "\\w{1000}{1000}",
    "http://x.test/y",
    "string",
    "column",
    "\u{202e}\u{1b}[2J",
    "",
];

/// A component that describes itself with blanks, in the place of which any manifest goes.
pub(crate) struct Describer {
    component: Vec<u8>,
    at: usize,
}

impl Describer {
    pub(crate) fn new() -> Self {
        let component = handmade::describing([b' '; LENGTH]);
        // The last place: the length before them may hold a byte that reads as one.
        let at = component.windows(LENGTH).rposition(|bytes| bytes == [b' '; LENGTH]).expect("the blanks");
        Self { component, at }
    }

    /// The component with a manifest of random parts.
    pub(crate) fn some(&self, random: &mut Rng) -> Vec<u8> {
        let mut manifest = json!({ "name": "by-hand", "version": "1.0.0", "kind": "share-strategy" });
        manifest["parameters"] = value(random, 0);
        for _ in 0..random.usize(..3) {
            let field = ["name", "version", "kind", "reads", "asks", "hosts", "secrets", "proposes", "x"];
            manifest[field[random.usize(..field.len())]] = value(random, 2);
        }
        let mut text = manifest.to_string().into_bytes();
        if random.u8(..4) == 0 {
            let at = random.usize(..text.len());
            text[at] = random.u8(..);
        }
        text.resize(LENGTH, b' ');
        let mut component = self.component.clone();
        component[self.at..self.at + LENGTH].copy_from_slice(&text);
        component
    }
}

fn value(random: &mut Rng, depth: usize) -> Value {
    let text = |random: &mut Rng| TEXTS[random.usize(..TEXTS.len())];
    match random.u8(..8) {
        0 => json!(text(random)),
        1 => json!(random.i64(..)),
        2 => json!(random.f64()),
        3 => json!(random.bool()),
        4 if depth < 6 => (0..random.usize(..5)).map(|_| value(random, depth + 1)).collect(),
        _ if depth < 6 => {
            let field = |random: &mut Rng| {
                let keyword = KEYWORDS[random.usize(..KEYWORDS.len())];
                let fits = keyword == "$ref" || keyword == "pattern";
                let value = if fits { json!(text(random)) } else { value(random, depth + 1) };
                (keyword.to_owned(), value)
            };
            (0..random.usize(..5)).map(|_| field(random)).collect()
        }
        _ => json!({}),
    }
}
