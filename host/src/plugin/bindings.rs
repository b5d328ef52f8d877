//! The WIT worlds as Rust: generated, nothing else. What the worlds have in common is the same Rust type in all of them.

#![allow(missing_docs, unreachable_pub, clippy::all)]

pub(super) mod share_strategy {
    wasmtime::component::bindgen!({
        path: "../wit/v0.1",
        world: "share-strategy",
        imports: { default: trappable },
        exports: { default: async },
        with: { "nudged:plugin/shares.share-batch": crate::plugin::guest::Batch },
    });
}

pub(super) mod stack_strategy {
    wasmtime::component::bindgen!({
        path: "../wit/v0.1",
        world: "stack-strategy",
        imports: { default: trappable },
        exports: { default: async },
        with: {
            "nudged:plugin/types": super::share_strategy::nudged::plugin::types,
            "nudged:plugin/log": super::share_strategy::nudged::plugin::log,
            "nudged:plugin/findings": super::share_strategy::nudged::plugin::findings,
            "nudged:plugin/stacks.stack-batch": crate::plugin::guest::Batch,
        },
    });
}

pub(super) mod record_strategy {
    wasmtime::component::bindgen!({
        path: "../wit/v0.1",
        world: "record-strategy",
        imports: { default: trappable },
        exports: { default: async },
        with: {
            "nudged:plugin/types": super::share_strategy::nudged::plugin::types,
            "nudged:plugin/log": super::share_strategy::nudged::plugin::log,
            "nudged:plugin/findings": super::share_strategy::nudged::plugin::findings,
            "nudged:plugin/records.record-batch": crate::plugin::guest::Batch,
        },
    });
}

pub(super) mod channel {
    wasmtime::component::bindgen!({
        path: "../wit/v0.1",
        world: "channel",
        imports: {
            "nudged:plugin/mail.send": async | trappable,
            "nudged:plugin/http.[method]request.send": async | trappable,
            "nudged:plugin/inbox.post": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        with: {
            "nudged:plugin/types": super::share_strategy::nudged::plugin::types,
            "nudged:plugin/log": super::share_strategy::nudged::plugin::log,
            "nudged:plugin/notifications.notification": crate::plugin::guest::Message,
            "nudged:plugin/http.request": crate::plugin::guest::Request,
            "nudged:plugin/http.response": crate::plugin::guest::Response,
        },
    });
}
