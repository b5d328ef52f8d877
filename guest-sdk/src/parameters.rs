//! What the configuration says to a plugin.

use serde::de::DeserializeOwned;

use crate::json;

/// Types that a plugin's `parameters` can be read into: whatever derives serde's `Deserialize`, and
/// [`NoParameters`].
///
/// A small reader turns the JSON into the type. Enums are names of cases without content. `testing::parameters` goes
/// the same way.
#[diagnostic::on_unimplemented(note = "derive serde's `Deserialize` for the type, or use `NoParameters`")]
pub trait FromParameters: Sized {
    /// Reads the JSON object, which the host has checked against the manifest's schema.
    ///
    /// # Errors
    /// If schema and type differ.
    fn from_parameters(json: &str) -> Result<Self, String>;
}

/// The parameters of a plugin that has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoParameters;

// Not by serde, which would put a JSON reader into guests that have nothing to read.
impl FromParameters for NoParameters {
    fn from_parameters(_: &str) -> Result<Self, String> {
        Ok(Self)
    }
}

impl<P: DeserializeOwned> FromParameters for P {
    fn from_parameters(text: &str) -> Result<Self, String> {
        json::read(text)
            .map_err(|error| format!("parameters fit the manifest's schema but not the plugin's own type: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Sample {
        words: Vec<String>,
        limit: Option<f64>,
    }

    /// The host writes the object with serde_json.
    #[test]
    fn whatever_the_host_writes_can_be_read() {
        let words = ["a\"b\\c/\n\t\u{1}\u{7f}\u{2028}", "é😀", ""].map(str::to_owned).to_vec();
        let json = serde_json::json!({ "words": words, "limit": 1.5e-7, "other": { "x": [1, null, -2.5, true] } });
        assert_eq!(Sample::from_parameters(&json.to_string()), Ok(Sample { words, limit: Some(1.5e-7) }));
    }

    #[test]
    fn what_does_not_fit_is_an_error_that_says_so() {
        let error = Sample::from_parameters(r#"{"words": 7}"#).unwrap_err();
        assert!(error.starts_with("parameters fit the manifest's schema but not the plugin's own type: "), "{error}");
        assert_eq!(NoParameters::from_parameters("{}"), Ok(NoParameters));
    }
}
