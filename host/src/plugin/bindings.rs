//! The WIT worlds as Rust: generated, nothing else.

#![allow(missing_docs, unreachable_pub, clippy::all)]

pub(super) mod share_strategy {
    wasmtime::component::bindgen!({
        path: "../wit/v0.1",
        world: "share-strategy",
        imports: { default: trappable },
        exports: { default: async },
        with: { "nudged:plugin/shares.share-batch": crate::plugin::guest::ShareBatch },
    });
}

pub(super) mod channel {
    wasmtime::component::bindgen!({
        path: "../wit/v0.1",
        world: "channel",
        imports: {
            "nudged:plugin/mail.send": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        with: {
            "nudged:plugin/types": super::share_strategy::nudged::plugin::types,
            "nudged:plugin/log": super::share_strategy::nudged::plugin::log,
            "nudged:plugin/notifications.notification": crate::plugin::guest::Message,
        },
    });
}
