//! `directory.sql`: a query that answers with a group's members.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Surroundings, known::Known, query, source::database, text::Text, values};
use crate::config::{meaning::DirectoryQuery, report::Place};

/// A query that answers with a group's members.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["url", "query"]))]
pub(super) struct Members {
    /// `postgres://…`, or `sqlite://file`, relative to this file.
    #[schemars(example = serde_json::json!({ "env": "NUDGED_PEOPLE_URL" }))]
    url: Option<Text>,
    /// One statement that reads; `$1` is the group's name. Its columns are `address` and, if there are several
    /// channels, `channel`.
    #[schemars(example = &"SELECT mail AS address FROM member WHERE team = $1")]
    query: Option<String>,
    /// The channel of addresses that come without one.
    channel: String,
    /// How long an answer is good for.
    cache: String,
}

impl Default for Members {
    fn default() -> Self {
        Self { url: None, query: None, channel: "email".to_owned(), cache: "5m".to_owned() }
    }
}

impl Members {
    pub(super) fn meaning(self, known: &Known<'_>, around: Surroundings<'_>, at: &Place<'_>) -> Option<DirectoryQuery> {
        let url = database(self.url, around, &at.key("url"));
        let query = self.query.and_then(|query| at.key("query").check(query::with_parameter(&query)));
        let channel = at.key("channel").check(known.channel(&self.channel));
        let cache = at.key("cache").check(values::limit(&self.cache));
        Some(DirectoryQuery { url: url?, query: query?, channel: channel?, cache: cache? })
    }
}
