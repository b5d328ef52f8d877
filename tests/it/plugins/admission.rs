//! Which files become plugins, and what is said of the others.

use std::{fs, time::Duration};

use nudged::model::Kind;
use nudged_tests::{PluginsFolder, guest, handmade, marked, plugin};

/// Checks that a file is refused, and what is said of it.
async fn refused(folder: &PluginsFolder, bytes: &[u8], reason: &str) {
    let refusal = folder.admit(bytes).await.err().unwrap_or_else(|| panic!("admitted, but: {reason}"));
    assert_eq!(refusal.file, "candidate.wasm");
    assert!(refusal.reason.contains(reason), "{:?} does not say {reason:?}", refusal.reason);
}

fn component(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {text})")).expect("the text is a component")
}

/// Bytes of a shipped strategy, and of a shipped channel, that are not reached without something large having slipped in,
/// such as another library's number formatting.
const LARGEST_STRATEGY: usize = 60 << 10;
const LARGEST_CHANNEL: usize = 76 << 10;

/// The folders of `plugins/`: each is a plugin of that name.
fn shipped() -> Vec<String> {
    let folders = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins")).expect("the plugins' sources");
    let folders = folders.map(|folder| folder.expect("an entry").path());
    let plugins = folders.filter(|folder| folder.join("Cargo.toml").is_file());
    plugins.map(|folder| folder.file_name().expect("a name").to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn shipped_plugins_are_small_and_admitted_under_their_names() {
    let folder = PluginsFolder::default();
    let shipped = shipped();
    assert!(shipped.len() >= 9, "{shipped:?}");
    for name in shipped {
        let bytes = plugin(&name);
        let admission = folder.admit(&bytes).await.unwrap_or_else(|refusal| panic!("{refusal}"));
        assert_eq!(admission.manifest.name, name);
        assert_eq!(admission.manifest.licence.as_deref(), Some("Apache-2.0"), "{name}");
        let is_channel = admission.manifest.kind == Kind::Channel;
        let largest = if is_channel { LARGEST_CHANNEL } else { LARGEST_STRATEGY };
        assert!(bytes.len() <= largest, "{name} has {} bytes, more than {largest}", bytes.len());
        assert_eq!(
            (admission.strategy().is_some(), admission.channel().is_some()),
            (!is_channel, is_channel),
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_is_no_component_is_refused() {
    let folder = PluginsFolder::default();
    refused(&folder, b"", "is not WebAssembly").await;
    refused(&folder, b"<html>not found</html>", "is not WebAssembly").await;
    refused(&folder, b"\0asm\x0d\0\x01", "is not WebAssembly").await;
    refused(&folder, b"\0asm\x01\0\0\0", "is a core module, not a component: link it with wasm-component-ld").await;
    refused(&folder, b"\0asm\x0d\0\x01\0\xff", "is not a valid component").await;
}

#[tokio::test]
async fn a_component_for_something_else_is_refused() {
    let folder = PluginsFolder::default();
    let neither = "exports none of nudged:plugin/share-evaluation, stack-evaluation and record-evaluation (a strategy) \
         and nudged:plugin/delivery (a channel)";
    refused(&folder, &component(""), neither).await;
    let elsewhere = component(r#"(instance $i) (export "wasi:http/handler@0.2.0" (instance $i))"#);
    refused(&folder, &elsewhere, neither).await;
    let later = component(r#"(instance $i) (export "nudged:plugin/delivery@0.2.0" (instance $i))"#);
    refused(&folder, &later, "exports nudged:plugin/delivery@0.2.0, but this daemon speaks nudged:plugin@0.1.0").await;
    let both = component(
        r#"(instance $i)
        (export "nudged:plugin/delivery@0.1.0" (instance $i))
        (export "nudged:plugin/share-evaluation@0.1.0" (instance $i))"#,
    );
    refused(&folder, &both, "exports both share-evaluation and delivery; a plugin is for one world").await;
    let record = r#"(instance $i)
        (export "nudged:plugin/stack-evaluation@0.1.0" (instance $i))
        (export "nudged:plugin/record-evaluation@0.1.0" (instance $i))"#;
    let text = "exports both stack-evaluation and record-evaluation; a plugin is for one world";
    refused(&folder, &component(record), text).await;
    let hollow = component(r#"(instance $i) (export "nudged:plugin/delivery@0.1.0" (instance $i))"#);
    refused(&folder, &hollow, "cannot be linked").await;
}

#[tokio::test]
async fn imports_that_no_world_has_are_refused_with_what_would_mend_it() {
    let folder = PluginsFolder::default();
    let importing = |import: &str| {
        component(&format!(
            r#"(import "{import}" (instance))
            (instance $i) (export "nudged:plugin/share-evaluation@0.1.0" (instance $i))"#
        ))
    };
    // Each world has its own items.
    for (own, foreign) in [("share", "stacks"), ("stack", "records"), ("record", "shares")] {
        let component = component(&format!(
            r#"(import "nudged:plugin/{foreign}@0.1.0" (instance))
            (instance $i) (export "nudged:plugin/{own}-evaluation@0.1.0" (instance $i))"#
        ));
        let text = format!("imports nudged:plugin/{foreign}@0.1.0, which the world {own}-strategy does not have");
        refused(&folder, &component, &text).await;
    }
    // Mail is a channel's.
    refused(&folder, &importing("nudged:plugin/mail@0.1.0"), "imports nudged:plugin/mail@0.1.0").await;
    let later = "imports nudged:plugin/log@0.2.0, which the world share-strategy does not have; \
         this daemon speaks nudged:plugin@0.1.0";
    refused(&folder, &importing("nudged:plugin/log@0.2.0"), later).await;
    refused(&folder, &importing("env:x/y"), "imports env:x/y").await;
}

#[tokio::test]
async fn a_component_that_could_take_others_places_is_refused() {
    let folder = PluginsFolder::default();
    let export = r#"(instance $i) (export "nudged:plugin/delivery@0.1.0" (instance $i))"#;
    let repeated = |module: &str, count: usize| {
        let instances = "(core instance (instantiate $m)) ".repeat(count);
        component(&format!("(core module $m {module}) {instances} {export}"))
    };
    refused(&folder, &repeated("", 200), "200 core module instances").await;
    refused(&folder, &repeated("(memory 1)", 3), "3 Wasm linear memories").await;
    refused(&folder, &repeated("(table 1 funcref)", 5), "5 tables").await;
    // What memories hold at the start counts like what they grow by.
    let limit = "asked for more than 67108864 bytes of memory";
    refused(&folder, &super::handmade::starting_with(1025), limit).await;
    assert!(folder.admit(&super::handmade::starting_with(1024)).await.is_ok());
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused() {
    let mut folder = PluginsFolder::default();
    let bytes = guest("echo");
    folder.limits.file_bytes = bytes.len() as u64;
    assert!(folder.admit(&bytes).await.is_ok(), "exactly at the limit");
    let text = format!("has more bytes than plugins.limits.file_bytes allows ({})", bytes.len());
    refused(&folder, &marked(&bytes, 1), &text).await;
}

#[tokio::test]
async fn a_manifest_must_come_in_time_and_fit_the_component() {
    let folder = PluginsFolder::default().strategy_wall(Duration::from_millis(300));
    refused(&folder, &guest("spins-in-describe"), "describe failed").await;
    refused(&folder, &guest("spins-in-describe"), "timeout: ran for more than 300ms").await;
    let text = "the manifest says channel, but the component is built for the world share-strategy";
    refused(&folder, &guest("wrong-kind"), text).await;
    for (name, passing) in [("spins-in-describe", true), ("wrong-kind", false)] {
        let refusal = folder.admit(&guest(name)).await.err().expect("a refusal");
        assert_eq!(refusal.passing, passing, "{name}: only what may be different next time is tried again");
    }
}

/// Cut after the header it is a sound component without anything in it.
#[tokio::test]
async fn a_component_of_its_header_alone_is_refused() {
    refused(&PluginsFolder::default(), &plugin("pending-share")[..8], "exports none").await;
}

#[tokio::test]
async fn a_manifest_that_says_nothing_sound_is_refused() {
    let folder = PluginsFolder::default();
    let manifest = |name: &str, version: &str, rest: &str| {
        handmade::describing(format!(r#"{{"name":"{name}","version":"{version}","kind":"share-strategy"{rest}}}"#))
    };
    assert!(folder.admit(&manifest("by-hand", "1.0.0-rc.1+5", "")).await.is_ok());
    refused(&folder, &handmade::describing("1.0.0"), "describe gives no valid manifest").await;
    refused(&folder, &handmade::describing("{}"), "missing field `name`").await;
    refused(&folder, &manifest("By Hand", "1", ""), r#"name "By Hand" is not like "pending-share""#).await;
    refused(&folder, &manifest("by-hand", "", ""), r#"version "" is not like "1.2.3""#).await;
    refused(&folder, &manifest("by-hand", r"1\nFORGED", ""), r#"version "1\nFORGED" is not like"#).await;
    let schema = r#","parameters":{"type":"no such type"}"#;
    refused(&folder, &manifest("by-hand", "1", schema), "parameters are not a JSON Schema").await;
    let forged = handmade::describing(r#"{"name":"x","version":"1","kind":"a\nFORGED"}"#);
    refused(&folder, &forged, "unknown variant `a FORGED`").await;
}
