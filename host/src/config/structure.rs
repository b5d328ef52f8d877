//! Checks what was written against the schema of what can be written.
//!
//! Whatever does not fit gets its complaint and is taken out, so that the rest can be read and checked further.

use std::sync::LazyLock;

use jsonschema::{
    JsonType, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind as Kind},
    paths::{Location, LocationSegment},
};
use serde_json::{Value, json};

use super::{
    path::{JsonPath, Step},
    problem::Complaint,
    report::{Place, Report},
    schema::SCHEMA,
    suggest::{did_you_mean, listed},
};

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&SCHEMA).expect("a schema derived from types is well-formed"));

/// Complains about everything that does not fit, and removes it.
///
/// What is left may lack things that are required, but everything in it has the type that the schema says; an
/// element that was taken out of an array leaves `null`, so that the others keep their places.
pub(super) fn check(document: &mut Value, report: &Report<'_>) {
    for error in VALIDATOR.iter_errors(document) {
        complain(&error, report);
    }
    // What is taken out can leave its surroundings unfit in turn.
    loop {
        let unfit: Vec<_> = VALIDATOR.iter_errors(document).flat_map(|error| unfit(&error)).collect();
        let removed = unfit.iter().filter(|path| remove(document, path.steps())).count();
        if removed == 0 {
            return;
        }
    }
}

fn complain(error: &ValidationError<'_>, report: &Report<'_>) {
    let at = report.at(path_of(error.instance_path()));
    let node = schema_node(error);
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => unexpected.iter().for_each(|key| unknown_key(&at, key, node)),
        Kind::Required { property: Value::String(name) } => {
            let fix = match example(&node["properties"][name]) {
                Some(example) => format!("add \"{name}\": {example}"),
                None => format!("add \"{name}\""),
            };
            at.key(name).error(Complaint::new("is missing", fix));
        }
        kind => at.error(mismatch(kind, error, node)),
    }
}

fn unknown_key(at: &Place<'_>, key: &str, node: &Value) {
    at.key(key).error(Complaint::new("is not a known key", did_you_mean(key, &keys(node))));
}

/// A value of another kind than the schema says. The value itself is quoted only where a word of a list belongs:
/// it could be a secret.
fn mismatch(kind: &Kind, error: &ValidationError<'_>, node: &Value) -> Complaint {
    let instance = error.instance().as_ref();
    let such_as = example(node).map(|example| format!(" such as {example}")).unwrap_or_default();
    match kind {
        Kind::Type { kind } => {
            let (found, wanted) = (type_name(JsonType::from(instance)), type_names(kind));
            Complaint::new(format!("is {found}, not {wanted}"), format!("write {wanted}{such_as}"))
        }
        Kind::Enum { .. } | Kind::OneOfNotValid { .. } => {
            let what = match instance {
                Value::String(word) => format!("{word:?} is none of the words that are known here"),
                other => format!("is {}, not a word", type_name(JsonType::from(other))),
            };
            Complaint::new(what, did_you_mean(instance.as_str().unwrap_or_default(), &words(node)))
        }
        Kind::MinItems { .. } => Complaint::new("is empty", format!("write at least one{such_as}")),
        Kind::UniqueItems => Complaint::new("names something twice", "name each one once"),
        Kind::Minimum { limit } => Complaint::new(format!("{instance} is too small"), format!("write {limit} or more")),
        Kind::Maximum { limit } => Complaint::new(format!("{instance} is too large"), format!("write {limit} or less")),
        Kind::MinProperties { .. } | Kind::MaxProperties { .. } => {
            Complaint::new(format!("does not hold exactly one of {}", listed(&keys(node))), "write one of them")
        }
        _ => Complaint::new(error.masked().to_string(), format!("write something{such_as}")),
    }
}

/// What an error says must go for the rest to have the right types.
fn unfit(error: &ValidationError<'_>) -> Vec<JsonPath> {
    let path = path_of(error.instance_path());
    match error.kind() {
        Kind::Required { .. } | Kind::MinItems { .. } | Kind::UniqueItems => Vec::new(),
        Kind::AdditionalProperties { unexpected } => unexpected.iter().map(|key| path.key(key)).collect(),
        _ => vec![path],
    }
}

/// Takes a value out, if it is still there.
fn remove(value: &mut Value, steps: &[Step]) -> bool {
    match (steps, value) {
        ([], root) => std::mem::replace(root, json!({})) != *root,
        ([Step::Key(key)], Value::Object(object)) => object.shift_remove(key).is_some(),
        ([Step::Index(index)], Value::Array(array)) => array.get_mut(*index).is_some_and(|e| !e.take().is_null()),
        ([step, rest @ ..], value) => inner(value, step).is_some_and(|inner| remove(inner, rest)),
    }
}

fn inner<'v>(value: &'v mut Value, step: &Step) -> Option<&'v mut Value> {
    match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(*index),
    }
}

fn path_of(location: &Location) -> JsonPath {
    location.iter().fold(JsonPath::default(), |path, segment| match segment {
        LocationSegment::Property(key) => path.key(&key),
        LocationSegment::Index(index) => path.index(index),
    })
}

/// The part of the schema that the value did not fit.
fn schema_node(error: &ValidationError<'_>) -> &'static Value {
    let keyword = error.schema_path().as_str();
    let node = keyword.rsplit_once('/').map_or("", |(node, _)| node);
    SCHEMA.pointer(node).unwrap_or(&Value::Null)
}

fn example(node: &Value) -> Option<&Value> {
    node["examples"].get(0).or_else(|| node.get("default"))
}

/// The keys that an object can have.
fn keys(node: &Value) -> Vec<&str> {
    node["properties"].as_object().into_iter().flat_map(|keys| keys.keys().map(String::as_str)).collect()
}

/// The words of a closed list: `enum`, or `oneOf` with a `const` for each documented word.
fn words(node: &Value) -> Vec<&str> {
    let plain = node["enum"].as_array().into_iter().flatten();
    let documented = node["oneOf"].as_array().into_iter().flatten().map(|one| &one["const"]);
    plain.chain(documented).filter_map(Value::as_str).collect()
}

fn type_names(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => type_name(*one).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(type_name).collect::<Vec<_>>().join(" or "),
    }
}

fn type_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a string",
    }
}
