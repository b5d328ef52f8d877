//! What the derive macro makes of a type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Expr, Fields, Result};

use crate::{names, structure};

/// The impls of `Parameters` and `Parameter` for a struct, of `Parameter` for an enum.
pub(crate) fn parameters(input: &DeriveInput) -> Result<TokenStream> {
    if !input.generics.params.is_empty() {
        return Err(syn::Error::new_spanned(&input.generics, "parameters are of one type, without generics"));
    }
    if let Some(schema) = given(input)? {
        return Ok(top(input, &quote!(::nudged_sdk::schema::given(#schema))));
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                let parameter = structure::parameter(input, fields)?;
                let top = top(input, &quote!(::nudged_sdk::schema::of::<Self>()));
                Ok(quote!(#parameter #top))
            }
            _ => Err(refused(input)),
        },
        Data::Enum(data) => names::parameter(input, data),
        Data::Union(_) => Err(refused(input)),
    }
}

fn refused(input: &DeriveInput) -> syn::Error {
    syn::Error::new_spanned(&input.ident, "parameters are a struct with named fields; without any, use `NoParameters`")
}

/// The impl of `Parameters`.
fn top(input: &DeriveInput, schema: &TokenStream) -> TokenStream {
    let ty = &input.ident;
    quote! {
        #[automatically_derived]
        impl ::nudged_sdk::Parameters for #ty {
            fn schema() -> ::std::string::String {
                #schema
            }
            fn read(json: &str) -> ::std::result::Result<Self, ::std::string::String> {
                ::nudged_sdk::schema::read(json)
            }
        }
    }
}

/// The schema of `#[parameters(schema = …)]`, written by hand.
fn given(input: &DeriveInput) -> Result<Option<Expr>> {
    let mut given = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("parameters")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("schema") {
                return Err(meta.error("expected `schema = …`"));
            }
            given = Some(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    Ok(given)
}
