//! Which world a component is made for.

mod wasi;

use wasmtime::{Engine, component::Component};

use crate::model::Kind;

/// The interface package this daemon speaks, with its version.
const PACKAGE: &str = "nudged:plugin/";
const VERSION: &str = "@0.1.0";

/// What a component is made for.
pub(super) struct Made {
    /// Its world, if it is made for exactly one.
    pub(super) kind: Option<Kind>,
    /// What it exports or imports and may not, each with what would mend it.
    pub(super) wrong: Vec<String>,
}

/// The component's world, by what it exports; every import must belong to that world, or to what is harmless
/// of WASI.
pub(super) fn of(engine: &Engine, component: &Component) -> Made {
    let exports = exports(engine, component);
    let kinds: Vec<_> =
        Kind::ALL.into_iter().filter(|kind| exports.iter().any(|name| is(name, export_of(*kind)))).collect();
    let (kind, mut wrong) = match kinds[..] {
        [kind] => (Some(kind), Vec::new()),
        [] => (None, vec![no_world(&exports)]),
        [one, other, ..] => {
            let (one, other) = (export_of(one), export_of(other));
            (None, vec![format!("exports both {one} and {other}; a plugin is for one world")])
        }
    };
    for (import, item) in component.component_type().imports(engine) {
        if wasi::is_wasi(import) {
            wrong.extend(wasi::judge(engine, import, &item.ty).err());
        } else {
            wrong.extend(foreign(kind, import));
        }
    }
    Made { kind, wrong }
}

/// The names of what the component imports.
pub(super) fn imports(engine: &Engine, component: &Component) -> Vec<String> {
    component.component_type().imports(engine).map(|(name, _)| name.to_owned()).collect()
}

/// The names of what the component exports.
pub(super) fn exports(engine: &Engine, component: &Component) -> Vec<String> {
    component.component_type().exports(engine).map(|(name, _)| name.to_owned()).collect()
}

/// What is wrong with an import that is none of WASI's; of a component without a world, that no world has it.
fn foreign(kind: Option<Kind>, import: &str) -> Option<String> {
    let has = |kind: Kind| imports_of(kind).iter().any(|interface| is(import, interface));
    let hint = hint(import);
    match kind {
        Some(kind) => {
            let world = kind.world();
            (!has(kind)).then(|| format!("imports {import}, which the world {world} does not have{hint}"))
        }
        None => (!Kind::ALL.into_iter().any(has)).then(|| format!("imports {import}, which no world has{hint}")),
    }
}

/// Whether the component imports anything of WASI.
pub(super) fn wants_wasi(engine: &Engine, component: &Component) -> bool {
    component.component_type().imports(engine).any(|(import, _)| wasi::is_wasi(import))
}

/// Whether `name` is our interface, in this version.
fn is(name: &str, interface: &str) -> bool {
    name.strip_prefix(PACKAGE).and_then(|rest| rest.strip_suffix(VERSION)) == Some(interface)
}

/// The interface that a world exports beside `plugin`.
fn export_of(kind: Kind) -> &'static str {
    match kind {
        Kind::ShareStrategy => "share-evaluation",
        Kind::StackStrategy => "stack-evaluation",
        Kind::RecordStrategy => "record-evaluation",
        Kind::Channel => "delivery",
    }
}

/// The interfaces that a world imports.
fn imports_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::ShareStrategy => &["types", "log", "findings", "shares"],
        Kind::StackStrategy => &["types", "log", "findings", "stacks"],
        Kind::RecordStrategy => &["types", "log", "findings", "records"],
        Kind::Channel => &["types", "log", "notifications", "mail", "http", "inbox"],
    }
}

/// What usually brings a foreign import in, and what to do about it.
fn hint(import: &str) -> &'static str {
    if import.starts_with(PACKAGE) && !import.ends_with(VERSION) {
        "; this daemon speaks nudged:plugin@0.1.0: build with the SDK of that version"
    } else {
        ""
    }
}

fn no_world(exports: &[String]) -> String {
    match exports.iter().find(|name| name.starts_with(PACKAGE)) {
        Some(other) if !other.ends_with(VERSION) => {
            format!("exports {other}, but this daemon speaks nudged:plugin@0.1.0: build with the SDK of that version")
        }
        _ => "exports none of nudged:plugin/share-evaluation, stack-evaluation and record-evaluation (a strategy) \
              and nudged:plugin/delivery (a channel)"
            .to_owned(),
    }
}
