//! JSON with comments and trailing commas, and the line of everything in it.

use std::collections::BTreeMap;

use jsonc_parser::{
    CollectOptions, ParseOptions,
    ast::{Object, Value as Node},
    common::Ranged,
    parse_to_ast,
};
use serde_json::Value;

use super::{path::JsonPath, problem::Complaint};

/// The line of each value's key, or of the value itself in an array, counted from 1.
pub(crate) type Lines = BTreeMap<JsonPath, usize>;

/// A file as it was written.
pub(crate) struct Document {
    pub(crate) value: Value,
    pub(crate) lines: Lines,
    pub(crate) duplicates: Vec<Duplicate>,
}

/// A key that stands twice in one object.
pub(crate) struct Duplicate {
    pub(crate) path: JsonPath,
    pub(crate) first: usize,
    pub(crate) second: usize,
}

/// Where the text stops being JSON, and why.
pub(crate) struct SyntaxError {
    pub(crate) line: usize,
    pub(crate) complaint: Complaint,
}

/// Comments and trailing commas are welcome; everything else is JSON to the letter, so that other tools read the
/// same file in the same way.
pub(crate) const JSON_WITH_COMMENTS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

impl Document {
    pub(crate) fn parse(text: &str) -> Result<Self, SyntaxError> {
        // Some editors put a byte order mark first.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let parsed = parse_to_ast(text, &CollectOptions::default(), &JSON_WITH_COMMENTS).map_err(|error| {
            let what = format!("is not JSON: {} (column {})", error.kind(), error.column_display());
            let fix = "mend the syntax; comments and trailing commas are allowed, all names and texts stand in \"\"";
            SyntaxError { line: error.line_display(), complaint: Complaint::new(what, fix) }
        })?;
        let root = parsed.value.ok_or_else(|| SyntaxError {
            line: 1,
            complaint: Complaint::new("is empty", "write an object with at least \"source\" and \"store\""),
        })?;
        let mut walk = Walk::new(text);
        walk.visit(&JsonPath::default(), 1, &root);
        let mut value = root.into();
        unify_numbers(&mut value);
        Ok(Self { value, lines: walk.lines, duplicates: walk.duplicates })
    }
}

/// Makes `5.0` the same as `5`, as JSON Schema has it.
fn unify_numbers(value: &mut Value) {
    // From here on, floating point skips whole numbers.
    const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Object(object) => object.values_mut().for_each(unify_numbers),
        Value::Array(array) => array.iter_mut().for_each(unify_numbers),
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < LARGEST_EXACT);
            whole.into_iter().for_each(|float| *value = Value::from(float as i64));
        }
        _ => {}
    }
}

/// Takes down the lines of a tree.
struct Walk {
    line_ends: Vec<usize>,
    lines: Lines,
    duplicates: Vec<Duplicate>,
}

impl Walk {
    fn new(text: &str) -> Self {
        let line_ends = text.match_indices('\n').map(|(at, _)| at).collect();
        Self { line_ends, lines: Lines::new(), duplicates: Vec::new() }
    }

    fn line(&self, node: &impl Ranged) -> usize {
        self.line_ends.partition_point(|end| *end < node.start()) + 1
    }

    fn visit(&mut self, path: &JsonPath, line: usize, node: &Node<'_>) {
        self.lines.insert(path.clone(), line);
        match node {
            Node::Object(object) => self.visit_object(path, object),
            Node::Array(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    self.visit(&path.index(index), self.line(element), element);
                }
            }
            _ => {}
        }
    }

    fn visit_object(&mut self, path: &JsonPath, object: &Object<'_>) {
        let mut seen = BTreeMap::new();
        for property in &object.properties {
            let name = property.name.as_str();
            let (path, line) = (path.key(name), self.line(property));
            if let Some(first) = seen.insert(name, line) {
                self.duplicates.push(Duplicate { path: path.clone(), first, second: line });
            }
            self.visit(&path, line, &property.value);
        }
    }
}
