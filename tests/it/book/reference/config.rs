//! `config.json`, from its JSON Schema: a table for each object.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::cell;

const HEAD: &str = "# Configuration

<!-- Generated from the schema: do not edit. -->

Every key of `config.json`, from the schema that `nudged schema` prints. Comments and trailing commas are allowed, unknown
keys are mistakes, and `nudged check` says all that is wrong at once, each with its line. Spans are written `90s`, `5m`,
`2h 30m`, `1d`; sizes `64MiB` or a number of bytes. A *secret* is written `{ \"env\": \"NAME\" }` or `{ \"file\": \"path\" }`.
";

/// The whole page.
pub(super) fn page(schema: &Value) -> String {
    let mut writer =
        Writer { definitions: &schema["$defs"], page: HEAD.to_owned(), waiting: vec![], seen: BTreeSet::new() };
    writer.section("The file", schema);
    while let Some(name) = writer.next() {
        writer.section(&name, &schema["$defs"][name.as_str()]);
    }
    writer.page
}

struct Writer<'a> {
    definitions: &'a Value,
    page: String,
    /// Objects that were referred to and have no section yet, in the order in which they came up.
    waiting: Vec<String>,
    seen: BTreeSet<String>,
}

impl Writer<'_> {
    fn next(&mut self) -> Option<String> {
        (!self.waiting.is_empty()).then(|| self.waiting.remove(0))
    }

    fn section(&mut self, title: &str, schema: &Value) {
        self.page += &format!("\n## {title}\n\n{}\n", described(schema));
        let empty = Map::new();
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        self.page += "\n| key | value | default | meaning |\n|---|---|---|---|\n";
        for (key, value) in schema["properties"].as_object().unwrap_or(&empty) {
            let kind = cell(&self.kind(value));
            let default = match (&value["default"], required.contains(&key.as_str())) {
                (_, true) => "*required*".to_owned(),
                (Value::Null, _) => String::new(),
                (default, _) => format!("`{}`", cell(&default.to_string())),
            };
            let mut meaning = cell(&described(value));
            // A default that is a text shows how to write one.
            let examples = value["examples"].as_array().filter(|_| !value["default"].is_string());
            for example in examples.into_iter().flatten() {
                meaning += &format!(" Example: `{}`.", cell(&example.to_string()));
            }
            self.page += &format!("| `{key}` | {kind} | {default} | {meaning} |\n");
        }
    }

    /// What may be written, in words.
    fn kind(&mut self, schema: &Value) -> String {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return self.definition(name);
        }
        if let Some(several) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
            return several.iter().map(|one| self.kind(one)).collect::<Vec<_>>().join(" or ");
        }
        if let Some(word) = schema.get("const") {
            return format!("`{word}`");
        }
        if let Some(words) = schema["enum"].as_array() {
            return words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
        }
        if schema["properties"].get("env").is_some() {
            return match schema["type"].is_array() {
                true => "text, or a secret".to_owned(),
                false => "a secret".to_owned(),
            };
        }
        match &schema["type"] {
            Value::Array(types) => types.iter().map(|kind| self.typed(kind, schema)).collect::<Vec<_>>().join(" or "),
            kind => self.typed(kind, schema),
        }
    }

    fn typed(&mut self, kind: &Value, schema: &Value) -> String {
        match kind.as_str() {
            Some("string") => "text".to_owned(),
            Some("integer" | "number") => "number".to_owned(),
            Some("boolean") => "`true` or `false`".to_owned(),
            Some("array") => format!("list of {}", self.kind(&schema["items"])),
            Some("object") if schema["additionalProperties"].is_object() => {
                format!("by name: {}", self.kind(&schema["additionalProperties"]))
            }
            Some("object") => "object".to_owned(),
            _ => "anything".to_owned(),
        }
    }

    /// An object gets a section of its own; anything else is said on the spot.
    fn definition(&mut self, name: &str) -> String {
        let schema = &self.definitions[name];
        if !schema["properties"].is_object() || schema["properties"].get("env").is_some() {
            return self.kind(schema);
        }
        if self.seen.insert(name.to_owned()) {
            self.waiting.push(name.to_owned());
        }
        format!("[{name}](#{})", name.to_lowercase())
    }
}

fn described(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().to_owned()
}
