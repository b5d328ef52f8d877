//! A Maildir folder as a destination: for a laptop, a demonstration, or another program that picks mail up.

use std::{io, path::PathBuf};

use tokio::{fs, io::AsyncWriteExt};

use crate::model::Outcome;

/// A folder with `tmp`, `new` and `cur`, as every mail reader knows it (<https://cr.yp.to/proto/maildir.html>).
pub(super) struct Maildir {
    folder: PathBuf,
}

impl Maildir {
    pub(super) fn new(folder: &std::path::Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Writes the mail under a name made of its id, so that a repeated attempt replaces it.
    pub(super) async fn deliver(&self, id: &str, mail: Vec<u8>) -> Outcome {
        match self.write(id, &mail).await {
            Ok(path) => Outcome::Delivered(format!("written to {}", path.display())),
            Err(error) => {
                let detail = format!("the maildir {} cannot be written: {error}", self.folder.display());
                Outcome::Retry { detail, after: None }
            }
        }
    }

    async fn write(&self, id: &str, mail: &[u8]) -> io::Result<PathBuf> {
        for part in ["tmp", "new", "cur"] {
            // Mails name people: nobody else on the machine may read them.
            fs::DirBuilder::new().recursive(true).mode(0o700).create(self.folder.join(part)).await?;
        }
        let name = format!("{id}.nudged");
        let (draft, place) = (self.folder.join("tmp").join(&name), self.folder.join("new").join(&name));
        let mut file = fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft).await?;
        file.write_all(mail).await?;
        file.sync_all().await?;
        fs::rename(&draft, &place).await?;
        Ok(place)
    }
}
