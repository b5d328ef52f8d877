//! JSON for people: what fits stands on one line, keys keep their order.

use serde_json::Value;

/// Columns of a line.
const WIDTH: usize = 120;

/// The value as JSON, on lines that are indented by `unit` for each level, beginning at the column `at` of a line that is
/// itself indented by `indent`. The same value gives the same text.
pub(super) fn pretty(value: &Value, indent: usize, unit: usize, at: usize) -> String {
    let mut text = String::new();
    Layout { unit }.write(value, indent, at, &mut text);
    text
}

struct Layout {
    unit: usize,
}

impl Layout {
    fn write(&self, value: &Value, indent: usize, at: usize, text: &mut String) {
        let line = on_one_line(value);
        let fits = at + line.chars().count() < WIDTH;
        match value {
            Value::Array(values) if !(values.is_empty() || fits && is_flat(value, 2)) => {
                self.block(['[', ']'], values.iter().map(|value| (String::new(), value)), indent, text);
            }
            Value::Object(fields) if !(fields.is_empty() || fits && is_flat(value, 2)) => {
                let fields = fields.iter().map(|(key, value)| (format!("{}: ", Value::from(key.as_str())), value));
                self.block(['{', '}'], fields, indent, text);
            }
            _ => text.push_str(&line),
        }
    }

    fn block<'v>(
        &self,
        [open, close]: [char; 2],
        parts: impl Iterator<Item = (String, &'v Value)>,
        indent: usize,
        text: &mut String,
    ) {
        let inner = indent + self.unit;
        text.push(open);
        for (index, (key, value)) in parts.enumerate() {
            text.push_str(if index == 0 { "\n" } else { ",\n" });
            text.extend(std::iter::repeat_n(' ', inner));
            text.push_str(&key);
            self.write(value, inner, inner + key.chars().count(), text);
        }
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', indent));
        text.push(close);
    }
}

/// Whether no more than so many arrays and objects are within each other.
fn is_flat(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(values) => depth > 0 && values.iter().all(|value| is_flat(value, depth - 1)),
        Value::Object(fields) => depth > 0 && fields.values().all(|value| is_flat(value, depth - 1)),
        _ => true,
    }
}

fn on_one_line(value: &Value) -> String {
    match value {
        Value::Array(values) => format!("[{}]", listed(values.iter().map(on_one_line))),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let field =
                |(key, value): (&String, &Value)| format!("{}: {}", Value::from(key.as_str()), on_one_line(value));
            format!("{{ {} }}", listed(fields.iter().map(field)))
        }
        other => other.to_string(),
    }
}

fn listed(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_stands_on_one_line_and_the_rest_is_indented() {
        let value = json!([{ "b": 1, "a": [1, 2] }, { "text": "x".repeat(120), "none": {}, "empty": [] }]);
        let long = "x".repeat(120);
        let expected = format!(
            "[\n  {{ \"b\": 1, \"a\": [1, 2] }},\n  {{\n    \"text\": \"{long}\",\n    \"none\": {{}},\n    \"empty\": []\n  }}\n]"
        );
        let text = pretty(&value, 0, 2, 0);
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
    }
}
