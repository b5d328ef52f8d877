//! A directory whose groups change and that cannot always be asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use nudged::directory::{Addresses, Directory, DirectoryError};

/// Groups and the fallback; each group's members are on all channels that the test names.
#[derive(Debug, Default)]
pub struct Roster {
    groups: Mutex<BTreeMap<String, Addresses>>,
    unreachable: Mutex<BTreeSet<String>>,
    fallback: Addresses,
}

impl Roster {
    /// With these addresses as the fallback.
    pub fn new(fallback: Addresses) -> Self {
        Self { fallback, ..Self::default() }
    }

    fn groups(&self) -> MutexGuard<'_, BTreeMap<String, Addresses>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets who is in a group on a channel.
    pub fn set(&self, group: &str, channel: &str, members: &[&str]) {
        let members = members.iter().map(|&member| member.to_owned()).collect();
        self.groups().entry(group.to_owned()).or_default().insert(channel.to_owned(), members);
    }

    /// Whether nobody can say who is in the group.
    pub fn hide(&self, group: &str, hidden: bool) {
        let mut unreachable = self.unreachable.lock().unwrap_or_else(PoisonError::into_inner);
        if hidden {
            unreachable.insert(group.to_owned())
        } else {
            unreachable.remove(group)
        };
    }
}

#[async_trait::async_trait]
impl Directory for Roster {
    async fn group(&self, name: &str) -> Result<Option<Addresses>, DirectoryError> {
        if self.unreachable.lock().unwrap_or_else(PoisonError::into_inner).contains(name) {
            return Err(DirectoryError { what: "away for a moment".to_owned(), cause: None });
        }
        Ok(self.groups().get(name).cloned())
    }

    fn fallback(&self) -> &Addresses {
        &self.fallback
    }
}
