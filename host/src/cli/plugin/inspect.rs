//! `nudged plugin inspect`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::{component, figures::bytes, table::table, workbench};
use crate::{
    cli::{End, Failure, Format, output::line},
    model::{Budget, Kind, Manifest, Reads},
    plugin::Examination,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// A component (x.wasm), or a plugin's folder.
    #[arg(value_name = "PLUGIN")]
    plugin: PathBuf,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    format: Format,
}

pub(super) async fn inspect(named: Option<&Path>, arguments: Arguments) -> Result<End, Failure> {
    let file = component(arguments.plugin).await?;
    let workbench = workbench(named)?;
    let mut seen = workbench.look(&file).await;
    let cases = workbench.cases(&seen).await;
    let cases = cases.unwrap_or_else(|why| {
        seen.reasons.push(why);
        None
    });
    match arguments.format {
        Format::Json => line(&object(&file, &seen, cases).to_string()),
        Format::Text => text(&file, &seen, cases).iter().for_each(|text| line(text)),
    }
    Ok(End::Well)
}

fn text(file: &Path, seen: &Examination, cases: Option<usize>) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = |key: &str, value: String| rows.push(vec![key.to_owned(), value]);
    if let Some(manifest) = &seen.manifest {
        row("name", manifest.name.clone());
        row("version", manifest.version.clone());
    }
    row("world", seen.kind.map_or("none", Kind::world).to_owned());
    if let Some(manifest) = &seen.manifest {
        row("licence", manifest.licence.clone().unwrap_or_else(|| "not named".to_owned()));
        said(manifest).into_iter().for_each(|(key, value)| row(key, value));
    }
    row("cases", cases.map_or_else(|| "none".to_owned(), |count| count.to_string()));
    row("file", file.display().to_string());
    row("size", format!("{} ({} bytes)", bytes(seen.bytes), seen.bytes));
    row("digest", seen.digest.clone());
    seen.imports.iter().for_each(|import| row("imports", import.clone()));
    seen.exports.iter().for_each(|export| row("exports", export.clone()));
    let mut lines = table(&rows, &[]);
    if let Some(manifest) = &seen.manifest {
        lines.extend(parameters(&manifest.parameters));
    }
    lines.extend(seen.reasons.iter().map(|reason| format!("a daemon would refuse it: {reason}")));
    lines
}

/// What a manifest says of its plugin's needs, key by key.
fn said(manifest: &Manifest) -> Vec<(&'static str, String)> {
    let Manifest { kind, reads, proposes, asks, hosts, secrets, budget, .. } = manifest;
    let some = |list: &[String], none: &str| if list.is_empty() { none.to_owned() } else { list.join(", ") };
    let mut said = match kind {
        Kind::Channel => vec![
            ("asks", some(asks, "nothing")),
            ("hosts", some(hosts, "whatever is granted")),
            ("secrets", some(secrets, "those of its channel")),
        ],
        Kind::RecordStrategy => vec![("proposes", some(proposes, "nothing"))],
        _ => vec![("reads", what_it_reads(reads)), ("proposes", some(proposes, "nothing"))],
    };
    if !manifest.asks_for("http") {
        said.retain(|(key, _)| *key != "hosts" && *key != "secrets");
    }
    said.extend(budget.as_ref().map(|budget| ("budget", what_it_may_take(budget))));
    said
}

fn what_it_reads(reads: &Reads) -> String {
    let Reads { statuses, kinds, expires_within_days, extension_asked, item_statuses, item_health, fields } = reads;
    let lists = [
        ("statuses", statuses),
        ("kinds", kinds),
        ("item statuses", item_statuses),
        ("item health", item_health),
        ("with", fields),
    ];
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
    let mut parts: Vec<_> = lists.map(|(what, list)| format!("{what} {}", list.join(", "))).collect();
    parts.extend(expires_within_days.map(|days| format!("expires within {days} days")));
    parts.extend(extension_asked.then(|| "an extension was asked for".to_owned()));
    if parts.is_empty() { "everything".to_owned() } else { parts.join("; ") }
}

