//! Guests that make handles without end. Tables of handles are the host's memory, not the guest's.

use nudged::{
    model::{Fault, FaultKind, Finding},
    plugin::Strategy,
};
use nudged_tests::{PluginsFolder, batch, context};

use super::handmade;

async fn call(bytes: &[u8], handles: usize) -> Result<Vec<Finding>, Fault> {
    let mut folder = PluginsFolder::default();
    folder.limits.handles = handles;
    let strategy = folder.admit(bytes).await.expect("admitted").strategy().expect("a strategy");
    Strategy::evaluate(&*strategy, batch(["s1"]), &context()).await
}

fn is_refused(ended: Result<Vec<Finding>, Fault>, text: &str) {
    let fault = ended.expect_err("a fault");
    assert_eq!((fault.kind, fault.detail.as_str()), (FaultKind::Memory, text));
}

#[tokio::test]
async fn resources_of_the_host_are_bounded() {
    let hoards = handmade::with_wasi(
        r#"(import "wasi:cli/stdout@0.2.6" "get-stdout" (func $stdout (result i32)))"#,
        "(loop $next (drop (call $stdout)) (br $next)) unreachable",
    );
    is_refused(call(&hoards, 1000).await, "held more than 1000 handles at one time (plugins.limits.handles)");
    is_refused(call(&hoards, 20).await, "held more than 20 handles at one time (plugins.limits.handles)");
}

#[tokio::test]
async fn resources_of_the_guests_own_are_bounded() {
    is_refused(
        call(&handmade::makes_things(1001, false), 1000).await,
        "held more than 1000 handles at one time (plugins.limits.handles)",
    );
    let found = call(&handmade::makes_things(990, false), 1000).await.expect("an answer");
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn handles_that_were_given_back_are_not_held() {
    let found = call(&handmade::makes_things(100_000, true), 20).await.expect("an answer");
    assert_eq!(found.len(), 1);
}
