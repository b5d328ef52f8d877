//! A folder for a nudged with a reminder of every shipped strategy, all of them due, that sends nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    bench::Bench,
    data::{NOW, SCHEMA},
};

/// The reminders of data.all's items, with the cadences of the shipped configuration.
pub(crate) const CADENCES: [(&str, &str); 7] = [
    ("pending-share", "repeating"),
    ("pending-extension", "repeating"),
    ("expiring-share", "ladder"),
    ("expired-share", "single"),
    ("failed-share", "single"),
    ("unhealthy-share", "repeating"),
    ("failing-stack", "repeating"),
];

/// The strategies that read shares.
pub(crate) const OF_SHARES: usize = 6;

/// The reminder of records: every environment has something to renew.
pub(crate) const RECORDS: &str = "due-record";

/// The folder; it is gone with the value.
#[derive(Debug)]
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    /// An empty one.
    ///
    /// # Errors
    /// If it cannot be made in the scratch folder.
    pub(crate) fn new(bench: &Bench) -> Result<Self> {
        fs::create_dir_all(&bench.scratch)?;
        Ok(Self { folder: tempfile::Builder::new().prefix("home-").tempdir_in(&bench.scratch)? })
    }

    /// The path of a file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the addresses of all teams are to be written.
    pub(crate) fn people(&self) -> PathBuf {
        self.file("people.csv")
    }

    /// Writes the configuration: made-up shares are read from the benchmark's PostgreSQL, and the outbox is in `store`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn configure(&self, bench: &Bench, store: &str) -> Result<()> {
        let config = configuration(bench, &self.people(), store);
        Ok(fs::write(self.file("config.json"), config.to_string())?)
    }

    /// `nudged` with this configuration, at the instant that the made-up shares are for.
    pub(crate) fn scan(&self, bench: &Bench, reminders: &[&str]) -> Command {
        let mut command = Command::new(&bench.nudged);
        command.arg("scan").arg("--config").arg(self.file("config.json")).args(["--now", NOW]);
        command.args(reminders.iter().flat_map(|name| ["--reminder", name]));
        command
    }
}

fn configuration(bench: &Bench, people: &Path, store: &str) -> Value {
    json!({
        "source": { "url": bench.postgres, "schema": SCHEMA },
        "store": { "url": store },
        "sources": { "renewals": {
            "url": bench.postgres,
            "query": format!(
                "SELECT \"environmentUri\" AS id, \"SamlGroupName\" AS team, label, '{}' AS due FROM {SCHEMA}.environment",
                &NOW[..10]
            ),
            "id": "id",
            "roles": { "owners": "team" },
        } },
        "plugins": { "directory": bench.plugins },
        "directory": { "file": people, "fallback": { "email": "data-platform@example.com" } },
        "reminders": reminders(),
        // All that is there is told at once, for the first time.
        "brake": { "active": false },
        // Nobody is there: a scan sends nothing.
        "channels": { "email": { "from": "nudged <nudged@example.com>", "smtp": { "url": "smtp://127.0.0.1:9" } } },
    })
}

fn reminders() -> Value {
    let of_dataall = CADENCES.map(|(name, mode)| {
        let cadence = match mode {
            "ladder" => json!({ "mode": mode, "days_before": [30, 7, 2, 1] }),
            _ => json!({ "mode": mode }),
        };
        (name.to_owned(), json!({ "schedule": "0 9 * * *", "cadence": cadence, "channels": ["email"] }))
    });
    let of_records = json!({
        "source": "renewals",
        "schedule": "0 9 * * *",
        "cadence": { "mode": "ladder", "days_before": [30, 7, 1, 0] },
        "channels": ["email"],
        "parameters": { "deadline_column": "due", "title_column": "label" },
    });
    of_dataall.into_iter().chain([(RECORDS.to_owned(), of_records)]).collect()
}
