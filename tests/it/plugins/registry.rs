//! Which generation serves when the folder's files change.

use std::{fs, io::ErrorKind, sync::Arc};

use nudged::{
    model::{FaultKind, Outcome},
    plugin::{Change, Refusal, Registry, Strategy, Ways},
};
use nudged_tests::{PluginsFolder, batch, context, guest, marked, notification, plugin};
use serde_json::json;

use super::relay::HeldRelay;

/// What a rescan changed, with the labels cut to the plugin's name, its version and its file.
async fn changes(registry: &Registry) -> Vec<String> {
    let changes = registry.rescan().await.expect("the folder is there");
    let cut = |change: &Change| change.to_string().split(',').next().unwrap_or_default().to_owned();
    changes.iter().map(cut).collect()
}

/// The reason code of what the plugin `echo` finds: which version it is.
async fn echo(strategy: &Arc<dyn Strategy>) -> String {
    let found = strategy.evaluate(batch(["s1"]), &context()).await.expect("an answer");
    found[0].reason.clone()
}

async fn serving(registry: &Registry) -> String {
    echo(&registry.strategy("echo").expect("serves")).await
}

/// Why a strategy is not served.
fn missing(registry: &Registry, name: &str) -> String {
    let fault = registry.strategy(name).err().expect("nothing serves");
    assert_eq!(fault.kind, FaultKind::Missing);
    fault.to_string()
}

#[tokio::test]
async fn a_file_is_loaded_once_and_replaced_when_its_bytes_change() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.registry();
    assert_eq!(changes(&registry).await, ["plugin loaded: echo 1.0.0 (echo.wasm"]);
    assert_eq!(changes(&registry).await, [""; 0]);
    folder.put("echo.wasm", &guest("echo"));
    assert_eq!(changes(&registry).await, [""; 0], "the same bytes again");
    folder.put("echo.wasm", &guest("echo-v2"));
    assert_eq!(changes(&registry).await, ["plugin replaced: echo 2.0.0 (echo.wasm"]);
    assert_eq!(serving(&registry).await, "echo-again");
    folder.put("echo.wasm", &marked(&guest("echo-v2"), 1));
    assert_eq!(changes(&registry).await, ["plugin replaced: echo 2.0.0 (echo.wasm"], "another digest");
}

#[tokio::test]
async fn a_broken_successor_leaves_the_old_generation_serving() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.serving().await;
    let whole = guest("echo-v2");
    let reason = "echo.wasm: is not a valid component";
    for broken in [&whole[..whole.len() / 2], &whole[..whole.len() / 3]] {
        folder.put("echo.wasm", broken);
        let changed = registry.rescan().await.expect("the folder is there");
        let [Change::Refused(Refusal { file, .. })] = &changed[..] else { panic!("{changed:?}") };
        assert_eq!(file, "echo.wasm");
        assert_eq!(changes(&registry).await, [""; 0], "it is said once");
        assert!(registry.refusals()[0].to_string().starts_with(reason), "{:?}", registry.refusals());
        assert_eq!(serving(&registry).await, "echo");
    }
    folder.put("echo.wasm", &guest("echo"));
    assert_eq!(changes(&registry).await, [""; 0], "the old file is back");
    assert_eq!(registry.refusals(), []);
    folder.put("echo.wasm", &whole);
    assert_eq!(changes(&registry).await, ["plugin replaced: echo 2.0.0 (echo.wasm"]);
    assert_eq!(serving(&registry).await, "echo-again");
}

#[tokio::test]
async fn a_successor_that_grew_over_the_limit_leaves_the_old_generation_serving() {
    let mut folder = PluginsFolder::with_guests(&["echo"]);
    folder.limits.file_bytes = guest("echo").len() as u64;
    let registry = folder.serving().await;
    folder.put("echo.wasm", &marked(&guest("echo"), 1));
    assert_eq!(changes(&registry).await.len(), 1);
    assert_eq!(changes(&registry).await, [""; 0], "it is said once");
    assert_eq!(serving(&registry).await, "echo");
}

#[tokio::test]
async fn what_was_removed_is_missing_and_comes_back() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.serving().await;
    folder.remove("echo.wasm");
    assert_eq!(changes(&registry).await, ["plugin removed: echo"]);
    let text = format!("no component in {} gives this name in its manifest", folder.path().display());
    assert!(missing(&registry, "echo").contains(&text), "{}", missing(&registry, "echo"));
    folder.put("echo.wasm", &guest("echo"));
    assert_eq!(changes(&registry).await, ["plugin loaded: echo 1.0.0 (echo.wasm"]);
}

#[tokio::test]
async fn what_is_missing_says_why() {
    let folder = PluginsFolder::with_guests(&["rejects"]);
    folder.put("echo.wasm", b"half");
    let registry = folder.registry();
    registry.rescan().await.expect("the folder is there");
    assert_eq!(
        missing(&registry, "echo"),
        "plugin echo (-): missing: was refused: is not WebAssembly: a plugin is a component in binary form"
    );
    assert_eq!(missing(&registry, "rejects"), "plugin rejects (-): missing: is a channel, not a strategy");
    assert!(registry.channel("rejects").is_ok());
    let fault = registry.channel("echo").err().expect("nothing serves");
    assert!(fault.detail.starts_with("was refused: is not WebAssembly"), "{fault}");
}

