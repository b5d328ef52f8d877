//! The schema of a type with what a field says of it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Attribute;

use crate::{
    code::Code,
    keywords::{Keywords, Value},
};

/// Writes the members of a schema: the type's own, but for what the field says better, and the field's.
pub(crate) fn write(code: &mut Code, ty: &TokenStream, keywords: &Keywords) {
    let (minimum, maximum) = (keywords.says("minimum"), keywords.says("maximum"));
    let items = keywords.items.is_some();
    code.run(quote! {
        <#ty as ::nudged_sdk::schema::Parameter>::schema(out, ::nudged_sdk::schema::Said {
            nullable: false, minimum: #minimum, maximum: #maximum, items: #items,
        });
    });
    if let Some(items) = &keywords.items {
        code.text(",\"items\":{");
        write(code, &quote!(<#ty as ::nudged_sdk::schema::List>::Item), items);
        code.text("}");
    }
    for (keyword, value) in &keywords.list {
        code.text(",");
        code.key(keyword);
        match value {
            Value::Json(json) => code.text(json),
            Value::Code(constant) => code.run(quote!(::nudged_sdk::schema::Parameter::value(&(#constant), out);)),
        }
    }
    if let Some(more) = &keywords.more {
        code.text(",");
        code.text(more.trim());
    }
}

/// The doc comment: lines of a paragraph become one.
pub(crate) fn description(attributes: &[Attribute]) -> Option<String> {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let syn::Meta::NameValue(doc) = &attribute.meta else { continue };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(lines), .. }) = &doc.value else { continue };
        for line in lines.value().split('\n') {
            join(&mut text, line.trim());
        }
    }
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn join(text: &mut String, line: &str) {
    match line {
        "" if !text.is_empty() => text.push('\n'),
        line => {
            if !(text.is_empty() || text.ends_with('\n')) {
                text.push(' ');
            }
            text.push_str(line);
        }
    }
}
