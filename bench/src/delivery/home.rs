//! Folders that nudged runs from.

use std::{fs, path::Path};

use anyhow::Result;
use nudged::{
    clock::{Clock, SystemClock},
    source::{create_sample, sample_people},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::child::{self, Took};
use crate::bench::Bench;

/// A folder with a configuration. Compiled plugins are kept for all of them: every start is a warm one.
pub(crate) struct Home<'b> {
    bench: &'b Bench,
    folder: TempDir,
}

impl<'b> Home<'b> {
    /// With nudged's own database there, and with these channels and whatever else is to be configured.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(crate) fn new(bench: &'b Bench, store: &str, channels: &Value, more: &Value) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("home-").tempdir_in(&bench.scratch)?;
        let mut config = config(bench, store, channels)?;
        for (key, value) in more.as_object().into_iter().flatten() {
            merge(&mut config[key], value);
        }
        fs::write(folder.path().join("config.json"), config.to_string())?;
        Ok(Self { bench, folder })
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command.
    ///
    /// # Errors
    /// If it fails.
    pub(crate) async fn nudged(&self, arguments: &[&str]) -> Result<Took> {
        child::nudged(self.bench, self.path(), arguments).await
    }

    /// A made-up data.all with a share of every kind, and the people of its groups.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(crate) async fn sample(&self) -> Result<()> {
        create_sample(&self.path().join("source.db"), SystemClock.now(), 0).await?;
        let rows = sample_people(0).into_iter();
        let rows = rows.map(|person| format!("{},{},{}\n", person.group, person.channel, person.address));
        let csv = std::iter::once("group,channel,address\n".to_owned()).chain(rows).collect::<String>();
        fs::write(self.path().join("people.csv"), csv)?;
        Ok(())
    }
}

fn config(bench: &Bench, store: &str, channels: &Value) -> Result<Value> {
    let names: Vec<_> = channels.as_object().into_iter().flat_map(|channels| channels.keys()).collect();
    Ok(json!({
        "source": { "type": "dataall", "url": "sqlite://source.db", "timezone": "UTC",
                    "link": "https://dataall.example.com/console/shares/{uri}" },
        "store": { "url": store },
        "plugins": {
            "directory": std::path::absolute(&bench.plugins)?,
            "cache": std::path::absolute(bench.scratch.join("compiled"))?,
        },
        "directory": {},
        "reminders": { "pending-share": {
            "schedule": "0 9 * * *", "cadence": { "mode": "repeating", "every": "1d" },
            "audience": ["producers"], "channels": names,
        } },
        "channels": channels,
        // Whether old notices are still true is another question than how fast they go out.
        "delivery": { "recheck_after": "1d" },
    }))
}

fn merge(into: &mut Value, value: &Value) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| merge(&mut into[key], value)),
        other => *into = other.clone(),
    }
}
