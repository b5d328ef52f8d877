//! Structs with named fields: objects.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{DeriveInput, FieldsNamed, Result, ext::IdentExt};

use crate::{
    code::Code,
    keywords::Keywords,
    schema,
    serde::{Container, Fallback, Member},
};

/// One field.
struct Field {
    /// Its name in JSON.
    name: String,
    ident: Ident,
    ty: TokenStream,
    description: Option<String>,
    default: Option<Fallback>,
    keywords: Keywords,
}

/// The impl of `Parameter`.
pub(crate) fn parameter(input: &DeriveInput, fields: &FieldsNamed) -> Result<TokenStream> {
    let container = Container::of(&input.attrs)?;
    let fields = fields.named.iter().map(|field| Field::of(field, &container)).collect::<Result<Vec<_>>>()?;
    let (ty, schema, value) = (&input.ident, written(&container, &fields), value(&fields));
    let checks = fields.iter().map(|field| field.keywords.checks(&field.ty));
    Ok(quote! {
        #[automatically_derived]
        impl ::nudged_sdk::schema::Parameter for #ty {
            fn schema(out: &mut ::std::string::String, said: ::nudged_sdk::schema::Said) {
                #schema
            }
            fn value(&self, out: &mut ::std::string::String) {
                #value
            }
        }
        #(#checks)*
    })
}

impl Field {
    fn of(field: &syn::Field, container: &Container) -> Result<Self> {
        let member = Member::of(&field.attrs)?;
        // Only called with named fields.
        let Some(ident) = field.ident.clone() else {
            return Err(syn::Error::new_spanned(field, "a field without a name"));
        };
        let plain = ident.unraw().to_string();
        let renamed = container.rename_all.map_or_else(|| plain.clone(), |case| case.field(&plain));
        Ok(Self {
            name: member.rename.unwrap_or(renamed),
            ident,
            ty: field.ty.to_token_stream(),
            description: schema::description(&field.attrs),
            default: member.default,
            keywords: Keywords::of(&field.attrs)?,
        })
    }

    /// Writes the field's member of `properties`.
    fn property(&self, code: &mut Code, of_container: bool) {
        code.key(&self.name);
        code.text("{");
        if let Some(description) = &self.description {
            code.key("description");
            code.text(&crate::code::quoted(description));
            code.text(",");
        }
        schema::write(code, &self.ty, &self.keywords);
        let (ident, ty) = (&self.ident, &self.ty);
        let value = match &self.default {
            Some(Fallback::OfType) => Some(quote!(<#ty as ::std::default::Default>::default())),
            Some(Fallback::Path(path)) => Some(quote!(#path())),
            None => of_container.then(|| quote!(default.#ident)),
        };
        code.run(value.map(|value| quote!(::nudged_sdk::schema::default(&#value, out);)).unwrap_or_default());
        code.text("}");
    }
}

/// The body of `schema`.
fn written(container: &Container, fields: &[Field]) -> TokenStream {
    let mut code = Code::default();
    code.run(quote!(said.kind("object", out);));
    if container.deny_unknown_fields {
        code.text(",\"additionalProperties\":false");
    }
    if container.default.is_none() {
        let needed = fields
            .iter()
            .filter(|field| field.default.is_none())
            .map(|Field { name, ty, .. }| quote!((#name, <#ty as ::nudged_sdk::schema::Parameter>::OPTIONAL)));
        code.run(quote!(::nudged_sdk::schema::required(&[#(#needed),*], out);));
    }
    match &container.default {
        Some(Fallback::OfType) => code.run(quote!(let default = <Self as ::std::default::Default>::default();)),
        Some(Fallback::Path(path)) => code.run(quote!(let default: Self = #path();)),
        None => {}
    }
    code.text(",\"properties\":{");
    for (at, field) in fields.iter().enumerate() {
        code.text(if at == 0 { "" } else { "," });
        field.property(&mut code, container.default.is_some());
    }
    code.text("}");
    code.finish()
}

/// The body of `value`.
fn value(fields: &[Field]) -> TokenStream {
    let mut code = Code::default();
    code.text("{");
    for (at, field) in fields.iter().enumerate() {
        code.text(if at == 0 { "" } else { "," });
        code.key(&field.name);
        let ident = &field.ident;
        code.run(quote!(::nudged_sdk::schema::Parameter::value(&self.#ident, out);));
    }
    code.text("}");
    code.finish()
}
