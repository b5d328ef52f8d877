//! [`Directories`]: everything that is configured, as one directory.

use std::{collections::BTreeSet, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{
    Addresses, Directory, DirectoryError, StaticDirectory, file::FileDirectory, roll::Roll, sql::SqlDirectory,
};
use crate::{clock::Clock, config::DirectoryConfig};

/// The configuration's groups, the file's and the query's together.
///
/// A group's addresses are all of them, in this order, each once. If one of the places cannot answer, the group cannot
/// be told, even where the others know it: part of its members would be left out without a word.
pub struct Directories {
    written: StaticDirectory,
    file: Option<FileDirectory>,
    sql: Option<SqlDirectory>,
    mail: BTreeSet<String>,
}

impl Directories {
    /// Reads the file and opens the database. On the channels `mail`, only e-mail addresses are taken.
    ///
    /// # Errors
    /// If the file or the query cannot be used: says what to mend.
    pub async fn open(
        config: &DirectoryConfig,
        mail: &BTreeSet<String>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DirectoryError> {
        let file = match &config.file {
            Some(path) => Some(FileDirectory::open(path, mail).await?),
            None => None,
        };
        let sql = match &config.sql {
            Some(query) => Some(SqlDirectory::open(query, mail, clock).await?),
            None => None,
        };
        let written = StaticDirectory::new(config.groups.clone(), config.fallback.clone());
        Ok(Self { written, file, sql, mail: mail.clone() })
    }

    /// Tries file and query apart from each other: for each that is configured, its key in the configuration, and what
    /// it holds or what to mend.
    pub async fn check(
        config: &DirectoryConfig,
        mail: &BTreeSet<String>,
        clock: Arc<dyn Clock>,
    ) -> Vec<(&'static str, Result<String, DirectoryError>)> {
        let mut lines = Vec::new();
        if let Some(path) = &config.file {
            lines.push(("directory.file", FileDirectory::open(path, mail).await.map(|file| file.summary())));
        }
        if let Some(query) = &config.sql {
            let opened = SqlDirectory::open(query, mail, clock).await;
            lines.push(("directory.sql", opened.map(|sql| sql.summary())));
        }
        lines
    }

    /// Keeps up with the file until `stop`. Without it, the file is as it was when it was opened.
    pub async fn watch(self: Arc<Self>, stop: CancellationToken) {
        match &self.file {
            Some(file) => drop(stop.run_until_cancelled(file.watch()).await),
            None => stop.cancelled().await,
        }
    }
}

#[async_trait::async_trait]
impl Directory for Directories {
    async fn group(&self, name: &str) -> Result<Option<Addresses>, DirectoryError> {
        let places = [
            self.written.group(name).await?,
            self.file.as_ref().and_then(|file| file.group(name)),
            match &self.sql {
                Some(sql) => sql.group(name).await?,
                None => None,
            },
        ];
        let mut known = places.iter().flatten().peekable();
        if known.peek().is_none() {
            return Ok(None);
        }
        let mut roll = Roll::new(&self.mail);
        known.for_each(|addresses| roll.unite(addresses));
        Ok(Some(roll.into_addresses()))
    }

    fn fallback(&self) -> &Addresses {
        self.written.fallback()
    }
}
