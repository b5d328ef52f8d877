//! Components and modules that are no plugins, and damage done to those that are.

use wasm_encoder::{
    CodeSection, Component, Function, FunctionSection, Instruction, Module, ModuleSection, TypeSection, ValType,
};

/// A component of this text.
///
/// # Panics
/// If it is none.
pub fn component(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {text})")).expect("the text is a component")
}

/// A core module of this text.
///
/// # Panics
/// If it is none.
pub fn core_module(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {text})")).expect("the text is a module")
}

/// A command of WASI 0.1, as `wasm32-wasip1` makes them.
pub fn wasi_preview_1() -> Vec<u8> {
    core_module(
        r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start") (call $exit (i32.const 0)))"#,
    )
}

/// A component that exports interfaces of these names, with nothing in them, and has this text before.
pub fn hollow(before: &str, exports: &[&str]) -> Vec<u8> {
    let exports: String = exports.iter().map(|name| format!(r#"(export "{name}" (instance $i))"#)).collect();
    component(&format!("{before} (instance $i) {exports}"))
}

/// A hollow strategy with so many instances of this module.
pub fn instances(module: &str, count: usize) -> Vec<u8> {
    let instances = "(core instance (instantiate $m)) ".repeat(count);
    hollow(&format!("(core module $m {module}) {instances}"), &["nudged:plugin/share-evaluation@0.1.0"])
}

/// A component whose module has so many functions of so many instructions each.
///
/// # Panics
/// If it is to have more than 2³² functions.
pub fn compile_bomb(functions: usize, instructions: usize) -> Vec<u8> {
    let (mut types, mut declared, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    types.ty().function([ValType::I64, ValType::I64], [ValType::I64]);
    for number in 0..functions {
        declared.function(0);
        code.function(&busy(i64::try_from(number).expect("a number of functions"), instructions));
    }
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    let mut component = Component::new();
    component.section(&ModuleSection(&module));
    component.finish()
}

/// A function whose values all depend on each other, so that nothing can be left out.
fn busy(number: i64, instructions: usize) -> Function {
    let mut function = Function::new([(64, ValType::I64)]);
    function.instructions().local_get(0).i64_const(number).i64_xor();
    for step in 0..instructions / 4 {
        let local = 2 + u32::try_from(step % 64).expect("less than 64");
        let operator = [Instruction::I64Mul, Instruction::I64Add, Instruction::I64Rotl, Instruction::I64DivU];
        function.instructions().local_tee(local).local_get(2 + (local + 7) % 64);
        function.instruction(&operator[step % 3]);
        function.instructions().local_get(1).i64_add();
    }
    function.instructions().end();
    function
}

/// Headers that announce what does not come: sections and vectors of up to 2³² − 1, and lengths that never end.
pub fn claims_vectors() -> Vec<Vec<u8>> {
    let header: &[u8] = b"\0asm\x0d\0\x01\0";
    let endings: [&[u8]; 8] = [
        b"\x01\xff\xff\xff\xff\x0f",
        b"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\x07\x05\xff\xff\xff\xff\x0f",
        b"\x0a\x05\xff\xff\xff\xff\x0f",
        b"\x0b\x05\xff\xff\xff\xff\x0f",
        b"\x02\x05\xff\xff\xff\xff\x0f",
        b"\x00\x06\xff\xff\xff\xff\x0f\x41",
        b"\x04\x08\0asm\x0d\0\x01\0\x04\xff\xff\x7f",
    ];
    endings.iter().map(|ending| [header, ending].concat()).collect()
}

/// The component as it is after so many bytes, for every 4 KiB of it and a few places more.
pub fn truncated(whole: &[u8]) -> Vec<Vec<u8>> {
    let pages = (4096..whole.len()).step_by(4096).filter(|end| !is_whole(whole, *end));
    let ends = [1, 4, 7, 9, 100].into_iter().chain(pages).chain([whole.len() - 1]);
    ends.map(|end| whole[..end].to_vec()).collect()
}

/// Whether so many bytes are whole sections: they would be a sound component, which only exports nothing.
fn is_whole(component: &[u8], end: usize) -> bool {
    let mut at = 8;
    while at < end {
        // A section is its number, its length as LEB128, and so many bytes.
        let mut length = 0;
        for shift in (0..).step_by(7) {
            at += 1;
            length |= usize::from(component[at] & 127) << shift;
            if component[at] < 128 {
                break;
            }
        }
        at += 1 + length;
    }
    at == end
}

/// The component with one bit flipped, so many times, evenly over its length.
pub fn with_bit_flipped(whole: &[u8], times: usize) -> Vec<Vec<u8>> {
    let bits = whole.len() * 8;
    let flip = |bit: usize| {
        let mut bytes = whole.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    };
    // An odd stride, so that every place within a byte has its turn.
    (0..times).map(|number| flip(number * ((bits / times) | 1) % bits)).collect()
}
