//! Asks for the share after the last one: only the bare bindings allow that.
#![cfg(target_arch = "wasm32")]

use nudged_sdk::{
    Manifest,
    bindings::share_strategy::{
        self,
        exports::nudged::plugin::{plugin, share_evaluation},
    },
};
use share_evaluation::{Context, Finding, ShareBatch};

struct AsksPastTheEnd;

impl plugin::Guest for AsksPastTheEnd {
    fn describe() -> String {
        Manifest::new("asks-past-the-end", "1.0.0").to_json("share-strategy", "{}")
    }
}

impl share_evaluation::Guest for AsksPastTheEnd {
    fn evaluate(batch: &ShareBatch, _: Context) -> Result<Vec<Finding>, String> {
        Err(batch.uri(batch.len()))
    }
}

share_strategy::export_share_strategy!(AsksPastTheEnd with_types_in share_strategy);
