//! The WIT package is sound, what is derived from it is up to date, and what is released stays.

mod frozen;
mod upgrades;

use std::{fs, path::PathBuf};

use nudged::model::Kind;
use wit_bindgen_core::{Files, WorldGenerator};
use wit_bindgen_rust::WithOption;
use wit_parser::{PackageId, Resolve, WorldId, WorldItem};

const FOLDER: &str = "wit/v0.1";
const INTERFACES: &str = "nudged:plugin/";

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn package() -> (Resolve, PackageId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(repository().join(FOLDER)).expect("the folder holds one sound package");
    (resolve, package)
}

fn world(resolve: &Resolve, package: PackageId, name: &str) -> WorldId {
    resolve.select_world(&[package], Some(name)).unwrap_or_else(|error| panic!("no world {name}: {error:#}"))
}

/// The full names of a world's imports (`true`) or exports, interfaces only.
fn interfaces(resolve: &Resolve, world: WorldId, imports: bool) -> Vec<String> {
    let world = &resolve.worlds[world];
    let items = if imports { &world.imports } else { &world.exports };
    let mut names: Vec<_> = items
        .values()
        .map(|item| match item {
            WorldItem::Interface { id, .. } => resolve.id_of(*id).expect("a named interface"),
            _ => panic!("worlds consist of interfaces alone, this one has {item:?}"),
        })
        .collect();
    names.sort();
    names
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{INTERFACES}{name}@0.1.0")).collect()
}

#[test]
fn the_worlds_import_and_export_what_the_design_says_and_no_wasi() {
    let (resolve, package) = package();
    for items in ["share", "stack", "record"] {
        let strategy = world(&resolve, package, &format!("{items}-strategy"));
        let batches = format!("{items}s");
        assert_eq!(interfaces(&resolve, strategy, true), named(&["findings", "log", &batches, "types"]));
        assert_eq!(interfaces(&resolve, strategy, false), named(&["plugin", &format!("{items}-evaluation")]));
    }
    let channel = world(&resolve, package, "channel");
    assert_eq!(interfaces(&resolve, channel, true), named(&["http", "inbox", "log", "mail", "notifications", "types"]));
    assert_eq!(interfaces(&resolve, channel, false), named(&["delivery", "plugin"]));
}

#[test]
fn what_a_component_may_export_beside_its_world_is_no_part_of_any() {
    let (resolve, package) = package();
    let tested = world(&resolve, package, "self-tested");
    assert_eq!(interfaces(&resolve, tested, true), [""; 0]);
    assert_eq!(interfaces(&resolve, tested, false), named(&["self-test"]));
}

#[test]
fn the_package_can_be_encoded_as_a_component_type() {
    let (resolve, package) = package();
    let bytes = wit_component::encode(&resolve, package).expect("encodes");
    let decoded = wit_component::decode(&bytes).expect("decodes again");
    assert_eq!(decoded.resolve().worlds.len(), resolve.worlds.len());
}

#[test]
fn every_kind_of_plugin_in_the_host_is_a_world() {
    let (resolve, package) = package();
    for kind in [Kind::ShareStrategy, Kind::StackStrategy, Kind::RecordStrategy, Kind::Channel] {
        world(&resolve, package, kind.world());
    }
}

#[test]
fn the_bindings_of_the_sdk_are_those_of_the_wit() {
    for name in ["share-strategy", "stack-strategy", "record-strategy", "channel", "self-tested"] {
        let file = name.replace('-', "_");
        let path = repository().join(format!("guest-sdk/src/bindings/{file}.rs"));
        let fresh = bindings(name, &file);
        if std::env::var_os("NUDGED_BLESS").is_some() {
            fs::write(&path, &fresh).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == fresh, "{} is not what {FOLDER} says; run with NUDGED_BLESS=1 to rewrite", path.display());
    }
}

/// Interfaces that another world's bindings hold already: one Rust type for findings of all kinds.
fn shared_by(world: &str) -> Vec<(String, WithOption)> {
    let shared: &[&str] = match world {
        "stack-strategy" | "record-strategy" => &["findings", "log", "types"],
        _ => &[],
    };
    let path = |interface: &str| format!("crate::bindings::share_strategy::nudged::plugin::{interface}");
    shared.iter().map(|name| (format!("{INTERFACES}{name}@0.1.0"), WithOption::Path(path(name)))).collect()
}

/// One world's bindings as wit-bindgen writes them.
fn bindings(name: &str, file: &str) -> String {
    let (mut resolve, package) = package();
    let world = world(&resolve, package, name);
    let mut files = Files::default();
    let options = wit_bindgen_rust::Opts {
        format: true,
        runtime_path: Some("wit_bindgen::rt".to_owned()),
        generate_all: true,
        pub_export_macro: true,
        export_macro_name: Some(format!("export_{file}")),
        default_bindings_module: Some(format!("nudged_sdk::bindings::{file}")),
        with: shared_by(name),
        ..Default::default()
    };
    options.build().generate(&mut resolve, world, &mut files).expect("bindings can be made");
    let (_, text) = files.iter().next().expect("one file a world");
    let text = std::str::from_utf8(text).expect("Rust is UTF-8");
    // Exported macros share one namespace in a crate, and both worlds export the interface `plugin`.
    let text = text.replace("__export_nudged_plugin_", &format!("__export_{file}_nudged_plugin_"));
    format!("//! World `{name}`, generated from `{FOLDER}`: do not edit.\n\n{text}")
}
