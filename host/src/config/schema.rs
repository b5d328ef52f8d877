//! The schema of the configuration file, derived from the types that it is read into.

use std::sync::LazyLock;

use schemars::{Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Map, Value, json};

use super::written::Root;

pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(generate);

/// JSON Schema (draft 2020-12) of the configuration file, for editors and for checks.
pub fn schema() -> Value {
    SCHEMA.clone()
}

fn generate() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(without_null));
    let mut schema = settings.into_generator().into_root_schema_for::<Root>();
    schema.insert("title".to_owned(), json!("Configuration of nudged"));
    schema.to_value()
}

/// `null` is how a missing value looks in Rust, not something to write in the file.
fn without_null(schema: &mut Schema) {
    let Some(node) = schema.as_object_mut() else { return };
    if node.get("default").is_some_and(Value::is_null) {
        node.shift_remove("default");
    }
    if let Some(kind) = node.get_mut("type") {
        only_other(kind, &json!("null"));
    }
    if let Some(mut any) = node.shift_remove("anyOf") {
        only_other(&mut any, &json!({ "type": "null" }));
        match any {
            Value::Object(other) => merge(node, other),
            several => drop(node.insert("anyOf".to_owned(), several)),
        }
    }
}

/// Takes `null` from a list of two and leaves the other one in the list's place.
fn only_other(list: &mut Value, null: &Value) {
    let Value::Array(both) = list else { return };
    both.retain(|one| one != null);
    if let [other] = both.as_slice() {
        *list = other.clone();
    }
}

fn merge(node: &mut Map<String, Value>, other: Map<String, Value>) {
    for (key, value) in other {
        node.entry(key).or_insert(value);
    }
}