fn what_it_may_take(budget: &Budget) -> String {
    let figures = [
        (budget.item_micros, "µs an item"),
        (budget.item_bytes, "bytes an item"),
        (budget.first_call_millis, "ms the first call"),
    ];
    let figures = figures.into_iter().filter_map(|(figure, unit)| Some(format!("{} {unit}", figure?)));
    figures.collect::<Vec<_>>().join(", ")
}

/// The parameters of a schema, a line each.
fn parameters(schema: &Value) -> Vec<String> {
    let Some(properties) = schema["properties"].as_object().filter(|properties| !properties.is_empty()) else {
        return vec!["parameters: none are named".to_owned()];
    };
    let titles = ["name", "type", "default", "description"].map(str::to_owned).to_vec();
    let required = |name: &String| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one.as_str() == Some(name)))
    };
    let rows = properties.iter().map(|(name, one)| {
        let default = match one.get("default") {
            Some(default) => default.to_string(),
            None if required(name) => "required".to_owned(),
            None => String::new(),
        };
        vec![name.clone(), kind_of(one), default, one["description"].as_str().unwrap_or_default().to_owned()]
    });
    let rows: Vec<_> = [titles].into_iter().chain(rows).collect();
    let lines = table(&rows, &[]).into_iter().map(|line| format!("  {line}"));
    ["parameters:".to_owned()].into_iter().chain(lines).collect()
}

/// What a parameter takes: its types, its words, or that the schema says more.
fn kind_of(schema: &Value) -> String {
    let words = |list: &Vec<Value>, shown: fn(&Value) -> String| list.iter().map(shown).collect::<Vec<_>>().join(" | ");
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match (&schema["enum"], &schema["type"]) {
        (Value::Array(list), _) => words(list, |value| value.to_string()),
        (_, Value::Array(list)) => words(list, plain),
        (_, Value::String(one)) if one == "array" => format!("list of {}", kind_of(&schema["items"])),
        (_, Value::String(one)) => one.clone(),
        _ => "see the schema".to_owned(),
    }
}

fn object(file: &Path, seen: &Examination, cases: Option<usize>) -> Value {
    json!({
        "file": file.display().to_string(),
        "digest": seen.digest,
        "bytes": seen.bytes,
        "world": seen.kind.map(Kind::world),
        "manifest": seen.manifest,
        "cases": cases,
        "imports": seen.imports,
        "exports": seen.exports,
        "reasons": seen.reasons,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_a_table() {
        let schema = json!({ "required": ["url"], "properties": {
            "days": { "type": "integer", "default": 7, "description": "When it is late." },
            "how": { "enum": ["loud", "low"] },
            "teams": { "type": "array", "items": { "type": "string" } },
            "url": { "type": "string" },
            "when": { "$ref": "#/$defs/x" },
        } });
        assert_eq!(
            parameters(&schema),
            [
                "parameters:",
                "  name   type            default   description",
                "  days   integer         7         When it is late.",
                "  how    \"loud\" | \"low\"",
                "  teams  list of string",
                "  url    string          required",
                "  when   see the schema",
            ]
        );
        assert_eq!(parameters(&json!({ "type": "object" })), ["parameters: none are named"]);
    }

    #[test]
    fn what_is_read_and_meant_is_told_in_words() {
        let reads =
            Reads { statuses: vec!["A".to_owned(), "B".to_owned()], expires_within_days: Some(3), ..Reads::default() };
        assert_eq!(what_it_reads(&reads), "statuses A, B; expires within 3 days");
        assert_eq!(what_it_reads(&Reads::default()), "everything");
        let budget = Budget { item_micros: Some(0.5), first_call_millis: Some(5.0), ..Budget::default() };
        assert_eq!(what_it_may_take(&budget), "0.5 µs an item, 5 ms the first call");
    }
}
