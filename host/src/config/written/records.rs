//! The section `sources`: the operator's own queries.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Surroundings, query, source::database, text::Text, values};
use crate::config::{meaning::RecordsConfig, problem::Complaint, report::Place};

/// A query whose rows strategies for records watch.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["url", "query", "id"]))]
pub(super) struct Records {
    /// How it is read.
    #[serde(rename = "type")]
    kind: RecordsType,
    /// `postgres://…`, or `sqlite://file`, relative to this file.
    #[schemars(example = serde_json::json!({ "env": "NUDGED_OPS_URL" }))]
    url: Option<Text>,
    /// One statement that reads; each row is a record.
    #[schemars(example = &"SELECT serial, team, ends FROM certificate")]
    query: Option<String>,
    /// The column that names a record for ever.
    #[schemars(example = &"serial")]
    id: Option<String>,
    /// The zone of times that do not say theirs.
    timezone: String,
    /// For each role, the column that holds the group's name or an address.
    #[schemars(example = serde_json::json!({ "owners": "team" }))]
    roles: BTreeMap<String, String>,
    /// The address of a record's page, with names of columns in braces.
    #[schemars(example = &LINK)]
    link: Option<String>,
}

/// How records are read.
#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum RecordsType {
    /// With a query of your own.
    Sql,
}

const LINK: &str = "https://ops.example.com/certificates/{serial}";

impl Default for Records {
    fn default() -> Self {
        Self {
            kind: RecordsType::Sql,
            url: None,
            query: None,
            id: None,
            timezone: "UTC".to_owned(),
            roles: BTreeMap::new(),
            link: None,
        }
    }
}

impl Records {
    pub(super) fn meaning(self, name: &str, around: Surroundings<'_>, at: &Place<'_>) -> Option<RecordsConfig> {
        let RecordsType::Sql = self.kind;
        let url = database(self.url, around, &at.key("url"));
        let query = self.query.and_then(|query| at.key("query").check(query::reading(&query)));
        let id = self.id.and_then(|id| at.key("id").check(values::column(&id)));
        let timezone = at.key("timezone").check(values::zone(&self.timezone));
        let link = self.link.and_then(|link| at.key("link").check(record_link(&link)));
        let role = |(role, column): (String, String)| {
            let at = at.key("roles").key(&role);
            let role = at.check(values::name(&role));
            role.zip(at.check(values::column(&column)))
        };
        let roles = self.roles.into_iter().filter_map(role).collect();
        Some(RecordsConfig {
            name: name.to_owned(),
            url: url?,
            query: query?,
            id: id?,
            timezone: timezone?,
            roles,
            link,
        })
    }
}

fn record_link(text: &str) -> Result<String, Complaint> {
    let fix = || format!("write one such as {LINK:?}");
    let filled =
        filled(text).ok_or_else(|| Complaint::new("has braces that do not hold the name of a column", fix()))?;
    let web = values::is_web_page(&filled).then(|| text.to_owned());
    web.ok_or_else(|| Complaint::new("is not the address of a web page", fix()))
}

/// The link with something in the place of each column; `None` where braces are empty or do not match.
fn filled(text: &str) -> Option<String> {
    let mut parts = text.split('{');
    let first = parts.next().filter(|first| !first.contains('}'))?.to_owned();
    parts.try_fold(first, |filled, part| {
        let (column, rest) = part.split_once('}')?;
        let fits = !column.is_empty() && !rest.contains('}');
        fits.then(|| filled + "x" + rest)
    })
}
