//! Parameters without what people wrote in them.

use serde_json::Value;

use super::names::Names;

/// Forms of texts that tell nothing of people: the name of a column, and times.
const FORMATS: [&str; 5] = ["column", "date", "date-time", "duration", "time"];

impl Names {
    /// A value of a parameter with this schema: texts that the schema does not name are replaced, and so are keys.
    pub(super) fn parameter(&mut self, value: &Value, schema: &Value) -> Value {
        match value {
            Value::String(_) if is_told(value, schema) => value.clone(),
            Value::String(text) => self.value(text).into(),
            Value::Array(values) => values.iter().map(|value| self.parameter(value, &schema["items"])).collect(),
            Value::Object(fields) => {
                let properties = &schema["properties"];
                let redact = |(key, value): (&String, &Value)| match properties.get(key) {
                    Some(schema) => (key.clone(), self.parameter(value, schema)),
                    None => (self.value(key), self.parameter(value, &schema["additionalProperties"])),
                };
                fields.iter().map(redact).collect()
            }
            other => other.clone(),
        }
    }
}

/// Whether everybody who has the plugin knows that this text may stand here, or its form says that it is nobody's.
fn is_told(value: &Value, schema: &Value) -> bool {
    let listed = schema["enum"].as_array().is_some_and(|list| list.contains(value));
    let formed = schema["format"].as_str().is_some_and(|format| FORMATS.contains(&format));
    listed || schema.get("const") == Some(value) || formed
}

/// Whether a key is one word such as those that plugins have for their parameters: `warn_after_days`.
pub(super) fn is_plain(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
}
