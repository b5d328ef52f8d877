//! The attribute `#[parameter(…)]` of a field: what its schema says beside its type.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Attribute, Expr, ExprLit, Lit, LitStr, Result, Token, UnOp, bracketed, ext::IdentExt, meta::ParseNestedMeta,
    parse::ParseStream, token::Bracket,
};

use crate::code::quoted;

/// Keywords of one schema.
#[derive(Default)]
pub(crate) struct Keywords {
    /// Names of JSON Schema and their values, as they are written.
    pub(crate) list: Vec<(&'static str, Value)>,
    /// Those of a list's parts, if any.
    pub(crate) items: Option<Box<Keywords>>,
    /// More members of the schema, JSON without its braces.
    pub(crate) more: Option<String>,
    /// Checks, each of which is given the type.
    checks: Vec<Check>,
}

/// The value of a keyword.
pub(crate) enum Value {
    /// JSON that is known now.
    Json(String),
    /// A constant.
    Code(Box<Expr>),
}

enum Check {
    /// The type is of a kind: the name of a function that takes only such types.
    Kind(&'static str, Span),
    /// The type can hold this bound.
    Bound(Box<Expr>),
}

impl Keywords {
    /// Reads a field's attributes.
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut keywords = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("parameter")) {
            attribute.parse_nested_meta(|meta| keywords.add(&meta))?;
        }
        Ok(keywords)
    }

    /// Whether the field says this by itself.
    pub(crate) fn says(&self, keyword: &str) -> bool {
        self.list.iter().any(|(known, _)| *known == keyword)
    }

    /// Code that does not compile where the keywords do not fit the type.
    pub(crate) fn checks(&self, ty: &TokenStream) -> TokenStream {
        let own = self.checks.iter().map(|check| match check {
            Check::Kind(kind, span) => {
                let kind = syn::Ident::new(kind, *span);
                quote_spanned!(*span=> const _: fn() = ::nudged_sdk::schema::#kind::<#ty>;)
            }
            Check::Bound(bound) => quote!(const _: () = ::nudged_sdk::schema::within::<#ty>((#bound) as i128);),
        });
        let items = self.items.as_ref().map(|items| items.checks(&quote!(<#ty as ::nudged_sdk::schema::List>::Item)));
        quote!(#(#own)* #items)
    }

    fn add(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let name = meta.path.get_ident().map(|ident| ident.unraw().to_string()).unwrap_or_default();
        match name.as_str() {
            "minimum" => self.bound("minimum", meta)?,
            "maximum" => self.bound("maximum", meta)?,
            "min_length" => self.of_kind("text", "minLength", meta)?,
            "max_length" => self.of_kind("text", "maxLength", meta)?,
            "pattern" => self.of_kind("text", "pattern", meta)?,
            "format" => self.of_kind("text", "format", meta)?,
            "min_items" => self.of_kind("list", "minItems", meta)?,
            "max_items" => self.of_kind("list", "maxItems", meta)?,
            "items" => {
                let items = self.items.get_or_insert_default();
                meta.parse_nested_meta(|meta| items.add(&meta))?;
                self.check("list", meta);
            }
            "example" => {
                let example = example(meta.value()?)?;
                self.list.push(("examples", Value::Json(format!("[{example}]"))));
            }
            "more" => self.more = Some(meta.value()?.parse::<LitStr>()?.value()),
            _ => {
                return Err(meta.error(
                    "expected one of: minimum, maximum, min_length, max_length, pattern, format, min_items, max_items, \
                     items(…), example, more",
                ));
            }
        }
        Ok(())
    }

    fn bound(&mut self, keyword: &'static str, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let bound: Expr = meta.value()?.parse()?;
        self.check("number", meta);
        self.checks.push(Check::Bound(Box::new(bound.clone())));
        let value = literal(&bound).map_or_else(|| Value::Code(Box::new(bound)), Value::Json);
        self.list.push((keyword, value));
        Ok(())
    }

    fn of_kind(&mut self, kind: &'static str, keyword: &'static str, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let value: Expr = meta.value()?.parse()?;
        let is_text = matches!(keyword, "pattern" | "format");
        let json = literal(&value).filter(|json| json.starts_with('"') == is_text);
        let expected = if is_text { "expected a text" } else { "expected a whole number" };
        self.list.push((keyword, Value::Json(json.ok_or_else(|| meta.error(expected))?)));
        self.check(kind, meta);
        Ok(())
    }

    fn check(&mut self, kind: &'static str, meta: &ParseNestedMeta<'_>) {
        let span = meta.path.get_ident().map_or_else(Span::call_site, syn::Ident::span);
        self.checks.push(Check::Kind(kind, span));
    }
}

/// The JSON of a literal, or of an array of them.
fn example(input: ParseStream<'_>) -> Result<String> {
    if !input.peek(Bracket) {
        let example: Expr = input.parse()?;
        return literal(&example)
            .ok_or_else(|| syn::Error::new_spanned(example, "an example is a literal, or an array of them"));
    }
    let parts;
    bracketed!(parts in input);
    let parts = parts.parse_terminated(example, Token![,])?;
    Ok(format!("[{}]", parts.into_iter().collect::<Vec<_>>().join(",")))
}

/// The JSON of a literal: a number, a text or a truth value.
fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => Some(match lit {
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Float(number) => number.base10_digits().to_owned(),
            Lit::Str(text) => quoted(&text.value()),
            Lit::Bool(truth) => truth.value.to_string(),
            _ => return None,
        }),
        Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => Some(format!("-{}", literal(&negative.expr)?)),
        _ => None,
    }
}
