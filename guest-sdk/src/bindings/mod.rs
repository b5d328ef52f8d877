//! The worlds as wit-bindgen sees them, one file each, kept in the repository because generating them in
//! every build of a guest takes longer than everything else together.
//!
//! A test of the repository compares them with `wit/v0.1`. Authors use the traits of this crate instead.

// The canonical ABI is raw pointers and linear memory: generated code cannot do without `unsafe`, and
// nothing outside this module needs it.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn, missing_docs, unreachable_pub, rust_2018_idioms)]
#![allow(clippy::unwrap_used, clippy::uninlined_format_args)]

// Kept as they are generated, or the test would find them changed.
#[rustfmt::skip]
pub mod channel;
#[rustfmt::skip]
pub mod record_strategy;
#[rustfmt::skip]
pub mod self_tested;
#[rustfmt::skip]
pub mod share_strategy;
#[rustfmt::skip]
pub mod stack_strategy;
