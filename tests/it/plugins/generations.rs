//! When a new generation serves, when it waits, and what serves meanwhile: also after a restart.

use std::{collections::BTreeMap, sync::Arc};

use nudged::{
    clock::SystemClock,
    config::{Grant, PluginsConfig},
    plugin::{PluginEngine, Registry, Use},
};
use nudged_tests::{PluginsFolder, batch, compiler, context, guest, handmade, marked};
use serde_json::json;

fn config(folder: &PluginsFolder) -> PluginsConfig {
    PluginsConfig { directory: folder.path(), cache: folder.cache(), ..PluginsConfig::default() }
}

/// A daemon's start over the folder.
async fn started(config: &PluginsConfig) -> Arc<Registry> {
    let engine = PluginEngine::new(config, compiler()).expect("the engine starts");
    let registry = Registry::new(engine, config, true, Arc::new(SystemClock));
    registry.rescan().await.expect("the folder is there");
    Arc::new(registry)
}

async fn changes(registry: &Registry) -> Vec<String> {
    registry.rescan().await.expect("the folder is there").iter().map(ToString::to_string).collect()
}

fn version(registry: &Registry) -> String {
    let statuses = registry.statuses();
    let [echo] = &statuses[..] else { panic!("one plugin serves: {statuses:?}") };
    echo.version.clone()
}

async fn call(registry: &Registry) -> String {
    let echo = registry.strategy("echo").expect("serves");
    echo.evaluate(batch(["s1", "s2"]), &context()).await.expect("an answer")[0].reason.clone()
}

#[tokio::test]
async fn what_is_held_waits_for_a_word_and_serves_after_it_also_after_a_restart() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let config = PluginsConfig { hold: true, ..config(&folder) };
    let registry = started(&config).await;
    assert_eq!((version(&registry).as_str(), call(&registry).await.as_str()), ("1.0.0", "echo"));
    folder.put("echo.wasm", &guest("echo-v2"));
    let held = changes(&registry).await;
    assert!(held[0].starts_with("plugin held: echo 2.0.0 (echo.wasm, "), "{held:?}");
    assert!(held[0].ends_with("plugins.hold is on: `nudged plugin release echo` has it serve"), "{held:?}");
    assert_eq!(changes(&registry).await, [""; 0], "it is said once");
    assert_eq!(call(&registry).await, "echo");

    let restarted = started(&config).await;
    assert_eq!((version(&restarted).as_str(), call(&restarted).await.as_str()), ("1.0.0", "echo"), "it still waits");
    let released = restarted.release("echo").await.expect("it is held");
    assert!(released.starts_with("echo 2.0.0 (echo.wasm, "), "{released}");
    assert_eq!(call(&restarted).await, "echo-again");
    assert_eq!(
        restarted.release("echo").await,
        Err("nothing of echo is held, in quarantine or out of time".to_owned())
    );
    assert_eq!(restarted.release("nobody").await, Err("there is no plugin nobody".to_owned()));
    assert_eq!(version(&*started(&config).await), "2.0.0", "a released generation is the last good one");
}

#[tokio::test]
async fn what_was_held_and_has_changed_meanwhile_is_not_released() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = started(&PluginsConfig { hold: true, ..config(&folder) }).await;
    folder.put("echo.wasm", &guest("echo-v2"));
    changes(&registry).await;
    folder.put("echo.wasm", &marked(&guest("echo-v2"), 1));
    assert_eq!(registry.release("echo").await, Err("echo.wasm has changed meanwhile: look again".to_owned()));
    assert_eq!(call(&registry).await, "echo");
}

#[tokio::test]
async fn a_file_that_was_broken_while_the_daemon_was_down_serves_what_it_served() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    call(&*started(&config(&folder)).await).await;
    folder.put("echo.wasm", &guest("echo-v2")[..5000]);
    let restarted = started(&config(&folder)).await;
    assert_eq!(call(&restarted).await, "echo");
    assert_eq!(restarted.refusals().len(), 1, "and the file is refused all the same");
    folder.put("echo.wasm", &guest("echo-v2"));
    changes(&restarted).await;
    assert_eq!(call(&restarted).await, "echo-again");
    folder.remove("echo.wasm");
    let restarted = started(&config(&folder)).await;
    assert!(restarted.strategy("echo").is_err(), "a file that is gone serves nothing");
}

