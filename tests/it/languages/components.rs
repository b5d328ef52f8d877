//! What the components are made of.

use std::fs;

use nudged::{authoring::Language, model::Kind};
use wit_parser::WorldItem;

use super::{in_each_language, workshop::Bench};

in_each_language! {
    a_strategy_imports_nothing_that_it_could_reach_anything_with: super::share_strategy;
    a_channel_imports_nothing_but_nudged_s_ways: super::channel;
}

async fn share_strategy(language: Language) {
    imports(language, Kind::ShareStrategy, &["findings", "log", "shares", "types"]).await;
}

async fn channel(language: Language) {
    imports(language, Kind::Channel, &["http", "inbox", "log", "mail", "notifications", "types"]).await;
}

async fn imports(language: Language, kind: Kind, expected: &[&str]) {
    let Some(file) = Bench::of(language).lock().await.component(kind) else { return };
    let decoded = wit_component::decode(&fs::read(file).expect("a component")).expect("it says what it imports");
    let (resolve, world) = match &decoded {
        wit_component::DecodedWasm::Component(resolve, world) => (resolve, *world),
        wit_component::DecodedWasm::WitPackage(..) => panic!("a package of interfaces"),
    };
    let imports = &resolve.worlds[world].imports;
    assert!(imports.values().all(|item| matches!(item, WorldItem::Interface { .. })), "functions of no interface");
    let (wasi, mut own): (Vec<_>, Vec<_>) =
        imports.keys().map(|key| resolve.name_world_key(key)).partition(|name| name.starts_with("wasi:"));
    own.sort();
    assert_eq!(own, expected.iter().map(|name| format!("nudged:plugin/{name}@0.1.0")).collect::<Vec<_>>());
    // What a daemon gives with nothing behind it.
    let harmless = ["wasi:cli/", "wasi:io/", "wasi:clocks/", "wasi:random/", "wasi:filesystem/"];
    assert!(wasi.iter().all(|name| harmless.iter().any(|one| name.starts_with(one))), "{wasi:?}");
    assert!(language == Language::JavaScript || wasi.is_empty(), "{wasi:?}");
}