/// Not compiled again: a loaded plugin and its successor are the same object.
#[tokio::test]
async fn a_renamed_file_goes_on_serving() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.serving().await;
    let before = registry.strategy("echo").expect("serves");
    fs::rename(folder.file("echo.wasm"), folder.file("another.wasm")).expect("renames");
    assert_eq!(changes(&registry).await, [""; 0]);
    assert_eq!(registry.admissions()[0].file, "another.wasm");
    assert!(Arc::ptr_eq(&before, &registry.strategy("echo").expect("serves")));
}

#[tokio::test]
async fn of_two_files_with_one_name_the_first_serves_until_it_is_gone() {
    let folder = PluginsFolder::default();
    folder.put("a.wasm", &guest("echo"));
    folder.put("b.wasm", &guest("echo-v2"));
    let registry = folder.registry();
    let clash = "plugin refused: b.wasm: gives the name echo";
    assert_eq!(changes(&registry).await, ["plugin loaded: echo 1.0.0 (a.wasm", clash]);
    assert_eq!(registry.refusals()[0].reason, "gives the name echo, which a.wasm already serves");
    assert_eq!(serving(&registry).await, "echo");
    folder.remove("a.wasm");
    assert_eq!(changes(&registry).await, ["plugin replaced: echo 2.0.0 (b.wasm"]);
    assert_eq!((serving(&registry).await, registry.refusals()), ("echo-again".to_owned(), vec![]));
    // Two copies of one component are a clash as well.
    folder.put("c.wasm", &guest("echo-v2"));
    assert_eq!(changes(&registry).await, ["plugin refused: c.wasm: gives the name echo"]);
}

#[tokio::test]
async fn a_file_whose_component_takes_another_name_serves_under_that() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.serving().await;
    folder.put("echo.wasm", &guest("errs"));
    assert_eq!(changes(&registry).await, ["plugin loaded: errs 1.0.0 (echo.wasm", "plugin removed: echo"]);
}

#[tokio::test]
async fn only_wasm_files_are_looked_at() {
    let folder = PluginsFolder::default();
    for name in ["echo.cwasm", "echo.wasm.tmp", "echo", "README.md"] {
        folder.put(name, &guest("echo"));
    }
    let registry = folder.serving().await;
    assert_eq!(registry.admissions().len(), 0);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_an_error_and_what_serves_goes_on() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.serving().await;
    fs::remove_dir_all(folder.path()).expect("removes");
    assert_eq!(registry.rescan().await.expect_err("no folder").kind(), ErrorKind::NotFound);
    assert_eq!(serving(&registry).await, "echo");
}

#[tokio::test]
async fn who_holds_a_generation_can_use_it_after_it_was_replaced_and_removed() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.serving().await;
    let first = registry.strategy("echo").expect("serves");
    folder.put("echo.wasm", &guest("echo-v2"));
    registry.rescan().await.expect("the folder is there");
    let second = registry.strategy("echo").expect("serves");
    folder.remove("echo.wasm");
    registry.rescan().await.expect("the folder is there");
    assert_eq!((echo(&first).await, echo(&second).await), ("echo".to_owned(), "echo-again".to_owned()));
}

#[tokio::test]
async fn a_call_in_flight_ends_on_the_generation_it_began_with() {
    let folder = PluginsFolder::default();
    folder.put("email.wasm", &plugin("email"));
    let registry = folder.serving().await;
    let relay = Arc::new(HeldRelay::new());
    let ways = Ways { parameters: json!({}), mailer: Some(Arc::clone(&relay) as _), ..Ways::default() };
    let old = registry.channel("email").expect("serves");
    let generation = old.generation();
    let call = tokio::spawn({
        let ways = ways.clone();
        async move { old.send(Arc::new(notification("pam@x.test")), ways).await }
    });
    relay.holds(1).await;
    folder.put("email.wasm", &marked(&plugin("email"), 1));
    assert_eq!(changes(&registry).await, ["plugin replaced: email 0.1.0 (email.wasm"]);
    assert_ne!(registry.channel("email").expect("serves").generation(), generation);
    folder.remove("email.wasm");
    assert_eq!(changes(&registry).await, ["plugin removed: email"]);
    relay.let_go();
    let outcome = call.await.expect("no panic").expect("no fault");
    assert_eq!(outcome.outcome, Outcome::Delivered("250 pam@x.test".to_owned()));
}

/// Two at once admit a file once: the second finds it done.
#[tokio::test]
async fn rescans_take_turns() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = folder.registry();
    let (first, second) = tokio::join!(changes(&registry), changes(&registry));
    assert_eq!(first.len() + second.len(), 1, "{first:?} {second:?}");
}