#[tokio::test]
async fn a_successor_that_does_not_take_the_configurations_parameters_is_refused() {
    let folder = PluginsFolder::default();
    let taking = |kind: &str| {
        let schema = json!({ "type": "object", "properties": { "days": { "type": kind } } });
        let manifest = json!({ "name": "echo", "version": kind, "kind": "share-strategy", "parameters": schema });
        handmade::describing(manifest.to_string())
    };
    folder.put("echo.wasm", &taking("integer"));
    let registry = started(&config(&folder)).await;
    let place = "reminders.mine".to_owned();
    let uses = BTreeMap::from([("echo".to_owned(), vec![Use { place, parameters: json!({ "days": 3 }) }])]);
    registry.configure(&config(&folder), uses);
    folder.put("echo.wasm", &taking("string"));
    let refused = changes(&registry).await;
    let expected = "does not take what the configuration gives it: reminders.mine.parameters.days: 3 is not of type";
    assert!(refused[0].contains(expected), "{refused:?}");
    assert_eq!(version(&registry), "integer");
    // Once the configuration fits, the same file serves.
    registry.configure(&config(&folder), BTreeMap::new());
    assert_eq!(changes(&registry).await.len(), 1);
    assert_eq!(version(&registry), "string");
}

#[tokio::test]
async fn a_pinned_digest_holds_whatever_else_comes() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = started(&config(&folder)).await;
    let digest = registry.statuses()[0].digest.clone();
    let pinned = |digest: &str| {
        let grant = Grant { digests: [digest.to_owned()].into(), ..Grant::default() };
        PluginsConfig { grants: BTreeMap::from([("echo".to_owned(), grant)]), ..config(&folder) }
    };
    registry.configure(&pinned(&digest), BTreeMap::new());
    folder.put("echo.wasm", &guest("echo-v2"));
    let held = changes(&registry).await;
    assert!(held[0].contains("is not one of plugins.grants.echo.digests: add \""), "{held:?}");
    assert_eq!(call(&registry).await, "echo");
    let refused = registry.release("echo").await.expect_err("a word is not enough");
    assert!(refused.contains("waits for more than a word"), "{refused}");
    let waiting = registry.statuses()[0].held.clone().expect("it is held");
    registry.configure(&pinned(&waiting.digest), BTreeMap::new());
    assert_eq!(changes(&registry).await.len(), 1);
    assert_eq!(call(&registry).await, "echo-again");
}

#[tokio::test]
async fn a_shadow_run_says_what_a_new_generation_finds_otherwise() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = started(&PluginsConfig { shadow: true, ..config(&folder) }).await;
    call(&registry).await;
    folder.put("echo.wasm", &guest("echo-v2"));
    changes(&registry).await;
    assert_eq!(call(&registry).await, "echo-again", "a difference alone holds nobody");
    let difference = registry.statuses()[0].difference.clone().expect("both ran");
    assert_eq!((difference.items, difference.scanned), (2, context().now));
    assert_eq!((difference.added.count, difference.removed.count, difference.changed.count), (2, 2, 0));
    assert!(difference.added.examples[0].starts_with("share:s1 echo-again: "), "{:?}", difference.added);
    assert!(difference.took_after.peak_memory > 0 && difference.took_after.faults == 0);
}

#[tokio::test]
async fn a_new_generation_that_fails_on_the_last_scans_items_waits() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = started(&PluginsConfig { shadow: true, ..config(&folder) }).await;
    call(&registry).await;
    let manifest = json!({ "name": "echo", "version": "3.0.0", "kind": "share-strategy" });
    folder.put("echo.wasm", &handmade::describing(manifest.to_string()));
    let held = changes(&registry).await;
    assert!(held[0].contains("failed on the last scan's items, 1 times, at first with: trap: "), "{held:?}");
    assert_eq!(call(&registry).await, "echo");
    assert_eq!(registry.paused("echo"), None, "what the new one does is not held against the old one");
    registry.release("echo").await.expect("an operator may want it all the same");
    assert_eq!(version(&registry), "3.0.0");
}

