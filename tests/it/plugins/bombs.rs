//! Small components that take much to compile.

/// A component that takes this many nested loops' and locals' product to compile, though its file grows with the sum:
/// the innermost loop changes every local, so that each of them has another value at each loop's head.
pub(super) fn nested_loops(loops: usize, locals: usize) -> Vec<u8> {
    // One run of i32 locals, after the one parameter.
    let mut body = [&[1][..], &number(locals), &[0x7f]].concat();
    body.extend([0x03, 0x40].repeat(loops));
    for local in 1..=locals {
        let local = number(local);
        // local = local + parameter
        body.extend([&[0x20][..], &local, &[0x20, 0, 0x6a, 0x21], &local].concat());
    }
    // if parameter: again
    body.extend([0x20, 0, 0x0d, 0, 0x0b].repeat(loops));
    body.extend([0x20, 0, 0x0b]);
    let function = [&[1][..], &number(body.len()), &body].concat();
    let module = [
        &b"\0asm\x01\0\0\0"[..],
        // A function from i32 to i32, and one of its type.
        &section(1, &[1, 0x60, 1, 0x7f, 1, 0x7f]),
        &section(3, &[1, 0]),
        &section(10, &function),
    ];
    [b"\0asm\x0d\0\x01\0".to_vec(), section(1, &module.concat())].concat()
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id][..], &number(content.len()), content].concat()
}

/// As WebAssembly writes numbers: seven bits a byte, the lowest first.
fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(0x80 | (value & 0x7f) as u8);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
