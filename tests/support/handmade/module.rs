//! A core module of the world `share-strategy` in WebAssembly's text form, and the component around it.

use std::path::PathBuf;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The manifest of strategies that misbehave elsewhere.
pub(super) const MANIFEST: &str = r#"{"name":"by-hand","version":"1.0.0","kind":"share-strategy"}"#;

/// Addresses in the guest's memory: the manifest, the answer of `evaluate`, a place for what the host hands over, a
/// letter, the findings, and zeros behind them.
pub(super) const TEXT: u32 = 16;
pub(super) const ANSWER: u32 = 0x6000;
pub(super) const HEAP: u32 = 0x6100;
pub(super) const LETTER: u32 = 0x7000;
pub(super) const FINDINGS: u32 = 0x8000;
pub(super) const ZEROS: u32 = 0xe_0000;

/// The parts of the module; each is text.
#[derive(Debug, Clone)]
pub struct Module {
    /// Bytes of the manifest, as far as they are data.
    pub manifest: Vec<u8>,
    /// What `describe` does first, and the length that it claims.
    pub prepare: String,
    /// See [`prepare`](Self::prepare).
    pub length: usize,
    /// The body of `evaluate`, with the locals `$batch` and `$at`; it may call `$drop`.
    pub evaluate: String,
    /// The body of `cabi_realloc`.
    pub realloc: String,
    /// More imports.
    pub imports: String,
    /// More fields of the module.
    pub fields: String,
    /// Pages of memory.
    pub pages: u32,
    /// WIT of more interfaces that the world has, if any.
    pub more: &'static str,
}

impl Default for Module {
    /// Finds nothing.
    fn default() -> Self {
        Self {
            manifest: MANIFEST.into(),
            prepare: String::new(),
            length: MANIFEST.len(),
            evaluate: format!("(call $drop (local.get $batch)) (i32.const {ANSWER})"),
            realloc: format!("(i32.const {HEAP})"),
            imports: String::new(),
            fields: String::new(),
            pages: 16,
            more: "",
        }
    }
}

impl Module {
    /// The component.
    ///
    /// # Panics
    /// If a part is no WebAssembly.
    pub fn component(&self) -> Vec<u8> {
        let text: String = self.manifest.iter().map(|byte| format!("\\{byte:02x}")).collect();
        let Self { prepare, length, evaluate, realloc, imports, fields, pages, more, .. } = self;
        let module = format!(
            r#"(module
            (import "nudged:plugin/shares@0.1.0" "[resource-drop]share-batch" (func $drop (param i32)))
            {imports}
            (memory (export "memory") {pages})
            (data (i32.const {TEXT}) "{text}")
            (data (i32.const {LETTER}) "a\ff")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {realloc})
            (func (export "nudged:plugin/plugin@0.1.0#describe") (result i32)
                (local $at i32)
                {prepare}
                (i32.store (i32.const 0) (i32.const {TEXT}))
                (i32.store (i32.const 4) (i32.const {length}))
                (i32.const 0))
            (func (export "nudged:plugin/share-evaluation@0.1.0#evaluate")
                (param $batch i32) (param $now i64) (param $today i32) (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                {evaluate})
            {fields})"#
        );
        encode(wat::parse_str(module).expect("the text is a module"), more)
    }
}

fn encode(mut module: Vec<u8>, more: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let wit = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../wit/v0.1");
    let (package, _) = resolve.push_dir(wit).expect("the folder holds one sound package");
    let world = match more {
        "" => resolve.select_world(&[package], Some("share-strategy")),
        more => {
            let own = resolve.push_str("more.wit", more).expect("sound WIT");
            resolve.select_world(&[own], None)
        }
    };
    let world = world.expect("the world");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("the world goes in");
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .expect("a module of the world")
        .encode()
        .expect("encodes")
}
