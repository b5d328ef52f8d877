//! Components that are well-formed and hardly ever make sense.

use std::iter::repeat_with;

use fastrand::Rng;
use wasm_encoder::{
    Alias, CanonicalOption, ComponentBuilder, ComponentExportKind, ComponentOuterAliasKind, ComponentTypeRef,
    ComponentValType, ExportKind, InstanceType, Module, ModuleArg, PrimitiveValType, RawSection, TypeBounds, ValType,
};

/// Deepest nesting of components.
const DEPTH: usize = 40;

/// Names that mean something to the host, and some that do not.
const NAMES: [&str; 10] = [
    "nudged:plugin/share-evaluation@0.1.0",
    "nudged:plugin/delivery@0.1.0",
    "nudged:plugin/plugin@0.1.0",
    "nudged:plugin/log@0.1.0",
    "nudged:plugin/log@0.2.0",
    "wasi:http/outgoing-handler@0.2.0",
    "wasi:cli/environment@0.2.0",
    "describe",
    "a",
    "[method]a.b",
];

/// The header of a component, or of a module, and noise behind it.
pub(crate) fn noise(random: &mut Rng) -> Vec<u8> {
    let header: &[u8] = if random.bool() { b"\0asm\x0d\0\x01\0" } else { b"\0asm\x0d\0\x01\0\x01\x0c\0asm\x01\0\0\0" };
    let length = random.usize(..2048);
    let sections = |random: &mut Rng| if random.u8(..4) == 0 { random.u8(..14) } else { random.u8(..) };
    let tail: Vec<u8> = repeat_with(|| sections(random)).take(length).collect();
    [header, &tail].concat()
}

/// A component of random parts that refer to each other at random.
pub(crate) fn component(random: &mut Rng) -> Vec<u8> {
    match random.u8(..6) {
        0 => doubling(random.usize(1..64)),
        1 => nested(random.usize(1..400)),
        _ => builder(random, 0).finish(),
    }
}

/// A type of tuples that doubles at each step.
fn doubling(steps: usize) -> Vec<u8> {
    let mut component = ComponentBuilder::default();
    let (mut last, first) = component.type_defined(None);
    first.primitive(PrimitiveValType::String);
    for _ in 0..steps {
        let (next, defined) = component.type_defined(None);
        defined.tuple([ComponentValType::Type(last), ComponentValType::Type(last)]);
        last = next;
    }
    component.export("big", ComponentExportKind::Type, last, None);
    component.finish()
}

/// Components in components.
fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = ComponentBuilder::default().finish();
    for _ in 0..depth {
        let mut outer = ComponentBuilder::default();
        outer.component_raw(None, &bytes);
        bytes = outer.finish();
    }
    bytes
}

fn builder(random: &mut Rng, depth: usize) -> ComponentBuilder {
    let mut component = ComponentBuilder::default();
    for _ in 0..random.usize(1..24) {
        add(random, &mut component, depth);
    }
    component
}

/// An index that is likely to be there.
fn index(random: &mut Rng) -> u32 {
    if random.u8(..20) == 0 { random.u32(..) } else { random.u32(..4) }
}

fn add(random: &mut Rng, component: &mut ComponentBuilder, depth: usize) {
    let (one, other, name) = (index(random), index(random), NAMES[random.usize(..NAMES.len())]);
    match random.u8(..16) {
        0 => drop(component.core_module(None, &module(random))),
        1 => drop(component.core_instantiate(None, one, [("a", ModuleArg::Instance(other))])),
        2 => drop(component.core_instantiate(None, one, None::<(&str, ModuleArg)>)),
        3 => drop(component.core_alias_export(None, one, "a", ExportKind::Func)),
        4 => drop(component.core_instantiate_exports(None, [("a", ExportKind::Func, one)])),
        5 => defined(random, component),
        6 => drop(component.type_instance(None, &instance(random))),
        7 => drop(component.lift_func(None, one, other, [CanonicalOption::UTF8, CanonicalOption::Memory(0)])),
        8 => drop(component.lower_func(None, one, [CanonicalOption::Realloc(other), CanonicalOption::Memory(0)])),
        9 => drop(component.import(name, ComponentTypeRef::Instance(one))),
        10 => drop(component.export(name, kind(random), one, None)),
        11 => drop(component.alias(None, outer(random))),
        12 => drop(component.type_resource(None, ValType::I32, None)),
        13 => drop(component.resource_new(one)),
        14 if depth < DEPTH => drop(component.component(None, builder(random, depth + 8))),
        14 => drop(component.instantiate(None, one, [("a", kind(random), other)])),
        _ => drop(component.import(name, ComponentTypeRef::Type(TypeBounds::Eq(one)))),
    }
}

fn kind(random: &mut Rng) -> ComponentExportKind {
    use ComponentExportKind::{Component, Func, Instance, Module, Type};
    [Component, Func, Instance, Module, Type][random.usize(..5)]
}

fn outer(random: &mut Rng) -> Alias<'static> {
    Alias::Outer { kind: ComponentOuterAliasKind::Type, count: random.u32(..3), index: index(random) }
}

fn value(random: &mut Rng) -> ComponentValType {
    match random.u8(..3) {
        0 => ComponentValType::Primitive(PrimitiveValType::String),
        1 => ComponentValType::Primitive(PrimitiveValType::U64),
        _ => ComponentValType::Type(index(random)),
    }
}

fn defined(random: &mut Rng, component: &mut ComponentBuilder) {
    let values: Vec<_> = (0..random.usize(..6)).map(|_| value(random)).collect();
    let (one, number) = (value(random), random.u8(..7));
    let index = index(random);
    let (_, ty) = component.type_defined(None);
    match number {
        0 => ty.tuple(values),
        1 => ty.list(one),
        2 => ty.option(one),
        3 => ty.result(Some(one), None),
        4 => ty.own(index),
        5 => ty.record(values.iter().map(|value| ("a", *value))),
        _ => ty.variant([("a", Some(one)), ("b", None)]),
    }
}

fn instance(random: &mut Rng) -> InstanceType {
    let mut instance = InstanceType::new();
    for _ in 0..random.usize(..4) {
        let name = NAMES[random.usize(7..NAMES.len())];
        match random.u8(..3) {
            0 => drop(instance.ty().function().params([("a", value(random))]).result(Some(value(random)))),
            1 => drop(instance.export(name, ComponentTypeRef::Func(index(random)))),
            _ => drop(instance.export(name, ComponentTypeRef::Type(TypeBounds::SubResource))),
        }
    }
    instance
}

/// A core module of sections that hold noise.
fn module(random: &mut Rng) -> Module {
    let mut module = Module::new();
    for _ in 0..random.usize(..4) {
        let noise: Vec<u8> = (0..random.usize(..32)).map(|_| random.u8(..16)).collect();
        module.section(&RawSection { id: random.u8(..13), data: &noise });
    }
    module
}
