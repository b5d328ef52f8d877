//! The JSON Schemas that plugins bring for their parameters: bounded before anything is made of them.
//!
//! A schema is a program of sorts. References that fork twenty times over take longer than anybody waits, patterns take
//! megabytes each, and what is nested deep enough takes the stack.

use std::collections::HashMap;

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

/// Most values of a schema with every reference replaced by what it refers to.
const VALUES: u64 = 20_000;

/// Most regular expressions, counted in the same way.
const PATTERNS: u64 = 64;

/// Deepest nesting, references followed.
const DEPTH: u64 = 64;

/// Bytes of one compiled regular expression.
const PATTERN_BYTES: usize = 1 << 20;

/// Steps back of one regular expression in one text.
const BACKTRACKS: usize = 100_000;

/// What holds parameters against the schema.
///
/// # Errors
/// If it is no schema, refers to anything but itself, or would take too much.
pub(crate) fn validator(schema: &Value) -> Result<Validator, String> {
    Unfolding { whole: schema, known: HashMap::new() }.weigh(schema, 0)?;
    let patterns = PatternOptions::fancy_regex().size_limit(PATTERN_BYTES).backtrack_limit(BACKTRACKS);
    let validator = jsonschema::options().with_pattern_options(patterns).build(schema);
    validator.map_err(|error| error.to_string())
}

/// What a part of a schema comes to once its references are followed.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    values: u64,
    patterns: u64,
    height: u64,
}

impl Weight {
    /// The weight of a value that holds this too.
    fn holding(self, part: Self) -> Self {
        Self {
            values: self.values.saturating_add(part.values),
            patterns: self.patterns.saturating_add(part.patterns),
            height: self.height.max(part.height + 1),
        }
    }

    fn bounded(self) -> Result<Self, String> {
        match self {
            Self { values, .. } if values > VALUES => {
                Err(format!("it unfolds to more than {VALUES} values once its references are followed"))
            }
            Self { patterns, .. } if patterns > PATTERNS => Err(format!("it has more than {PATTERNS} patterns")),
            Self { height, .. } if height > DEPTH => Err(too_deep()),
            bounded => Ok(bounded),
        }
    }
}

fn too_deep() -> String {
    format!("it is nested more than {DEPTH} deep")
}

/// A walk through a schema that looks at the target of a reference once.
struct Unfolding<'a> {
    whole: &'a Value,
    /// By target; `None` while it is being weighed.
    known: HashMap<&'a str, Option<Weight>>,
}

impl<'a> Unfolding<'a> {
    fn weigh(&mut self, value: &'a Value, depth: u64) -> Result<Weight, String> {
        if depth > DEPTH {
            return Err(too_deep());
        }
        let mut weight = Weight { values: 1, ..Weight::default() };
        match value {
            Value::Object(fields) => {
                for (key, part) in fields {
                    weight = weight.holding(self.keyword(key, part, depth)?);
                    weight = weight.holding(self.weigh(part, depth + 1)?).bounded()?;
                }
            }
            Value::Array(parts) => {
                for part in parts {
                    weight = weight.holding(self.weigh(part, depth + 1)?).bounded()?;
                }
            }
            _ => {}
        }
        weight.bounded()
    }

    /// What a keyword brings about beside its value's own weight.
    fn keyword(&mut self, key: &str, part: &'a Value, depth: u64) -> Result<Weight, String> {
        match (key, part) {
            ("$ref", Value::String(target)) => self.target(target, depth),
            ("$dynamicRef" | "$recursiveRef", Value::String(_)) => Err(format!("it has a {key}; use $ref")),
            ("$id", Value::String(_)) if depth > 0 => Err("it has an $id within".to_owned()),
            ("pattern", Value::String(_)) => Ok(Weight { patterns: 1, ..Weight::default() }),
            ("patternProperties", Value::Object(fields)) => {
                Ok(Weight { patterns: fields.len() as u64, ..Weight::default() })
            }
            _ => Ok(Weight::default()),
        }
    }

