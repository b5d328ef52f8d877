//! A folder that nudged runs from, with all shipped plugins and made-up shares.

use std::{
    fs,
    path::{self, Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bench::Bench;

/// When reminders are due: not while anything is measured.
const SCHEDULE: &str = "0 9 1 1 *";

/// The folder; gone when this is dropped.
pub(super) struct Home {
    folder: TempDir,
    program: PathBuf,
}

/// How a reminder's findings are told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Grouping {
    /// Together, to each recipient: as the shipped configuration has it.
    Recipient,
    /// One by one: for a long outbox.
    Item,
}

impl Home {
    /// With so many shares.
    pub(super) fn new(bench: &Bench, shares: u64, grouping: Grouping) -> Result<Self> {
        fs::create_dir_all(&bench.scratch)?;
        let folder = tempfile::Builder::new().prefix("plugins-").tempdir_in(&bench.scratch)?;
        let home = Self { folder, program: path::absolute(&bench.nudged)? };
        copy_plugins(&bench.plugins, &home.path("plugins"))?;
        home.fill(bench, shares)?;
        fs::write(home.path("config.json"), config(grouping).to_string())?;
        Ok(home)
    }

    /// A file in the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// nudged in this folder.
    pub(super) fn nudged(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.folder.path()).env_remove("NUDGED_LOG");
        command
    }

    /// Makes data.all's tables with so many shares, and the people they are about; their dates are relative to now.
    fn fill(&self, bench: &Bench, shares: u64) -> Result<()> {
        bench.read(&mut self.nudged(&["init", "--sample", "--shares", &shares.to_string()])).map(drop)
    }
}

fn copy_plugins(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let file = entry?.path();
        if let Some(name) = file.file_name().filter(|_| file.extension().is_some_and(|end| end == "wasm")) {
            fs::copy(&file, to.join(name))?;
        }
    }
    Ok(())
}

fn config(grouping: Grouping) -> Value {
    let group_by = match grouping {
        Grouping::Recipient => "recipient",
        Grouping::Item => "item",
    };
    let reminder = |cadence: Value| json!({ "schedule": SCHEDULE, "cadence": cadence, "channels": ["email"] });
    let mut pending = reminder(json!({ "mode": "repeating" }));
    pending["group_by"] = group_by.into();
    json!({
        "source": { "type": "dataall", "url": "sqlite://nudged-sample.db", "timezone": "UTC" },
        "store": { "url": "sqlite://nudged.db" },
        "plugins": { "directory": "plugins", "cache": "cache" },
        "directory": { "fallback": { "email": "all@example.com" }, "file": "nudged-sample-people.csv" },
        "reminders": {
            "pending-share": pending,
            "pending-extension": reminder(json!({ "mode": "repeating" })),
            "expiring-share": reminder(json!({ "mode": "ladder", "days_before": [30, 7, 2, 1] })),
            "expired-share": reminder(json!({ "mode": "single" })),
            "failed-share": reminder(json!({ "mode": "single" })),
            "unhealthy-share": reminder(json!({ "mode": "repeating" })),
            "failing-stack": reminder(json!({ "mode": "repeating" })),
        },
        "channels": {
            "email": { "plugin": "email", "from": "nudged <nudged@example.com>", "maildir": "mail" },
        },
        // All these findings are no mistake.
        "brake": { "active": false },
        "api": { "listen": "127.0.0.1:0" },
    })
}
