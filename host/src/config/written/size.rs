//! Numbers of bytes: `"64MiB"` or `67108864`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::config::problem::Complaint;

/// Bytes, with or without a unit.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Size {
    Bytes(u64),
    Text(String),
}

/// Largest first, so that the first one that divides a size is the one to show it in.
const UNITS: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

impl Size {
    /// As people write it.
    pub(super) fn of(bytes: u64) -> Self {
        Self::Text(shown(bytes))
    }

    /// The number of bytes, at least one.
    pub(super) fn bytes(&self) -> Result<u64, Complaint> {
        let read = match self {
            Self::Bytes(bytes) => Some(*bytes),
            Self::Text(text) => parse(text),
        };
        read.filter(|bytes| *bytes > 0).ok_or_else(|| {
            let shown = match self {
                Self::Bytes(bytes) => bytes.to_string(),
                Self::Text(text) => format!("{text:?}"),
            };
            Complaint::new(
                format!("{shown} is not a size"),
                "write one such as \"64MiB\", \"256KiB\" or a number of bytes",
            )
        })
    }

    /// The number of bytes, enough for `what`.
    pub(super) fn at_least(&self, least: u64, what: &str) -> Result<u64, Complaint> {
        match self.bytes()? {
            bytes if bytes < least => {
                let fix = format!("write {:?} or more", shown(least));
                Err(Complaint::new(format!("is too small for {what}"), fix))
            }
            bytes => Ok(bytes),
        }
    }
}

fn shown(bytes: u64) -> String {
    let unit = UNITS.iter().find(|(_, factor)| bytes.is_multiple_of(*factor));
    unit.map_or_else(String::new, |(unit, factor)| format!("{}{unit}", bytes / factor))
}

fn parse(text: &str) -> Option<u64> {
    let (unit, factor) = UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
    let number: u64 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
    number.checked_mul(*factor)
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "minimum": 1, "maximum": 1_u64 << 53, "examples": ["64MiB"] })
    }
}
