//! What the configuration says to a plugin.

/// The type that a plugin's `parameters` are read into, with a JSON Schema of what may be written. Derive it beside
/// serde's `Deserialize`:
///
/// ```
/// use nudged_sdk::testing::{parameters, schema};
///
/// #[derive(serde::Deserialize, nudged_sdk::Parameters)]
/// #[serde(default, deny_unknown_fields)]
/// struct Parameters {
///     /// Access that ends within this many days is found.
///     #[parameter(maximum = 186, example = 14)]
///     horizon_days: u32,
///     /// How much is told.
///     detail: Detail,
/// }
///
/// #[derive(serde::Deserialize, nudged_sdk::Parameters)]
/// #[serde(rename_all = "kebab-case")]
/// enum Detail {
///     Brief,
///     AllOfIt,
/// }
///
/// impl Default for Parameters {
///     fn default() -> Self {
///         Self { horizon_days: 31, detail: Detail::Brief }
///     }
/// }
///
/// assert_eq!(parameters::<Parameters>(r#"{ "horizon_days": 7 }"#).horizon_days, 7);
/// assert_eq!(schema::<Parameters>(), serde_json::json!({
///     "type": "object",
///     "additionalProperties": false,
///     "properties": {
///         "horizon_days": {
///             "description": "Access that ends within this many days is found.",
///             "type": "integer", "minimum": 0, "maximum": 186, "examples": [14], "default": 31,
///         },
///         "detail": { "description": "How much is told.", "enum": ["brief", "all-of-it"], "default": "brief" },
///     },
/// }));
/// ```
///
/// # What is understood
///
/// * **Types of fields**: `bool`, `String`, `f32`, `f64`, the integers of 8 to 64 bits with their ranges, `Option`, `Vec`,
///   [`Pairs`](crate::Pairs), and structs and enums that derive `Parameters` themselves. An enum has names without content.
///   A field of type `Option` may be left out, or be null.
/// * **Doc comments** of fields are their descriptions.
/// * **serde's attributes** `default`, `deny_unknown_fields`, `rename` and `rename_all` do to the schema what they do to
///   the reading: with `#[serde(default)]` on a struct or a field nothing is required, and what `Default` gives is told as
///   the default. Attributes of serde that a schema cannot tell, such as `flatten` or `alias`, do not compile.
/// * **`#[parameter(…)]`** on a field bounds it further: `minimum` and `maximum` (also constants) of numbers; `min_length`,
///   `max_length`, `pattern` and `format` of texts; `min_items`, `max_items` and `items(…)`, which says the same of each
///   part, of lists; `example` of all; and `more = r#""title": "Horizon""#` for whatever else JSON Schema knows. A keyword
///   that does not fit the field's type does not compile. `format = "column"` marks a text that names a column of the
///   operator's query: the host then sees to it that the query has one.
/// * **`#[parameters(schema = include_str!("parameters.json"))]`** on the struct gives a schema that was written by hand, for
///   what cannot be derived. Then the attributes of serde are left alone.
///
/// ```compile_fail
/// // A minimum that the type cannot hold.
/// #[derive(serde::Deserialize, nudged_sdk::Parameters)]
/// struct Parameters {
///     #[parameter(minimum = -1)]
///     days: u32,
/// }
/// ```
///
/// ```compile_fail
/// // A keyword for texts at a number.
/// #[derive(serde::Deserialize, nudged_sdk::Parameters)]
/// struct Parameters {
///     #[parameter(min_length = 1)]
///     days: u32,
/// }
/// ```
///
/// ```compile_fail
/// // serde would read `days` from the object around it.
/// #[derive(serde::Deserialize, nudged_sdk::Parameters)]
/// struct Parameters {
///     #[serde(flatten)]
///     days: Days,
/// }
///
/// #[derive(serde::Deserialize, nudged_sdk::Parameters)]
/// struct Days {
///     days: u32,
/// }
/// ```
#[diagnostic::on_unimplemented(
    note = "derive serde's `Deserialize` and `nudged_sdk::Parameters` for the type, or use `NoParameters`"
)]
pub trait Parameters: Sized {
    /// The JSON Schema of what may be written, which is part of the manifest.
    fn schema() -> String;

    /// Reads the JSON object, which the host has checked against the schema.
    ///
    /// # Errors
    /// If schema and type differ.
    fn read(json: &str) -> Result<Self, String>;
}

/// The parameters of a plugin that has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoParameters;

// Not by serde, which would put a JSON reader into guests that have nothing to read.
impl Parameters for NoParameters {
    fn schema() -> String {
        r#"{"type":"object","additionalProperties":false}"#.to_owned()
    }

    fn read(_: &str) -> Result<Self, String> {
        Ok(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize, crate::Parameters)]
    struct Sample {
        words: Vec<String>,
        limit: Option<f64>,
    }

    /// The host writes the object with serde_json.
    #[test]
    fn whatever_the_host_writes_can_be_read() {
        let words = ["a\"b\\c/\n\t\u{1}\u{7f}\u{2028}", "é😀", ""].map(str::to_owned).to_vec();
        let json = serde_json::json!({ "words": words, "limit": 1.5e-7, "other": { "x": [1, null, -2.5, true] } });
        assert_eq!(Sample::read(&json.to_string()), Ok(Sample { words, limit: Some(1.5e-7) }));
    }

    #[test]
    fn what_does_not_fit_is_an_error_that_says_so() {
        let error = Sample::read(r#"{"words": 7}"#).unwrap_err();
        assert!(error.starts_with("parameters fit the manifest's schema but not the plugin's own type: "), "{error}");
        assert_eq!(NoParameters::read("{}"), Ok(NoParameters));
    }
}
