//! The interfaces, from their WIT.

use wit_parser::{
    Docs, Function, FunctionKind, Handle, Interface, Resolve, Type, TypeDefKind, TypeId, World, WorldItem, WorldKey,
};

const HEAD: &str = "# Plugin interface (WIT)

<!-- Generated from wit/v0.1: do not edit. -->

The package `nudged:plugin@0.1.0`, as components see it. The [SDKs](../authoring/strategies.md) hide most of it. What may
change, and what never does, is in the [compatibility policy](../authoring/compatibility.md).
";

/// The whole page.
pub(super) fn page() -> String {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(super::super::repository().join("wit/v0.1")).expect("a sound package");
    let package = &resolve.packages[package];
    let mut page = HEAD.to_owned();
    page += "\n## Worlds\n\nA plugin is a component of one of these worlds.\n";
    for (name, id) in &package.worlds {
        world(&mut page, &resolve, name, &resolve.worlds[*id]);
    }
    for (name, id) in &package.interfaces {
        interface(&mut page, &resolve, name, &resolve.interfaces[*id]);
    }
    page
}

fn world(page: &mut String, resolve: &Resolve, name: &str, world: &World) {
    let names = |items: &mut dyn Iterator<Item = (&WorldKey, &WorldItem)>| {
        let names = items.map(|(key, _)| resolve.name_world_key(key));
        let short = names
            .map(|name| name.trim_start_matches("nudged:plugin/").split('@').next().unwrap_or_default().to_owned());
        short.map(|name| format!("[`{name}`](#interface-{name})")).collect::<Vec<_>>().join(", ")
    };
    let (imports, exports) = (names(&mut world.imports.iter()), names(&mut world.exports.iter()));
    *page += &format!("\n### World `{name}`\n\n{}", paragraphs(&world.docs));
    if !imports.is_empty() {
        *page += &format!("* may import {imports}\n");
    }
    *page += &format!("* exports {exports}\n");
}

fn interface(page: &mut String, resolve: &Resolve, name: &str, interface: &Interface) {
    *page += &format!("\n## Interface `{name}`\n\n{}", paragraphs(&interface.docs));
    for (name, id) in &interface.types {
        definition(page, resolve, name, *id);
        let methods: Vec<_> =
            interface.functions.values().filter(|function| function.kind.resource() == Some(*id)).collect();
        methods.iter().for_each(|function| described(page, resolve, function));
    }
    for function in interface.functions.values().filter(|function| function.kind.resource().is_none()) {
        described(page, resolve, function);
    }
}

fn definition(page: &mut String, resolve: &Resolve, name: &str, id: TypeId) {
    let kind = &resolve.types[id];
    let (word, members) = match &kind.kind {
        // Another interface's, used here.
        TypeDefKind::Type(Type::Id(_)) => return,
        TypeDefKind::Type(kind) => (format!("type {name} = {}", text(resolve, kind)), vec![]),
        TypeDefKind::Record(record) => {
            let field = |field: &wit_parser::Field| {
                (format!("`{}: {}`", field.name, text(resolve, &field.ty)), docs(&field.docs))
            };
            (format!("record {name}"), record.fields.iter().map(field).collect())
        }
        TypeDefKind::Variant(variant) => {
            let case = |case: &wit_parser::Case| {
                let inner = case.ty.map(|kind| format!("({})", text(resolve, &kind))).unwrap_or_default();
                (format!("`{}{inner}`", case.name), docs(&case.docs))
            };
            (format!("variant {name}"), variant.cases.iter().map(case).collect())
        }
        TypeDefKind::Enum(words) => (
            format!("enum {name}"),
            words.cases.iter().map(|case| (format!("`{}`", case.name), docs(&case.docs))).collect(),
        ),
        TypeDefKind::Resource => (format!("resource {name}"), vec![]),
        _ => (format!("type {name} = {}", unnamed(resolve, id)), vec![]),
    };
    *page += &format!("\n### `{word}`\n\n{}", paragraphs(&kind.docs));
    for (member, docs) in members {
        *page += &format!("* {member}{}{docs}\n", if docs.is_empty() { "" } else { ": " });
    }
}

fn described(page: &mut String, resolve: &Resolve, function: &Function) {
    let own = matches!(function.kind, FunctionKind::Method(_) | FunctionKind::AsyncMethod(_));
    let parameters = function.params.iter().skip(usize::from(own));
    let parameters: Vec<_> = parameters.map(|param| format!("{}: {}", param.name, text(resolve, &param.ty))).collect();
    let result = function.result.map(|kind| format!(" -> {}", text(resolve, &kind))).unwrap_or_default();
    let name = match function.kind {
        FunctionKind::Constructor(_) => "constructor",
        _ => function.item_name(),
    };
    let result = if name == "constructor" { String::new() } else { result };
    let docs = docs(&function.docs);
    let colon = if docs.is_empty() { "" } else { ": " };
    *page += &format!("* `{name}({}){result}`{colon}{}\n", parameters.join(", "), docs.replace('\n', "\n  "));
}

/// Paragraphs with an empty line after the last; nothing where nothing is said.
fn paragraphs(kept: &Docs) -> String {
    let text = docs(kept);
    if text.is_empty() { text } else { text + "\n\n" }
}

/// Paragraphs, each on one line; lists, and lists in them, stay lists.
fn docs(docs: &Docs) -> String {
    let text = docs.contents.as_deref().unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim) {
        let begins = ["* ", "- "].iter().any(|mark| line.starts_with(mark));
        match lines.last_mut() {
            Some(last) if !last.is_empty() && !line.is_empty() && !begins => {
                *last += &format!(" {line}");
            }
            _ if line.starts_with("- ") => lines.push(format!("  {line}")),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n").trim().to_owned()
}

fn text(resolve: &Resolve, kind: &Type) -> String {
    match kind {
        Type::Id(id) => resolve.types[*id].name.clone().unwrap_or_else(|| unnamed(resolve, *id)),
        Type::Bool => "bool".to_owned(),
        Type::U8 => "u8".to_owned(),
        Type::U16 => "u16".to_owned(),
        Type::U32 => "u32".to_owned(),
        Type::U64 => "u64".to_owned(),
        Type::S32 => "s32".to_owned(),
        Type::S64 => "s64".to_owned(),
        Type::F64 => "f64".to_owned(),
        Type::String => "string".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn unnamed(resolve: &Resolve, id: TypeId) -> String {
    let part = |kind: &Option<Type>| kind.map_or("_".to_owned(), |kind| text(resolve, &kind));
    match &resolve.types[id].kind {
        TypeDefKind::Option(inner) => format!("option<{}>", text(resolve, inner)),
        TypeDefKind::List(inner) => format!("list<{}>", text(resolve, inner)),
        TypeDefKind::Result(result) => format!("result<{}, {}>", part(&result.ok), part(&result.err)),
        TypeDefKind::Tuple(tuple) => {
            format!("tuple<{}>", tuple.types.iter().map(|kind| text(resolve, kind)).collect::<Vec<_>>().join(", "))
        }
        TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", text(resolve, &Type::Id(*id))),
        TypeDefKind::Handle(Handle::Own(id)) => text(resolve, &Type::Id(*id)),
        other => panic!("the reference does not know how to write {other:?}"),
    }
}
