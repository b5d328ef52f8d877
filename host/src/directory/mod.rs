//! Who is in a group, and how to reach them.
//!
//! A group's addresses are those of up to three places together: the configuration ([`StaticDirectory`]), a file that is
//! read again when it changes, and a query. [`Directories`] asks them all. What it answers is either complete or an error:
//! a place that cannot answer might know somebody who would then not be told.

mod directories;
mod file;
mod roll;
mod sql;

use std::collections::BTreeMap;

pub use directories::Directories;

/// Addresses by channel name: `email` → `pam@example.com`, …
pub type Addresses = BTreeMap<String, Vec<String>>;

/// Turns a group's name into recipients.
#[async_trait::async_trait]
pub trait Directory: Send + Sync {
    /// The group's addresses; `None` if nobody knows the group.
    ///
    /// # Errors
    /// If it cannot be told who is in the group. It may be tried again soon.
    async fn group(&self, name: &str) -> Result<Option<Addresses>, DirectoryError>;

    /// Who is told when nobody else can be.
    fn fallback(&self) -> &Addresses;
}

/// A directory cannot be used or did not answer.
#[derive(Debug, thiserror::Error)]
#[error("directory: {what}")]
pub struct DirectoryError {
    /// What failed and what to mend, without any credentials.
    pub what: String,
    /// The driver's error, if a database had one.
    #[source]
    pub cause: Option<sqlx::Error>,
}

impl DirectoryError {
    /// An error that no database had.
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), cause: None }
    }
}

/// The directory that is written in the configuration.
#[derive(Debug, Clone, Default)]
pub struct StaticDirectory {
    groups: BTreeMap<String, Addresses>,
    fallback: Addresses,
}

impl StaticDirectory {
    /// A directory of these groups.
    pub fn new(groups: BTreeMap<String, Addresses>, fallback: Addresses) -> Self {
        Self { groups, fallback }
    }
}

#[async_trait::async_trait]
impl Directory for StaticDirectory {
    async fn group(&self, name: &str) -> Result<Option<Addresses>, DirectoryError> {
        Ok(self.groups.get(name).cloned())
    }

    fn fallback(&self) -> &Addresses {
        &self.fallback
    }
}
