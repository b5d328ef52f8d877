//! Who is in a group, and how to reach them.

use std::collections::BTreeMap;

/// Addresses by channel name: `email` → `pam@example.com`, …
pub type Addresses = BTreeMap<String, Vec<String>>;

/// The directory could not be asked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("directory: {0}")]
pub struct DirectoryError(pub String);

/// Turns a group's name into recipients.
#[async_trait::async_trait]
pub trait Directory: Send + Sync {
    /// The group's addresses; `None` if the directory does not know the group.
    ///
    /// # Errors
    /// If it could not be asked.
    async fn group(&self, name: &str) -> Result<Option<Addresses>, DirectoryError>;

    /// Who is told when nobody else can be.
    fn fallback(&self) -> &Addresses;
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
