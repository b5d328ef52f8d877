//! The scenario fixtures: a state of data.all, and what nudged must make of it.

use std::{collections::BTreeMap, fs, path::Path};

use nudged::{
    directory::{Addresses, StaticDirectory},
    model::Instant,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Dataall, Database};

/// One fixture: pending shares, as the strategy `pending-share` with its defaults over the channel `email` sees them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The file's name without `.json`.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The PostgreSQL schema that holds data.all's tables.
    pub schema: String,
    /// E-mail addresses by group: all that the directory knows.
    pub groups: BTreeMap<String, Vec<String>>,
    /// How nudged is configured and what the world is like.
    pub config: Facts,
    /// data.all's rows by table.
    pub rows: BTreeMap<String, Vec<Map<String, Value>>>,
    /// What must come of it.
    pub expect: Expect,
}

/// How nudged is configured and what the world is like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Whether mail is sent at all.
    pub email: bool,
    /// Addresses that are told when nobody else can be.
    pub fallback: Vec<String>,
    /// Addresses that the relay refuses for good.
    pub refused: Vec<String>,
}

/// What must come of a scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The shares that the source hands out when asked for all statuses, in its order.
    pub shares: Vec<ShareRow>,
    /// What is reported in every run.
    pub problems: Vec<Trouble>,
    /// The runs, in order; what is queued is delivered after each.
    pub runs: Vec<Run>,
}

/// A share as the source hands it out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields of `Share`
pub struct ShareRow {
    pub uri: String,
    pub status: String,
    pub since: Instant,
    pub dataset: String,
    pub producers: Option<String>,
    pub stewards: Option<String>,
}

/// A problem that must be reported.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// The key of the item that it is noticed at.
    pub item: String,
    /// A word that its text must contain.
    pub names: String,
    /// Who notices: `source`, or `pipeline` (audience and directory).
    pub from: String,
}

/// One run with its delivery.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The clock; two runs of one day at 09:00 and later belong to the same fire time.
    pub now: Instant,
    /// The mails that the relay accepts: one for each person, whatever the number of shares; nobody else.
    pub told: Vec<Told>,
    /// Verdicts without a recipient.
    pub held: Vec<Held>,
}

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The address.
    pub to: String,
    /// The shares in the digest.
    pub shares: Vec<ToldShare>,
}

/// One share in a digest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldShare {
    /// Its `shareUri`.
    pub uri: String,
    /// Which notice about it this is for this person.
    pub ordinal: u32,
}

/// A share about which nobody can be told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Its `shareUri`.
    pub share: String,
    /// The verdict's code.
    pub code: String,
}

impl Scenario {
    /// Every fixture, by id.
    pub fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios");
        let entries = fs::read_dir(folder).expect("the folder with the scenarios");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a fixture");
        let scenario: Self = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(
            path.file_stem().and_then(|stem| stem.to_str()),
            Some(scenario.id.as_str()),
            "the file's name is its id"
        );
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

    /// The groups and the fallback, with addresses on the channel `email`.
    pub fn directory(&self) -> StaticDirectory {
        let on_email = |addresses: &Vec<String>| Addresses::from([("email".to_owned(), addresses.clone())]);
        let groups = self.groups.iter().map(|(name, addresses)| (name.clone(), on_email(addresses))).collect();
        let fallback = if self.config.fallback.is_empty() { Addresses::new() } else { on_email(&self.config.fallback) };
        StaticDirectory::new(groups, fallback)
    }
}
