//! `nudged plugin check`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use serde_json::{Value, json};

use super::{component, figures::bytes, list::short};
use crate::{
    authoring::{self, Checked, Seen},
    cli::{End, Failure, Format, load, output::line},
    clock::Clock,
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

pub(super) async fn check(named: Option<&Path>, arguments: Arguments, clock: Arc<dyn Clock>) -> Result<End, Failure> {
    let config = named.map(load).transpose()?;
    let component = component(arguments.plugin).await?;
    let checked = authoring::check(&component, config.as_ref(), clock).await?;
    match arguments.format {
        Format::Json => line(&object(&checked).to_string()),
        Format::Text => text(&checked).iter().for_each(|text| line(text)),
    }
    Ok(if checked.reasons.is_empty() { End::Well } else { End::No })
}

fn text(Checked { seen, reasons, warnings, uses }: &Checked) -> Vec<String> {
    let rows = [("refused", reasons), ("warning", warnings), ("uses", uses)];
    let rows = rows.into_iter().flat_map(|(word, texts)| texts.iter().map(move |text| format!("{word:<8} {text}")));
    let end = match reasons.len() {
        0 => "ok".to_owned(),
        1 => "1 reason for refusal".to_owned(),
        many => format!("{many} reasons for refusal"),
    };
    [label(seen)].into_iter().chain(rows).chain([end]).collect()
}

fn label(Seen { file, label, digest, bytes: size, cases }: &Seen) -> String {
    let cases = match cases {
        0 => "no cases".to_owned(),
        1 => "1 case".to_owned(),
        many => format!("{many} cases"),
    };
    match label {
        Some((name, version, world)) => {
            format!("{name} {version} ({world}), {}, {}, {cases}", bytes(*size), short(digest))
        }
        None => file.clone(),
    }
}

fn object(Checked { seen, reasons, warnings, uses }: &Checked) -> Value {
    let Seen { file, label, digest, bytes, cases } = seen;
    let (name, version, world) = match label {
        Some((name, version, world)) => (Some(name), Some(version), Some(world)),
        None => (None, None, None),
    };
    json!({
        "ok": reasons.is_empty(),
        "file": file,
        "name": name,
        "version": version,
        "world": world,
        "digest": digest,
        "bytes": bytes,
        "cases": cases,
        "reasons": reasons,
        "warnings": warnings,
        "uses": uses,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(reasons: &[&str]) -> Checked {
        let label = Some(("echo".to_owned(), "1.0.0".to_owned(), "share-strategy"));
        Checked {
            seen: Seen { file: "echo.wasm".to_owned(), label, digest: "a".repeat(64), bytes: 2048, cases: 1 },
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
            warnings: vec!["no licence".to_owned()],
            uses: vec!["reminders.a: uses echo 1.0.0".to_owned()],
        }
    }

    #[test]
    fn what_refuses_comes_first_and_what_is_odd_refuses_nothing() {
        let head = "echo 1.0.0 (share-strategy), 2.00 KiB, aaaaaaaaaaaa, 1 case";
        let rest = ["warning  no licence", "uses     reminders.a: uses echo 1.0.0"];
        assert_eq!(text(&checked(&[])), [&[head][..], &rest, &["ok"]].concat());
        let refused = ["refused  one", "refused  two"];
        assert_eq!(
            text(&checked(&["one", "two"])),
            [&[head][..], &refused, &rest, &["2 reasons for refusal"]].concat()
        );
        assert_eq!((&object(&checked(&[]))["ok"], &object(&checked(&["x"]))["ok"]), (&json!(true), &json!(false)));
    }
}
