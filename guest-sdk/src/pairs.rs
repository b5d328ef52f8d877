//! An object of texts as a parameter.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, Visitor},
};

/// A parameter that is an object whose values are all texts, in the order in which it is written.
///
/// The small reader of [`FromParameters`](crate::FromParameters) reads no maps of the standard library: their keys ask
/// for owned strings, which it does not know.
///
/// ```
/// use nudged_sdk::{Pairs, testing::parameters};
///
/// #[derive(serde::Deserialize)]
/// struct Parameters {
///     headers: Pairs,
/// }
///
/// let read: Parameters = parameters(r#"{ "headers": { "x-env": "prod" } }"#);
/// assert_eq!(read.headers.0, [("x-env".into(), "prod".into())]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs(
    /// Names and values.
    pub Vec<(String, String)>,
);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(name) = map.next_key_seed(Key)? {
            pairs.push((name, map.next_value()?));
        }
        Ok(Pairs(pairs))
    }
}

/// Reads a key without asking for an owned string.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<String, E> {
        Ok(name.to_owned())
    }
}
