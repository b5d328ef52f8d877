//! The scenario fixtures: a state of data.all, how nudged is configured, and what must come of it.

mod expect;
mod settings;
mod standing;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use nudged::{
    config::Config,
    directory::{Addresses, StaticDirectory},
};
use serde::Deserialize;
use serde_json::{Map, Value};

pub use self::expect::{
    ActionLine, AddedRow, Expect, ItemTold, Kept, Meanwhile, Run, ShareRow, StateLine, Told, Trouble,
};
use crate::{Dataall, Database};

/// A row of data.all: values by column.
pub type TableRow = Map<String, Value>;

/// Who is told of what: item keys by address.
pub type Audience = BTreeMap<String, BTreeSet<String>>;

/// One fixture. What it leaves out of rows and groups is as in `common/standing.json`, and what it leaves out of
/// reminders is as in the repository's `config.json`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The file's name without `.json`.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The PostgreSQL schema that holds data.all's tables.
    #[serde(default = "dev")]
    pub schema: String,
    /// E-mail addresses by group: all that the directory knows.
    #[serde(default)]
    pub groups: BTreeMap<String, Vec<String>>,
    /// Addresses that are told when nobody else can be.
    #[serde(default)]
    pub fallback: Vec<String>,
    /// Addresses that the relay refuses for good.
    #[serde(default)]
    pub refused: Vec<String>,
    /// The reminders that are configured, by name: what is written replaces what the repository's `config.json` says of
    /// the reminder of that name, and null takes it away.
    pub reminders: BTreeMap<String, Map<String, Value>>,
    /// data.all's rows by table; a table that is not named is as it stands.
    #[serde(default)]
    rows: BTreeMap<String, Vec<TableRow>>,
    /// Whom data.all mails about which items for the same rows, over all runs.
    pub dataall: Audience,
    /// Why nudged does otherwise; without it the recipients and items are the same as data.all's.
    pub better: Option<Better>,
    /// What must come of it.
    pub expect: Expect,
}

/// What nudged does better than data.all.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Better {
    /// data.all's defects that show here, as the documentation numbers them.
    pub defects: Vec<u8>,
    /// What is better.
    pub why: String,
}

impl Scenario {
    /// Every fixture, by id.
    pub fn all() -> Vec<Self> {
        let entries = fs::read_dir(folder()).expect("the folder with the scenarios");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let mut scenario: Self = parsed(path);
        assert_eq!(
            path.file_stem().and_then(|stem| stem.to_str()),
            Some(scenario.id.as_str()),
            "the file's name is its id"
        );
        let standing: standing::Standing = parsed(&folder().join("common/standing.json"));
        scenario.rows = standing.complete(std::mem::take(&mut scenario.rows));
        if scenario.groups.is_empty() {
            scenario.groups = standing.groups;
        }
        scenario
    }

    /// Loads the rows into an empty database.
    pub async fn load(&self, database: Database) -> Dataall {
        let dataall = Dataall::new(database, &self.schema).await;
        for (table, rows) in &self.rows {
            dataall.insert(table, rows).await;
        }
        dataall
    }

    /// The repository's `config.json` with this scenario's reminders.
    pub fn configured(&self) -> Config {
        settings::configured(&self.reminders)
    }

    /// The groups and the fallback, with addresses on the channel `email`.
    pub fn directory(&self) -> StaticDirectory {
        let on_email = |addresses: &Vec<String>| Addresses::from([("email".to_owned(), addresses.clone())]);
        let groups = self.groups.iter().map(|(name, addresses)| (name.clone(), on_email(addresses))).collect();
        let fallback = if self.fallback.is_empty() { Addresses::new() } else { on_email(&self.fallback) };
        StaticDirectory::new(groups, fallback)
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios")
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).expect("a fixture");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn dev() -> String {
    "dev".to_owned()
}
