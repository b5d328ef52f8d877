//! serde's attributes, as far as they can be told in a schema. Those that change what is read in any other way are errors.

use syn::{Attribute, Expr, ExprPath, LitStr, Result, Token, ext::IdentExt, meta::ParseNestedMeta};

use crate::case::Case;

/// Where the value of what is left out comes from.
#[derive(Clone)]
pub(crate) enum Fallback {
    /// `Default::default()`
    OfType,
    /// A function of this path.
    Path(ExprPath),
}

/// What is said of a struct or an enum.
#[derive(Default)]
pub(crate) struct Container {
    pub(crate) default: Option<Fallback>,
    pub(crate) deny_unknown_fields: bool,
    pub(crate) rename_all: Option<Case>,
}

/// What is said of a field or a variant.
#[derive(Default)]
pub(crate) struct Member {
    pub(crate) default: Option<Fallback>,
    pub(crate) rename: Option<String>,
}

impl Container {
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut container = Self::default();
        each(attributes, |name, meta| {
            match name {
                "default" => container.default = Some(default(meta)?),
                "deny_unknown_fields" => container.deny_unknown_fields = true,
                "rename_all" => container.rename_all = renamed(meta)?.map(|case| Case::of(&case)).transpose()?,
                // The type's own name stands nowhere in JSON.
                "bound" | "crate" | "expecting" | "rename" => pass_over(meta)?,
                _ => return Err(untold(meta, name)),
            }
            Ok(())
        })?;
        Ok(container)
    }
}

impl Member {
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut member = Self::default();
        each(attributes, |name, meta| {
            match name {
                "default" => member.default = Some(default(meta)?),
                "rename" => member.rename = renamed(meta)?.map(|name| name.value()).or(member.rename.take()),
                "bound" | "serialize_with" | "skip_serializing" | "skip_serializing_if" => pass_over(meta)?,
                _ => return Err(untold(meta, name)),
            }
            Ok(())
        })?;
        Ok(member)
    }
}

fn each(attributes: &[Attribute], mut what: impl FnMut(&str, &ParseNestedMeta<'_>) -> Result<()>) -> Result<()> {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(|ident| ident.unraw().to_string()).unwrap_or_default();
            what(&name, &meta)
        })?;
    }
    Ok(())
}

fn untold(meta: &ParseNestedMeta<'_>, name: &str) -> syn::Error {
    meta.error(format!(
        "a derived schema cannot tell what serde's `{name}` does: \
         leave it, or give the schema with `#[parameters(schema = include_str!(\"parameters.json\"))]`"
    ))
}

fn default(meta: &ParseNestedMeta<'_>) -> Result<Fallback> {
    if meta.input.peek(Token![=]) { Ok(Fallback::Path(text(meta)?.parse()?)) } else { Ok(Fallback::OfType) }
}

/// `= "name"`, or `(deserialize = "name")`, which reading goes by. `None` if only writing is meant.
fn renamed(meta: &ParseNestedMeta<'_>) -> Result<Option<LitStr>> {
    if meta.input.peek(Token![=]) {
        return text(meta).map(Some);
    }
    let mut read = None;
    meta.parse_nested_meta(|inner| {
        let name = text(&inner)?;
        if inner.path.is_ident("deserialize") {
            read = Some(name);
        }
        Ok(())
    })?;
    Ok(read)
}

fn text(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    meta.value()?.parse()
}

fn pass_over(meta: &ParseNestedMeta<'_>) -> Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        meta.parse_nested_meta(|inner| pass_over(&inner))?;
    }
    Ok(())
}
