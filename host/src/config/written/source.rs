//! The sections `source` and `store`: two databases.

use std::path::Path;

use anyhow::anyhow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Surroundings, text::Text, values};
use crate::config::{
    meaning::{DatabaseUrl, Links, Secret, SourceConfig},
    problem::Complaint,
    report::Place,
};

/// Where shares are read from.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["url"]))]
pub(super) struct Source {
    /// What the tables look like.
    #[serde(rename = "type")]
    kind: SourceType,
    /// `postgres://…`, or `sqlite://file`, relative to this file.
    #[schemars(example = &"sqlite://nudged-sample.db")]
    url: Option<Text>,
    /// The PostgreSQL schema that holds the tables: data.all's environment name.
    #[schemars(example = &"dev")]
    schema: Option<String>,
    /// The zone of the database's times, which do not say theirs.
    timezone: String,
    /// The address of a share's page, with `{uri}` in it.
    #[schemars(example = &"https://dataall.example.com/console/shares/{uri}")]
    link: Option<String>,
    /// The address of a dataset's page, with `{uri}` in it.
    #[schemars(example = &"https://dataall.example.com/console/s3-datasets/{uri}")]
    dataset_link: Option<String>,
    /// The address of an environment's page, with `{uri}` in it.
    #[schemars(example = &"https://dataall.example.com/console/environments/{uri}")]
    environment_link: Option<String>,
}

/// What the tables look like.
#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum SourceType {
    /// data.all's own tables.
    Dataall,
}

impl Default for Source {
    fn default() -> Self {
        Self {
            kind: SourceType::Dataall,
            url: None,
            schema: None,
            timezone: "UTC".to_owned(),
            link: None,
            dataset_link: None,
            environment_link: None,
        }
    }
}

impl Source {
    pub(super) fn meaning(self, around: Surroundings<'_>, at: &Place<'_>) -> Option<SourceConfig> {
        let SourceType::Dataall = self.kind;
        let url = database(self.url, around, &at.key("url"));
        let schema_at = at.key("schema");
        let schema = match (self.schema, &url) {
            (Some(schema), _) => schema_at.check(schema_name(&schema)),
            (None, Some(DatabaseUrl::Postgres(_))) if !schema_at.written() => schema_at.check(Err(no_schema())),
            (None, _) => Some("main".to_owned()),
        };
        let timezone = at.key("timezone").check(values::zone(&self.timezone));
        let link = |key: &str, text: Option<String>, page: &str| at.key(key).check(link(text?, page));
        let links = Links {
            share: link("link", self.link, "share"),
            dataset: link("dataset_link", self.dataset_link, "s3-dataset"),
            environment: link("environment_link", self.environment_link, "environment"),
        };
        Some(SourceConfig { url: url?, schema: schema?, timezone: timezone?, links })
    }
}

/// nudged's own database.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["url"]))]
pub(super) struct Store {
    /// `sqlite://file`, relative to this file, or `postgres://…`.
    #[schemars(example = &"sqlite://nudged.db")]
    url: Option<Text>,
}

impl Store {
    pub(super) fn meaning(self, around: Surroundings<'_>, at: &Place<'_>) -> Option<DatabaseUrl> {
        database(self.url, around, &at.key("url"))
    }
}

impl DatabaseUrl {
    /// Reads `sqlite://file`, relative to `base`, or `postgres://…`.
    ///
    /// # Errors
    /// What is wrong and how to mend it; the URL is not quoted, because it may hold a password.
    pub fn parse(text: &str, base: &Path) -> anyhow::Result<Self> {
        database_url(&Secret::new(text), base).map_err(|Complaint { message, fix }| anyhow!("{message}; {fix}"))
    }
}

/// A database, written as a URL or kept elsewhere.
pub(super) fn database(url: Option<Text>, around: Surroundings<'_>, at: &Place<'_>) -> Option<DatabaseUrl> {
    let url = url?.url(around, at)?;
    let database = at.check(database_url(&url, around.base))?;
    if let DatabaseUrl::Postgres(url) = &database
        && is_exposed(url)
    {
        let what = "does not ask for TLS: whoever is between here and the server can read and change what is sent";
        at.warning(Complaint::new(
            what,
            "add \"?sslmode=verify-full\" to the URL (and sslrootcert for an authority of your own)",
        ));
    }
    Some(database)
}

/// Whether the connection leaves this machine and goes on without TLS if the server, or somebody in its place, offers none:
/// PostgreSQL's clients do so by default (`sslmode=prefer`).
fn is_exposed(url: &Secret) -> bool {
    let Ok(url) = Url::parse(url.expose()) else { return false };
    let parameter = |wanted: &str| url.query_pairs().filter(|(name, _)| name == wanted).last().map(|(_, value)| value);
    let host =
        parameter("host").map_or_else(|| url.host_str().unwrap_or_default().to_owned(), |host| host.into_owned());
    let insists = parameter("sslmode").or_else(|| parameter("ssl-mode"));
    let insists = insists.is_some_and(|mode| matches!(&*mode, "require" | "verify-ca" | "verify-full"));
    !(insists || host.is_empty() || host.starts_with('/') || values::is_this_machine(&host))
}

/// Never quotes the URL: it may hold a password.
fn database_url(url: &Secret, base: &Path) -> Result<DatabaseUrl, Complaint> {
    let text = url.expose();
    if let Some(path) = text.strip_prefix("sqlite://") {
        return match path {
            "" | ":memory:" => Err(Complaint::new("names no file", "write one such as \"sqlite://nudged.db\"")),
            _ if path.contains('?') => Err(Complaint::new("has options after `?`", "write the path of the file only")),
            _ => Ok(DatabaseUrl::Sqlite(base.join(path))),
        };
    }
    let fix = "write \"sqlite://file\" or \"postgres://user@host/database\"";
    let parsed = Url::parse(text).map_err(|error| Complaint::new(format!("is not a URL: {error}"), fix))?;
    match parsed.scheme() {
        "postgres" | "postgresql" => Ok(DatabaseUrl::Postgres(url.clone())),
        other => Err(Complaint::new(format!("{other:?} is not a kind of database that nudged knows"), fix)),
    }
}

/// PostgreSQL cuts longer names off at 63 bytes without a word.
fn schema_name(text: &str) -> Result<String, Complaint> {
    let fits = !text.is_empty()
        && text.len() <= 63
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'));
    let fail = || Complaint::new(format!("{text:?} is not the name of a schema"), "write one such as \"dev\"");
    fits.then(|| text.to_owned()).ok_or_else(fail)
}

fn no_schema() -> Complaint {
    let fix = "add \"schema\": \"dev\", with the name of the data.all environment";
    Complaint::new("is missing: data.all's tables are in a schema of their own", fix)
}

/// `page` is what data.all calls such pages, in the singular.
fn link(text: String, page: &str) -> Result<String, Complaint> {
    let fix = || format!("write one such as \"https://dataall.example.com/console/{page}s/{{uri}}\"");
    if !text.contains("{uri}") {
        return Err(Complaint::new(format!("{text:?} has no `{{uri}}` in it"), fix()));
    }
    let web = values::is_web_page(&text.replace("{uri}", "uri"));
    if web { Ok(text) } else { Err(Complaint::new("is not the address of a web page", fix())) }
}
