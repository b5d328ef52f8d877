//! One plugin's quarantine on disk, so that a restart is no way out of it.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    model::Instant,
    policy::{Confinement, Quarantine},
};

/// A file of one plugin, there while the plugin is in quarantine. It is written when one begins or goes on, not by calls
/// that go well. Whatever is wrong with it is warned of, and the quarantine is this process's alone.
pub(super) struct Remembered {
    path: Option<PathBuf>,
    /// What the file holds.
    kept: Option<Confinement>,
}

/// The file's content.
#[derive(Serialize, Deserialize)]
struct Written {
    digest: String,
    times: u32,
    until: Instant,
    why: String,
}

impl Remembered {
    /// In this folder, if there is one. The name is a plugin's: a file's name too.
    pub(super) fn new(folder: Option<&Path>, plugin: &str) -> Self {
        Self { path: folder.map(|folder| folder.join(format!("{plugin}.json"))), kept: None }
    }

    /// The quarantine of an earlier process, and why it is there.
    pub(super) fn read(&mut self, now: Instant) -> Option<(Quarantine, String)> {
        let path = self.path.as_deref()?;
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => return ignored(path, &error),
        };
        let Written { digest, times, until, why } = match serde_json::from_slice(&text) {
            Ok(written) => written,
            Err(error) => return ignored(path, &error),
        };
        let confinement = Confinement { digest, times, until };
        let Some(quarantine) = Quarantine::recall(confinement.clone(), now) else {
            return ignored(path, &format!("no quarantine lasts until {until}"));
        };
        self.kept = Some(confinement);
        Some((quarantine, why))
    }

    /// Brings the file up to date. While a call shows whether the plugin is well, it stays as it is.
    pub(super) fn keep(&mut self, quarantine: &Quarantine, why: &str) {
        let Some(path) = self.path.as_deref() else { return };
        let confinement = quarantine.confinement();
        if confinement == self.kept || (confinement.is_none() && quarantine.is_open()) {
            return;
        }
        let done = match &confinement {
            Some(Confinement { digest, times, until }) => {
                let (digest, why) = (digest.clone(), why.to_owned());
                write(path, &Written { digest, times: *times, until: *until, why })
            }
            None => fs::remove_file(path),
        };
        match done {
            Ok(()) => self.kept = confinement,
            Err(error) => {
                let path = path.display();
                tracing::warn!(%path, %error, "after a restart it will not be known whether the plugin is in quarantine");
            }
        }
    }
}

/// In one step, for this user alone.
fn write(path: &Path, written: &Written) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec_pretty(written)?)?;
    file.persist(path)?;
    Ok(())
}

/// The file is removed, so that it is not found again.
fn ignored<T>(path: &Path, why: &dyn std::fmt::Display) -> Option<T> {
    tracing::warn!(path = %path.display(), %why, "what was remembered of a quarantine is no use and is ignored");
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(path = %path.display(), %error, "it cannot be removed");
    }
    None
}
