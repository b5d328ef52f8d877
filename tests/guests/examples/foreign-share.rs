//! Answers with a finding about a share that is not in the batch: only the bare bindings allow that.
#![cfg(target_arch = "wasm32")]

use nudged_sdk::{
    Manifest,
    bindings::share_strategy::{
        self,
        exports::nudged::plugin::{plugin, share_evaluation},
    },
};
use share_evaluation::{Context, Finding, ShareBatch};

struct ForeignShare;

impl plugin::Guest for ForeignShare {
    fn describe() -> String {
        Manifest::new("foreign-share", "1.0.0").to_json("share-strategy", "{}")
    }
}

impl share_evaluation::Guest for ForeignShare {
    fn evaluate(batch: &ShareBatch, context: Context) -> Result<Vec<Finding>, String> {
        Ok(vec![Finding {
            item: batch.len(),
            reason: "foreign".to_owned(),
            since: Some(context.now),
            roles: vec![],
            severity: "info".to_owned(),
            title: "A foreign share".to_owned(),
            text: "The share after the last one.".to_owned(),
            deadline: None,
            action: None,
            attributes: vec![],
        }])
    }
}

share_strategy::export_share_strategy!(ForeignShare with_types_in share_strategy);
