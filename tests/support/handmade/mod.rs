//! Components written by hand: for what no SDK would let a guest do.

mod component;
mod manifest;
mod module;
mod strategy;

pub use component::{
    claims_vectors, compile_bomb, component, core_module, hollow, instances, truncated, wasi_preview_1,
    with_bit_flipped,
};
pub use manifest::{describing, describing_at_length, nested, unfolding_schema};
pub use module::Module;
pub use strategy::{
    claims_a_gigabyte, claims_findings, fills_memory_with_findings, is_out_of_time, keeps_the_batch, leaves_handles,
    loops_in_realloc, loops_in_start, recurses, repeats_itself, says_no_text, swells_in_start, unfolds,
};
