//! `#[derive(Parameters)]`, which writes the JSON Schema of a plugin's parameters. Part of `nudged-sdk`, which exports it
//! and says how to use it: see `nudged_sdk::Parameters`.
#![deny(missing_docs)]

mod case;
mod code;
mod expand;
mod keywords;
mod names;
mod schema;
mod serde;
mod structure;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `nudged_sdk::Parameters` beside serde's `Deserialize`: the schema says what serde reads.
///
/// On a struct with named fields it derives the parameters of a plugin, or an object among them; on an enum of plain names
/// a parameter that is one of them. Attributes of serde that the schema cannot tell are errors.
#[proc_macro_derive(Parameters, attributes(parameter, parameters, serde))]
pub fn parameters(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::parameters(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
