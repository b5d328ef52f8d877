//! What `#[derive(Parameters)]` is made of: the schemas of a field's types, written piece by piece, since every byte of
//! code for it is part of every plugin.

mod impls;
mod kinds;

use serde::de::DeserializeOwned;

use crate::{Parameters, json};

pub use json::put;
pub use kinds::{List, Number, Text, list, number, text, within};

/// A type that a field of [`Parameters`] can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no type of a parameter",
    note = "`bool`, `String`, `f64`, integers such as `u32`, `Option`, `Vec`, `Pairs` and what derives `nudged_sdk::Parameters` are"
)]
pub trait Parameter {
    /// Whether a field of this type may be left out.
    const OPTIONAL: bool = false;

    /// Writes the members of its schema, but for those that the field says.
    fn schema(out: &mut String, said: Said);

    /// Writes a value as JSON.
    fn value(&self, out: &mut String);

    /// Whether the value stands for what is left out.
    fn is_none(&self) -> bool {
        false
    }
}

/// What is said of a type where it is used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said {
    /// Null is a value too.
    pub nullable: bool,
    /// There is another minimum.
    pub minimum: bool,
    /// There is another maximum.
    pub maximum: bool,
    /// There is another schema for the parts of a list.
    pub items: bool,
}

impl Said {
    /// Writes `"type"`.
    #[inline(never)]
    pub fn kind(self, kind: &str, out: &mut String) {
        put(if self.nullable { "\"type\":[\"" } else { "\"type\":\"" }, out);
        put(kind, out);
        put(if self.nullable { "\",\"null\"]" } else { "\"" }, out);
    }

    /// Writes `"enum"`, of names that are JSON already.
    pub fn one_of(self, names: &str, out: &mut String) {
        put("\"enum\":[", out);
        put(names, out);
        put(if self.nullable { ",null]" } else { "]" }, out);
    }
}

/// Writes `"required"`, of fields with whether they may be left out.
pub fn required(fields: &[(&str, bool)], out: &mut String) {
    let mut before = ",\"required\":[";
    for (name, _) in fields.iter().filter(|(_, optional)| !optional) {
        put(before, out);
        json::quote(name, out);
        before = ",";
    }
    if before == "," {
        put("]", out);
    }
}

/// Writes `"default"`, unless that is nothing.
pub fn default<T: Parameter>(value: &T, out: &mut String) {
    if !value.is_none() {
        put(",\"default\":", out);
        value.value(out);
    }
}

/// The schema of a type.
pub fn of<T: Parameter>() -> String {
    let mut out = String::from("{");
    T::schema(&mut out, Said::default());
    out + "}"
}

/// A schema that was written by hand.
pub fn given(schema: &str) -> String {
    schema.trim().to_owned()
}

/// Reads parameters.
///
/// # Errors
/// As [`Parameters::read`].
pub fn read<T: DeserializeOwned + Parameters>(text: &str) -> Result<T, String> {
    json::read(text)
        .map_err(|error| format!("parameters fit the manifest's schema but not the plugin's own type: {error}"))
}
