//! A strategy whose manifest says that it is a channel: only the bare bindings allow that.
#![cfg(target_arch = "wasm32")]

use nudged_sdk::{
    Manifest,
    bindings::share_strategy::{
        self,
        exports::nudged::plugin::{plugin, share_evaluation},
    },
};
use share_evaluation::{Context, Finding, ShareBatch};

struct WrongKind;

impl plugin::Guest for WrongKind {
    fn describe() -> String {
        Manifest::new("wrong-kind", "1.0.0").to_json("channel", "{}")
    }
}

impl share_evaluation::Guest for WrongKind {
    fn evaluate(_: &ShareBatch, _: Context) -> Result<Vec<Finding>, String> {
        Ok(vec![])
    }
}

share_strategy::export_share_strategy!(WrongKind with_types_in share_strategy);
