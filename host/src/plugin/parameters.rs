//! Whether what the configuration gives a plugin fits what the plugin takes.

use serde_json::Value;

use super::Use;
use crate::model::Manifest;

/// What is wrong is told so many times at most: each text may hold all that was given.
const MOST_ERRORS: usize = 20;

/// Holds parameters against the JSON Schema of the plugin's manifest.
///
/// # Errors
/// Each parameter that does not fit, with what is wrong.
pub fn parameters_fit(manifest: &Manifest, parameters: &Value) -> Result<(), String> {
    let validator = super::schema::validator(&manifest.parameters)?;
    let wrong: Vec<_> = validator
        .iter_errors(parameters)
        .take(MOST_ERRORS)
        .map(|error| format!("parameters{}: {error}", error.instance_path().as_str().replace('/', ".")))
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

/// Why a new generation cannot take the place of the one that serves: the configuration gives it what it does not take.
/// What does not fit the old one either keeps nobody out.
pub(super) fn unfit(new: &Manifest, serving: &Manifest, uses: &[Use]) -> Option<String> {
    let broken = uses.iter().filter(|one| parameters_fit(serving, &one.parameters).is_ok());
    let texts: Vec<_> = broken
        .filter_map(|one| Some(format!("{}.{}", one.place, parameters_fit(new, &one.parameters).err()?)))
        .collect();
    let (name, version) = (&new.name, &new.version);
    (!texts.is_empty())
        .then(|| format!("{name} {version} does not take what the configuration gives it: {}", texts.join("; ")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taking(name: &str, schema: &str) -> Manifest {
        let properties = json!({ name: { "type": schema } });
        let manifest = json!({
            "name": "echo", "version": "2.0.0", "kind": "share-strategy",
            "parameters": { "type": "object", "properties": properties, "additionalProperties": false },
        });
        serde_json::from_value(manifest).expect("a manifest")
    }

    fn giving(parameters: Value) -> [Use; 1] {
        [Use { place: "reminders.a".to_owned(), parameters }]
    }

    #[test]
    fn a_successor_that_does_not_take_what_is_given_says_where_it_is_given() {
        let (old, new) = (taking("days", "integer"), taking("days", "string"));
        let why = unfit(&new, &old, &giving(json!({ "days": 3 }))).expect("it does not fit");
        assert!(
            why.starts_with("echo 2.0.0 does not take what the configuration gives it: reminders.a.parameters.days: ")
        );
        assert_eq!(unfit(&old, &old, &giving(json!({ "days": 3 }))), None);
        assert_eq!(unfit(&new, &old, &[]), None);
    }

    #[test]
    fn what_never_fitted_keeps_nobody_out() {
        let (old, new) = (taking("days", "integer"), taking("days", "string"));
        assert_eq!(unfit(&new, &old, &giving(json!({ "dais": 3 }))), None);
    }
}
