//! Reading JSON into types that derive serde's `Deserialize`, and quoting texts, in few bytes of code.
//!
//! `serde_json` takes 22 KiB of a guest and `serde-json-core` 14 KiB, most of it for printing what nobody sees: numbers
//! and characters in texts of errors. What is read here was written by a JSON library: the host's, or the other side's of
//! a request. So this reads all that is JSON, is lenient with some of what is not, and never panics.

mod deserializer;
mod quote;
mod reader;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::{self, DeserializeOwned};

pub use quote::put;
pub(crate) use quote::quote;
use reader::Reader;

/// Reads a value from a JSON text.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    let mut reader = Reader::of(json);
    let value = T::deserialize(&mut reader)?;
    if reader.peek() == 0 { Ok(value) } else { Err(Error::new("more follows the value")) }
}

/// What does not fit.
#[derive(Debug)]
pub(crate) struct Error(String);

impl Error {
    fn new(what: &str) -> Self {
        Self(what.to_owned())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// What serde complains of, without what it found: to print any value is what makes other readers large.
impl de::Error for Error {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new("a value does not fit")
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("expected {expected}"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("expected {expected}"))
    }

    fn unknown_variant(name: &str, _: &'static [&'static str]) -> Self {
        Self(format!("unknown name `{name}`"))
    }

    fn missing_field(name: &'static str) -> Self {
        Self(format!("missing field `{name}`"))
    }
}
