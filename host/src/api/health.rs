//! How the daemon is, as its parts say.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

use crate::telemetry::metrics;

/// What can be in trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The daemon itself: it is starting or stopping.
    Daemon,
    /// nudged's own database.
    Store,
    /// data.all's database.
    Source,
}

/// How the daemon is. Short words only: whoever can reach the port reads them, the log has the details.
#[derive(Debug)]
pub struct Health {
    troubles: Mutex<BTreeMap<Part, &'static str>>,
}

impl Default for Health {
    /// A daemon that is starting.
    fn default() -> Self {
        Self { troubles: Mutex::new(BTreeMap::from([(Part::Daemon, "is starting")])) }
    }
}

impl Health {
    /// Says how a part is; answers whether it was otherwise before.
    pub fn set(&self, part: Part, trouble: Option<&'static str>) -> bool {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match trouble {
            Some(trouble) => troubles.insert(part, trouble),
            None => troubles.remove(&part),
        };
        metrics::ready(troubles.is_empty());
        before != trouble
    }

    /// What is in trouble, and which; nothing if the daemon is ready.
    pub fn troubles(&self) -> BTreeMap<Part, &'static str> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_in_trouble_is_named_until_it_is_well_again() {
        let health = Health::default();
        assert!(health.set(Part::Daemon, None), "it was starting");
        assert!(health.set(Part::Store, Some("is away")));
        assert!(!health.set(Part::Store, Some("is away")), "that was known");
        assert_eq!(health.troubles(), BTreeMap::from([(Part::Store, "is away")]));
        assert!(health.set(Part::Store, None));
        assert_eq!(health.troubles(), BTreeMap::new());
    }
}
