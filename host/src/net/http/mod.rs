//! HTTP for channels: to granted hosts only, with secrets that the guest never sees.
//!
//! A request goes through these gates, in this order. Whatever a gate refuses is [`HttpError::Denied`] and nothing of it
//! reaches the network.
//! 1. `target`: the URL (a secret may be one) is http or https, holds no password, and its host and port are granted
//!    and lent to the plugin. Only then other secrets are looked up: those that the channel has and the plugin is lent.
//! 2. `fields`: header fields are well-formed and none of those that are the host's own.
//! 3. `signature`: the keys are keys.
//! 4. `resolver` and `address`: the addresses that are connected to are public or in a granted network. The check is
//!    made on what is connected to, so that a name that changes its address between check and use gains nothing.
//!
//! The answer comes back through `blot`, which takes every secret of the channel out of it.

mod address;
mod client;
mod failure;
mod fields;
mod rehearsal;
mod resolver;
mod retry_after;
mod signature;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use client::REQUEST_BYTES;
pub use client::{GrantedHttp, GrantedHttpError};
pub(crate) use rehearsal::may_be_sent;
