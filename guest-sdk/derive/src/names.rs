//! Enums of plain names: texts of which one is to be chosen.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Fields, Result, ext::IdentExt};

use crate::{
    code::quoted,
    serde::{Container, Member},
};

/// The impl of `Parameter`.
pub(crate) fn parameter(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let container = Container::of(&input.attrs)?;
    let mut names = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(syn::Error::new_spanned(variant, "a parameter's enum has plain names, without content"));
        }
        let plain = variant.ident.unraw().to_string();
        let renamed = container.rename_all.map_or_else(|| plain.clone(), |case| case.variant(&plain));
        names.push(quoted(&Member::of(&variant.attrs)?.rename.unwrap_or(renamed)));
    }
    let (ty, all) = (&input.ident, names.join(","));
    let idents = data.variants.iter().map(|variant| &variant.ident);
    Ok(quote! {
        #[automatically_derived]
        impl ::nudged_sdk::schema::Parameter for #ty {
            fn schema(out: &mut ::std::string::String, said: ::nudged_sdk::schema::Said) {
                said.one_of(#all, out);
            }
            fn value(&self, out: &mut ::std::string::String) {
                ::nudged_sdk::schema::put(match self { #(Self::#idents => #names,)* }, out);
            }
        }
    })
}