    fn target(&mut self, target: &'a str, depth: u64) -> Result<Weight, String> {
        if let Some(known) = self.known.get(target) {
            // Parameters a hundred deep may be looked at in two to the hundredth ways.
            return known
                .ok_or_else(|| format!("it refers to {target:?} from within: what refers to itself has no bound"));
        }
        let pointer = target.strip_prefix('#').filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let pointer = pointer.ok_or_else(|| format!("it refers to {target:?}: only \"#/…\" is followed"))?;
        let found = self.whole.pointer(pointer);
        let found = found.ok_or_else(|| format!("it refers to {target:?}, which it does not hold"))?;
        self.known.insert(target, None);
        let weight = self.weigh(found, depth + 1)?;
        self.known.insert(target, Some(weight));
        Ok(weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(schema: &Value, why: &str) {
        let text = validator(schema).err().unwrap_or_else(|| panic!("taken, but: {why}"));
        assert!(text.contains(why), "{text:?} does not say {why:?}");
    }

    /// `$defs` of which each refers so many times to the one before it.
    fn chain(length: usize, fork: usize) -> Value {
        let refers = |to: usize| json!({ "anyOf": vec![json!({ "$ref": format!("#/$defs/a{to}") }); fork] });
        let define = |number: usize| if number == 0 { json!({ "minProperties": 1 }) } else { refers(number - 1) };
        let defs: serde_json::Map<_, _> = (0..=length).map(|number| (format!("a{number}"), define(number))).collect();
        json!({ "$defs": defs, "$ref": format!("#/$defs/a{length}") })
    }

    #[test]
    fn a_schema_with_references_of_its_own_holds_parameters_against_them() {
        let tree = json!({ "$defs": { "days": { "type": "integer" } }, "properties": {
            "days": { "$ref": "#/$defs/days" }, "weeks": { "$ref": "#/$defs/days" }, "name": { "pattern": "^[a-z]+$" },
        } });
        let validator = validator(&tree).expect("a schema");
        assert!(validator.is_valid(&json!({ "days": 1, "weeks": 2, "name": "x" })));
        assert!(!validator.is_valid(&json!({ "weeks": "2" })));
        assert!(!validator.is_valid(&json!({ "name": "X" })));
        assert!(super::validator(&chain(8, 2)).is_ok());
    }

    #[test]
    fn what_would_take_too_long_or_too_much_is_refused() {
        refused(&chain(30, 2), "unfolds to more than 20000 values");
        refused(&chain(60, 1), "nested more than 64 deep");
        refused(&json!({ "allOf": vec![json!({ "pattern": "a" }); 65] }), "more than 64 patterns");
        refused(&json!({ "patternProperties": (0..65).map(|n| (n.to_string(), json!({}))).collect::<Value>() }), "64");
        refused(&json!({ "pattern": "((a{100}){100}){100}" }), "regex");
        let endless = validator(&json!({ "pattern": r"^(?=(a|a)*$)(a|aa)+\1!$" })).expect("a schema");
        assert!(!endless.is_valid(&json!("a".repeat(400) + "!")), "given up, and not taken for a match");
    }

    #[test]
    fn what_refers_to_itself_is_refused() {
        let forks = json!({ "patternProperties": { "^x": { "$ref": "#" }, "x$": { "$ref": "#" } } });
        refused(&forks, "refers to \"#\" from within");
        let rounds = json!({ "a": { "$ref": "#/$defs/b" }, "b": { "items": { "$ref": "#/$defs/a" } } });
        refused(&json!({ "$defs": rounds }), "refers to \"#/$defs/b\" from within");
        refused(&json!({ "properties": { "a": { "not": { "$ref": "#/properties" } } } }), "from within");
    }

    #[test]
    fn what_lies_elsewhere_is_not_fetched() {
        for elsewhere in ["http://127.0.0.1:9/x", "file:///etc/passwd", "other.json", "#anchor", "//x.test/"] {
            refused(&json!({ "$ref": elsewhere }), "only \"#/…\" is followed");
        }
        refused(&json!({ "$ref": "#/$defs/gone" }), "which it does not hold");
        refused(&json!({ "$dynamicRef": "#x" }), "use $ref");
        refused(&json!({ "properties": { "a": { "$id": "http://x.test/" } } }), "$id within");
        refused(&json!({ "$schema": "http://127.0.0.1:9/meta" }), "meta-schema");
    }
}
