//! An object of texts as a parameter.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

/// A parameter that is an object whose values are all texts, in the order in which it is written.
///
/// A map of the standard library does as well, in another order and with some 2 KiB more of code.
///
/// ```
/// use nudged_sdk::{Pairs, testing::parameters};
///
/// #[derive(serde::Deserialize, nudged_sdk::Parameters)]
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
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
