//! Texts that may be secret: written in the file, or kept elsewhere.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use url::Url;

use super::Surroundings;
use crate::config::{meaning::Secret, problem::Complaint, report::Place};

/// `"the text"`, `{"env": "NAME"}` or `{"file": "path"}`. Has no `Debug`: it may be a password.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Text {
    Plain(String),
    Env { env: String },
    File { file: String },
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn inline_schema() -> bool {
        true
    }

    /// One object for both forms, not alternatives: what is wrong can then be said exactly.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "object"],
            "properties": {
                "env": { "type": "string", "description": "The environment variable that holds it." },
                "file": { "type": "string", "description": "The file that holds it, relative to this one." },
            },
            "additionalProperties": false,
            "minProperties": 1,
            "maxProperties": 1,
        })
    }
}

/// A text that is kept elsewhere: `{"env": "NAME"}` or `{"file": "path"}`.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Hidden(Text);

impl JsonSchema for Hidden {
    fn schema_name() -> Cow<'static, str> {
        "Hidden".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Text::json_schema(generator);
        schema.insert("type".to_owned(), "object".into());
        schema.insert("examples".to_owned(), serde_json::json!([{ "env": "NAME" }]));
        schema
    }
}

impl Hidden {
    /// Gets the text from where it is.
    pub(super) fn reveal(&self, around: Surroundings<'_>) -> Result<Secret, Complaint> {
        self.0.reveal(around)
    }
}

impl Text {
    /// Gets the text from where it is.
    fn reveal(&self, around: Surroundings<'_>) -> Result<Secret, Complaint> {
        let found = match self {
            Self::Plain(text) => text.clone(),
            Self::Env { env } => (around.env)(env).ok_or_else(|| {
                Complaint::new(format!("the environment variable {env} is not set"), format!("set {env}"))
            })?,
            Self::File { file } => {
                let path = around.base.join(file);
                let content = std::fs::read_to_string(&path).map_err(|error| {
                    let what = format!("{} cannot be read: {error}", path.display());
                    Complaint::new(what, "make it readable, or name another file")
                })?;
                content.trim_end_matches(['\r', '\n']).to_owned()
            }
        };
        if found.is_empty() { Err(self.nothing()) } else { Ok(Secret::new(found)) }
    }

    fn nothing(&self) -> Complaint {
        match self {
            Self::Plain(_) => Complaint::new("is empty", "write a URL"),
            Self::Env { env } => {
                Complaint::new(format!("the environment variable {env} is empty"), "put the text in it")
            }
            Self::File { file } => Complaint::new(format!("{file} is empty"), "put the text in it"),
        }
    }

    /// Something that only its holder may know; warns where the file itself holds it.
    pub(super) fn secret(&self, around: Surroundings<'_>, at: &Place<'_>) -> Option<Secret> {
        if matches!(self, Self::Plain(_)) {
            let fix = "write {\"env\": \"NAME\"} or {\"file\": \"path\"} here and keep it there";
            at.warning(Complaint::new("is a secret that stands in this file", fix));
        }
        at.check(self.reveal(around))
    }

    /// A URL; warns where the file itself holds a password.
    pub(super) fn url(&self, around: Surroundings<'_>, at: &Place<'_>) -> Option<Secret> {
        let url = at.check(self.reveal(around))?;
        if matches!(self, Self::Plain(_)) && holds_password(url.expose()) {
            let fix = "write {\"env\": \"NAME\"} or {\"file\": \"path\"} here and keep the URL there";
            at.warning(Complaint::new("holds a password", fix));
        }
        Some(url)
    }
}

/// PostgreSQL takes passwords from the query too.
fn holds_password(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password"))
}