#[tokio::test]
async fn what_failed_on_the_last_scans_items_still_waits_after_a_restart() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let config = PluginsConfig { shadow: true, ..config(&folder) };
    let registry = started(&config).await;
    call(&registry).await;
    let manifest = json!({ "name": "echo", "version": "3.0.0", "kind": "share-strategy" });
    folder.put("echo.wasm", &handmade::describing(manifest.to_string()));
    changes(&registry).await;
    let restarted = started(&config).await;
    assert_eq!(call(&restarted).await, "echo");
    let held = restarted.statuses()[0].held.clone().expect("it waits");
    assert!(held.why[0].starts_with("failed on the last scan's items"), "{held:?}");
    restarted.release("echo").await.expect("a word is enough");
    assert_eq!(version(&*started(&config).await), "3.0.0");
}

/// A configuration is reloaded while a file is being admitted: the watch that did so is gone.
#[tokio::test]
async fn an_admission_that_was_given_up_is_taken_up_by_the_next_look() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = started(&config(&folder)).await;
    folder.put("echo.wasm", &guest("echo-v2"));
    let looking = tokio::spawn({
        let registry = Arc::clone(&registry);
        async move { registry.rescan().await }
    });
    // It has begun to wait for the compiler by then, or not even to read.
    tokio::task::yield_now().await;
    looking.abort();
    assert!(looking.await.expect_err("it was given up").is_cancelled());
    assert_eq!(call(&registry).await, "echo");
    changes(&registry).await;
    assert_eq!(call(&registry).await, "echo-again");
}

/// A copy that went to the wrong place takes nobody out of service.
#[tokio::test]
async fn a_file_does_not_give_another_plugins_name() {
    let folder = PluginsFolder::with_guests(&["echo", "errs"]);
    let registry = started(&config(&folder)).await;
    folder.put("echo.wasm", &marked(&guest("errs"), 1));
    let expected =
        "plugin refused: echo.wasm: gives the name errs, which errs.wasm already serves; it goes on serving echo";
    assert_eq!(changes(&registry).await, [expected]);
    assert_eq!(call(&registry).await, "echo");
    folder.put("echo.wasm", &guest("errs"));
    assert_eq!(changes(&registry).await, [""; 0], "the very content of the other is refused like that, too");
    assert_eq!(call(&registry).await, "echo");
}

#[tokio::test]
async fn to_take_a_file_away_and_put_another_in_its_place_is_no_way_around_a_hold() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = started(&PluginsConfig { hold: true, ..config(&folder) }).await;
    folder.remove("echo.wasm");
    assert_eq!(changes(&registry).await, ["plugin removed: echo"]);
    folder.put("echo.wasm", &guest("echo-v2"));
    changes(&registry).await;
    assert_eq!(call(&registry).await, "echo");
    registry.release("echo").await.expect("it is held");
    assert_eq!(call(&registry).await, "echo-again");
}

/// Whoever serves under a name goes on, whatever the names of files that come later.
#[tokio::test]
async fn a_newcomer_does_not_take_the_name_of_one_that_serves() {
    let folder = PluginsFolder::with_guests(&["echo"]);
    let registry = started(&config(&folder)).await;
    folder.put("a.wasm", &guest("echo-v2"));
    let refused = changes(&registry).await;
    assert_eq!(refused, ["plugin refused: a.wasm: gives the name echo, which echo.wasm already serves"]);
    folder.put("echo.wasm", &marked(&guest("echo"), 1));
    changes(&registry).await;
    assert_eq!(call(&registry).await, "echo", "also after its own file has changed");
    std::fs::rename(folder.file("echo.wasm"), folder.file("z.wasm")).expect("renames");
    changes(&registry).await;
    assert_eq!(call(&registry).await, "echo", "also after it was renamed");
    folder.remove("z.wasm");
    changes(&registry).await;
    assert_eq!(call(&registry).await, "echo-again", "until it is gone");
}

/// A file that takes long to compile keeps no other from serving.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compile_bomb_keeps_no_other_plugin_waiting() {
    let mut folder = PluginsFolder::default();
    folder.limits.compile_wall = std::time::Duration::from_secs(60);
    folder.put("bomb.wasm", &handmade::compile_bomb(400, 4_000));
    folder.put("echo.wasm", &guest("echo"));
    let registry = Arc::new(folder.kept_registry());
    let looking = tokio::spawn({
        let registry = Arc::clone(&registry);
        async move { registry.rescan().await }
    });
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while registry.strategy("echo").is_err() {
        assert!(std::time::Instant::now() < deadline && !looking.is_finished(), "echo waits for the bomb");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(!looking.is_finished(), "the bomb is still being compiled");
    assert_eq!(call(&registry).await, "echo");
    looking.abort();
}
